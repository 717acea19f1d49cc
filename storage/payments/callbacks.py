"""What institutions posted to us: the listed fields of each callback, sealed, once for each event."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select, union, update

from flows.desk.printing.refund_facts import UnknownCallback
from flows.order.number import written
from storage.database.dialects import fresh_id, many, once
from storage.database.tables import instant, micros, orders, payment_event, payment_reference, person
from storage.keys.families import family_key
from storage.keys.vault import KeyGone, Vault
from storage.payments import references
from storage.payments.references import Noted

__all__ = ["Posted", "hand_over", "hear", "settled", "unknown", "unsettled"]

_EVENT = once(payment_event)
_UNASKED = "unasked:"  # how the key begins of what is left of somebody erased
_KNOWN = (
    select(orders.c.id)
    .join_from(orders, person, person.c.id == orders.c.person_id)
    # Of a sender who was forgotten nobody can be told of money, and only a person can give it back.
    .where(orders.c.id.in_(bindparam("named", expanding=True)), person.c.handle_index.is_not(None))
)


@dataclass(frozen=True, slots=True)
class Posted:
    """A callback as it is kept. kept: its listed fields. order, or else the (kind, name) of a reference, tells what it
    is about. trouble: "card" where a card's number stood in it."""

    event_key: str
    order: str = ""
    reference: tuple[str, str] | None = None
    kept: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""


def hear(conn: Connection, vault: Vault, provider: str, posted: Sequence[Posted], now: datetime) -> list[str]:
    """Keeps callbacks in one transaction, each event once; the order that each is about, "" where it is none of ours.

    Such a one waits for a person to look at it ("unknown_order"). A reference that a callback names is remembered.
    """
    key = family_key(conn, vault, f"callbacks/{now:%Y-%m}", now)
    found = _orders_of(conn, vault, provider, posted)
    rows = []
    for one, order in zip(posted, found, strict=True):
        row = fresh_id()
        body = msgspec.json.encode(dict(one.kept))
        rows.append(
            {
                "id": row,
                "provider": provider,
                "event_key": one.event_key,
                "raw": vault.seal(body, key_id=key, table="payment_event", column="raw", row=row),
                "at": micros(now),
                "order_id": order or None,
                "trouble": one.trouble or (None if order else "unknown_order"),
            }
        )
        if order and one.order and one.reference:
            references.note(conn, vault, provider, order, Noted(*one.reference), now)
    many(conn, _EVENT, rows)
    return found


def _orders_of(conn: Connection, vault: Vault, provider: str, posted: Sequence[Posted]) -> list[str]:
    named = [
        one.order or (references.order_of(conn, vault, provider, *one.reference) if one.reference else "")
        for one in posted
    ]
    known = set(conn.scalars(_KNOWN, {"named": list({*named} - {""})}))
    return [order if order in known else "" for order in named]


def settled(conn: Connection, vault: Vault, provider: str, events: Collection[str], now: datetime) -> None:
    """The institution was asked about these, and its answer is kept."""
    these = (payment_event.c.provider == provider) & payment_event.c.event_key.in_(events)
    conn.execute(update(payment_event).where(these).values(settled_at=micros(now)))


def unsettled(
    conn: Connection, vault: Vault, provider: str, before: datetime, apart: Collection[str] = (), limit: int = 100
) -> list[tuple[str, str]]:
    """(event key, order) of callbacks that nobody has asked about since then, the oldest first. apart: orders that
    were asked about in vain and must not keep others waiting."""
    found = (
        select(payment_event.c.event_key, payment_event.c.order_id)
        .where(
            payment_event.c.order_id.is_not(None),
            payment_event.c.order_id.not_in(apart),
            payment_event.c.settled_at.is_(None),
            payment_event.c.provider == provider,
            payment_event.c.at < micros(before),
        )
        .order_by(payment_event.c.at)
        .limit(limit)
    )
    return [(row.event_key, row.order_id) for row in conn.execute(found)]


def hand_over(conn: Connection, vault: Vault, theirs: Any, now: datetime, *, pages: bool) -> None:
    """What nobody has asked about is left to a person, before the orders lose whom they are of: money may be there.

    theirs: a query of order ids. pages: those that may have been paid on, too. Only the order's number is kept, which
    the institution's panel shows beside the payment.
    """
    unasked: Any = select(payment_event.c.provider, payment_event.c.order_id).where(
        payment_event.c.order_id.in_(theirs), payment_event.c.settled_at.is_(None)
    )
    if pages:
        waiting = references.waits_for_its_end(theirs)
        unasked = union(unasked, select(payment_reference.c.provider, payment_reference.c.order_id).where(waiting))
    found = unasked.subquery()
    named = select(found.c.provider, orders.c.number).join_from(found, orders, orders.c.id == found.c.order_id)
    rows = []
    for one in conn.execute(named.distinct()).all():
        row, number = fresh_id(), written(one.number)
        key = family_key(conn, vault, f"callbacks/{now:%Y-%m}", now)
        raw = vault.seal(
            msgspec.json.encode({"order": number}), key_id=key, table="payment_event", column="raw", row=row
        )
        rows.append(
            {
                "id": row,
                "provider": one.provider,
                "event_key": f"{_UNASKED}{number}:{now:%Y-%m-%d}",  # a later day may bring another payment
                "raw": raw,
                "at": micros(now),
                "order_id": None,
                "trouble": "unknown_order",
            }
        )
    many(conn, _EVENT, rows)


def unknown(conn: Connection, vault: Vault, most: int) -> tuple[UnknownCallback, ...]:
    """What was posted about no order of ours, or is left of somebody erased; the newest first, while it is kept."""
    found = select(payment_event).where(payment_event.c.trouble == "unknown_order").order_by(payment_event.c.at.desc())
    told: list[UnknownCallback] = []
    for row in conn.execute(found.limit(most)):
        try:
            body = vault.open(row.raw, table="payment_event", column="raw", row=row.id)
        except KeyGone:
            continue
        kept = msgspec.json.decode(body, type=dict[str, str])
        erased = kept.get("order", "") if row.event_key.startswith(_UNASKED) else ""
        named = ", ".join(f"{name} {value[:64]}" for name, value in sorted(kept.items()))
        told.append(UnknownCallback(row.provider, named[:200], instant(row.at), erased))
    return tuple(told)
