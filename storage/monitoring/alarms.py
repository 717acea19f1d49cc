"""Counts the rows in each kind of trouble, and keeps what the staff has been told of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, case, delete, func, or_, select, union, update

from flows.core.effects import DrawPreview, Refund
from flows.core.state import State
from flows.desk.admin.alarms import UNHEARD, LastingAlarm
from flows.desk.base.request import CHANNEL
from flows.desk.requests.table import ALARM_AFTER, UNDECIDED, UNFINISHED
from storage.database.dialects import changed, once, say
from storage.database.tables import (
    alarm,
    batch,
    data_request,
    errand,
    instant,
    message_outbox,
    micros,
    orders,
    payment_event,
    payment_reference,
    person,
    print_outbox,
    quarantine,
    refund,
    shred,
    ticket,
    work,
)
from storage.keys.vault import Vault
from storage.printing.scans import HANDED_OVER

__all__ = ["QUERIES", "LastingAlarm", "claim", "counts", "ended", "known", "unclaim"]

MINUTES, DAYS = timedelta(minutes=1), timedelta(days=1)


def _rows(table: Any, *where: Any) -> Select[int]:
    return select(func.count()).select_from(table).where(*where)


def _in(*states: State) -> Any:
    return orders.c.state.in_([str(state) for state in states])


def _unsent(*where: Any) -> Select[int]:
    return _rows(message_outbox.join(person), person.c.reachable == 1, *where)


def _waiting(ago: Callable[[timedelta], int]) -> Any:
    claimable = and_(print_outbox.c.state == "ready", print_outbox.c.not_before <= ago(30 * MINUTES))
    left = and_(
        print_outbox.c.state.in_(("leased", "submitting", "submitted")), print_outbox.c.lease_until <= ago(30 * MINUTES)
    )
    return or_(claimable, left)


def _callbacks(trouble: str, ago: Callable[[timedelta], int]) -> Select[int]:
    return _rows(payment_event, payment_event.c.trouble == trouble, payment_event.c.at > ago(DAYS))


def _unclear(ago: Callable[[timedelta], int]) -> Select[int]:
    """Orders with a callback, a page's end or a link's end about which the institution has given no full answer."""
    event, page, before = payment_event.c, payment_reference.c, ago(60 * MINUTES)
    asked = union(
        select(event.order_id).where(event.order_id.is_not(None), event.settled_at.is_(None), event.at < before),
        # An attempt to send money back is noted with a time, too; it is no page.
        select(page.order_id).where(page.kind == "page", page.asked_at.is_(None), page.until < before),
        select(orders.c.id).where(_in(State.AWAITING), orders.c.url_until < before),
    ).subquery()
    return select(func.count()).select_from(asked)


def _stuck_refunds() -> Select[int]:
    """Those that nothing tries: each refund that is tried has one piece of work."""
    asked = _rows(refund, refund.c.state == "asked").scalar_subquery()
    tried = _rows(work, work.c.kind == Refund.__name__, work.c.parked == 0).scalar_subquery()
    return select(case((asked > tried, asked - tried), else_=0))


Ago = Callable[[timedelta], int]
QUERIES: Mapping[str, Callable[[Ago], Select[int]]] = {
    "prints_stuck": lambda ago: _rows(print_outbox, print_outbox.c.state == "needs_human"),
    "prints_late": lambda ago: _rows(print_outbox, _waiting(ago)),
    "tray_unscanned": lambda ago: _rows(orders, _in(*HANDED_OVER), orders.c.dispatched_at < ago(2 * DAYS)),
    "tray_overdue": lambda ago: _rows(orders, _in(State.OVERDUE)),
    "letters_lost": lambda ago: _rows(orders, _in(State.LOST), orders.c.updated_at > ago(7 * DAYS)),
    "batches_stopped": lambda ago: _rows(batch, batch.c.stopped > 0),
    "returns_late": lambda ago: _rows(
        orders, _in(State.REPOSTING, State.DESTROYING), orders.c.updated_at < ago(7 * DAYS)
    ),
    "payments_held": lambda ago: _rows(orders, _in(State.HELD)),
    "payments_unclear": _unclear,
    "callbacks_unknown": lambda ago: _callbacks("unknown_order", ago),
    "callbacks_with_cards": lambda ago: _callbacks("card", ago),
    "refunds_stuck": lambda ago: _stuck_refunds(),
    "refunds_late": lambda ago: _rows(refund, refund.c.state == "asked", refund.c.at < ago(DAYS)),
    "messages_late": lambda ago: _unsent(person.c.channel != CHANNEL, message_outbox.c.created_at < ago(15 * MINUTES)),
    UNHEARD: lambda ago: _unsent(person.c.channel == CHANNEL, message_outbox.c.created_at < ago(5 * MINUTES)),
    "letters_refused": lambda ago: select(func.count(work.c.person_id.distinct())).where(
        work.c.parked == 1, work.c.kind == DrawPreview.__name__, work.c.created_at > ago(DAYS)
    ),
    "work_parked": lambda ago: _rows(
        work, work.c.parked == 1, work.c.kind.not_in((Refund.__name__, DrawPreview.__name__))
    ),
    "work_late": lambda ago: _rows(
        work,
        work.c.parked == 0,
        or_(work.c.due_at < ago(15 * MINUTES), and_(work.c.attempts > 4, work.c.created_at < ago(15 * MINUTES))),
    ),
    "shreds_late": lambda ago: _rows(shred, shred.c.done_at.is_(None), shred.c.at < ago(60 * MINUTES)),
    "requests_due": lambda ago: _rows(
        data_request, data_request.c.state.in_(map(str, UNFINISHED)), data_request.c.opened_at < ago(ALARM_AFTER)
    ),
    "requests_undecided": lambda ago: _rows(
        data_request, data_request.c.article == UNDECIDED, data_request.c.closed_at > ago(7 * DAYS)
    ),
    "tickets_unanswered": lambda ago: _rows(
        ticket,
        ticket.c.state == "open",
        func.coalesce(ticket.c.last_by, "") != "agent",
        func.coalesce(ticket.c.last_at, ticket.c.opened_at) < ago(7 * DAYS),
    ),
    "decisions_late": lambda ago: _rows(errand, errand.c.at < ago(60 * MINUTES)),
    "updates_quarantined": lambda ago: _rows(quarantine, quarantine.c.at > ago(60 * MINUTES)),
}
"""One question for each row of flows.desk.admin.alarms.ALARMS."""


def counts(conn: Connection, vault: Vault, now: datetime) -> dict[str, int]:
    """How many rows are in each kind of trouble of flows.desk.admin.alarms, in one statement."""

    def ago(how_long: timedelta) -> int:
        return micros(now - how_long)

    asked = (query(ago).scalar_subquery().label(name) for name, query in QUERIES.items())
    return {name: int(count) for name, count in conn.execute(select(*asked)).one()._mapping.items()}


def known(conn: Connection, vault: Vault) -> dict[str, LastingAlarm]:
    """Troubles that lasted at the last round."""
    return {
        row.name: LastingAlarm(instant(row.since), None if row.told_at is None else instant(row.told_at))
        for row in conn.execute(select(alarm))
    }


_NEW = once(alarm)


def claim(conn: Connection, vault: Vault, name: str, now: datetime, again: timedelta) -> bool:
    """Whether it is ours to tell: new, or told longer ago than `again`. Of several staff processes one tells it."""
    say(conn, _NEW, {"name": name, "since": micros(now), "told_at": None})
    late = or_(alarm.c.told_at.is_(None), alarm.c.told_at <= micros(now - again))
    return changed(conn, update(alarm).where(alarm.c.name == name, late).values(told_at=micros(now))) == 1


def unclaim(conn: Connection, vault: Vault, name: str) -> None:
    """Nobody could be reached: it is told at the next round."""
    changed(conn, update(alarm).where(alarm.c.name == name).values(told_at=None))


def ended(conn: Connection, vault: Vault, name: str) -> bool:
    """It is over; whether it is ours to tell."""
    return changed(conn, delete(alarm).where(alarm.c.name == name)) == 1
