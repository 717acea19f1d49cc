"""What an erased account leaves behind, a row without a name: for as long as the proofs that point to it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, exists

from storage.database.tables import micros, orders, person
from storage.keys.vault import Vault
from storage.retention.rule import Rule, years


def clear(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    ordered = exists().where(orders.c.person_id == person.c.id)
    over = person.c.handle_index.is_(None) & (person.c.forgotten_at < micros(before))
    return conn.execute(delete(person).where(over, ~ordered)).rowcount


RULE = Rule("forgotten account", years(3), "KVKK m.12: its proofs end three years after it", clear, recorded=False)
