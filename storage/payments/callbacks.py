"""What institutions posted to us: the listed fields of each callback, sealed, once for each event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import Connection, select, update

from storage.database.dialects import changed, fresh_id, once
from storage.database.tables import micros, payment_event
from storage.keys.families import family_key
from storage.keys.vault import Vault

__all__ = ["note_callback", "settled", "unsettled"]

_EVENT = once(payment_event)


def note_callback(
    conn: Connection,
    vault: Vault,
    provider: str,
    event_key: str,
    kept: Mapping[str, str],
    now: datetime,
    *,
    order: str = "",
    trouble: str = "",
) -> bool:
    """Keeps the listed fields of a callback, sealed as JSON; False if the same was posted before.

    order: of ours, to be asked about. trouble: why a person must look: "card", "unknown_order".
    """
    row = fresh_id()
    key = family_key(conn, vault, f"callbacks/{now:%Y-%m}", now)
    body = msgspec.json.encode(dict(kept))
    values = {
        "id": row,
        "provider": provider,
        "event_key": event_key,
        "raw": vault.seal(body, key_id=key, table="payment_event", column="raw", row=row),
        "at": micros(now),
        "order_id": order or None,
        "trouble": trouble or None,
    }
    return changed(conn, _EVENT, **values) == 1


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
