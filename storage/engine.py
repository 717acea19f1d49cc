"""The filing clerk: opens the database, does one person's paperwork at a time, and says in one sentence why it cannot.

Every act is a plain function over a SQLAlchemy connection. On SQLite it runs whole in aiosqlite's one thread, which
owns the only connection: an act of many statements costs one change of threads. (SQLAlchemy's asynchronous dialect
changes threads three or four times a statement; `benchmarks/storage_speed.py` has the figures.) On PostgreSQL the same
functions run over an asynchronous pool.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import aiosqlite
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import StaticPool

from storage.faults import DatabaseNewer, StorageError, sentence_for

__all__ = ["Database", "DatabaseNewer", "Pooled", "StorageError", "Threaded", "Unit", "create", "journal_for"]

P = ParamSpec("P")
T = TypeVar("T")
Act = Callable[Concatenate[Connection, P], T]


def journal_for(version: tuple[int, int, int]) -> str:
    """The journal mode that is safe on this SQLite: WAL only where its reset race is fixed.

    Before 3.51.3 (3.50.7, 3.44.6) a WAL reset at the wrong moment corrupts the file (sqlite.org/wal.html#walresetbug).
    """
    fixed = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51, 0) or (3, 44, 6) <= version < (3, 45, 0)
    return "WAL" if fixed else "TRUNCATE"


def _sqlite_recipe(engine: Any, journal: str) -> None:
    """BEGIN IMMEDIATE, and durability before speed: a payment that was confirmed survives a power cut."""

    @event.listens_for(engine, "connect")
    def pragmas(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the `begin` listener decides, not the driver
        cursor = connection.cursor()
        for pragma in (
            "busy_timeout=5000",
            f"journal_mode={journal}",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            "temp_store=MEMORY",
            "cell_size_check=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
            cursor.fetchall()
        cursor.close()

    @event.listens_for(engine, "begin")
    def immediate(connection: Connection) -> None:
        # A plain BEGIN that reads first and writes later fails with "database is locked" under load (160 of 200).
        connection.exec_driver_sql("BEGIN IMMEDIATE")


class Unit(Protocol):
    """An open transaction."""

    async def run(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs a function over the connection, off the event loop."""


class Database(Protocol):
    """Where acts are run. `journal` is the journal mode chosen at start ("" where the server decides)."""

    journal: str

    def transaction(self) -> AbstractAsyncContextManager[Unit]:
        """A write transaction of several acts; rolled back unless it ends well."""

    async def run(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """One act as a transaction of its own."""

    async def close(self) -> None: ...


class Threaded:
    """SQLite: aiosqlite's connection and thread, one transaction at a time."""

    def __init__(self, url: URL) -> None:
        self.journal = journal_for(sqlite3.sqlite_version_info)
        # The connection belongs to aiosqlite's thread; SQLAlchemy is only ever called there.
        self._engine = create_engine(
            url.set(drivername="sqlite+pysqlite"),
            hide_parameters=True,  # an error message must never carry a bound value
            poolclass=StaticPool,
        )
        _sqlite_recipe(self._engine, self.journal)
        self._thread = aiosqlite.Connection(self._open, iter_chunk_size=1)
        self._opened = False
        self._turn = asyncio.Lock()
        self._connection: Connection | None = None

    def _open(self) -> sqlite3.Connection:
        """Called once, in the thread."""
        self._connection = self._engine.connect()
        driver = self._connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        return driver

    def _held(self) -> Connection:
        assert self._connection is not None
        if self._connection.invalidated:
            self._connection = self._engine.connect()
        return self._connection

    async def _hop(self, act: Callable[[], T]) -> T:
        # A cancelled task leaves the act to finish; whatever comes next queues behind it in the one thread. `_execute`
        # is what aiosqlite's own methods are made of: there is no public way to run a function in its thread.
        try:
            if not self._opened:
                await self._opening()
            found: T = await self._thread._execute(act)  # type: ignore[no-untyped-call]
            return found
        except DBAPIError as error:
            if sentence := sentence_for(error):
                raise sentence from error
            raise

    async def _opening(self) -> None:
        try:
            await self._thread
        except BaseException:
            # A thread starts only once; the one that could not open ends while its loop still lives.
            await asyncio.to_thread(self._thread._thread.join)
            self._thread = aiosqlite.Connection(self._open, iter_chunk_size=1)
            raise
        self._opened = True

    async def run(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        def whole() -> T:
            with self._held().begin():
                return act(self._held(), *args, **kwargs)

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
        held = self._held()
        if held.in_transaction():
            try:
                held.commit()
            except BaseException:
                held.rollback()
                raise

    def _rollback(self) -> None:
        if self._connection is not None and self._connection.in_transaction():
            self._connection.rollback()

    async def close(self) -> None:
        def end() -> None:
            if self._connection is not None:
                self._connection.close()
            self._engine.dispose()

        async with self._turn:
            if self._opened:
                await self._hop(end)
                await self._thread.close()


class _ThreadedUnit:
    """SQLAlchemy begins the transaction with the first statement, so that beginning costs no hop of its own."""

    def __init__(self, database: Threaded) -> None:
        self._database = database

    async def run(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        database = self._database
        return await database._hop(lambda: act(database._held(), *args, **kwargs))


class Pooled:
    """PostgreSQL, or any asynchronous driver of SQLAlchemy: a pool of connections, row locks instead of one writer."""

    def __init__(self, url: URL) -> None:
        self.journal = ""
        options: dict[str, Any] = {"hide_parameters": True}
        if url.get_backend_name() == "sqlite":
            options |= {"poolclass": StaticPool}
        self._engine = create_async_engine(url, **options)
        if url.get_backend_name() == "sqlite":
            self.journal = journal_for(sqlite3.sqlite_version_info)
            _sqlite_recipe(self._engine.sync_engine, self.journal)
        self._turn = asyncio.Lock() if url.get_backend_name() == "sqlite" else None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Unit]:
        try:
            if self._turn is None:
                async with self._engine.begin() as connection:
                    yield _PooledUnit(connection)
            else:
                async with self._turn, self._engine.begin() as connection:
                    yield _PooledUnit(connection)
        except DBAPIError as error:
            if sentence := sentence_for(error):
                raise sentence from error
            raise

    async def run(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        async with self.transaction() as unit:
            return await unit.run(act, *args, **kwargs)

    async def close(self) -> None:
        await self._engine.dispose()


class _PooledUnit:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def run(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._connection.run_sync(act, *args, **kwargs)


def create(url: str, *, pooled: bool = False) -> Database:
    """The database behind a URL: `sqlite:///file` or `postgresql+asyncpg://…`. Errors: StorageError.

    pooled: SQLite through its asynchronous driver instead of the one thread (to compare, and to test `Pooled`).
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return Pooled(parsed)
        return Pooled(parsed.set(drivername="sqlite+aiosqlite")) if pooled else Threaded(parsed)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError):
        raise StorageError(
            "MEKTUPX_DATABASE_URL is not a database address: write sqlite:///mektupx.db or"
            " postgresql+asyncpg://user@host/name."
        ) from None
