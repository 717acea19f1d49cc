"""The support counter: a sender's words under a ticket number."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from flows.events import Person
from storage.people import hold, row_id
from storage.sql import changed, fresh_id
from storage.tables import micros, person, quarantine, ticket, ticket_message
from storage.vault import Vault

__all__ = ["close_ticket", "open_ticket", "quarantined"]


def open_ticket(
    conn: Connection, vault: Vault, work_id: int, asked: Person, *, words: str, message: int, now: datetime
) -> tuple[int, bool]:
    """(ticket number, whether it was open already). The same work twice gives the same answer. Errors: LookupError."""
    hold(conn, vault, [asked])
    again = conn.execute(
        select(ticket_message.c.ticket, ticket_message.c.at, ticket.c.opened_at)
        .join_from(ticket_message, ticket, ticket.c.number == ticket_message.c.ticket)
        .where(ticket_message.c.work_id == work_id)
    ).first()
    if again is not None:
        return again.ticket, again.at != again.opened_at
    found = row_id(conn, vault, asked)
    if found is None:
        raise LookupError("the person was forgotten")
    theirs, key = found
    at = micros(now)
    number = conn.scalar(select(ticket.c.number).where(ticket.c.person_id == theirs, ticket.c.state == "open"))
    joined = number is not None
    if number is None:
        language = conn.scalar(select(person.c.language).where(person.c.id == theirs))
        values = {"person_id": theirs, "state": "open", "language": language, "opened_at": at}
        number = conn.execute(insert(ticket).returning(ticket.c.number), values).scalar_one()
    row = fresh_id()
    body = vault.seal(words.encode(), key_id=key, table="ticket_message", column="body", row=row)
    changed(
        conn,
        insert(ticket_message),
        id=row,
        ticket=number,
        work_id=work_id,
        sender="person",
        message=message,
        body=body,
        at=at,
    )
    return number, joined


def quarantined(conn: Connection, bot: str, key: str, error: str, now: datetime) -> None:
    """An update that could not be served: which one and the name of the error, never what it said."""
    changed(conn, insert(quarantine), bot=bot, key=key, error=error, at=micros(now))


def close_ticket(conn: Connection, number: int, now: datetime) -> bool:
    """Closes a ticket; its year of retention begins."""
    closing = update(ticket).where(ticket.c.number == number, ticket.c.state == "open")
    return changed(conn, closing.values(state="closed", closed_at=micros(now))) == 1
