"""Requests to open a letter: the hash of a link for minutes, unopened ones a month, opened ones as long as the log."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, select, update

from flows.desk.openings.table import LIVES
from storage.database.tables import micros, opening
from storage.keys.vault import Vault
from storage.queues.keys_to_shred import ask_shred
from storage.retention.rule import Rule, years

T = opening.c


def clear_links(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    dead = update(opening).where(T.token.is_not(None), T.decided_at < micros(before))
    return conn.execute(dead.values(token=None)).rowcount


def clear_unopened(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    return _delete(conn, T.opened_at.is_(None) & (T.asked_at < micros(before)), now)


def clear_opened(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    return _delete(conn, T.opened_at < micros(before), now)


def _delete(conn: Connection, old: ColumnElement[bool], now: datetime) -> int:
    for key in conn.scalars(select(T.key_id).where(old)).all():
        ask_shred(conn, key, now, because="period over")
    return conn.execute(delete(opening).where(old)).rowcount


LINKS = Rule("opening link", LIVES, "KVKK m.12: so long it can be used", clear_links, recorded=False)
UNOPENED = Rule("opening refused", timedelta(days=30), "KVKK m.7: the purpose has ended", clear_unopened)
OPENED = Rule("opening", years(10), "TCK 132; TTK 82: as long as its line in the log", clear_opened)
