"""Records what was scanned about a letter, and finds the letter to which a scanned mark belongs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, func, insert, select

from flows.address.address import Address, is_prison
from flows.core.events import Person
from flows.core.state import State
from flows.order.number import written
from storage.database.dialects import changed, fresh_id
from storage.database.tables import dispatch, instant, micros, orders, person, scan
from storage.keys import codecs
from storage.keys.families import family_key
from storage.keys.vault import Broken, KeyGone, Vault
from storage.senders.people import opened_person

__all__ = ["OnPaper", "find", "handed_to", "listing", "record", "taken", "tracking_mark", "waiting"]

HANDED_OVER = (State.DISPATCHED, State.ERASED)
"""The print room has a letter's file and has scanned nothing yet."""
EXPECTED = (*HANDED_OVER, State.OVERDUE, State.PRINTED, State.REPOSTING, State.DESTROYING)
"""The print room owes these letters a scan."""


@dataclass(frozen=True, slots=True)
class OnPaper:
    """A dispatched letter as the print room may see it: no name, no word. `piece` is what its sheets bear; `since` when
    it came into its state. person: None once forgotten. serial: what its sheets bear too, 0 where none was given.
    by_hand: its sheets bear no marks; only `listing` says so, and only as long as the address is needed."""

    order: str
    number: str
    piece: str
    product: str
    pages: int
    state: State
    since: datetime
    person: Person | None
    serial: int = 0
    by_hand: bool = False


def record(conn: Connection, vault: Vault, order: str, kind: str, *, tracking: str, reason: str, at: datetime) -> None:
    """One line of the journal. The tracking number is sealed with the month's key: it outlives the person's."""
    mark, sealed, index = fresh_id(), None, None
    if tracking:
        key = family_key(conn, vault, f"scans/{at:%Y-%m}", at)
        sealed = vault.seal(tracking.encode(), key_id=key, table="scan", column="tracking", row=mark)
        index = _blinded(vault, tracking)
    values = {
        "order_id": order, "kind": kind, "reason": reason, "mark": mark, "tracking": sealed, "tracking_index": index,
        "at": micros(at),
    }  # fmt: skip
    changed(conn, insert(scan), **values)


def _blinded(vault: Vault, tracking: str) -> bytes:
    return vault.blind("scan.tracking", tracking)


def tracking_mark(conn: Connection, vault: Vault, tracking: str) -> str:
    """Tells one tracking number from another without naming it."""
    return _blinded(vault, tracking).hex()


def taken(conn: Connection, vault: Vault, tracking: str, order: str) -> bool:
    """Whether a tracking number was given to another letter."""
    same = scan.c.tracking_index == _blinded(vault, tracking)
    return conn.scalar(select(scan.c.id).where(same, scan.c.order_id != order).limit(1)) is not None


_ON_PAPER = select(
    orders.c.id, orders.c.number, orders.c.letter_id, orders.c.product, orders.c.pages, orders.c.state,
    orders.c.updated_at, orders.c.addressee, person.c.id.label("row"), person.c.channel, person.c.handle,
    func.coalesce(dispatch.c.serial, 0).label("serial"),
).join_from(orders, person, person.c.id == orders.c.person_id, isouter=True).join(
    dispatch, dispatch.c.order_id == orders.c.id, isouter=True
)  # fmt: skip


def find(conn: Connection, vault: Vault, *, number: int | None = None, piece: str = "") -> OnPaper | None:
    """The letter of an order number, or of the piece id on its sheets (the first twelve digits of the letter's id)."""
    wanted = orders.c.number == number if number is not None else _begins(piece.lower())
    row = conn.execute(_ON_PAPER.where(wanted).limit(2)).all()
    return _on_paper(vault, row[0]) if len(row) == 1 else None


def _begins(piece: str) -> Any:
    """A range instead of LIKE, so that the index serves it in both dialects; "g" follows the last hexadecimal digit."""
    return (orders.c.letter_id >= piece) & (orders.c.letter_id < piece + "g")


def waiting(conn: Connection, vault: Vault, before: datetime, limit: int = 200) -> list[OnPaper]:
    """Letters that lie in the tray unscanned and were dispatched before an instant, the oldest first."""
    old = orders.c.state.in_([str(state) for state in HANDED_OVER]) & (orders.c.dispatched_at < micros(before))
    found = _ON_PAPER.where(old).order_by(orders.c.dispatched_at).limit(limit)
    return [_on_paper(vault, row) for row in conn.execute(found)]


def listing(conn: Connection, vault: Vault, states: Collection[State] = EXPECTED) -> list[OnPaper]:
    """What the print room is waited for, in the order of numbers."""
    found = _ON_PAPER.where(orders.c.state.in_([str(state) for state in states])).order_by(orders.c.number)
    return [replace(_on_paper(vault, row), by_hand=_to_a_prison(vault, row)) for row in conn.execute(found)]


def _on_paper(vault: Vault, row: Any) -> OnPaper:
    theirs = None if row.row is None else opened_person(vault, row.row, row.channel, row.handle)
    piece, state, since = row.letter_id[:12].upper(), State(row.state), instant(row.updated_at)
    return OnPaper(row.id, written(row.number), piece, row.product, row.pages, state, since, theirs, row.serial)


def _to_a_prison(vault: Vault, row: Any) -> bool:
    """Asked of the sealed address each time: that a letter goes to a prison is stored nowhere."""
    if row.addressee is None:
        return False
    try:
        addressed = codecs.read_addressed(vault.open(row.addressee, table="orders", column="addressee", row=row.id))
    except (Broken, KeyGone):  # changed, or destroyed at this very moment: the others are still listed
        return False
    return addressed.address is not None and is_prison(msgspec.convert(addressed.address, Address))


def handed_to(conn: Connection, vault: Vault, order: str) -> tuple[str, str] | None:
    """(sink, receipt) of a dispatched letter."""
    row = conn.execute(select(dispatch.c.sink, dispatch.c.receipt).where(dispatch.c.order_id == order)).first()
    return None if row is None else (row.sink, row.receipt)
