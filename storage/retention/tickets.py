"""Conversations with the support desk: a year after they were closed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, exists, select

from storage.messages import STAFF
from storage.people import opened_person
from storage.retention.rule import Rule, years
from storage.shredding import ask_shred
from storage.tables import micros, person, ticket, ticket_message
from storage.vault import Vault


def clear(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    old = ticket.c.closed_at < micros(before)
    _forget_topics(conn, vault, old, now)
    conn.execute(delete(ticket_message).where(ticket_message.c.ticket.in_(select(ticket.c.number).where(old))))
    return conn.execute(delete(ticket).where(old)).rowcount


def _forget_topics(conn: Connection, vault: Vault, old: ColumnElement[bool], now: datetime) -> None:
    """The rows of topics that no other ticket uses; the topic itself is deleted by whoever erases the person."""
    other = ticket.alias("other")
    used = exists().where(other.c.thread == ticket.c.thread, other.c.number != ticket.c.number)
    for row in conn.execute(
        select(person.c.id, person.c.key_id, person.c.handle)
        .join_from(ticket, person, person.c.id == ticket.c.thread)
        .where(old, ~used)
    ).all():
        found = opened_person(vault, row.id, STAFF, row.handle)
        if found is None or "/" in found.handle:  # a private chat, or the group itself, goes on
            conn.execute(delete(person).where(person.c.id == row.id))
            ask_shred(conn, row.key_id, now, because="ticket ended")


RULE = Rule("support ticket", years(1), "KVKK m.7: the purpose has ended", clear)
