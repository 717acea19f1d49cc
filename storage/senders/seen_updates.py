"""Records each update once, tells a second delivery from the first, and sets aside what could not be served."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert

from storage.database.dialects import changed, once, say
from storage.database.tables import inbox, micros
from storage.database.tables import quarantine as quarantine_table
from storage.keys.vault import Vault

__all__ = ["first_sight", "quarantine"]

_NEW = once(inbox, "key")


def first_sight(conn: Connection, vault: Vault, keys: Sequence[str], at: datetime) -> set[str]:
    """Those of the keys that were never seen before, now recorded (kept 48 hours: Telegram repeats for 24)."""
    if not keys:
        return set()
    now = micros(at)
    # In one order everywhere: a second process waits for the first one's commit, and never both for each other.
    return set(say(conn, _NEW, [{"key": key, "at": now} for key in sorted(set(keys))]).scalars())


def quarantine(conn: Connection, vault: Vault, bot: str, key: str, error: str, now: datetime) -> None:
    """An update that could not be served: which one and the name of the error, never what it said."""
    changed(conn, insert(quarantine_table), bot=bot, key=key, error=error, at=micros(now))
