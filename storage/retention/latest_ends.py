"""Nothing waits for ever: how long whatever waits may wait at most, and what happens where nothing else has ended it.

`storage.retention` destroys what has ended; this table ends what has not. An order ends by an event of its own table,
at its sender's door, as by any other event (bot/work/latest_ends.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, or_, select, update

from flows.core.effects import SetTimer
from flows.core.events import Person
from flows.core.state import State
from flows.order.order import AT_THE_SINK, OVER, SILENCE
from storage.database.dialects import changed
from storage.database.tables import instant, micros, orders, person, print_outbox, ticket, work
from storage.keys.vault import Vault
from storage.retention.period import last_day
from storage.senders.people import opened_person

__all__ = [
    "MAIL",
    "ORDERS",
    "TICKET",
    "TIMER",
    "WORK",
    "GivenUp",
    "LatestEnd",
    "Overdue",
    "drop_work",
    "given_up",
    "last_day_of",
    "overdue",
    "take_from_workers",
    "unanswered_tickets",
]


@dataclass(frozen=True, slots=True)
class LatestEnd:
    """period: the longest that it may wait. since: from when it is counted. then: what happens. source: by which
    law, or which promise of ours."""

    period: timedelta
    since: ColumnElement[int]
    then: str
    source: str


_ENTERED = orders.c.updated_at
_TO_BE_PRINTED = func.coalesce(
    select(print_outbox.c.not_before).where(print_outbox.c.order_id == orders.c.id).correlate(orders).scalar_subquery(),
    orders.c.updated_at,
)
"""A letter for a day of its own waits for that day first."""

_WEEK, _MONTH = timedelta(days=7), timedelta(days=30)
_DELIVERY = "Law 6502 m.48/3, Distance Sales By-law m.16: thirty days"
_OURS = "docs/design.md, Limits"

ORDERS: Mapping[State, LatestEnd] = {
    State.LINKING: LatestEnd(_WEEK, _ENTERED, "closed, its page too; what is paid later goes back", _OURS),
    State.AWAITING: LatestEnd(_WEEK, _ENTERED, "closed, its page too; what is paid later goes back", _OURS),
    State.HELD: LatestEnd(_MONTH, _ENTERED, "refunded, the letter destroyed", "TBK m.77: it is not ours"),
    State.QUEUED: LatestEnd(_MONTH, _TO_BE_PRINTED, "refunded, the letter destroyed", _DELIVERY),
    State.PRINTING: LatestEnd(_MONTH, _ENTERED, "refunded, the letter destroyed, the staff alarmed", _DELIVERY),
    State.STUCK: LatestEnd(_MONTH, _ENTERED, "refunded, the letter destroyed, the staff alarmed", _DELIVERY),
    State.DISPATCHED: LatestEnd(_WEEK + _MONTH, _ENTERED, "refunded, the staff alarmed", _DELIVERY),
    State.ERASED: LatestEnd(_WEEK + _MONTH, _ENTERED, "refunded, the staff alarmed", _DELIVERY),
    State.OVERDUE: LatestEnd(_MONTH, _ENTERED, "refunded, the staff alarmed", _DELIVERY),
    State.PRINTED: LatestEnd(_MONTH, _ENTERED, "refunded, the staff alarmed", _DELIVERY),
    State.RETURNED: LatestEnd(SILENCE, _ENTERED, "to be destroyed unopened", _OURS),
    State.REPOSTING: LatestEnd(_MONTH, _ENTERED, "refunded, the staff alarmed", _DELIVERY),
    State.DESTROYING: LatestEnd(_MONTH, _ENTERED, "closed, the staff alarmed", _OURS),
}
"""Every state in which somebody still owes the sender a step. Each has its act in the column "latest end" of
flows.order.order.TABLE."""

assert set(ORDERS) == set(State) - OVER


_ASKED = work.c.created_at
_SPOKEN = func.coalesce(ticket.c.warned_at, ticket.c.last_at, ticket.c.opened_at)
"""Of a question that waits for us, warned_at is when it came back from being put aside: later than the last word."""

TICKET = LatestEnd(_MONTH, _SPOKEN, "closed, its sender told that nobody has answered", _OURS)
"""An open ticket that waits for us. One that we have answered is closed after a week of its sender's silence, and not
before its sender was told so (flows.desk.support.relayed)."""

MAIL = LatestEnd(_WEEK, _ASKED, "given up, as any message", "KVKK m.7")
TIMER = LatestEnd(3 * _MONTH, _ASKED, "given up: what it was set for has an end of its own", "KVKK m.7")
WORK = LatestEnd(_MONTH, _ASKED, "given up, its sender told; a refund stays open for a person", "KVKK m.7, TBK m.77")
"""Slow work, also what is parked, by its kind: e-mails, timers, all else. Of a refund only the trying ends: that it is
owed stands in our books, and the alarm "refunds_stuck" goes on."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """An order that has stood in its state for too long, and since when: it may have moved on before it is ended."""

    order: str
    state: State
    since: datetime
    person: Person


def overdue(conn: Connection, vault: Vault, now: datetime, limit: int = 200) -> list[Overdue]:
    """What is to be ended now, the oldest first; but not what a dispatcher is handing over at this moment."""
    waited = (and_(orders.c.state == str(state), end.since < micros(now - end.period)) for state, end in ORDERS.items())
    handed = exists().where(
        print_outbox.c.order_id == orders.c.id,
        print_outbox.c.state.in_(AT_THE_SINK),
        print_outbox.c.lease_until > micros(now),
    )
    found = (
        select(orders.c.id, orders.c.state, orders.c.updated_at, person.c.id.label("row"), person.c.channel)
        .add_columns(person.c.handle)
        .join_from(orders, person, person.c.id == orders.c.person_id)
        .where(or_(*waited), ~handed, person.c.handle.is_not(None))
        .order_by(orders.c.updated_at)
        .limit(limit)
    )
    rows = ((row, opened_person(vault, row.row, row.channel, row.handle)) for row in conn.execute(found).all())
    return [Overdue(row.id, State(row.state), instant(row.updated_at), theirs) for row, theirs in rows if theirs]


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Work that has been tried, or parked, for too long."""

    id: int
    kind: str
    person: Person | None


