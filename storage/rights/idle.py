"""Accounts that nobody uses: after two years their owner is told, a month later they end like any other erasure."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, exists, func, select, update

from flows.core.events import Person
from flows.desk.requests.order_endings import ENDING
from flows.desk.requests.table import Kind, Origin
from storage.database.tables import conversation, data_request, micros, orders, person
from storage.keys.vault import Vault
from storage.retention.period import Months, past
from storage.rights import requests
from storage.senders.people import opened_person

__all__ = ["GRACE", "IDLE", "end", "told", "unused"]

IDLE = Months(24)
"""As the notice says."""
GRACE = timedelta(days=30)

_last = func.coalesce(conversation.c.updated_at, person.c.created_at)
_open_order = exists().where(orders.c.person_id == person.c.id, orders.c.state.in_([str(s) for s in ENDING]))
_sender = (person.c.channel != "staff") & person.c.handle_index.is_not(None) & person.c.forgotten_at.is_(None)
_JOINED = select(person.c.id, person.c.channel, person.c.handle).join_from(person, conversation, isouter=True)


def unused(conn: Connection, vault: Vault, now: datetime, limit: int = 100) -> list[tuple[str, Person]]:
    """(row, person) of those who are to be told now."""
    old = _JOINED.where(_sender, person.c.known == 1, ~_open_order, _last < micros(past(now, IDLE)))
    rows = conn.execute(old.where(person.c.idle_told_at.is_(None)).limit(limit)).all()
    found = ((row.id, opened_person(vault, row.id, row.channel, row.handle)) for row in rows)
    return [(row, theirs) for row, theirs in found if theirs is not None]


def told(conn: Connection, vault: Vault, row: str, now: datetime) -> None:
    """They were told."""
    conn.execute(update(person).where(person.c.id == row).values(idle_told_at=micros(now)))


def end(conn: Connection, vault: Vault, now: datetime) -> int:
    """Whoever came back since keeps their account; for the others a request is opened that waits for nobody."""
    back = select(person.c.id).join_from(person, conversation).where(_last > person.c.idle_told_at).correlate(None)
    conn.execute(update(person).where(person.c.id.in_(back)).values(idle_told_at=None))
    in_hand = exists().where(
        data_request.c.person_id == person.c.id, data_request.c.kind == Kind.ERASURE,
        data_request.c.state.in_(requests.IN_HAND),
    )  # fmt: skip
    over = person.c.idle_told_at < micros(now - GRACE)
    ending = conn.scalars(select(person.c.id).where(_sender, over, ~in_hand, ~_open_order)).all()
    for row in ending:
        requests.open_for(conn, row, Kind.ERASURE, Origin.IDLE, now)
    return len(ending)
