"""Who opened what: two years, openings of a letter ten; then a row's fields go blank and only its links stay.

The links keep the chain whole, so that rows of both periods can share it; a keyed mark says that retention did it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from storage.access_log import blanking
from storage.access_log.chain import YEARS, Kept
from storage.keys.vault import Vault
from storage.retention.period import past, years
from storage.retention.rule import MANY, Rule

__all__ = ["OPENED", "USUAL", "note"]


def clear_usual(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    return blanking.clear(conn, vault, Kept.USUAL, before, now, MANY)


def clear_opened(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    return blanking.clear(conn, vault, Kept.OPENED, before, now, MANY)


USUAL = Rule("access log", years(YEARS[Kept.USUAL]), "KVKK m.12; decision 2019/10", clear_usual)
OPENED = Rule("opened letters log", years(YEARS[Kept.OPENED]), "TCK 132; TTK 82", clear_opened)


def note(conn: Connection, vault: Vault, now: datetime) -> None:
    """To be done once a purge that has blanked anything is committed: what is full again after it is noticed."""
    blanking.note(conn, vault, past(now, USUAL.period), past(now, OPENED.period))
