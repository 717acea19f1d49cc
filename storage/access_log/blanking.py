"""Blanks lines of the access log whose period is over: the links stay, and a keyed mark says when and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, select, update

from storage.access_log.chain import FIELDS, OPEN_LETTER, RESTORES, Kept, blank, day_of, mark, right
from storage.database.dialects import many
from storage.database.tables import audit, micros
from storage.keys.signed_head import NO_HEAD, Head
from storage.keys.vault import Vault, WrongKey

__all__ = ["adopt", "blank_again", "clear", "note"]

MARKS: Final = ("blanked_at", "day", "kept", "mark")
_BLANKED: Final = (
    update(audit)
    .where(audit.c.seq == bindparam("number"))
    .values(**dict.fromkeys(FIELDS), **{name: bindparam(f"its_{name}") for name in MARKS})
)
_OLDER: Final = {
    Kept.USUAL: and_(audit.c.at < bindparam("before"), audit.c.action != OPEN_LETTER),
    Kept.OPENED: and_(audit.c.at < bindparam("before"), audit.c.action == OPEN_LETTER),
}


def clear(conn: Connection, vault: Vault, kind: Kept, before: datetime, now: datetime, most: int) -> int:
    """Blanks lines of a kind that are older than `before`, `most` at once; returns how many. A line that is not what
    was written stays as it is: it is evidence, and what it says of its own age proves nothing."""
    head = _head(vault)
    known = head.opened if kind is Kept.OPENED else head.usual
    found: list[dict[str, Any]] = []
    for row in _of(conn, kind, micros(before)):
        if len(found) == most:
            break
        if right(vault, row):
            found.append(_marked(vault, row, micros(now), Kept.AGAIN if row.at < known else _why(row, kind)))
    many(conn, _BLANKED, found)
    return len(found)


def note(conn: Connection, vault: Vault, usual: datetime, opened: datetime) -> None:
    """Once a purge is committed, the key store remembers up to when every right line of a kind is blank."""
    cleared = {}
    for kind, before in ((Kept.USUAL, micros(usual)), (Kept.OPENED, micros(opened))):
        left = any(right(vault, row) for row in _of(conn, kind, before))
        cleared[kind] = 0 if left else before
    vault.keyring.sign_blanked(cleared[Kept.USUAL], cleared[Kept.OPENED])


def blank_again(conn: Connection, vault: Vault, now: datetime) -> None:
    """After an operator has put an older copy back: what was blank is blank again, and so is what older versions of
    this program left blank without a mark."""
    head = _head(vault)
    blanked = ((Kept.USUAL, head.usual), (Kept.OPENED, head.opened))
    back = [row for kind, before in blanked for row in _of(conn, kind, before)]
    many(conn, _BLANKED, [_marked(vault, row, micros(now), Kept.PUT_BACK) for row in back if right(vault, row)])
    _prove_nothing(conn, vault, head)


def adopt(conn: Connection, vault: Vault) -> int:
    """Once, at the first start with marks: lines that are blank already get one that says that nothing proves when.

    The key store remembers that it was done, in the form of its head, and no row may have a mark yet: an older key
    store put back makes nobody do it again. Returns how many lines.
    """
    head = _head(vault)
    begun = select(audit.c.seq).where(audit.c.mark.is_not(None) | audit.c.seen.is_not(None)).limit(1)
    if not head.old or conn.scalar(begun) is not None:
        return 0
    return _prove_nothing(conn, vault, head)


def _prove_nothing(conn: Connection, vault: Vault, head: Head) -> int:
    bare = audit.c.at.is_(None) & audit.c.mark.is_(None) & audit.c.seen.is_(None) & (audit.c.seq <= head.seq)
    rows = [row for row in conn.execute(select(audit).where(bare).order_by(audit.c.seq)) if blank(row)]
    many(conn, _BLANKED, [_marked(vault, row, 0, Kept.UNPROVED) for row in rows])
    return len(rows)


def _of(conn: Connection, kind: Kept, before: int) -> Any:
    return conn.execute(select(audit).where(_OLDER[kind]).order_by(audit.c.seq), {"before": before})


def _why(row: Any, kind: Kept) -> Kept:
    return Kept.RESTORE if row.action in RESTORES else kind


def _marked(vault: Vault, row: Any, at: int, kept: Kept) -> dict[str, Any]:
    day = None if row.at is None else day_of(row.at)
    made = mark(vault, row, at=at, day=day, kept=str(kept))
    return {"number": row.seq, "its_blanked_at": at, "its_day": day, "its_kept": str(kept), "its_mark": made}


def _head(vault: Vault) -> Head:
    try:
        return vault.keyring.signed_head() or NO_HEAD
    except WrongKey:
        return NO_HEAD
