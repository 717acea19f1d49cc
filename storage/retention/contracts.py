"""Accepted contracts: three years after their order's last change, as distance-sales law asks; then each one's key."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, exists, or_, select

from flows.order.order import OVER
from storage.database.tables import contract, micros, orders
from storage.keys.vault import Vault
from storage.queues.keys_to_shred import ask_shred
from storage.retention.rule import SLICE, Rule, years


def clear(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    """An order that is not over keeps its contract, however old; one whose order is gone has none to prove."""
    theirs = orders.c.id == contract.c.order_id
    ended = exists().where(
        theirs, orders.c.state.in_([str(state) for state in OVER]), orders.c.updated_at < micros(before)
    )
    old = contract.c.at < micros(before)
    which = select(contract.c.order_id, contract.c.key_id).where(old, or_(ended, ~exists().where(theirs)))
    gone = conn.execute(which.limit(SLICE)).all()
    for row in gone:
        conn.execute(delete(contract).where(contract.c.order_id == row.order_id))
        ask_shred(conn, row.key_id, now, because="period over")
    return len(gone)


RULE = Rule("contract", years(3), "Distance Sales By-law m.20: three years", clear)
