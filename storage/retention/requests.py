"""Requests of data subjects: the file proves for three years that they were answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete

from storage.retention.rule import Rule, years
from storage.tables import data_request, micros
from storage.vault import Vault


def clear(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    return conn.execute(delete(data_request).where(data_request.c.closed_at < micros(before))).rowcount


RULE = Rule("data request", years(3), "By-law of 28.10.2017 m.7; KVKK m.13", clear)
