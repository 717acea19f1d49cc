"""What an operator's database can do wrong, through the real command: one sentence with its remedy, and recovery."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from bot.cli import main
from storage.database.engine import create
from storage.database.tables import metadata
from storage.migrations import migrate
from tests.bot.service.test_service import environment
from tests.cluster import PATIENCE, Cluster, Process, cluster
from tests.e2e.conftest import Sender
from tests.fakes import plain_logs  # noqa: F401
from tests.storage.postgres import Server

pytestmark = pytest.mark.timeout(900)  # processes that start while others use the cores
traced = pytest.mark.usefixtures("strace")
SECRET = "correct-horse"

# At the start ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def roles(postgres: Server) -> Iterator[Server]:
    """A server with a role that has a password, and one that may do nothing; both go with the module."""
    postgres.locked("guarded", SECRET)
    postgres.sql("CREATE ROLE guest LOGIN")
    yield postgres
    postgres.sql("DROP ROLE guarded")
    postgres.sql("DROP ROLE guest")


def _away(server: Server) -> str:
    """A socket that nobody listens at, in the scheme that other libraries write."""
    return server.url("m").replace("postgresql+asyncpg:", "postgresql:").replace("/data", "/away")


# What is wrong with the address -> (the address, the sentence the operator reads)
Address = Callable[[Server], str]
WRONG: dict[str, tuple[Address, str]] = {
    "a host that refuses": (lambda _: "postgresql+asyncpg://mektupx@127.0.0.1:9/m", "server does not answer: start it"),
    "a host that does not exist": (lambda _: "postgres://mektupx@host.invalid/m", "server does not answer: start it"),
    "a server that is away": (
        _away,
        "server does not answer: start it",
    ),
    "no such database": (lambda server: server.url("nothing"), "has no such database: make it with `createdb`"),
    "a wrong password": (lambda server: server.url(as_="guarded:staple"), "refuses the user or the password"),
    "no password": (lambda server: server.url(as_="guarded"), "refuses the user or the password"),
    "no such user": (lambda server: server.url(as_="nobody_here"), "refuses the user or the password"),
    "a user without rights": (lambda server: server.url(as_="guest"), "lacks a right: make it the owner"),
    "a scheme that is none": (lambda _: "mysql://mektupx@127.0.0.1/m", "Use SQLite or PostgreSQL"),
    "no address at all": (lambda _: "postgresql+asyncpg://mektupx@host:port/m", "is not a database address"),
}


@pytest.mark.usefixtures("plain_logs")
@pytest.mark.parametrize("command", ["run", "migrate"])
@pytest.mark.parametrize("wrong", WRONG)
def test_an_address_that_cannot_be_used_is_one_sentence_with_its_remedy(
    tmp_path: Path,
    roles: Server,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    wrong: str,
    command: str,
) -> None:
    address, sentence = WRONG[wrong]
    url = address(roles)
    assert refusal(tmp_path, monkeypatch, capsys, url, command).count(sentence) == 1


@pytest.mark.usefixtures("plain_logs")
@pytest.mark.parametrize("command", ["run", "migrate"])
def test_a_database_of_a_newer_version_is_left_alone(
    tmp_path: Path, empty_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    asyncio.run(migrate(empty_url))
    asyncio.run(_said(empty_url, "UPDATE alembic_version SET version_num = '9999'"))
    sentence = "newer version of MektupX: install that version, or restore an older backup"
    assert sentence in refusal(tmp_path, monkeypatch, capsys, empty_url, command)


def refusal(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], url: str, command: str
) -> str:
    """The one sentence with which a command refuses to begin."""
    for name, value in (environment(folder) | {"MEKTUPX_DATABASE_URL": url}).items():
        monkeypatch.setenv(name, value)
    assert main.main([command] if command == "migrate" else [command, "web"]) == 1
    told = [line for line in capsys.readouterr().err.splitlines() if not line.startswith("{")]
    assert len(told) == 1, told
    for secret in (SECRET, "staple", "127.0.0.1:9/", "Traceback"):
        assert secret not in told[0]
    return told[0]


async def _said(url: str, sql: str) -> None:
    database = create(url)
    await database.run(lambda conn: conn.exec_driver_sql(sql))
    await database.close()


async def _differences(url: str) -> list[object]:
    database = create(url)
    try:
        return await database.run(lambda conn: compare_metadata(MigrationContext.configure(conn), metadata))
    finally:
        await database.close()


# In the middle of a migration -----------------------------------------------------------------------------------------


@traced
@pytest.mark.parametrize("nth", [12, 60])
async def test_a_migration_that_is_killed_on_its_way_is_done_whole_by_the_next_start(
    tmp_path: Path, empty_url: str, nth: int
) -> None:
    own = environment(tmp_path) | {"MEKTUPX_DATABASE_URL": empty_url}
    call = "pwrite64" if empty_url.startswith("sqlite") else "sendto"
    process = Process(tmp_path, own, "migrate", name="migrate")
    await process.start(*_strace(call, f"signal=SIGKILL:when={nth}"))
    assert await process.over() == -signal.SIGKILL  # struck
    assert "at this version" not in process.says()
    await process.start()
    assert await process.over() == 0, process.says()
    assert await _differences(empty_url) == []


async def test_commands_that_migrate_at_once_all_end_well(tmp_path: Path, empty_url: str) -> None:
    own = environment(tmp_path) | {"MEKTUPX_DATABASE_URL": empty_url}
    racing = [Process(tmp_path, own, "migrate", name=f"migrate-{nth}") for nth in range(3)]
    await asyncio.gather(*(process.start() for process in racing))
    assert await asyncio.gather(*(process.over() for process in racing)) == [0, 0, 0]
    assert await _differences(empty_url) == []


@traced
async def test_a_disk_that_is_full_at_the_start_is_said_and_leaves_nothing_half_done(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/mektupx.db"
    process = Process(tmp_path, environment(tmp_path) | {"MEKTUPX_DATABASE_URL": url}, "migrate", name="migrate")
    await process.start(*_strace("pwrite64", "error=ENOSPC"))
    assert await process.over() == 1
    assert process.says().strip().endswith("mektupx: The disk is full: make room; nothing half-done was kept.")
    await process.start()
    assert await process.over() == 0, process.says()
    assert await _differences(url) == []


def _strace(call: str, inject: str, *more: str) -> tuple[str, ...]:
    return ("strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:{inject}", *more)


# While it runs --------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def one(folder: Path, url: str, *parts: str) -> AsyncIterator[tuple[Cluster, Process, aiohttp.ClientSession]]:
    """One process with some parts, called by the playground."""
    async with cluster(folder, url, {}) as found, aiohttp.ClientSession() as session:
        process = found.add("one", "run", *parts)
        for ports in found.balancer.ports.values():
            ports[:] = [process.port]
        await found.start()
        yield found, process, session


async def _status(found: Process, session: aiohttp.ClientSession, path: str = "/readyz") -> int:
    async with session.get(f"http://127.0.0.1:{found.port}{path}") as answer:
        return answer.status


async def _until(process: Process, words: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while words not in process.says():  # noqa: ASYNC110 - another process's log has no event
            await asyncio.sleep(0.02)


async def test_a_server_that_goes_away_is_said_and_what_came_meanwhile_is_answered_once_it_is_back(
    tmp_path: Path, new_url: str, postgres: Server
) -> None:
    async with one(tmp_path, new_url, "customers", "web") as (found, process, session):
        isil = Sender(found.stage, session)
        await isil.arrives()
        await isil.says("/start")
        told = len(await isil.told())
        assert told and await _status(process, session) == 200
        postgres.crash()
        try:
            await isil.post(f"chats/{isil.sender}/send", user=isil.sender, text="/yardim")
            await _until(process, "an update could not be kept")
            assert await _status(process, session) == 503
            assert await _status(process, session, "/healthz") == 200  # the process itself is well: nobody restarts it
        finally:
            postgres.start()
        await found.look()
        await isil.settle()
        assert len(await isil.told()) == told + 1
        assert await _status(process, session) == 200
        assert "The database server does not answer: start it, or check MEKTUPX_DATABASE_URL." in process.says()
        assert await process.end() == 0


async def test_a_process_is_stopped_in_good_order_while_its_server_is_away(
    tmp_path: Path, new_url: str, postgres: Server
) -> None:
    async with one(tmp_path, new_url, "customers", "web", "worker") as (found, process, session):
        isil = Sender(found.stage, session)
        await isil.arrives()
        await isil.says("/start")
        postgres.shut()
        try:
            await isil.post(f"chats/{isil.sender}/send", user=isil.sender, text="/yardim")
            await _until(process, "an update could not be kept")
            assert await process.end() == 0
        finally:
            postgres.start()
        assert '"event": "stopped"' in process.says()
        assert not [line for line in process.says().splitlines() if not line.startswith("{")]


@traced
async def test_a_disk_that_fills_up_is_said_and_what_came_meanwhile_is_answered_once_there_is_room(
    tmp_path: Path,
) -> None:
    async with one(tmp_path, f"sqlite:///{tmp_path}/mektupx.db", "customers", "web") as (found, process, session):
        isil = Sender(found.stage, session)
        await isil.arrives()
        await isil.says("/start")
        told = len(await isil.told())
        full = await asyncio.create_subprocess_exec(*_strace("pwrite64", "error=ENOSPC", "-p", str(process.pid)))
        await _traced_by(process, full.pid)
        await isil.post(f"chats/{isil.sender}/send", user=isil.sender, text="/yardim")
        await _until(process, "an update could not be kept")
        full.send_signal(signal.SIGINT)  # room again: the tracer leaves
        await full.wait()
        await isil.settle()
        assert len(await isil.told()) == told + 1
        assert "The disk is full: make room; nothing half-done was kept." in process.says()
        assert await process.end() == 0


async def _traced_by(process: Process, tracer: int) -> None:
    """Returns when every thread of the process is watched."""

    def watched() -> bool:
        states = [one.read_text() for one in Path(f"/proc/{process.pid}/task").glob("*/status")]
        return bool(states) and all(f"TracerPid:\t{tracer}\n" in state for state in states)

    async with asyncio.timeout(PATIENCE):
        while not watched():  # noqa: ASYNC110 - the kernel has no event for it
            await asyncio.sleep(0.02)


# Two who ask with one token -------------------------------------------------------------------------------------------


async def test_two_processes_that_poll_with_one_token_say_so_and_serve_all_the_same(
    tmp_path: Path, new_url: str
) -> None:
    async with cluster(tmp_path, new_url, {}, webhooks=False) as found, aiohttp.ClientSession() as session:
        for name in ("a", "b"):  # on the machine's own clock: the shared one would run ahead of their patience
            found.add(name, "run", "customers", MEKTUPX_CLOCK="")
        await found.start()
        isil = Sender(found.stage, session)
        await isil.arrives()
        await isil.post(f"chats/{isil.sender}/send", user=isil.sender, text="/start")
        await isil.hears("okumanızı rica ederiz")
        both = found.processes.values()
        async with asyncio.timeout(PATIENCE):
            while not any("Another process asks Telegram with" in one.says() for one in both):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert len(await isil.told()) == len(set(await isil.told()))
        assert [await process.end() for process in both] == [0, 0]
