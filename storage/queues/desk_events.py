"""Desk events: what the staff has decided about a person waits here until that person's own door has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, exists, insert, select

from flows.core.effects import BringPicture
from flows.core.events import FromDesk, OrderEvent, Person
from storage.database.dialects import fresh_id
from storage.database.tables import errand, micros, person, work
from storage.keys import codecs
from storage.keys.vault import KeyGone, Vault
from storage.senders.people import opened_person

__all__ = ["DeskEvent", "add", "done", "waiting"]


@dataclass(frozen=True, slots=True)
class DeskEvent:
    """One event for one person; `key` is the envelope's."""

    id: int
    person: Person
    event: FromDesk | OrderEvent

    @property
    def key(self) -> str:
        return f"desk:{self.id}"


def add(conn: Connection, vault: Vault, row: str, event: FromDesk | OrderEvent, at: datetime) -> None:
    """For a person by row id. Errors: LookupError when they were forgotten."""
    key = conn.scalar(select(person.c.key_id).where(person.c.id == row, person.c.handle_index.is_not(None)))
    if key is None:
        raise LookupError("the person was forgotten")
    mark = fresh_id()
    body = vault.seal(codecs.write(event), key_id=key, table="errand", column="body", row=mark)
    values = {"mark": mark, "person_id": row, "kind": type(event).__name__, "body": body, "at": micros(at)}
    conn.execute(insert(errand), values)


# An answer whose picture is still being fetched was given before: what comes after it is told after it.
_OLDER_PICTURE = exists().where(
    work.c.person_id == errand.c.person_id,
    work.c.kind == BringPicture.__name__,
    work.c.parked == 0,
    work.c.created_at <= errand.c.at,
)


def waiting(conn: Connection, vault: Vault, limit: int) -> list[DeskEvent]:
    """The oldest first; those of somebody forgotten meanwhile go."""
    rows = conn.execute(
        select(errand, person.c.channel, person.c.handle)
        .join_from(errand, person)
        .where(~_OLDER_PICTURE)
        .order_by(errand.c.id)
        .limit(limit)
    ).all()
    found = []
    for row in rows:
        asked = opened_person(vault, row.person_id, row.channel, row.handle)
        try:
            body = vault.open(row.body, table="errand", column="body", row=row.mark)
        except KeyGone:
            asked = None
        if asked is None:
            conn.execute(delete(errand).where(errand.c.id == row.id))
            continue
        found.append(DeskEvent(row.id, asked, codecs.read_desk_event(row.kind, body)))
    return found


def done(conn: Connection, vault: Vault, number: int) -> None:
    """The door has it."""
    conn.execute(delete(errand).where(errand.c.id == number))
