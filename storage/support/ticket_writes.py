"""What is written into a ticket: answers, held or sent; its end, its new beginning, its sender's stars."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, delete, func, insert, select, update

from flows.core.events import Person
from flows.desk.support.effects import KeepAnswer
from storage.database.tables import desk_copy, micros, person, ticket, ticket_message
from storage.keys.vault import Vault
from storage.senders.people import index_of, who
from storage.support import staff

__all__ = [
    "answered",
    "change",
    "close",
    "copied",
    "drop_held",
    "keep_answer",
    "rate",
    "reopen",
    "send_held",
    "waits_for_us",
]


def keep_answer(conn: Connection, vault: Vault, answer: KeepAnswer, *, agent: str, at: datetime) -> None:
    """An agent's words, sealed with the sender's own key. Errors: LookupError when the sender was forgotten."""
    key = conn.scalar(
        select(person.c.key_id)
        .join_from(ticket, person, person.c.id == ticket.c.person_id)
        .where(ticket.c.number == answer.ticket)
    )
    if key is None:
        raise LookupError("the sender was forgotten")
    body = vault.seal(answer.words.encode(), key_id=key, table="ticket_message", column="body", row=answer.mark)
    values = {
        "id": answer.mark,
        "ticket": answer.ticket,
        "sender": "held" if answer.held else "agent",
        "message": answer.message,
        "body": body,
        "at": micros(at),
        "agent": agent,
        "template": answer.template or None,
        "file": answer.file or None,
    }
    conn.execute(insert(ticket_message), values)
    if answer.here and "/" not in answer.here:  # a topic is deleted as a whole
        chat = staff.chat(conn, vault, answer.here, at).id
        copied(conn, answer.ticket, chat, answer.message, at)
    if not answer.held:
        answered(conn, answer.ticket, at)


def copied(conn: Connection, number: int, chat: str, message: int, at: datetime) -> None:
    """A message in a staff chat (row id) shows words of this ticket."""
    values = {"ticket": number, "chat": chat, "message": message, "at": micros(at)}
    conn.execute(insert(desk_copy), values)


def send_held(conn: Connection, number: int, mark: str, at: datetime) -> None:
    conn.execute(
        update(ticket_message)
        .where(ticket_message.c.id == mark, ticket_message.c.sender == "held")
        .values(sender="agent", at=micros(at))
    )
    answered(conn, number, at)


def drop_held(conn: Connection, mark: str) -> None:
    conn.execute(delete(ticket_message).where(ticket_message.c.id == mark, ticket_message.c.sender == "held"))


def answered(conn: Connection, number: int, at: datetime) -> None:
    """An agent has spoken last; a ticket that was put aside is on the table again."""
    now = micros(at)
    first = func.coalesce(ticket.c.first_answer_at, now)
    change(conn, number, first_answer_at=first, last_at=now, last_by="agent", warned_at=None, snoozed_until=None)


def waits_for_us(conn: Connection, vault: Vault, number: int) -> None:
    """What was answered last has not reached the sender."""
    change(conn, number, last_by="person", warned_at=None)


def wake(conn: Connection, number: int, at: datetime) -> None:
    """On the table again. One that waits for us has a month from here (storage.retention.latest_ends.TICKET)."""
    since = case((ticket.c.last_by == "agent", ticket.c.warned_at), else_=micros(at))
    change(conn, number, snoozed_until=None, warned_at=since)


def change(conn: Connection, number: int, **values: Any) -> None:
    conn.execute(update(ticket).where(ticket.c.number == number).values(**values))


def close(conn: Connection, number: int, at: datetime) -> None:
    change(conn, number, state="closed", closed_at=micros(at), snoozed_until=None, warned_at=None)
    conn.execute(delete(ticket_message).where(ticket_message.c.ticket == number, ticket_message.c.sender == "held"))


def reopen(conn: Connection, number: int, at: datetime) -> None:
    change(conn, number, state="open", closed_at=None, last_at=micros(at), warned_at=None, rating=None)


def rate(conn: Connection, vault: Vault, asked: Person, number: int, stars: int) -> None:
    """The sender's own closed ticket; of several taps the last one counts."""
    theirs = select(person.c.id).where(person.c.handle_index == index_of(vault, who(asked)))
    conn.execute(
        update(ticket)
        .where(ticket.c.number == number, ticket.c.person_id.in_(theirs), ticket.c.state == "closed")
        .values(rating=stars)
    )
