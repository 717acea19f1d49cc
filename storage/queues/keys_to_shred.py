"""Keys that are to be destroyed, and the record that they were."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from flows.core.events import Person
from storage.database.dialects import changed, once
from storage.database.tables import destruction_record, micros, person, shred
from storage.keys.vault import Vault
from storage.senders.people import opened_person

__all__ = ["Shred", "ask_shred", "done", "pending", "record"]


@dataclass(frozen=True, slots=True)
class Shred:
    """A key to destroy: whose letter, for which order (None: no order is told about it)."""

    key_id: str
    letter: str
    order: str | None
    person: Person | None


_SHRED = once(shred)

_PENDING = (
    select(shred, person.c.channel, person.c.handle)
    .join_from(shred, person, person.c.id == shred.c.person_id, isouter=True)
    .where(shred.c.done_at.is_(None))
    .order_by(shred.c.at, shred.c.key_id)
    .limit(bindparam("limit"))
)
_DONE = (
    update(shred).where(shred.c.key_id == bindparam("key"), shred.c.done_at.is_(None)).values(done_at=bindparam("now"))
)


def ask_shred(
    conn: Connection,
    key_id: str,
    at: datetime,
    *,
    letter_id: str | None = None,
    order_id: str | None = None,
    person_id: str | None = None,
    because: str,
) -> None:
    """Puts a key on the list of keys to destroy; once is enough."""
    changed(
        conn,
        _SHRED,
        key_id=key_id,
        letter_id=letter_id,
        order_id=order_id,
        person_id=person_id,
        because=because,
        at=micros(at),
    )


def pending(conn: Connection, vault: Vault, limit: int) -> list[Shred]:
    """Keys that are to be destroyed, the longest waiting first."""
    return [
        Shred(
            row.key_id,
            row.letter_id or "",
            row.order_id,
            opened_person(vault, row.person_id, row.channel, row.handle) if row.channel else None,
        )
        for row in conn.execute(_PENDING, {"limit": limit})
    ]


def done(conn: Connection, vault: Vault, key_ids: Collection[str], now: datetime) -> None:
    """The keys are destroyed (`Keyring.destroy`): says so, once, in the destruction record (by-law of 28.10.2017,
    m.7: three years)."""
    marked = sum(changed(conn, _DONE, key=key, now=micros(now)) for key in key_ids)
    if marked:
        record(conn, now, datum="key", count=marked, method="key destroyed", article="KVKK m.7")


def record(conn: Connection, now: datetime, *, datum: str, count: int, method: str, article: str) -> None:
    """One line of the destruction record; it holds no personal data."""
    changed(conn, insert(destruction_record), at=micros(now), datum=datum, count=count, method=method, article=article)
