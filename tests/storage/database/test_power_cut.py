"""The embedded database and a power cut: what was committed is there, in either of its journal modes."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.database import sqlite
from storage.database.engine import create
from tests.prove.report import Row
from tests.storage.power_cut import Cut, say, survived

pytestmark = pytest.mark.usefixtures("strace")

ROWS = 6


def life(folder: str, journal: str, *weakened: str) -> None:
    """A new database: rows are written and wiped, each in a transaction of its own."""
    sqlite.journal_for = lambda version: journal
    sqlite.PRAGMAS = (*sqlite.PRAGMAS, *weakened)
    asyncio.run(_rows(f"sqlite:///{folder}/mektupx.db"))


async def _rows(url: str) -> None:
    database = create(url)

    async def commit(sql: str) -> None:
        await database.run(lambda conn: conn.exec_driver_sql(sql))

    await commit("CREATE TABLE letter (id INTEGER PRIMARY KEY, words BLOB)")
    for number in range(ROWS):
        await commit(f"INSERT INTO letter VALUES ({number}, randomblob(6000))")
        say(f"kept {number}")
        if number % 2:
            await commit(f"DELETE FROM letter WHERE id = {number}")
            say(f"wiped {number}")
    await database.close()


def check(place: Path, cut: Cut, row: Row) -> None:
    with closing(sqlite3.connect(place / "mektupx.db")) as found:
        try:
            there = {str(number) for (number,) in found.execute("SELECT id FROM letter")}
            sound = found.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        except sqlite3.Error:
            there, sound = set(), not cut.lines
    due = {number for number in cut.said("kept") if int(number) % 2 == 0}
    row.lost += len(due - there) + (not sound)
    row.doubled += len(cut.said("wiped") & there)


@pytest.mark.parametrize("journal", ["TRUNCATE", "WAL"])
def test_a_power_cut_at_any_call_loses_no_commit(tmp_path: Path, journal: str) -> None:
    row = survived(tmp_path, life, journal, check=check)
    assert row.tried > 100
    assert row.acknowledged == ROWS * 3 // 2
    assert row.good, row


@pytest.mark.parametrize(("journal", "weakened"), [("TRUNCATE", "synchronous=NORMAL"), ("DELETE", "synchronous=FULL")])
def test_a_journal_that_may_come_back_is_found_out(tmp_path: Path, journal: str, weakened: str) -> None:
    row = survived(tmp_path, life, journal, weakened, check=check)
    assert row.lost, row
    assert row.doubled, row


def test_a_log_that_is_not_synced_is_found_out(tmp_path: Path) -> None:
    assert survived(tmp_path, life, "WAL", "synchronous=NORMAL", check=check).lost
