"""The database: nothing is lost between two who write at once, and a refusal is one sentence."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Integer, bindparam, text
from sqlalchemy.exc import DBAPIError

from storage.database.dialects import shared
from storage.database.engine import Database, StorageError, create, journal_for

CANARY = "dear Leyla"


def table(conn: Connection) -> None:
    conn.exec_driver_sql("CREATE TABLE counter (n INTEGER NOT NULL)")
    conn.exec_driver_sql("INSERT INTO counter VALUES (0)")


def read(conn: Connection) -> int:
    """As `people.hold` does: on a server the row is locked first."""
    locking = " FOR UPDATE" if shared(conn) else ""
    return int(conn.exec_driver_sql("SELECT n FROM counter" + locking).scalar_one())


def write(conn: Connection, n: int) -> None:
    conn.execute(text("UPDATE counter SET n = :n"), {"n": n})


def pragma(conn: Connection, name: str) -> Any:
    return conn.exec_driver_sql(f"PRAGMA {name}").scalar()


@pytest.fixture
def made(tmp_path: Path, request: pytest.FixtureRequest) -> Database:
    kind = getattr(request, "param", "thread")
    if kind == "server":
        return create(request.getfixturevalue("new_url"))
    return create(f"sqlite:///{tmp_path}/counter.db", pooled=kind == "aiosqlite")


@pytest.fixture
async def database(made: Database) -> AsyncIterator[Database]:
    await made.run(table)
    yield made
    await made.close()


on_every_driver = pytest.mark.parametrize("made", ["thread", "aiosqlite", "server"], indirect=True)
on_both_databases = pytest.mark.parametrize("made", ["thread", "server"], indirect=True)


@on_every_driver
async def test_two_hundred_concurrent_changes_lose_nothing(database: Database) -> None:
    async def one_more() -> None:
        async with database.transaction() as unit:
            n = await unit.run(read)
            await asyncio.sleep(0)
            await unit.run(write, n + 1)

    await asyncio.gather(*(one_more() for _ in range(200)))
    assert await database.run(read) == 200


@on_every_driver
async def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError):
        async with database.transaction() as unit:
            await unit.run(write, 7)
            raise RuntimeError
    assert await database.run(read) == 0


@on_both_databases
async def test_a_cancelled_task_leaves_nothing_and_the_next_one_goes_on(database: Database) -> None:
    entered = asyncio.Event()

    async def slow() -> None:
        async with database.transaction() as unit:
            await unit.run(write, 7)
            entered.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(slow())
    await entered.wait()
    task.cancel()
    assert isinstance((await asyncio.gather(task, return_exceptions=True))[0], asyncio.CancelledError)
    assert await database.run(read) == 0


@on_both_databases
async def test_cancelled_at_any_step_a_transaction_is_whole_or_absent(database: Database) -> None:

    async def twice() -> None:
        async with database.transaction() as unit:
            n = await unit.run(read)
            await unit.run(write, n + 1)
            await unit.run(write, n + 2)

    for turns in range(12):
        task = asyncio.create_task(twice())
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert await database.run(read) % 2 == 0


@pytest.mark.parametrize("pooled", [False, True])
async def test_every_connection_to_a_file_is_durable_and_wipes_what_it_deletes(tmp_path: Path, pooled: bool) -> None:
    database = create(f"sqlite:///{tmp_path}/counter.db", pooled=pooled)
    found = {name: await database.run(pragma, name) for name in ("synchronous", "secure_delete", "foreign_keys")}
    assert found == {"synchronous": 2, "secure_delete": 1, "foreign_keys": 1}
    assert str(await database.run(pragma, "journal_mode")).upper() == database.journal
    await database.close()


async def test_every_connection_to_a_server_is_durable_and_sees_anew_with_each_statement(postgres_url: str) -> None:
    database = create(postgres_url)

    def shown(conn: Connection, name: str) -> Any:
        return conn.exec_driver_sql(f"SHOW {name}").scalar()

    found = {name: await database.run(shown, name) for name in ("synchronous_commit", "transaction_isolation")}
    assert found == {"synchronous_commit": "on", "transaction_isolation": "read committed"}
    await database.close()


@pytest.mark.parametrize(
    ("version", "journal"),
    [
        ((3, 40, 1), "TRUNCATE"),
        ((3, 44, 5), "TRUNCATE"),
        ((3, 44, 6), "WAL"),
        ((3, 45, 0), "TRUNCATE"),
        ((3, 50, 6), "TRUNCATE"),
        ((3, 50, 7), "WAL"),
        ((3, 51, 2), "TRUNCATE"),
        ((3, 51, 3), "WAL"),
        ((3, 52, 0), "WAL"),
    ],
)
def test_wal_only_where_its_reset_race_is_fixed(version: tuple[int, int, int], journal: str) -> None:
    assert journal_for(version) == journal


@pytest.mark.parametrize("url", ["nonsense", "carrier-pigeon://loft", ""])
def test_an_address_that_is_none_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(StorageError, match=r"sqlite:///mektupx\.db"):
        create(url)


async def test_a_missing_folder_is_said_in_a_sentence(tmp_path: Path) -> None:
    database = create(f"sqlite:///{tmp_path}/nowhere/counter.db")
    with pytest.raises(StorageError, match="folder exists"):
        await database.run(read)
    await database.close()


async def test_a_file_that_is_no_database_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "counter.db").write_bytes(b"a shopping list, two pages of it " * 100)
    database = create(f"sqlite:///{tmp_path}/counter.db")
    with pytest.raises(StorageError, match="not a database"):
        await database.run(read)
    await database.close()


async def test_a_full_disk_refuses_cleanly_and_recovers(tmp_path: Path) -> None:
    database = create(f"sqlite:///{tmp_path}/counter.db")
    await database.run(table)
    pages = await database.run(pragma, "page_count")
    await database.run(pragma, f"max_page_count={pages}")

    def much(conn: Connection) -> None:
        write(conn, 9)
        conn.exec_driver_sql("CREATE TABLE more (b BLOB)")
        conn.exec_driver_sql("INSERT INTO more VALUES (zeroblob(100000))")

    with pytest.raises(StorageError, match="disk is full"):
        await database.run(much)
    assert await database.run(read) == 0
    await database.run(pragma, "max_page_count=1000000")
    await database.run(much)
    assert await database.run(read) == 9
    await database.close()


def twice_the_same(conn: Connection) -> None:
    """PostgreSQL quotes the value that is there already."""
    conn.exec_driver_sql("CREATE TABLE said (words TEXT UNIQUE)")
    for _ in range(2):
        conn.execute(text("INSERT INTO said VALUES (:words)"), {"words": CANARY})


def not_a_number(conn: Connection) -> None:
    """asyncpg quotes what it cannot encode; SQLite, which minds no types, is given no such column."""
    conn.execute(text("SELECT nothing FROM nowhere WHERE n = :n").bindparams(bindparam("n", CANARY, Integer)))


@on_every_driver
@pytest.mark.parametrize("wrong", [twice_the_same, not_a_number])
async def test_an_error_never_carries_a_bound_value(database: Database, wrong: Callable[[Connection], None]) -> None:
    with pytest.raises(DBAPIError) as refused:
        await database.run(wrong)
    assert CANARY not in "".join(traceback.format_exception(refused.value))
