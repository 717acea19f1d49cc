"""Conversations with the support desk: a year after they were closed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select

from storage.retention.rule import Rule, years
from storage.tables import micros, ticket, ticket_message
from storage.vault import Vault


def clear(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    old = ticket.c.closed_at < micros(before)
    conn.execute(delete(ticket_message).where(ticket_message.c.ticket.in_(select(ticket.c.number).where(old))))
    return conn.execute(delete(ticket).where(old)).rowcount


RULE = Rule("support ticket", years(1), "KVKK m.7: the purpose has ended", clear)
