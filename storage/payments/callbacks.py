"""What institutions posted to us: the listed fields of each callback, sealed, once for each event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
from sqlalchemy import Connection, select, update

from storage.database.dialects import changed, fresh_id, many, once
from storage.database.tables import micros, orders, payment_event
from storage.keys.families import family_key
from storage.keys.vault import Vault
from storage.payments import references
from storage.payments.references import Noted

__all__ = ["Posted", "hear", "settled", "unsettled"]

_EVENT = once(payment_event)


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
    found = [_order_of(conn, vault, provider, one) for one in posted]
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


def _order_of(conn: Connection, vault: Vault, provider: str, one: Posted) -> str:
    order = one.order or (references.order_of(conn, vault, provider, *one.reference) if one.reference else "")
    known = conn.scalar(select(orders.c.id).where(orders.c.id == order)) if order else None
    return known or ""


def settled(conn: Connection, vault: Vault, provider: str, event_key: str, now: datetime) -> None:
    """The institution was asked about this one, and its answer is kept."""
    this = (payment_event.c.provider == provider) & (payment_event.c.event_key == event_key)
    changed(conn, update(payment_event).where(this).values(settled_at=micros(now)))


def unsettled(
    conn: Connection, vault: Vault, provider: str, before: datetime, limit: int = 100
) -> list[tuple[str, str]]:
    """(event key, order) of callbacks that nobody has asked about since then, the oldest first."""
    found = (
        select(payment_event.c.event_key, payment_event.c.order_id)
        .where(
            payment_event.c.order_id.is_not(None),
            payment_event.c.settled_at.is_(None),
            payment_event.c.provider == provider,
            payment_event.c.at < micros(before),
        )
        .order_by(payment_event.c.at)
        .limit(limit)
    )
    return [(row.event_key, row.order_id) for row in conn.execute(found)]
