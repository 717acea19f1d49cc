"""Who opened what: two years, openings of a letter ten; then a row's fields go blank and only its links stay.

The links keep the chain whole, so that rows of both periods can share it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, update

from storage.access_log.audit import FIELDS, OPEN_LETTER
from storage.database.tables import audit, micros
from storage.keys.vault import Vault
from storage.retention.rule import Rule, years

BLANK = dict.fromkeys(FIELDS)


def clear_usual(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    old = update(audit).where(audit.c.at < micros(before), audit.c.action != OPEN_LETTER)
    return conn.execute(old.values(**BLANK)).rowcount


def clear_opened(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    return conn.execute(update(audit).where(audit.c.at < micros(before)).values(**BLANK)).rowcount


USUAL = Rule("access log", years(2), "KVKK m.12; decision 2019/10", clear_usual)
OPENED = Rule("opened letters log", years(10), "TCK 132; TTK 82", clear_opened)
