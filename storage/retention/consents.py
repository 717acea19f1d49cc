"""Proofs of notice and consent: three years after the account they belong to has ended."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, exists, or_

from storage.database.tables import consent, micros, person
from storage.keys.vault import Vault
from storage.retention.rule import Rule, years


def clear(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    still_there = exists().where(
        person.c.id == consent.c.person_id,
        or_(person.c.forgotten_at.is_(None), person.c.forgotten_at >= micros(before)),
    )
    old = consent.c.at < micros(before)
    return conn.execute(delete(consent).where(old, consent.c.order_id == "", ~still_there)).rowcount


RULE = Rule("consent proof", years(3), "KVKK m.12; marketing rules m.13: three years after it ends", clear)
"""A proof that belongs to an order goes with the order."""
