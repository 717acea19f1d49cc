"""The support counter: a sender's words under a ticket number."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, exists, insert, select, update

from flows.effects import EditTicket, OpenTicket, SendPicture
from flows.events import Person
from storage import pictures
from storage.faults import StorageError
from storage.people import hold, row_id
from storage.sql import changed, fresh_id
from storage.tables import (
    desk_block,
    instant,
    micros,
    person,
    quarantine,
    ticket,
    ticket_message,
    work,
)
from storage.vault import Vault

__all__ = ["FLOOD", "NotTaken", "NotYet", "edit_ticket", "open_ticket", "quarantined"]


FLOOD = 20
"""Messages of one sender to the desk in an hour; a question needs a few, and each of them is read by a person."""
HOUR = timedelta(hours=1)


class NotYet(StorageError):
    """An older message of the sender is still on its way; this one comes after it."""


class NotTaken(Exception):
    """The desk does not take the words: `because` "flood" or "blocked"; `until` when it takes the next ones."""

    def __init__(self, because: str, until: datetime) -> None:
        super().__init__(because)
        self.because, self.until = because, until


_older = work.alias("older")
_OLDER = exists().where(
    _older.c.id < bindparam("number"),
    _older.c.person_id == bindparam("person"),
    _older.c.kind.in_(kind.__name__ for kind in (OpenTicket, SendPicture, EditTicket)),
    _older.c.parked == 0,
    ~exists().where(ticket_message.c.work_id == _older.c.id),
)


def _in_turn(conn: Connection, work_id: int, theirs: str) -> None:
    """A sender's words reach the desk in the order they were written, however many hands carry them."""
    if conn.scalar(select(_OLDER), {"number": work_id, "person": theirs}):
        raise NotYet("An older message of the sender is still on its way.")


def _not_blocked(conn: Connection, theirs: str, now: datetime) -> None:
    """Errors: NotTaken."""
    blocked = conn.scalar(select(desk_block.c.until).where(desk_block.c.person_id == theirs))
    if blocked is not None and blocked > micros(now):
        raise NotTaken("blocked", instant(blocked))


def _taken(conn: Connection, theirs: str, now: datetime) -> None:
    """Errors: NotTaken."""
    _not_blocked(conn, theirs, now)
    recent = conn.scalars(
        select(ticket_message.c.at)
        .join_from(ticket_message, ticket, ticket.c.number == ticket_message.c.ticket)
        .where(ticket.c.person_id == theirs, ticket_message.c.sender == "person")
        .where(ticket_message.c.at > micros(now - HOUR))
        .order_by(ticket_message.c.at)
    ).all()
    if len(recent) >= FLOOD:
        raise NotTaken("flood", instant(recent[-FLOOD]) + HOUR)


def may_ask(conn: Connection, vault: Vault, asked: Person, now: datetime) -> None:
    """Before something is fetched that would be refused. Errors: NotTaken."""
    found = row_id(conn, vault, asked)
    if found is not None:
        _taken(conn, found[0], now)


def open_ticket(
    conn: Connection,
    vault: Vault,
    work_id: int,
    asked: Person,
    *,
    words: str,
    message: int,
    now: datetime,
    picture: bytes = b"",
) -> tuple[int, bool]:
    """(ticket number, whether it was open already). The same work twice gives the same answer. Errors: LookupError,
    NotYet, NotTaken."""
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
    _in_turn(conn, work_id, theirs)
    _taken(conn, theirs, now)
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
    if picture:
        pictures.keep(conn, vault, row, number, found, picture, now)
    spoken = update(ticket).where(ticket.c.number == number)
    conn.execute(spoken.values(last_at=at, last_by="person", warned_at=None, snoozed_until=None))
    return number, joined


def edit_ticket(
    conn: Connection, vault: Vault, work_id: int, asked: Person, *, words: str, message: int, now: datetime
) -> tuple[int, bool]:
    """(The number of the ticket in which this message stands, 0 where it stands in none; whether that is open). In an
    open one it has other words now, in a closed one nothing changes.

    What the staff has read already is shown to it once more, as an edit. Errors: NotYet, NotTaken of somebody whose
    messages the desk does not take."""
    hold(conn, vault, [asked])
    found = row_id(conn, vault, asked)
    if found is None:
        return 0, False
    _in_turn(conn, work_id, found[0])
    row = conn.execute(
        select(ticket_message.c.id, ticket_message.c.ticket, ticket_message.c.relayed_at, ticket.c.state)
        .join_from(ticket_message, ticket, ticket.c.number == ticket_message.c.ticket)
        .where(ticket.c.person_id == found[0])
        .where(ticket_message.c.sender == "person", ticket_message.c.message == message)
    ).first()
    if row is None or row.state != "open":
        return (0, False) if row is None else (int(row.ticket), False)
    _not_blocked(conn, found[0], now)  # or one message, edited again and again, would be all they need
    body = vault.seal(words.encode(), key_id=found[1], table="ticket_message", column="body", row=row.id)
    values: dict[str, Any] = {"body": body}
    if row.relayed_at is not None:
        values |= {"edited_at": micros(now), "relayed_at": None}
    conn.execute(update(ticket_message).where(ticket_message.c.id == row.id).values(**values))
    return int(row.ticket), True


def quarantined(conn: Connection, bot: str, key: str, error: str, now: datetime) -> None:
    """An update that could not be served: which one and the name of the error, never what it said."""
    changed(conn, insert(quarantine), bot=bot, key=key, error=error, at=micros(now))
