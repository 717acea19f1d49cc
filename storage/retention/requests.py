"""Requests of data subjects: the file proves for three years that they were answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select

from storage.database.tables import data_request, micros
from storage.keys.vault import Vault
from storage.queues.keys_to_shred import ask_shred
from storage.retention.rule import Rule, years


def clear(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    old = data_request.c.closed_at < micros(before)
    for key in conn.scalars(select(data_request.c.key_id).where(old, data_request.c.key_id.is_not(None))).all():
        ask_shred(conn, key, now, because="period over")
    return conn.execute(delete(data_request).where(old)).rowcount


RULE = Rule("data request", years(3), "By-law of 28.10.2017 m.7; KVKK m.13", clear)
