"""Messages nobody could be given: a chat that was blocked is not spoken to a week later about what is long past."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete

from storage.database.tables import message_outbox, micros
from storage.keys.vault import Vault
from storage.retention.rule import Rule


def clear(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    return conn.execute(delete(message_outbox).where(message_outbox.c.created_at < micros(before))).rowcount


RULE = Rule("outgoing message", timedelta(days=7), "KVKK m.7: the purpose has ended", clear)
"""Delivered messages leave no row at all."""
