"""How a batch was reconciled: three years after the last time, as its orders are kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete

from storage.database.tables import batch, micros
from storage.keys.vault import Vault
from storage.retention.rule import Rule, years


def clear(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    """A day is one row: there are a thousand of them at most."""
    return conn.execute(delete(batch).where(batch.c.at < micros(before))).rowcount


RULE = Rule("batch", years(3), "as its orders: Distance Sales By-law m.20", clear, recorded=False)
