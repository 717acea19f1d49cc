"""Seals what a sender wrote so that only its own key opens it, and only in its own place.

A sealed value reads `version | key id 16 | nonce 12 | ciphertext | tag 16` (AES-256-GCM). It is bound to its table,
column and row, so that two sealed values cannot be exchanged; letters are padded, so that their length tells nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag

from storage.keys.keyring import KeyGone, Keyring, KeyStoreError, MissingKey, WrongKey

__all__ = ["Broken", "KeyGone", "KeyStoreError", "Keyring", "MissingKey", "Vault", "WrongKey"]

PLAIN, PADDED = 1, 2  # versions of the sealed form
HEADER = 1 + 16 + 12
KIB = 1024


class Broken(Exception):
    """A sealed value was changed, exchanged or cut: it is refused. The message names its place, never its contents."""


@lru_cache(maxsize=256)
def _place(version: int, table: str, column: str) -> bytes:
    return bytes([version]) + b"".join(len(p).to_bytes(2, "big") + p for p in (table.encode(), column.encode()))


def _bound(version: int, table: str, column: str, row: str, key: bytes) -> bytes:
    """What the seal is bound to, each part with its length before it (so that "ab"+"c" is not "a"+"bc")."""
    place = row.encode()
    return b"".join(
        (_place(version, table, column), len(place).to_bytes(2, "big"), place, len(key).to_bytes(2, "big"), key)
    )


def _padded(plain: bytes) -> bytes:
    """The value with its length before it, filled up to the next power of two KiB."""
    room = KIB
    while room < len(plain) + 4:
        room *= 2
    return (len(plain).to_bytes(4, "big") + plain).ljust(room, b"\0")


class Vault:
    """Seals and opens with a keyring's keys. Everything here serves the person; other purposes go through `audit`."""

    def __init__(self, keyring: Keyring) -> None:
        self.keyring = keyring

    def seal(self, plain: bytes, *, key_id: str, table: str, column: str, row: str, pad: bool = False) -> bytes:
        """The sealed form of `plain`, readable with the data key `key_id` at this place only. Errors: KeyGone."""
        version = PADDED if pad else PLAIN
        key, nonce = bytes.fromhex(key_id), os.urandom(12)
        body = _padded(plain) if pad else plain
        sealed = self.keyring.cipher(key_id).encrypt(nonce, body, _bound(version, table, column, row, key))
        return b"".join((bytes([version]), key, nonce, sealed))

    def open(self, sealed: bytes, *, table: str, column: str, row: str) -> bytes:
        """The plain value. Errors: Broken when it was tampered with or moved, KeyGone when its key was destroyed."""
        version, key, nonce = sealed[0] if sealed else 0, sealed[1:17], sealed[17:HEADER]
        if version not in (PLAIN, PADDED) or len(sealed) < HEADER + 16:
            raise Broken(f"a sealed value of {table}.{column} is not in a known form")
        try:
            body = self.keyring.cipher(key.hex()).decrypt(
                nonce, sealed[HEADER:], _bound(version, table, column, row, key)
            )
        except InvalidTag:
            raise Broken(f"a sealed value of {table}.{column} was changed or exchanged") from None
        return body if version == PLAIN else body[4 : 4 + int.from_bytes(body[:4], "big")]

    def blind(self, column: str, value: str) -> bytes:
        """HMAC-SHA256 of a normalised value under the column's own key: finds a person without storing who it is."""
        return hmac.digest(self.keyring.derived(f"blind/{column}"), value.encode(), hashlib.sha256)
