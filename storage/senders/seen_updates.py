"""The stamp on the door: every update is stamped once, and a second delivery of the same one is turned away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from storage.database.dialects import once, say
from storage.database.tables import inbox, micros

__all__ = ["first_sight"]

_STAMP = once(inbox, "key")


def first_sight(conn: Connection, keys: Sequence[str], at: datetime) -> set[str]:
    """Those of the keys that were never seen before, now recorded (kept 48 hours: Telegram repeats for 24)."""
    if not keys:
        return set()
    now = micros(at)
    # In one order everywhere: a second process waits for the first one's commit, and never both for each other.
    return set(say(conn, _STAMP, [{"key": key, "at": now} for key in sorted(set(keys))]).scalars())
