"""Counts what is waiting, in numbers that belong to nobody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, case, exists, func, or_, select

from flows.core.effects import SetTimer
from flows.core.state import State
from flows.desk.requests.table import UNFINISHED, Kind
from flows.desk.requests.table import State as RequestState
from flows.order.order import OVER
from storage.database.tables import (
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
from storage.keys.vault import Vault
from storage.printing import refund_requests
from storage.printing.scans import HANDED_OVER
from storage.queues.messages import STAFF
from storage.support import tickets

__all__ = ["ages", "busy", "count", "desk_busy", "waiting"]

IN_HAND = [str(state) for state in UNFINISHED]
IN_FLIGHT = ("leased", "submitting", "submitted")


def count(conn: Connection, vault: Vault) -> dict[str, int]:
    """Everything /durum shows; "orders_<state>" for each state that occurs. It looks at everybody: for who asks."""
    counted = {
        "people": select(func.count())
        .select_from(person)
        .where(person.c.handle_index.is_not(None), person.c.channel != STAFF),
        "letters_sent": select(func.coalesce(func.sum(destination.c.letters), 0)),
    }
    by_state = select(orders.c.state, func.count().label("n")).group_by(orders.c.state)
    of_orders = {f"orders_{found.state}": found.n for found in conn.execute(by_state)}
    found = _counted(conn, counted)
    return {"people": found["people"]} | waiting(conn, vault) | found | of_orders


def waiting(conn: Connection, vault: Vault) -> dict[str, int]:
    """What /metrics shows: only what is still to be done, however many people and orders there were."""
    in_state = print_outbox.c.state
    counted = {
        "work_waiting": select(func.count()).select_from(work).where(work.c.parked == 0),
        "work_parked": select(func.count()).select_from(work).where(work.c.parked == 1),
        "messages_unsent": select(func.count()).select_from(message_outbox),
        "prints_ready": select(func.count()).select_from(print_outbox).where(in_state == "ready"),
        "prints_in_flight": select(func.count()).select_from(print_outbox).where(in_state.in_(IN_FLIGHT)),
        "prints_needs_human": select(func.count()).select_from(print_outbox).where(in_state == "needs_human"),
        "shreds_pending": select(func.count()).select_from(shred).where(shred.c.done_at.is_(None)),
        "tickets_open": select(func.count()).select_from(ticket).where(ticket.c.state == "open"),
        "requests_open": select(func.count()).select_from(data_request).where(data_request.c.state.in_(IN_HAND)),
        "quarantined": select(func.count()).select_from(quarantine),
    }
    live = orders.c.state.in_([str(state) for state in State if state not in OVER])
    by_state = select(orders.c.state, func.count().label("n")).where(live).group_by(orders.c.state)
    return _counted(conn, counted) | {f"orders_{found.state}": found.n for found in conn.execute(by_state)}


def _counted(conn: Connection, counted: dict[str, Select[Any]]) -> dict[str, int]:
    row = conn.execute(select(*(query.scalar_subquery().label(name) for name, query in counted.items()))).one()
    return {name: int(value) for name, value in row._mapping.items()}


def ages(conn: Connection, vault: Vault, now: datetime) -> dict[str, float]:
    """Seconds the oldest has waited that nothing but us holds up; 0.0 where nothing waits. Also what fails again and
    again counts from its beginning; a chat that cannot be reached, a posting day and a timer hold up nothing."""
    at = micros(now)
    due = case(
        (print_outbox.c.not_before > print_outbox.c.queued_at, print_outbox.c.not_before),
        else_=print_outbox.c.queued_at,
    )
    waiting = {
        "messages": select(func.min(message_outbox.c.created_at))
        .join_from(message_outbox, person, person.c.id == message_outbox.c.person_id)
        .where(person.c.reachable == 1),
        "work": select(func.min(work.c.created_at)).where(work.c.parked == 0, work.c.kind != SetTimer.__name__),
        "prints": select(func.min(due)).where(print_outbox.c.state.in_(("ready", *IN_FLIGHT)), due <= at),
        "prints_needs_human": select(func.min(print_outbox.c.queued_at)).where(print_outbox.c.state == "needs_human"),
        "tray": select(func.min(orders.c.dispatched_at)).where(
            orders.c.state.in_([str(state) for state in HANDED_OVER])
        ),
        "shreds": select(func.min(shred.c.at)).where(shred.c.done_at.is_(None)),
        "requests": select(func.min(data_request.c.opened_at)).where(data_request.c.state.in_(IN_HAND)),
    }
    row = conn.execute(select(*(query.scalar_subquery().label(name) for name, query in waiting.items()))).one()
    return {name: max(0, at - since) / 1_000_000 if since else 0.0 for name, since in row._mapping.items()}


def busy(conn: Connection, vault: Vault, now: datetime) -> bool:
    """Whether anything is to be done now: something due to say, do, print or answer, or a key to destroy."""
    at = micros(now)
    # Not a join: from the side of the people it would walk over all of them.
    listens = exists().where(person.c.id == message_outbox.c.person_id, person.c.reachable == 1)
    to_say = exists().where(message_outbox.c.due_at <= at, listens)
    to_do = exists().where(work.c.parked == 0, work.c.due_at <= at)
    to_print = exists().where(
        or_(
            and_(print_outbox.c.state == "ready", print_outbox.c.not_before <= at),
            # What is tried again waits without a lease, for its posting day too.
            and_(
                print_outbox.c.state.in_(IN_FLIGHT),
                or_(print_outbox.c.lease_token.is_not(None), print_outbox.c.not_before <= at),
            ),
        )
    )
    to_answer = exists().where(data_request.c.state == RequestState.CONFIRMED, data_request.c.kind == Kind.ACCESS)
    to_shred = exists().where(shred.c.done_at.is_(None))
    return bool(conn.scalar(select(or_(to_say, to_do, to_print, to_answer, to_shred))))


def desk_busy(conn: Connection, vault: Vault) -> bool:
    """Whether something waits to be relayed to the staff."""
    return tickets.relay_waits(conn) or refund_requests.decided_any(conn)
