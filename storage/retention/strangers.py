"""People who never accepted the notice: forgotten a day after they were last here."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select

from storage.database.tables import conversation, letter, micros, person
from storage.keys.vault import Vault
from storage.queues.keys_to_shred import ask_shred
from storage.retention.rule import SLICE, Rule


def clear(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    last = func.coalesce(conversation.c.updated_at, person.c.created_at)
    gone = conn.execute(
        select(person.c.id, person.c.key_id)
        .join_from(person, conversation, isouter=True)
        .where(person.c.known == 0, person.c.order_count == 0, person.c.handle_index.is_not(None))
        .where(person.c.forgotten_at.is_(None))  # the answer of an erasure is on its way (storage/rights/requests.py)
        .where(person.c.created_at < micros(before), last < micros(before))  # the first for the index
        .limit(SLICE)
    ).all()
    for row in gone:
        for key in conn.scalars(select(letter.c.key_id).where(letter.c.person_id == row.id)).all():
            ask_shred(conn, key, now, because="never accepted")
        conn.execute(delete(person).where(person.c.id == row.id))
        ask_shred(conn, row.key_id, now, because="never accepted")
    return len(gone)


RULE = Rule("stranger", timedelta(hours=24), "KVKK m.10: nothing is kept before the notice", clear)
