"""To whom a letter went: a week after it left (or the order ended) only a province and a month are counted."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, select, update

from flows.core.state import State
from storage.database.dialects import Either, say
from storage.database.tables import destination, instant, micros, orders
from storage.keys import codecs
from storage.keys.vault import KeyGone, Vault
from storage.payments import contracts
from storage.retention.drafts import LIVE
from storage.retention.rule import SLICE, Rule

_ONE_MORE = Either(
    destination,
    lambda statement: statement.on_conflict_do_update(
        index_elements=["month", "province"], set_={"letters": destination.c.letters + 1}
    ),
)
SENT = (State.DISPATCHED, State.ERASED, State.OVERDUE, State.PRINTED, State.POSTED, State.DESTROYED)
UNSETTLED = (*LIVE, State.RETURNED, State.REPOSTING, State.DESTROYING)
"""The address may still be needed: for printing, or until a return is settled."""


def clear(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    settled = orders.c.state.not_in([str(state) for state in UNSETTLED])
    old = func.coalesce(orders.c.dispatched_at, orders.c.updated_at) < micros(before)
    known = orders.c.updated_at <= micros(now)  # true of all: it names the index of what still has an address
    return forget(conn, vault, orders.c.addressee.is_not(None) & known & settled & old)


def forget(conn: Connection, vault: Vault, which: ColumnElement[bool]) -> int:
    """Counts where letters went and forgets to whom; returns of how many (at most a slice)."""
    found = select(orders.c.id, orders.c.state, orders.c.addressee, orders.c.dispatched_at).where(which)
    ended = conn.execute(found.limit(SLICE)).all()
    for row in ended:
        if row.state in SENT and row.dispatched_at is not None:
            month = f"{instant(row.dispatched_at):%Y-%m}"
            say(conn, _ONE_MORE, {"month": month, "province": _province(vault, row.id, row.addressee), "letters": 1})
        conn.execute(update(orders).where(orders.c.id == row.id).values(addressee=None, url=None))
        contracts.forget_addressee(conn, row.id)
    return len(ended)


def _province(vault: Vault, order: str, sealed: bytes) -> str:
    try:
        addressed = codecs.read_addressed(vault.open(sealed, table="orders", column="addressee", row=order))
    except KeyGone:
        return ""
    address = addressed.address or {}
    return str(address.get("il") or address.get("country") or "")


RULE = Rule("addressee", timedelta(days=7), "KVKK m.7: delivered, returns settled", clear)
