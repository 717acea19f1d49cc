"""What institutions posted to us: the listed fields of each callback, sealed, once for each event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from storage.database.dialects import changed, fresh_id, once
from storage.database.tables import micros, payment_event
from storage.keys.families import family_key
from storage.keys.vault import Vault

__all__ = ["note_callback"]

_EVENT = once(payment_event)


def note_callback(
    conn: Connection,
    vault: Vault,
    provider: str,
    event_key: str,
    kept: Mapping[str, str],
    now: datetime,
    trouble: str = "",
) -> bool:
    """Keeps the listed fields of a callback, sealed as JSON; False if the same was posted before.

    trouble: why a person must look: "card", "unknown_order".
    """
    row = fresh_id()
    key = family_key(conn, vault, f"callbacks/{now:%Y-%m}", now)
    body = msgspec.json.encode(dict(kept))
    sealed = vault.seal(body, key_id=key, table="payment_event", column="raw", row=row)
    values = {"id": row, "provider": provider, "event_key": event_key, "raw": sealed, "at": micros(now)}
    return changed(conn, _EVENT, **values, trouble=trouble) == 1
