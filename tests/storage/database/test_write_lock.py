"""The write lock of a small SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage.database import write_lock
from storage.database.write_lock import begin


class Writer:
    """A connection that counts how often it tried to begin, and does something at one of the tries."""

    def __init__(self, file: Path) -> None:
        self.db = sqlite3.connect(file, isolation_level=None, timeout=5)
        self.tries = 0
        self.at: dict[int, Callable[[], object]] = {}
        self.db.set_trace_callback(self._hears)

    def _hears(self, statement: str) -> None:
        if statement == "BEGIN IMMEDIATE":
            self.tries += 1
            self.at.get(self.tries, lambda: None)()

    @property
    def waits(self) -> int:
        """Milliseconds that its other statements wait for a lock."""
        (found,) = self.db.execute("PRAGMA busy_timeout").fetchone()
        return int(found)


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "small.db", isolation_level=None)) as db:
        db.execute("CREATE TABLE one (id)")
        db.execute("BEGIN IMMEDIATE")
        yield db


@pytest.fixture
def writer(tmp_path: Path, holder: sqlite3.Connection) -> Iterator[Writer]:
    made = Writer(tmp_path / "small.db")
    with closing(made.db):
        yield made


def test_a_writer_tries_again_and_again_until_the_other_has_committed(
    writer: Writer, holder: sqlite3.Connection
) -> None:
    writer.at[200] = lambda: holder.execute("COMMIT")
    begin(writer.db)
    assert writer.tries == 200
    assert writer.db.in_transaction
    assert writer.waits == 5000


def test_a_writer_gives_up_where_the_other_never_ends(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_lock, "TRIES", 3)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        begin(writer.db)
    assert writer.tries == 3
    assert not writer.db.in_transaction
    assert writer.waits == 5000


def test_what_waiting_does_not_mend_is_said_at_once(writer: Writer, holder: sqlite3.Connection) -> None:
    holder.execute("COMMIT")
    begin(writer.db)
    with pytest.raises(sqlite3.OperationalError, match="within a transaction"):
        begin(writer.db)
    assert writer.tries == 2
