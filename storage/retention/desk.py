"""What the desk has decided: a block that is over, a decision that never reached its sender, an objection's marks."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete

from storage.database.tables import desk_block, do_not_write, errand, micros
from storage.keys.vault import Vault
from storage.retention.rule import Rule, years


def clear_blocks(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    return conn.execute(delete(desk_block).where(desk_block.c.until < micros(before))).rowcount


def clear_undelivered(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    """The staff has been told of it for as long (alarm "decisions_late")."""
    return conn.execute(delete(errand).where(errand.c.at < micros(before))).rowcount


def clear_objections(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    return conn.execute(delete(do_not_write).where(do_not_write.c.at < micros(before))).rowcount


BLOCKS = Rule("block of the desk", timedelta(days=1), "KVKK m.7: it is over", clear_blocks)
UNDELIVERED = Rule("decision of the desk", timedelta(days=30), "KVKK m.7: nobody could be told", clear_undelivered)
OBJECTIONS = Rule("do-not-write mark", years(10), "TBK m.146: as long as a claim could stand", clear_objections)
