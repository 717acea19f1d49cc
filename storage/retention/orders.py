"""Orders with their dispatch records: three years after their last change, as distance-sales law asks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from flows.order.order import OVER
from storage.database.tables import consent, dispatch, family, instant, micros, orders, person, print_outbox, scan
from storage.keys.vault import Vault
from storage.queues.keys_to_shred import ask_shred
from storage.retention.rule import SLICE, Rule, years


def clear(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    ended = orders.c.state.in_([str(state) for state in OVER]) & (orders.c.updated_at < micros(before))
    gone = conn.execute(select(orders.c.id, orders.c.person_id).where(ended).limit(SLICE)).all()
    for row in gone:
        for table in (dispatch, print_outbox, consent, scan):
            conn.execute(delete(table).where(table.c.order_id == row.id))
        conn.execute(delete(orders).where(orders.c.id == row.id))
        theirs = person.c.id == row.person_id
        conn.execute(person.update().where(theirs).values(order_count=person.c.order_count - 1))
    _months_without_scans(conn, now)
    return len(gone)


def _months_without_scans(conn: Connection, now: datetime) -> None:
    """A month's key goes with the last tracking number it sealed."""
    oldest = conn.scalar(select(func.min(scan.c.at)))
    past = f"scans/{now if oldest is None else instant(oldest):%Y-%m}"
    theirs = family.c.name.like("scans/%") & (family.c.name < past)
    for key in conn.scalars(select(family.c.key_id).where(theirs)).all():
        ask_shred(conn, key, now, because="period over")
    conn.execute(delete(family).where(theirs))


RULE = Rule("order", years(3), "Distance Sales By-law m.20: three years", clear)
