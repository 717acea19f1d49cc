"""Pictures of tickets: sealed with the sender's key, shown to the other side, gone when the ticket is closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from flows.core.effects import BringPicture
from flows.core.events import Person
from flows.core.outgoing import OutgoingMessage
from flows.desk.support.effects import FetchPicture
from storage.database.dialects import changed, once
from storage.database.tables import micros, person, ticket, ticket_message, ticket_picture
from storage.database.tables import work as work_table
from storage.keys.vault import KeyGone, Vault
from storage.queues import jobs
from storage.senders.people import row_id
from storage.support import staff

__all__ = ["answer_lost", "fetch", "keep", "keep_for", "read", "replace", "with_pictures"]

_KEEP = once(ticket_picture)


def keep(
    conn: Connection, vault: Vault, mark: str, number: int, who: tuple[str, str], picture: bytes, at: datetime
) -> None:
    """Under the mark of its message, once. who: (row, key) of the sender, whose key seals it whoever has sent it."""
    row, key = who
    body = vault.seal(picture, key_id=key, table="ticket_picture", column="body", row=mark)
    changed(conn, _KEEP, id=mark, ticket=number, person_id=row, body=body, at=micros(at))


def replace(
    conn: Connection, vault: Vault, mark: str, number: int, who: tuple[str, str], picture: bytes, at: datetime
) -> None:
    """Instead of the one that its message had, if it had one."""
    conn.execute(delete(ticket_picture).where(ticket_picture.c.id == mark))
    keep(conn, vault, mark, number, who, picture, at)


def keep_for(
    conn: Connection, vault: Vault, asked: Person, number: int, mark: str, picture: bytes, *, now: datetime
) -> None:
    """An agent's picture for this sender. Errors: LookupError where they were forgotten, or erased meanwhile."""
    found = row_id(conn, vault, asked)
    erased = found and conn.scalar(select(person.c.forgotten_at).where(person.c.id == found[0]))
    if found is None or erased:  # without its ticket nobody would ever delete it
        raise LookupError("the sender was forgotten")
    keep(conn, vault, mark, number, found, picture, now)


def read(conn: Connection, vault: Vault, mark: str) -> bytes | None:
    """The JPEG; None when it is gone."""
    sealed = conn.scalar(select(ticket_picture.c.body).where(ticket_picture.c.id == mark))
    if sealed is None:
        return None
    try:
        return vault.open(sealed, table="ticket_picture", column="body", row=mark)
    except KeyGone:
        return None


def with_pictures(conn: Connection, marks: Sequence[str]) -> dict[str, int]:
    """Those of the messages that have one, and since when."""
    found = select(ticket_picture.c.id, ticket_picture.c.at).where(ticket_picture.c.id.in_(marks))
    return {row.id: row.at for row in conn.execute(found)}


# An agent's, on its way ----------------------------------------------------------------------------------------------


def fetch(conn: Connection, vault: Vault, asked: FetchPicture, at: datetime) -> None:
    """To be fetched, cleaned and brought to the sender. Errors: LookupError where they were forgotten."""
    known = (person.c.id == asked.person) & person.c.handle_index.is_not(None)
    key = conn.scalar(select(person.c.key_id).where(known))
    if key is None:
        raise LookupError("the sender was forgotten")
    bring = BringPicture(asked.ticket, asked.mark, asked.file, asked.words, asked.chat, asked.message)
    jobs.put(conn, vault, asked.person, key, bring, at)
    gone = update(ticket_message).where(ticket_message.c.id == asked.mark).values(file=None)
    conn.execute(gone)


def answer_lost(
    conn: Connection, vault: Vault, work_id: int, lost: BringPicture, said: OutgoingMessage, now: datetime
) -> None:
    """Its agent is told, once, and the ticket waits for us again."""
    if not changed(conn, delete(work_table).where(work_table.c.id == work_id)):
        return
    conn.execute(delete(ticket_message).where(ticket_message.c.id == lost.mark))
    conn.execute(update(ticket).where(ticket.c.number == lost.ticket).values(last_by="person"))
    staff.post(conn, vault, [(lost.chat, said)], at=now, taker="")
