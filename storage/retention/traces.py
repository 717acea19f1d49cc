"""Traces of the machinery that name nobody: update keys, quarantine, refused previews, shreddings, destructions."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from flows.core.effects import DrawPreview
from storage.database.tables import destruction_record, inbox, micros, quarantine, shred, work
from storage.keys.vault import Vault
from storage.retention.rule import MANY, Rule, years


def clear_inbox(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    old = select(inbox.c.key).where(inbox.c.at < micros(before)).limit(MANY)
    return conn.execute(delete(inbox).where(inbox.c.key.in_(old))).rowcount


def clear_quarantine(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    return conn.execute(delete(quarantine).where(quarantine.c.at < micros(before))).rowcount


def clear_refused(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    refused = (work.c.kind == DrawPreview.__name__, work.c.parked == 1, work.c.created_at < micros(before))
    return conn.execute(delete(work).where(*refused)).rowcount


def clear_shredded(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    old = select(shred.c.key_id).where(shred.c.done_at < micros(before)).limit(MANY)
    return conn.execute(delete(shred).where(shred.c.key_id.in_(old))).rowcount


def clear_records(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    return conn.execute(delete(destruction_record).where(destruction_record.c.at < micros(before))).rowcount


INBOX = Rule("update key", timedelta(hours=48), "Telegram repeats an update for 24 hours", clear_inbox, recorded=False)
QUARANTINE = Rule("quarantine", timedelta(days=30), "KVKK m.12", clear_quarantine, recorded=False)
REFUSED = Rule("refused preview", timedelta(days=1), "the staff is told for a day", clear_refused, recorded=False)
SHREDDED = Rule("shred row", timedelta(days=30), "as long as a backup is kept", clear_shredded, recorded=False)
RECORDS = Rule(
    "destruction record", years(3), "By-law of 28.10.2017 m.7: at least three years", clear_records, recorded=False
)