def given_up(conn: Connection, vault: Vault, now: datetime, limit: int = 200) -> list[GivenUp]:
    """What is to be given up now, but what is tried at this moment. Nobody where no chat is known any more."""

    def old(end: LatestEnd) -> ColumnElement[bool]:
        return end.since < micros(now - end.period)

    mail, timer = work.c.kind.like("Mail%"), work.c.kind == SetTimer.__name__
    waited = or_(and_(mail, old(MAIL)), and_(timer, old(TIMER)), and_(~mail, ~timer, old(WORK)))
    found = (
        select(work.c.id, work.c.kind, person.c.id.label("row"), person.c.channel, person.c.handle)
        .join_from(work, person, person.c.id == work.c.person_id)
        .where(waited, _idle(now))
        .order_by(work.c.id)
        .limit(limit)
    )
    return [
        GivenUp(row.id, row.kind, opened_person(vault, row.row, row.channel, row.handle))
        for row in conn.execute(found).all()
    ]


def _idle(now: datetime) -> ColumnElement[bool]:
    return or_(work.c.taken_until.is_(None), work.c.taken_until <= micros(now))


def take_from_workers(conn: Connection, vault: Vault, number: int, now: datetime, until: datetime) -> bool:
    """Whether it is ours to give up until then; False where somebody is at it, or it is done."""
    free = update(work).where(work.c.id == number, _idle(now))
    return changed(conn, free.values(taken_by=None, taken_until=micros(until))) == 1


def drop_work(conn: Connection, vault: Vault, number: int) -> None:
    """Whoever waited for it has been told."""
    conn.execute(delete(work).where(work.c.id == number))


def unanswered_tickets(conn: Connection, vault: Vault, now: datetime) -> list[int]:
    """Open tickets whose sender has spoken last, and too long ago; but those that are put aside."""
    put_aside = ticket.c.snoozed_until.is_not(None)  # until it is on the table again
    waits = and_(ticket.c.state == "open", func.coalesce(ticket.c.last_by, "") != "agent", ~put_aside)
    old = TICKET.since < micros(now - TICKET.period)
    return list(conn.scalars(select(ticket.c.number).where(waits, old)).all())


def last_day_of(conn: Connection, order: str) -> date | None:
    """The day on which an order ends at the latest in its present state; None for one that is over."""
    row: Any = conn.execute(select(orders.c.state).where(orders.c.id == order)).first()
    end = None if row is None else ORDERS.get(State(row.state))
    if end is None:
        return None
    since = conn.scalar(select(end.since).select_from(orders).where(orders.c.id == order))
    return None if since is None else last_day(instant(since), end.period)
