"""The senders' side of support: a sender's words under a ticket number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, exists, insert, or_, select, update

from flows.core.effects import EditTicket, OpenTicket, SendPicture
from flows.core.events import Person
from storage.database.dialects import changed, fresh_id
from storage.database.errors import StorageError
from storage.database.tables import desk_block, instant, micros, person, ticket, ticket_message, work
from storage.keys.vault import Vault
from storage.senders.people import hold, row_id
from storage.support import pictures

__all__ = ["FLOOD", "Corrected", "NotTaken", "OutOfOrder", "edit_ticket", "may_ask", "may_edit", "open_ticket"]


FLOOD = 20
"""Messages of one sender to the desk in an hour, corrections of what was read among them; a question needs a few, and
each of them is read by a person."""
HOUR = timedelta(hours=1)


class OutOfOrder(StorageError):
    """An older message of the sender is still on its way; this one comes after it."""


class NotTaken(Exception):
    """The desk does not take the words: `because` "flood" or "blocked"; `until` when it takes the next ones."""

    def __init__(self, because: str, until: datetime) -> None:
        super().__init__(because)
        self.because, self.until = because, until


@dataclass(frozen=True, slots=True)
class Corrected:
    """ticket: the number of the one in which the message stands, 0 for none. open: whether that one is. later: from
    when the staff sees the words, where so much has come that it has to wait. changed: whether they are other words, or
    another picture; or the same as before, by a second try of the same work."""

    ticket: int = 0
    open: bool = False
    later: datetime | None = None
    changed: bool = True


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
        raise OutOfOrder("An older message of the sender is still on its way.")


def _not_blocked(conn: Connection, theirs: str, now: datetime) -> None:
    """Errors: NotTaken."""
    blocked = conn.scalar(select(desk_block.c.until).where(desk_block.c.person_id == theirs))
    if blocked is not None and blocked > micros(now):
        raise NotTaken("blocked", instant(blocked))


def _taken(conn: Connection, theirs: str, now: datetime) -> None:
    """Errors: NotTaken."""
    _not_blocked(conn, theirs, now)
    until = _again(conn, theirs, now)
    if until is not None:
        raise NotTaken("flood", until)


def _again(conn: Connection, theirs: str, now: datetime) -> datetime | None:
    """When the desk takes the next words of somebody who has sent too many in an hour; None for everybody else."""
    since = micros(now - HOUR)
    rows = conn.execute(
        select(ticket_message.c.at, ticket_message.c.edits)
        .join_from(ticket_message, ticket, ticket.c.number == ticket_message.c.ticket)
        .where(ticket.c.person_id == theirs, ticket_message.c.sender == "person")
        .where(or_(ticket_message.c.at > since, ticket_message.c.edits.is_not(None)))
    ).all()
    recent = sorted(at for row in rows for at in (row.at, *_edits(row.edits)) if at > since)
    return instant(recent[-FLOOD]) + HOUR if len(recent) >= FLOOD else None


def _edits(kept: str | None) -> list[int]:
    return [int(at) for at in (kept or "").split()]


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
    words: str,
    message: int,
    *,
    now: datetime,
    picture: bytes = b"",
) -> tuple[int, bool]:
    """(ticket number, whether it was open already). The same work twice gives the same answer. Errors: LookupError,
    OutOfOrder, NotTaken."""
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


def may_edit(conn: Connection, vault: Vault, asked: Person, message: int, now: datetime) -> bool:
    """Before a picture is fetched for it: whether the message stands in an open ticket of theirs. Errors: NotTaken."""
    found = row_id(conn, vault, asked)
    row = None if found is None else _message(conn, found[0], message)
    if found is None or row is None or row.state != "open":
        return False
    _not_blocked(conn, found[0], now)
    return True


def _message(conn: Connection, theirs: str, message: int) -> Any:
    """A sender's message, with the state of its ticket."""
    return conn.execute(
        select(ticket_message, ticket.c.state)
        .join_from(ticket_message, ticket, ticket.c.number == ticket_message.c.ticket)
        .where(ticket.c.person_id == theirs)
        .where(ticket_message.c.sender == "person", ticket_message.c.message == message)
    ).first()


def edit_ticket(
    conn: Connection,
    vault: Vault,
    work_id: int,
    asked: Person,
    words: str,
    message: int,
    *,
    now: datetime,
    picture: bytes = b"",
) -> Corrected:
    """A message of an open ticket has other words now, or another picture; of a closed one nothing changes. picture:
    the one that stands in it now, also where it is the same; b"" for none.

    What the staff has read already is shown to it once more, as an edit, and counts like a message. Of too many the
    newest is kept and shown when the hour is over. What is the same as before is not shown again: so the same work
    twice is one correction. Errors: OutOfOrder, NotTaken of somebody whose messages the desk does not take."""
    hold(conn, vault, [asked])
    found = row_id(conn, vault, asked)
    if found is None:
        return Corrected()
    _in_turn(conn, work_id, found[0])
    row = _message(conn, found[0], message)
    if row is None:
        return Corrected()
    same = vault.open(row.body, table="ticket_message", column="body", row=row.id) == words.encode()
    if row.state != "open":
        return Corrected(row.ticket, changed=not same)
    _not_blocked(conn, found[0], now)  # or one message, edited again and again, would be all they need
    later = None if row.shown_after is None else instant(row.shown_after)
    replaced = bool(picture) and picture != pictures.read(conn, vault, row.id)
    if replaced:
        pictures.replace(conn, vault, row.id, row.ticket, found, picture, now)
    body = vault.seal(words.encode(), key_id=found[1], table="ticket_message", column="body", row=row.id)
    values: dict[str, Any] = {"body": body}
    if row.relayed_at is not None and (replaced or not same):
        later, at, since = _again(conn, found[0], now), micros(now), micros(now - HOUR)
        edits = " ".join(str(one) for one in (*_edits(row.edits), at) if one > since)
        shown_after = None if later is None else micros(later)
        values |= {"edited_at": at, "relayed_at": None, "edits": edits, "shown_after": shown_after}
    conn.execute(update(ticket_message).where(ticket_message.c.id == row.id).values(**values))
    return Corrected(row.ticket, True, later if later is not None and later > now else None, replaced or not same)
