"""Refunds that an admin has asked for and printing may still prevent: whoever asked is told what became of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, exists, or_, select

from flows.core.events import RefundGranted
from flows.desk.printing.effects import AwaitRefund
from flows.desk.printing.refunds import Wish
from storage.database.dialects import changed, say, upsert
from storage.database.tables import errand, micros, orders, person, print_outbox, refund_wish
from storage.keys.vault import Vault
from storage.printing.queue_facts import order_facts
from storage.senders.people import opened_person
from storage.support import staff

__all__ = ["add", "decided", "decided_any", "take"]

_WISH = upsert(refund_wish, "order_id")

# The wish itself still on its way to the sender's door, or the dispatcher's word still awaited: nothing is decided.
_ON_ITS_WAY = exists().where(errand.c.person_id == orders.c.person_id, errand.c.kind == RefundGranted.__name__)
_STOPPING = exists().where(print_outbox.c.order_id == refund_wish.c.order_id, print_outbox.c.stop == 1)
_DECIDED = (
    select(orders.c.number)
    .join_from(refund_wish, orders, orders.c.id == refund_wish.c.order_id)
    .where(~or_(_ON_ITS_WAY, _STOPPING))
    .order_by(refund_wish.c.at)
)


def add(conn: Connection, vault: Vault, effect: AwaitRefund, by: str, at: datetime) -> None:
    """by: the row id of whoever asks."""
    chat = staff.chat(conn, vault, effect.here, at).id
    values = {
        "order_id": effect.order,
        "asked_by": by,
        "chat": chat,
        "stopping": int(effect.stopping),
        "nth": effect.nth,
    }
    say(conn, _WISH, {**values, "at": micros(at)})


def decided(conn: Connection, vault: Vault, limit: int) -> list[int]:
    """The numbers of orders whose wish has come to its end, the oldest first."""
    return list(conn.scalars(_DECIDED.limit(limit)))


def decided_any(conn: Connection) -> bool:
    """Whether somebody waits to hear of a refund."""
    return conn.scalar(_DECIDED.limit(1)) is not None


def take(conn: Connection, vault: Vault, number: int, admins: Collection[int]) -> Wish | None:
    """A decided wish, once: None for whoever comes second, or too early. admins: those of the settings."""
    order, _ = order_facts(conn, vault, number)
    if order is None or order.stopping:
        return None
    kept = conn.execute(select(refund_wish).where(refund_wish.c.order_id == order.id)).first()
    if kept is None or changed(conn, delete(refund_wish).where(refund_wish.c.order_id == order.id)) != 1:
        return None
    asker = staff.member(conn, vault, kept.asked_by)
    if asker is None or asker.handle not in staff.admins_of(conn, vault, admins):
        return Wish(order, "", "", bool(kept.stopping), kept.nth)
    chat = conn.scalar(select(person.c.handle).where(person.c.id == kept.chat))
    here = opened_person(vault, kept.chat, "staff", chat)
    language = conn.scalar(select(person.c.language).where(person.c.id == kept.asked_by))
    return Wish(order, here.handle if here else "", language or "", bool(kept.stopping), kept.nth)
