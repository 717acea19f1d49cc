"""A connection to a small SQLite file, while another process holds its lock."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage.database import patient
from storage.database.patient import BUSY_TIMEOUT, PatientConnection


class Waiter:
    """A patient connection that counts how often it asked, and does something when it asks the n-th time."""

    def __init__(self, file: Path) -> None:
        self.db = sqlite3.connect(file, isolation_level=None, factory=PatientConnection)
        self.db.execute(f"PRAGMA {BUSY_TIMEOUT}")
        self.asked = 0
        self.at: dict[int, Callable[[], object]] = {}
        self.db.set_trace_callback(self._hears)

    def _hears(self, statement: str) -> None:
        self.asked += 1
        self.at.get(self.asked, lambda: None)()


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Somebody who keeps everybody else out, readers too: as in the middle of a durable commit."""
    with closing(sqlite3.connect(tmp_path / "small.db", isolation_level=None)) as db:
        db.execute("CREATE TABLE one (id)")
        db.execute("BEGIN EXCLUSIVE")
        yield db


@pytest.fixture
def waiter(tmp_path: Path, holder: sqlite3.Connection) -> Iterator[Waiter]:
    made = Waiter(tmp_path / "small.db")
    with closing(made.db):
        yield made


@pytest.mark.parametrize("statement", ["BEGIN IMMEDIATE", "SELECT count(*) FROM one"])
def test_who_writes_and_who_reads_ask_again_and_again_until_the_other_has_committed(
    waiter: Waiter, holder: sqlite3.Connection, statement: str
) -> None:
    holder.execute("COMMIT")
    waiter.db.execute("SELECT count(*) FROM one").fetchall()  # knows the table from now on
    holder.execute("BEGIN EXCLUSIVE")
    waiter.asked = 0
    waiter.at[200] = lambda: holder.execute("COMMIT")
    waiter.db.execute(statement).fetchall()
    assert waiter.asked == 200


def test_a_writer_commits_when_the_last_reader_has_gone(waiter: Waiter, holder: sqlite3.Connection) -> None:
    holder.execute("COMMIT")
    waiter.db.execute("BEGIN IMMEDIATE")
    waiter.db.execute("INSERT INTO one VALUES (1)")
    holder.execute("BEGIN")
    holder.execute("SELECT count(*) FROM one").fetchall()  # a shared lock, kept until its transaction ends
    waiter.at[50] = lambda: holder.execute("COMMIT")
    waiter.db.execute("COMMIT")
    assert waiter.asked == 50
    assert holder.execute("SELECT count(*) FROM one").fetchone() == (1,)


def test_who_waits_gives_up_where_the_other_never_ends(waiter: Waiter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient, "SECONDS", 0.0)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        waiter.db.execute("BEGIN IMMEDIATE")
    assert waiter.asked == 1
    assert not waiter.db.in_transaction


def test_what_waiting_does_not_mend_is_said_at_once(waiter: Waiter, holder: sqlite3.Connection) -> None:
    holder.execute("COMMIT")
    waiter.db.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError, match="within a transaction"):
        waiter.db.execute("BEGIN IMMEDIATE")
    assert waiter.asked == 2
