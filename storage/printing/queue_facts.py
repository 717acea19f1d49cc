"""What the commands about the print queue and about refunds are decided on; and refunds that are tried again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, exists, or_, select, update

from flows.core.effects import MailNews, Refund
from flows.core.state import Order, State
from flows.desk.base.request import Asked
from flows.desk.printing import queue, refunds
from flows.desk.printing.effects import SettleRefund
from flows.desk.printing.refund_facts import HeldPayment
from flows.desk.printing.refund_wording import RefundRow
from flows.order.number import written
from flows.words.text import Kurus
from storage.database.dialects import changed
from storage.database.tables import instant, micros, orders, payment, person, refund, refund_wish, work
from storage.keys import codecs
from storage.keys.vault import KeyGone, Vault
from storage.payments import callbacks
from storage.printing import queue_view
from storage.queues import jobs
from storage.senders.order_rows import ORDERS, order_from
from storage.senders.people import hold_row

__all__ = ["order_facts", "queue_facts", "refund_facts", "retry_refunds", "settle_refund"]


def queue_facts(conn: Connection, vault: Vault, asked: Asked) -> queue.QueueFacts:
    """The queue; the row that is meant is this transaction's."""
    assert asked.moment is not None
    now, wanted = asked.moment.at, queue.meant(asked)
    rows = queue_view.listing(conn, vault, now)
    digits = written(wanted.number)
    found = [row for row in rows if wanted.typed and (row.number == digits or row.piece == wanted.piece != "")]
    held = queue_view.row_of(conn, vault, found[0].order, now) if found else None
    return queue.QueueFacts(rows, held)


# Refunds --------------------------------------------------------------------------------------------------------------


def refund_facts(conn: Connection, vault: Vault, asked: Asked) -> refunds.RefundFacts:
    """The refunds that are open and the last that are done; or those of the order that is meant, which is this
    transaction's."""
    assert asked.moment is not None
    number = refunds.meant(asked).number
    if not number:
        rows = tuple(_rows(conn, vault, asked.moment.at))
        return refunds.RefundFacts(rows, held=_held(conn), unknown=callbacks.unknown(conn, vault, SHOWN))
    order, row = order_facts(conn, vault, number)
    if order is None:
        return refunds.RefundFacts((), None, row)
    wanted = conn.scalar(select(exists().where(refund_wish.c.order_id == order.id)))
    return refunds.RefundFacts(tuple(_rows(conn, vault, asked.moment.at, order.id)), order, row, bool(wanted))


def order_facts(conn: Connection, vault: Vault, number: int) -> tuple[Order | None, str]:
    """An order and the row id of its sender, "" for one who was forgotten; neither changes until the transaction
    ends."""
    theirs = conn.scalar(select(orders.c.person_id).where(orders.c.number == number))
    if theirs is None:
        return None, ""
    hold_row(conn, theirs)
    known = select(person.c.id).where(person.c.id == theirs, person.c.handle_index.is_not(None))
    row = next(row for row in conn.execute(ORDERS, {"people": [theirs]}) if row.number == number)
    if conn.scalar(known) is not None:
        with suppress(KeyGone):  # an old backup was put back: they were forgotten since
            return order_from(vault, row), theirs
    return order_from(vault, _Blank(row)), ""


class _Blank:
    """A row without what only its sender's key opens."""

    def __init__(self, row: Any) -> None:
        self._row = row
        self.url = self.tracking = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)


DONE_SHOWN = 10
SHOWN = 20


def _held(conn: Connection) -> tuple[HeldPayment, ...]:
    """Those that wait for somebody to decide, the oldest first."""
    found = select(orders).where(orders.c.state == str(State.HELD)).order_by(orders.c.updated_at).limit(SHOWN)
    return tuple(
        HeldPayment(written(row.number), Kurus(row.amount), Kurus(row.paid), row.currency, instant(row.updated_at))
        for row in conn.execute(found)
    )


def _rows(conn: Connection, vault: Vault, now: datetime, order: str = "") -> Iterator[RefundRow]:
    """Open ones first, the oldest of them first; then what is done, the newest first."""
    theirs = and_(payment.c.provider == refund.c.provider, payment.c.payment == refund.c.payment)
    found = (
        select(refund, orders.c.number, payment.c.currency)
        .join_from(refund, orders, orders.c.id == refund.c.order_id)
        .join(payment, theirs, isouter=True)
    )
    if order:
        found = found.where(refund.c.order_id == order)
    waiting = conn.execute(found.where(refund.c.state != "settled").order_by(refund.c.at)).all()
    works = _works(conn, vault) if waiting else {}
    for row in waiting:
        made = _row(row)
        at_work = works.get((row.payment, row.nth))
        if at_work is None:
            yield replace(made, lost=True)
            continue
        taken = at_work.taken_until is not None and at_work.taken_until > micros(now)
        yield replace(
            made, tries=at_work.attempts, parked=bool(at_work.parked), taken=taken, said=at_work.said or "",
            next_at=instant(at_work.due_at),
        )  # fmt: skip
    done = found.where(refund.c.state == "settled").order_by(refund.c.at.desc())
    yield from map(_row, conn.execute(done.limit(DONE_SHOWN)))


def _row(row: Any) -> RefundRow:
    return RefundRow(
        row.payment,
        row.order_id,
        written(row.number),
        Kurus(row.amount),
        row.state == "settled",
        instant(row.at),
        provider=row.provider,
        currency=row.currency or "TRY",
        nth=row.nth,
    )


_REFUNDS = select(work).where(work.c.kind == Refund.__name__)


def _works(conn: Connection, vault: Vault, order: str = "") -> dict[tuple[str, int], Any]:
    """The work of each part of a payment that is to go back. There are a few at a time."""
    found = {}
    for row in conn.execute(_REFUNDS).all():
        try:
            effect = codecs.read_work(row.kind, vault.open(row.body, table="work", column="body", row=row.mark))
        except KeyGone:
            continue
        assert isinstance(effect, Refund)
        if not order or effect.order == order:
            found[effect.payment, effect.nth] = row
    return found


def retry_refunds(conn: Connection, vault: Vault, order: str, now: datetime) -> int:
    """What waits is due now, also what was refused; what is being tried at this moment is left alone."""
    numbers = [row.id for row in _works(conn, vault, order).values()]
    idle = or_(work.c.taken_until.is_(None), work.c.taken_until <= micros(now))
    waiting = update(work).where(and_(work.c.id.in_(numbers), idle))
    return changed(conn, waiting.values(parked=0, due_at=micros(now))) if numbers else 0


def settle_refund(conn: Connection, vault: Vault, effect: SettleRefund, now: datetime) -> None:
    """Made by hand: the work that is left goes, and the sender hears what they hear of every refund. Errors:
    LookupError where somebody else was faster."""
    one, works = effect.made, _works(conn, vault, effect.order)
    found = (refund.c.provider == one.provider) & (refund.c.payment == one.payment) & (refund.c.nth == one.nth)
    if changed(conn, update(refund).where(found, refund.c.state != "settled").values(state="settled")) != 1:
        raise LookupError("the refund was settled meanwhile")
    if (left := works.get((one.payment, one.nth))) is not None:
        conn.execute(delete(work).where(work.c.id == left.id))
    key = conn.scalar(select(person.c.key_id).where(person.c.id == effect.person)) if one.number else None
    if key is not None:
        jobs.put(conn, vault, effect.person, key, MailNews(effect.order, "refunded", one.number), now)
