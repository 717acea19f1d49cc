"""What binds the lines of the access log: a keyed hash of each row, a link to the one before, a mark on a blank row."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date
from enum import StrEnum
from typing import Any, Final

import msgspec

from flows.words.dates import today_in_istanbul
from storage.database.tables import instant
from storage.keys.vault import Vault

__all__ = [
    "FIELDS",
    "OPEN_LETTER",
    "RESTORES",
    "RESTORE_BACKUP",
    "RESTORE_KEYS",
    "YEARS",
    "Kept",
    "after",
    "blank",
    "day_of",
    "link",
    "mark",
    "over",
    "right",
    "row_hash",
]

OPEN_LETTER: Final = "open_letter"
"""The action of a break-glass opening; kept ten years."""
RESTORE_BACKUP: Final = "restore_backup"
RESTORE_KEYS: Final = "restore_keys"
RESTORES: Final = (RESTORE_BACKUP, RESTORE_KEYS)
"""Acts that explain a gap: an operator has put an older file back, and said so."""
FIELDS: Final = ("at", "actor", "action", "subject", "purpose", "ticket", "outcome")
"""What goes blank when a row's period is over."""
EPOCH: Final = date(1970, 1, 1).toordinal()


class Kept(StrEnum):
    """Why a row is blank. A period that changes is a kind of its own: a row's mark is judged by the period of its
    time."""

    USUAL = "usual"
    OPENED = "opened"
    RESTORE = "restore"  # the row told of a restore, and still explains the gap before it
    PUT_BACK = "put_back"  # blank once, in an older copy not, and blanked anew when that was put back
    AGAIN = "again"  # blank once and then full again, by nobody's right: the mark says so for ever
    UNPROVED = "unproved"  # blank before marks existed: nothing proves when


YEARS: Final[dict[Kept, int]] = {
    Kept.USUAL: 2,
    Kept.OPENED: 10,
    Kept.RESTORE: 2,
    Kept.PUT_BACK: 2,
    Kept.AGAIN: 2,
}
"""How many years of the calendar a row was full at least; the retention rules and `verify` both read it."""


def day_of(at: int) -> int:
    """The day in Istanbul, counted from 1 January 1970: by days a period ends (storage/retention/period.py)."""
    return today_in_istanbul(instant(at)).toordinal() - EPOCH


def over(day: int, kept: Kept, at: int) -> bool:
    """Whether at that instant the last day of the period was over. What began on 29 February ends on the 28th."""
    began = date.fromordinal(day + EPOCH)
    year = began.year + YEARS[kept]
    last = date(year, 2, 28) if (began.month, began.day) == (2, 29) else began.replace(year=year)
    return today_in_istanbul(instant(at)) > last


def row_hash(vault: Vault, seq: int, values: tuple[Any, ...], seen: int | None) -> bytes:
    """Keyed: a blanked row cannot be guessed back from its hash. seen: None for rows older than that column."""
    body = (seq, *values) if seen is None else (seq, *values, seen)
    return hmac.digest(vault.keyring.derived("audit-row"), msgspec.json.encode(body), hashlib.sha256)


def link(vault: Vault, prev: bytes, hashed: bytes) -> bytes:
    return hmac.digest(vault.keyring.derived("audit-chain"), prev + hashed, hashlib.sha256)


def after(vault: Vault, h: bytes, seq: int) -> tuple[bytes, bytes]:
    """What line `seq` may be linked to after a line that ends in `h`: that, or, where a foreign row may have taken it,
    what only this key store makes of it."""
    return h, link(vault, h, seq.to_bytes(8, "big"))


def mark(vault: Vault, row: Any, *, at: int, day: int | None, kept: str) -> bytes:
    """Binds a blank row's number, links, day and kind to the moment at which its period was found to be over."""
    links = (bytes(row.prev).hex(), bytes(row.row_hash).hex(), bytes(row.h).hex())
    body = msgspec.json.encode((row.seq, *links, row.seen, at, day, kept))
    return hmac.digest(vault.keyring.derived("audit-blank"), body, hashlib.sha256)


def blank(row: Any) -> bool:
    return all(getattr(row, name) is None for name in FIELDS)


def right(vault: Vault, row: Any) -> bool:
    """Whether the row, by itself, is what this key store's service has written: as a line, or as a blank one."""
    prev, hashed, marked = bytes(row.prev), bytes(row.row_hash), (row.blanked_at, row.day, row.kept, row.mark)
    if not hmac.compare_digest(bytes(row.h), link(vault, prev, hashed)):
        return False
    if blank(row):
        known = row.mark is not None and row.blanked_at is not None and row.kept is not None
        return known and hmac.compare_digest(
            bytes(row.mark), mark(vault, row, at=row.blanked_at, day=row.day, kept=row.kept)
        )
    values = tuple(getattr(row, name) for name in FIELDS)
    unmarked = all(one is None for one in marked)
    return unmarked and hmac.compare_digest(hashed, row_hash(vault, row.seq, values, row.seen))
