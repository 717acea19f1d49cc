"""SQLite runs acts in one thread over one connection, one transaction at a time.

An act runs whole in the one thread that owns the only connection: an act of many statements costs one change of
threads. (SQLAlchemy's asynchronous dialect, over aiosqlite, changes threads three or four times a statement;
`benchmarks/storage_speed.py` has the figures.)
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from storage.database.errors import sentence_for
from storage.database.protocol import Act, Unit
from storage.database.single_thread import SingleThread

__all__ = ["Threaded", "file_of", "journal_for", "recipe"]

CACHE_KIB = 8 * 1024
"""Pages held in memory: in 2 MiB, the default, a batch of letters spills before its commit and is read again."""

PRAGMAS: tuple[str, ...] = (
    "busy_timeout=5000",
    "synchronous=FULL",  # a commit lasts: it syncs the WAL, or the journal that was truncated; none is unlinked
    "foreign_keys=ON",
    "secure_delete=ON",
    "temp_store=MEMORY",
    "cell_size_check=ON",
    f"cache_size=-{CACHE_KIB}",
)

P = ParamSpec("P")
T = TypeVar("T")


def journal_for(version: tuple[int, int, int]) -> str:
    """The journal mode that is safe on this SQLite: WAL only where its reset race is fixed.

    Before 3.51.3 (3.50.7, 3.44.6) a WAL reset at the wrong moment corrupts the file (sqlite.org/wal.html#walresetbug).
    """
    fixed = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51, 0) or (3, 44, 6) <= version < (3, 45, 0)
    return "WAL" if fixed else "TRUNCATE"


def recipe(engine: Any, journal: str) -> None:
    """BEGIN IMMEDIATE, and durability before speed: a payment that was confirmed survives a power cut."""

    @event.listens_for(engine, "connect")
    def pragmas(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the `begin` listener decides, not the driver
        cursor = connection.cursor()
        for pragma in (*PRAGMAS, f"journal_mode={journal}"):
            cursor.execute(f"PRAGMA {pragma}")
            cursor.fetchall()
        cursor.close()

    @event.listens_for(engine, "begin")
    def immediate(connection: Connection) -> None:
        # A plain BEGIN that reads first and writes later fails with "database is locked" under load (160 of 200).
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def file_of(url: URL) -> Path | None:
    """The file a URL names; None for a database in memory."""
    return Path(url.database) if url.database and url.database != ":memory:" else None


class Threaded:
    """SQLite: one connection in a thread of its own, one transaction at a time."""

    def __init__(self, url: URL) -> None:
        self.journal = journal_for(sqlite3.sqlite_version_info)
        self.file = file_of(url)
        # The connection belongs to the thread that opened it; SQLAlchemy is only ever called there.
        self._engine = create_engine(
            url.set(drivername="sqlite+pysqlite"),
            hide_parameters=True,  # an error message must never carry a bound value
            poolclass=StaticPool,
        )
        recipe(self._engine, self.journal)
        self._thread = SingleThread("mektupx-sqlite")
        self._turn = asyncio.Lock()
        self._connection: Connection | None = None

    def _held(self) -> Connection:
        if self._connection is None or self._connection.invalidated:
            self._connection = self._engine.connect()
        return self._connection

    async def _hop(self, act: Callable[[], T]) -> T:
        try:
            return await self._thread.run(act)
        except (DBAPIError, sqlite3.Error) as error:  # the driver's own comes from the key store
            if sentence := sentence_for(error):
                raise sentence from error
            raise

    async def run(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        def whole() -> T:
            try:
                found = act(self._held(), *args, **kwargs)
                self._held().commit()
                return found
            except BaseException:
                self._rollback()
                raise

        async with self._turn:
            return await self._hop(whole)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Unit]:
        async with self._turn:
            unit = _ThreadedUnit(self)
            try:
                yield unit
            except BaseException:
                await self._hop(self._rollback)
                raise
            await self._hop(self._commit)

    def _commit(self) -> None:
        try:
            self._held().commit()
        except BaseException:
            self._rollback()
            raise

    def _rollback(self) -> None:
        if self._connection is None:
            return
        self._connection.rollback()
        # Where somebody reads, COMMIT fails and SQLite keeps the transaction open, which SQLAlchemy believes to be over
        # (https://www.sqlite.org/lang_transaction.html): the next one could not begin.
        driver = self._connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        if driver.in_transaction:
            driver.rollback()

    async def close(self) -> None:
        def end() -> None:
            if self._connection is not None:
                self._connection.close()
            self._engine.dispose()

        async with self._turn:
            try:
                await self._hop(end)
            finally:
                self._thread.close()


class _ThreadedUnit:
    """SQLAlchemy begins the transaction with the first statement, so that beginning costs no hop of its own."""

    def __init__(self, database: Threaded) -> None:
        self._database = database

    async def run(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        database = self._database
        return await database._hop(lambda: act(database._held(), *args, **kwargs))
