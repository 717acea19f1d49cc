"""The print outbox as the staff sees it, never with a name, and what a person's hand does with a piece of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from flows.desk.printing.pieces import OutboxRow
from flows.order.number import written
from flows.order.order import HELD_PIECE, NEEDS_HUMAN
from storage.database.dialects import changed
from storage.database.tables import instant, micros, orders, print_outbox
from storage.keys.vault import Vault
from storage.printing.outbox import Fenced, by_hand
from storage.senders.people import hold_row

__all__ = ["hold_back", "listing", "requeue", "retry", "row_of"]

T = print_outbox.c
OPEN = ("ready", *HELD_PIECE)

_WAITING = (
    select(print_outbox, orders.c.number)
    .join_from(print_outbox, orders, orders.c.id == T.order_id)
    .where(T.state != "cleared")
)


def listing(conn: Connection, vault: Vault, now: datetime | None = None) -> list[OutboxRow]:
    """The queue for staff: everything not cleared, oldest first. now: tells what a working dispatcher has in hand."""
    return [_listed(row, now) for row in conn.execute(_WAITING.order_by(T.queued_at, T.order_id))]


def row_of(conn: Connection, vault: Vault, order: str, now: datetime) -> OutboxRow | None:
    """One row of the queue, None for what does not wait; neither it nor its order changes until the transaction ends,
    but by its dispatcher."""
    theirs = conn.scalar(select(T.person_id).where(T.order_id == order))
    if theirs is None:
        return None
    hold_row(conn, theirs)
    row = conn.execute(_WAITING.where(T.order_id == order).with_for_update(of=print_outbox)).first()
    return None if row is None else _listed(row, now)


def _listed(row: Any, now: datetime | None) -> OutboxRow:
    return OutboxRow(
        row.order_id,
        written(row.number),
        row.state,
        row.pages,
        row.sha256,
        row.attempts,
        instant(row.queued_at),
        instant(row.not_before),
        None if row.lease_until is None else instant(row.lease_until),
        row.letter_id[:12].upper(),
        row.person_id,
        bool(now and row.state in HELD_PIECE and row.lease_token and row.lease_until > micros(now)),
        bool(row.stop),
    )


def retry(conn: Connection, vault: Vault, order: str, now: datetime) -> bool:
    """What waits for a person is claimed again. The sink is looked up first, as after a crash: what it knows it has is
    not handed over twice. False if it does not wait for a person."""
    found = row_of(conn, vault, order, now)
    if found is None or found.state != NEEDS_HUMAN:
        return False
    step = update(print_outbox).where(T.order_id == order)
    return changed(conn, step.values(state="submitting", lease_token=None, lease_until=T.not_before)) == 1


def hold_back(conn: Connection, vault: Vault, order: str, now: datetime) -> bool:
    """It waits for a person. False for what does already, and for what a dispatcher has in hand or is to be stopped."""
    found = row_of(conn, vault, order, now)
    if found is None or found.held or found.stopping:
        return False
    return by_hand(conn, order, OPEN, NEEDS_HUMAN)


def requeue(conn: Connection, order: str, at: datetime) -> None:
    """It was not printed: to the queue, as it was when it was paid. What the sink says of tries before `at` counts no
    more. Errors: Fenced."""
    if not by_hand(conn, order, (NEEDS_HUMAN,), "ready"):
        raise Fenced(f"order {order} does not wait for a person")
    changed(conn, update(print_outbox).where(T.order_id == order).values(judged=micros(at)))
