"""Conversations with the support desk: a year after they were closed; their pictures, at closing."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, exists, select

from storage.database.tables import errand, message_outbox, micros, ticket, ticket_message, ticket_picture
from storage.keys.vault import Vault
from storage.retention.rule import Rule, years


def clear(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    """Its topic, or its messages in the staff's chats, follow: whoever relays finds them
    (storage/support/topics.py)."""
    old = ticket.c.closed_at < micros(before)
    for table in (ticket_message, ticket_picture):
        conn.execute(delete(table).where(table.c.ticket.in_(select(ticket.c.number).where(old))))
    return conn.execute(delete(ticket).where(old)).rowcount


RULE = Rule("support ticket", years(1), "KVKK m.7: the purpose has ended", clear)


def clear_pictures(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    """Of closed tickets, unless one is still on its way: to the ticket's topic, or to its sender."""
    unsent = exists().where(message_outbox.c.person_id == ticket.c.thread)
    mine = ticket.c.number == ticket_picture.c.ticket
    over = exists().where(mine, ticket.c.state == "closed", ticket.c.closed_at < micros(before), ~unsent)
    unread = exists().where(
        ticket_message.c.id == ticket_picture.c.id,
        ticket_message.c.sender == "person",
        ticket_message.c.relayed_at.is_(None),
    )
    theirs = [exists().where(table.c.person_id == ticket_picture.c.person_id) for table in (message_outbox, errand)]
    return conn.execute(delete(ticket_picture).where(over, ~unread, *(~one for one in theirs))).rowcount


PICTURES = Rule("picture of a ticket", timedelta(hours=1), "KVKK m.7: the purpose has ended", clear_pictures)
