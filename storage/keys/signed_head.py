"""The signed head of the access log as the key store keeps it: the last line, and up to when lines are blank."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final, NamedTuple

__all__ = ["NO_HEAD", "Head", "read", "written"]

OLD: Final = 8 + 32 + 32
"""Bytes of a head that was signed before blank rows had marks: number, link, signature."""


class Head(NamedTuple):
    """The last line's number and link. usual, opened: retention has blanked all lines of the kind that are older, in
    microseconds since 1970. old: signed before blank rows had marks."""

    seq: int
    h: bytes
    usual: int = 0
    opened: int = 0
    old: bool = False


NO_HEAD: Final = Head(0, bytes(32))
"""What the first row is linked to."""


def written(head: Head, key: bytes) -> bytes:
    last, usual, opened = (number.to_bytes(8, "big") for number in (head.seq, head.usual, head.opened))
    body = b"".join((last, head.h, usual, opened))
    return body + hmac.digest(key, body, hashlib.sha256)


def read(value: bytes, key: bytes) -> Head | None:
    """None for what this key has not signed."""
    body, mark = value[:-32], value[-32:]
    if not hmac.compare_digest(mark, hmac.digest(key, body, hashlib.sha256)):
        return None
    numbers = [int.from_bytes(part, "big") for part in (body[:8], body[40:48], body[48:56])]
    return Head(numbers[0], body[8:40], numbers[1], numbers[2], old=len(value) == OLD)
