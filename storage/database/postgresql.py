"""PostgreSQL runs acts over a pool of connections; a lock gives one person's rows to one transaction at a time.

The same acts as on SQLite run over a pool of asyncpg's connections. What a server or the road to it does wrong arrives
as a StorageError: nothing was kept then, or nobody knows, and the update comes again; its key tells whether it is new.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any, ParamSpec, TypeVar

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import StaticPool

from storage.database.errors import CROWDED, UNREACHABLE, Collided, StorageError, Unsaid, sentence_for
from storage.database.protocol import Act, Unit
from storage.database.sqlite import file_of, journal_for, recipe

__all__ = ["Pooled", "address"]

P = ParamSpec("P")
T = TypeVar("T")

POOL, MORE = 4, 6
"""Connections a process keeps, and how many more it opens under load: eight processes fit into PostgreSQL's default of
100 with room for the operator's own. The door needs one, a message sender two, a worker at most one for each work at
once."""
TRIES = 5  # of an act that gave way to another; each time somebody else has come further
SESSION = {
    "application_name": "mektupx",
    "synchronous_commit": "on",  # whatever the server's default is: a confirmed payment survives a power cut
    "default_transaction_isolation": "read committed",  # rows are read after their lock, each statement sees anew
    "idle_in_transaction_session_timeout": "60000",  # a process that stands still lets go of what it holds
}


def address(url: URL) -> URL:
    """The URL as asyncpg wants it. Hosts write `postgres://…?sslmode=require`, as libpq does."""
    query = dict(url.query)
    if "sslmode" in query:
        query["ssl"] = query.pop("sslmode")
    return url.set(drivername="postgresql+asyncpg", query=query)


class Pooled:
    """PostgreSQL, or SQLite through its asynchronous driver: a pool of connections, locks of rows and of names."""

    def __init__(self, url: URL) -> None:
        embedded = url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {"hide_parameters": True}  # an error message must never carry a bound value
        if embedded:
            options |= {"poolclass": StaticPool}
        else:  # pre_ping: after a server's restart the first transaction finds a living connection
            arguments = {"timeout": 10, "command_timeout": 60, "server_settings": SESSION}
            options |= {"pool_pre_ping": True, "pool_timeout": 20, "connect_args": arguments}
            options |= {"pool_size": POOL, "max_overflow": MORE}
        self._engine = create_async_engine(url, **options)
        self.journal = journal_for(sqlite3.sqlite_version_info) if embedded else ""
        self.file = file_of(url) if embedded else None
        self._turn = asyncio.Lock() if embedded else None
        if embedded:
            recipe(self._engine.sync_engine, self.journal)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Unit]:
        async with AsyncExitStack() as stack:
            if self._turn is not None:
                await stack.enter_async_context(self._turn)
            with _reaching():
                connection = await stack.enter_async_context(self._engine.connect())
            yield _PooledUnit(connection)  # what fails is rolled back as the connection goes back to the pool
            with _translated():
                await connection.commit()

    async def run(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Where two acts wait for each other the server ends one; an act begins again, a transaction cannot."""
        for _ in range(TRIES - 1):
            try:
                return await self._once(act, *args, **kwargs)
            except Collided:
                continue
        return await self._once(act, *args, **kwargs)

    async def _once(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        async with self.transaction() as unit:
            return await unit.run(act, *args, **kwargs)

    async def close(self) -> None:
        await self._engine.dispose()


class _PooledUnit:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def run(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        with _translated():
            return await self._connection.run_sync(act, *args, **kwargs)


@contextmanager
def _reaching() -> Iterator[None]:
    """On the way to the server: the driver's errors come as they are, from the network up."""
    try:
        with _translated():
            yield
    except PoolTimeout:
        raise StorageError(CROWDED) from None
    except StorageError:
        raise
    except OSError:  # refused, unknown host, no socket, too late; its text holds the address
        raise StorageError(UNREACHABLE) from None
    except Exception as error:
        if sentence := sentence_for(error):
            raise sentence from None
        raise


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except TimeoutError:  # the server has not answered for a minute
        raise StorageError(UNREACHABLE) from None
    except (DBAPIError, sqlite3.Error) as error:  # the driver's own comes from the key store
        if sentence := sentence_for(error):
            raise sentence from None
        if isinstance(error, DBAPIError):
            raise _scrubbed(error) from None
        raise


def _scrubbed(error: DBAPIError) -> DBAPIError:
    """The same error without its words: PostgreSQL and asyncpg quote values in them."""
    assert error.orig is not None
    return type(error)(error.statement, None, Unsaid.of(error.orig), hide_parameters=True)
