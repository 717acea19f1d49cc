"""The counting window: how much is waiting, in numbers that belong to nobody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, exists, func, or_, select

from storage.messages import STAFF
from storage.tables import (
    data_request,
    destination,
    message_outbox,
    micros,
    orders,
    person,
    print_outbox,
    quarantine,
    shred,
    ticket,
    work,
)

__all__ = ["busy", "count"]

IN_FLIGHT = ("leased", "submitting", "submitted")


def count(conn: Connection) -> dict[str, int]:
    """Everything /durum and /metrics show; "orders_<state>" for each state that occurs."""
    in_state = print_outbox.c.state
    counted = {
        "people": select(func.count())
        .select_from(person)
        .where(person.c.handle_index.is_not(None), person.c.channel != STAFF),
        "work_waiting": select(func.count()).select_from(work).where(work.c.parked == 0),
        "work_parked": select(func.count()).select_from(work).where(work.c.parked == 1),
        "messages_unsent": select(func.count()).select_from(message_outbox),
        "prints_ready": select(func.count()).select_from(print_outbox).where(in_state == "ready"),
        "prints_in_flight": select(func.count()).select_from(print_outbox).where(in_state.in_(IN_FLIGHT)),
        "prints_needs_human": select(func.count()).select_from(print_outbox).where(in_state == "needs_human"),
        "shreds_pending": select(func.count()).select_from(shred).where(shred.c.done_at.is_(None)),
        "tickets_open": select(func.count()).select_from(ticket).where(ticket.c.state == "open"),
        "requests_open": select(func.count()).select_from(data_request).where(data_request.c.state == "open"),
        "quarantined": select(func.count()).select_from(quarantine),
        "letters_sent": select(func.coalesce(func.sum(destination.c.letters), 0)),
    }
    row = conn.execute(select(*(query.scalar_subquery().label(name) for name, query in counted.items()))).one()
    figures = {name: int(value) for name, value in row._mapping.items()}
    by_state = select(orders.c.state, func.count().label("n")).group_by(orders.c.state)
    return figures | {f"orders_{found.state}": found.n for found in conn.execute(by_state)}


def busy(conn: Connection, now: datetime) -> bool:
    """Whether anything is to be done now: something due to say, do or print, or a key to destroy."""
    at = micros(now)
    to_say = exists().where(
        message_outbox.c.person_id == person.c.id, person.c.reachable == 1, message_outbox.c.due_at <= at
    )
    to_do = exists().where(work.c.parked == 0, work.c.due_at <= at)
    to_print = exists().where(
        or_(
            and_(print_outbox.c.state == "ready", print_outbox.c.not_before <= at),
            print_outbox.c.state.in_(IN_FLIGHT),
        )
    )
    to_shred = exists().where(shred.c.done_at.is_(None))
    return bool(conn.scalar(select(or_(to_say, to_do, to_print, to_shred))))
