"""Orders with their dispatch records: three years after their last change, as distance-sales law asks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select

from storage.retention.drafts import LIVE
from storage.retention.rule import SLICE, Rule, years
from storage.tables import consent, dispatch, micros, orders, person, print_outbox
from storage.vault import Vault


def clear(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    ended = orders.c.state.not_in([str(state) for state in LIVE]) & (orders.c.updated_at < micros(before))
    gone = conn.execute(select(orders.c.id, orders.c.person_id).where(ended).limit(SLICE)).all()
    for row in gone:
        for table in (dispatch, print_outbox, consent):
            conn.execute(delete(table).where(table.c.order_id == row.id))
        conn.execute(delete(orders).where(orders.c.id == row.id))
        theirs = person.c.id == row.person_id
        conn.execute(person.update().where(theirs).values(order_count=person.c.order_count - 1))
    return len(gone)


RULE = Rule("order", years(3), "Distance Sales By-law m.20: three years", clear)
