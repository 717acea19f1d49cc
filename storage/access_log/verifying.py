"""Verifies the access log: names each row that is wrong and each gap, and what an operator has explained."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, select

from storage.access_log.chain import OPEN_LETTER, RESTORES, Kept, after, blank, over, right
from storage.database.tables import audit, micros
from storage.keys.signed_head import NO_HEAD, Head
from storage.keys.vault import Vault, WrongKey

__all__ = ["Fault", "Wrong", "examined", "verify"]


class Wrong(StrEnum):
    """What is wrong with a line, with the lines between two, or with the key store."""

    CHANGED = "changed"  # the line is not what was written
    UNFOLLOWED = "unfollowed"  # the line is genuine, and follows another one than the one before it
    GAP = "gap"  # lines were signed for or followed, and are not there
    UNMARKED = "unmarked"  # the line was blanked by somebody else than retention
    EARLY = "early"  # it was blanked before its period's end, or in the future
    BACK = "back"  # it was blank once, and full again
    OLDER_KEYS = "older_keys"  # when the line was written, the key store knew less than before
    FOREIGN_HEAD = "foreign_head"  # when the line was written, the head was not signed by this key store
    UNPROVED = "unproved"  # blank since before marks existed: counted, no fault


NOTES: Final = frozenset({Wrong.UNPROVED})


@dataclass(frozen=True, slots=True)
class Fault:
    """Of which lines (first 0: of the key store as it is now). explained: an operator put an older file back and said
    so, or the line is older than the proof."""

    wrong: Wrong
    first: int
    last: int
    explained: bool = False


def verify(conn: Connection, vault: Vault, now: datetime | None = None) -> tuple[Fault, ...]:
    """What is wrong and not explained; nothing when the log is whole. now: what is blanked later than that is wrong."""
    return tuple(fault for fault in examined(conn, vault, now) if not fault.explained)


def examined(conn: Connection, vault: Vault, now: datetime | None = None) -> tuple[Fault, ...]:
    """Everything there is to say, line by line. A head one line behind is a crash between the commit and the
    signature, and no fault.

    Others may write meanwhile: the head is read before the rows and after them. What was signed before must be there;
    what a row has seen must be signed by the end.
    """
    faults: list[Fault] = []
    head, foreign = _head(vault)
    previous, deepest = None, 0
    expected, last = 1, 0
    for row in conn.execute(select(audit).order_by(audit.c.seq)):
        genuine = right(vault, row)
        told = genuine and (row.action in RESTORES or row.kept == Kept.RESTORE)
        if row.seq > expected and (genuine or row.seq <= head.seq):
            faults.append(Fault(Wrong.GAP, expected, row.seq - 1, told))
            previous = None
        if not genuine:
            bare = blank(row) and row.mark is None
            faults.append(Fault(Wrong.UNMARKED if bare else Wrong.CHANGED, row.seq, row.seq))
        else:
            faults += _judged(row, head, now)
            joined = previous is None or bytes(row.prev) in after(vault, bytes(previous.h), row.seq)
            if not joined or (row.seq == head.seq and bytes(row.h) != head.h):
                faults.append(Fault(Wrong.UNFOLLOWED, row.seq, row.seq))
            if row.seen is not None and row.seen < deepest:
                wrong = Wrong.FOREIGN_HEAD if row.seen < 0 else Wrong.OLDER_KEYS
                faults.append(Fault(wrong, row.seq, row.seq, told and row.seen >= 0))
            deepest = max(deepest, row.seen or 0)
            last = row.seq
        previous = row if genuine else None
        if genuine or row.seq <= max(head.seq, expected):
            expected = max(expected, row.seq + 1)
    if head.seq >= expected:
        faults.append(Fault(Wrong.GAP, expected, head.seq))
    head, foreign_now = _head(vault)
    if foreign or foreign_now:
        faults.append(Fault(Wrong.FOREIGN_HEAD, 0, 0))
    elif head.seq < deepest:
        faults.append(Fault(Wrong.OLDER_KEYS, 0, last))
    return tuple(faults)


def _head(vault: Vault) -> tuple[Head, bool]:
    """The signed head, and whether there is one that is not this key store's."""
    try:
        return vault.keyring.signed_head() or NO_HEAD, False
    except WrongKey:
        return NO_HEAD, True


def _judged(row: Any, head: Head, now: datetime | None) -> list[Fault]:
    """What a genuine row says of itself: a blank one when and why it was blanked; a full one that it was never."""
    if not blank(row):
        opened = row.action == OPEN_LETTER
        back = row.at < (head.opened if opened else head.usual)
        return [Fault(Wrong.BACK, row.seq, row.seq)] if back else []
    if row.kept == Kept.UNPROVED:
        return [Fault(Wrong.UNPROVED, row.seq, row.seq, explained=True)]
    if row.kept == Kept.AGAIN:
        return [Fault(Wrong.BACK, row.seq, row.seq)]
    early = not over(row.day, Kept(row.kept), row.blanked_at) or (now is not None and row.blanked_at > micros(now))
    return [Fault(Wrong.EARLY, row.seq, row.seq)] if early else []
