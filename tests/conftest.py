"""What holds in every test: no untranslated sentence, a process left as it was; and the databases one may ask for."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import certifi
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, Engine, event

from locales import strict
from rendering.processes import slot
from storage.migrations import migrate
from tests import cost, warm
from tests.cost import no_unmarked_process
from tests.network import guarded, no_stray
from tests.process_state import own_log, unchanged
from tests.programs import program
from tests.prove.lives import can_trace
from tests.storage.postgres import NoPostgres, Server

# The same examples each time: what is green here is green elsewhere. HYPOTHESIS_PROFILE=long looks for new ones.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.register_profile("long", settings.get_profile("default"), max_examples=4_000, derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(cost)


class Compiled(dict[Any, Any]):
    """SQLAlchemy's compiled statements by kind of dialect, where it asks by dialect: one for each engine."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get((type(key[0]), *key[1:]), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__((type(key[0]), *key[1:]), compiled)


@pytest.fixture(scope="module", autouse=True)
def _process_between_files(request: pytest.FixtureRequest) -> Iterator[None]:
    """What the fixtures of a file change they give back, too."""
    with unchanged(request.node.nodeid):
        yield


@pytest.fixture(scope="session", autouse=True)
def _hosts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with guarded(tmp_path_factory.mktemp("hosts")) as notes:
        yield notes


@pytest.fixture(autouse=True)
def _process(request: pytest.FixtureRequest, _hosts: Path) -> Iterator[None]:
    """Each test may configure the log of the process; else none changes anything that the next would inherit.

    Nor does any connect to another host, or start what takes long without saying that it is slow.
    """
    whose, marked = request.node.nodeid, request.node.get_closest_marker("slow") is not None
    with unchanged(whose), no_stray(whose, _hosts), no_unmarked_process(whose, marked), own_log():
        yield


@pytest.fixture(autouse=True)
def _strict_speech(_process: None) -> Iterator[None]:
    with strict():
        yield


@pytest.fixture(scope="session", autouse=True)
def _one_root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nobody here speaks TLS to a stranger. The staff bot's library reads every root there is, twice for each bot, a
    tenth of a second in all (httpx, `SSL_CERT_FILE`): now there is one."""
    end = "-----END CERTIFICATE-----\n"
    file = tmp_path_factory.mktemp("roots") / "one.pem"
    file.write_text(Path(certifi.where()).read_text(encoding="utf-8").partition(end)[0] + end, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(file))
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_sniffio() -> Iterator[None]:
    """The staff bot's library asks at each request whether sniffio is installed (httpcore, `current_async_library`).

    Where it is not, Python searches its whole path each time: None in `sys.modules` answers at once.
    """
    with pytest.MonkeyPatch.context() as patch:
        if find_spec("sniffio") is None:
            patch.setitem(sys.modules, "sniffio", None)
        yield


@pytest.fixture(scope="session", autouse=True)
def _drawing() -> Iterator[None]:
    """Only the pool's own specifications start each drawing process from nothing: its imports take most of a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slot, "CONTEXT", warm.drawing())
        yield


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    """Statements are compiled once in this process, not once for each store: each test has a store of its own."""
    compiled = Compiled()

    def share(connection: Connection) -> None:
        connection.execution_options(compiled_cache=compiled)

    event.listen(Engine, "engine_connect", share)
    yield
    event.remove(Engine, "engine_connect", share)


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of SQLite with the tables of this version, to be copied: making them takes longer than most tests."""
    file = tmp_path_factory.mktemp("tables") / "mektupx.db"
    asyncio.run(migrate(f"sqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One server for all tests of this process, with the tables of this version."""
    try:
        server = Server()
    except NoPostgres as reason:
        pytest.fail(f"PostgreSQL cannot be started here; tools/prepare.sh dev installs it. It says: {reason}")
    server.sql("CREATE DATABASE tables")
    asyncio.run(migrate(server.url("tables")))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def strace() -> str:
    """The program that lets system calls fail."""
    found = program("strace")
    if why := can_trace():
        pytest.fail(f"strace cannot be used: {why}. In a container it needs the capability SYS_PTRACE.", pytrace=False)
    return found


@pytest.fixture
def postgres_url(postgres: Server) -> str:
    """The tables on the server, empty."""
    postgres.emptied("tables")
    return postgres.url("tables")


@pytest.fixture
def sqlite_url(tables: Path, tmp_path: Path) -> str:
    """The tables in a file, empty."""
    return f"sqlite:///{shutil.copyfile(tables, tmp_path / 'mektupx.db')}"


@pytest.fixture
def new_url(postgres: Server) -> Iterator[str]:
    """A database on the server that nobody has used, without tables."""
    name = postgres.new()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Every test that asks for it, or for a house that does, runs on both databases."""
    url: str = request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param])
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables, on both."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/mektupx.db"
    url: str = request.getfixturevalue("new_url")
    return url
