"""Starting and stopping: what is missing is one sentence and leaves nothing behind, and each part starts alone."""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from bot.base.clock import SharedClock
from bot.base.settings import read
from bot.cli import main
from bot.demo.environment import Environment
from bot.playground.server import Playground
from bot.service.service import PARTS, CannotStart, Service, service
from rendering import faces
from storage.keys.keyring import Keyring
from tests.fakes import PATIENCE, plain_logs  # noqa: F401

pytestmark = pytest.mark.usefixtures("plain_logs")
TOKENS = {"customer": f"7000001:{'a' * 35}", "staff": f"7000002:{'b' * 35}"}
NOWHERE = "http://127.0.0.1:9"


def environment(folder: Path, *, api: str = NOWHERE, webhooks: bool = False) -> dict[str, str]:
    """Everything a service needs but a Telegram that answers."""
    stage = Environment(folder, webhooks=webhooks)
    stage.tray.mkdir()
    stage.playground = SimpleNamespace(url=api, smtp_url="smtp://127.0.0.1:9")  # type: ignore[assignment]
    found = stage._environment(TOKENS)
    Keyring.init(Path(found["MEKTUPX_MASTER_KEY_FILE"]), found["MEKTUPX_KEY_STORE"]).close()
    return found


def left_behind() -> set[str]:
    """Processes and threads that a service owns."""
    threads = {one.name for one in threading.enumerate() if one.is_alive()}
    return {name for name in threads if name.startswith(("storage", "Thread-"))} | {
        f"process {one.name}" for one in multiprocessing.active_children()
    }


# What is missing -> the sentence the operator reads
SENTENCES: list[tuple[str, dict[str, str], str]] = [
    ("no master key", {"MEKTUPX_MASTER_KEY_FILE": "{folder}/nowhere.key"}, "The master key file nowhere.key"),
    ("a wrong master key", {"MEKTUPX_MASTER_KEY_FILE": "{folder}/wrong.key"}, "does not open the key store"),
    ("no key store", {"MEKTUPX_KEY_STORE": "{folder}/nowhere.db"}, "The key store nowhere.db is missing"),
    ("no folder for the database", {"MEKTUPX_DATABASE_URL": "sqlite:///{folder}/no/x.db"}, "cannot be opened"),
    ("not a database", {"MEKTUPX_DATABASE_URL": "sqlite:///{folder}/wrong.key"}, "not a database"),
    ("a port that is taken", {"MEKTUPX_LISTEN": "127.0.0.1:{taken}"}, "MEKTUPX_LISTEN: 127.0.0.1:{taken} cannot be"),
    ("no print room", {"MEKTUPX_PRINT_SINK": "folder:{folder}/wrong.key/tray"}, "MEKTUPX_PRINT_SINK"),
    ("credentials without a secret", {"MEKTUPX_PAYMENT_CREDENTIALS": "only-a-key"}, "key:secret"),
    ("a broken tariff", {"MEKTUPX_TARIFF": "{folder}/wrong.key"}, "mektupx: "),
]


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        yield held.getsockname()[1]


@pytest.mark.parametrize(("name", "changed", "sentence"), SENTENCES, ids=[name for name, _, _ in SENTENCES])
def test_what_keeps_it_from_starting_is_one_sentence_and_all_is_closed_again(
    tmp_path: Path,
    taken: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    changed: dict[str, str],
    sentence: str,
) -> None:
    own = environment(tmp_path)
    (tmp_path / "wrong.key").write_text("ab" * 32)
    values = {"folder": tmp_path, "taken": taken}
    for variable, value in (own | {key: value.format(**values) for key, value in changed.items()}).items():
        monkeypatch.setenv(variable, value)
    before = left_behind()
    assert main.main(["run"]) == 1
    told = [line for line in capsys.readouterr().err.splitlines() if not line.startswith("{")]
    assert len(told) == 1
    assert sentence.format(**values) in told[0]
    assert "Traceback" not in told[0]
    assert left_behind() <= before


async def test_a_typeface_that_is_missing_is_named_before_anything_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faces, "missing", lambda: ("Noto Serif: apt-get install fonts-noto-core",))
    settings = read(environment(tmp_path))
    before = left_behind()
    with pytest.raises(CannotStart, match="Noto Serif"):
        async with service(settings):
            raise AssertionError("it has started")
    assert left_behind() <= before
    assert not (tmp_path / "mektupx.db").exists()


# Parts ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
async def telegram(tmp_path: Path) -> AsyncIterator[Playground]:
    playground = Playground(SharedClock(tmp_path / "clock"), TOKENS)
    await playground.start()
    yield playground
    await playground.stop()


async def pages(running: Service) -> dict[str, int]:
    """What answers on the service's port; {} where it has none."""
    if not running.port:
        return {}
    found = {}
    async with aiohttp.ClientSession() as session:
        for path in ("/readyz", "/sandbox/pay/x"):
            async with session.get(f"http://127.0.0.1:{running.port}{path}") as answer:
                found[path] = answer.status
        for path in ("/telegram/customer", "/telegram/staff", "/payments/sandbox"):
            async with session.post(f"http://127.0.0.1:{running.port}{path}") as answer:
                found[path] = answer.status
    return found


# part, webhooks -> (drawing processes, what answers)
WEB = {"/readyz": 200, "/sandbox/pay/x": 404, "/payments/sandbox": 403}
ALONE: list[tuple[tuple[str, ...], bool, int, dict[str, int]]] = [
    (("web",), False, 0, {**WEB, "/telegram/customer": 404, "/telegram/staff": 404}),
    (("worker",), False, 1, {}),
    (("customers",), False, 1, {}),
    (("staff",), False, 0, {}),
    (("worker",), True, 1, {}),
    (("customers",), True, 1, {"/readyz": 200, "/telegram/customer": 403, "/telegram/staff": 404}),
    (("staff",), True, 0, {"/readyz": 200, "/telegram/customer": 404, "/telegram/staff": 403}),
    (PARTS, True, 1, {**WEB, "/telegram/customer": 403, "/telegram/staff": 403}),
]


@pytest.mark.parametrize(("parts", "webhooks", "drawers", "answers"), ALONE, ids=[f"{p}-{w}" for p, w, _, _ in ALONE])
async def test_each_part_starts_alone_with_only_what_it_needs_and_leaves_nothing(
    tmp_path: Path,
    telegram: Playground,
    parts: tuple[str, ...],
    webhooks: bool,
    drawers: int,
    answers: dict[str, int],
) -> None:
    before = len(multiprocessing.active_children())
    async with service(read(environment(tmp_path, api=telegram.url, webhooks=webhooks)), parts) as running:
        assert len(multiprocessing.active_children()) == before + drawers
        found = await pages(running)
        missing = {path: 404 for path in found if path not in answers}
        assert found == {**missing, **answers}
    assert len(multiprocessing.active_children()) == before
    mine = {one.get_name() for one in asyncio.all_tasks()} & {"door", "worker", "outbox-look", "customer-polling"}
    assert mine == set()


async def test_a_telegram_that_cannot_be_reached_keeps_nothing_from_starting_or_stopping(tmp_path: Path) -> None:
    """Letters are printed and payments taken meanwhile."""
    settings = read(environment(tmp_path) | {"MEKTUPX_CLOCK": ""})
    async with asyncio.timeout(PATIENCE), service(settings, PARTS) as running:
        assert (await pages(running))["/readyz"] == 200


async def test_a_sandbox_that_takes_real_letters_is_warned_of(tmp_path: Path, plain_logs: Any) -> None:  # noqa: F811
    settings = read(environment(tmp_path, api="https://api.telegram.invalid") | {"MEKTUPX_CLOCK": ""})
    async with service(settings, ("web",)):
        pass
    assert "without real money" in plain_logs.getvalue()


async def test_the_tokens_are_in_no_line_of_the_log(tmp_path: Path, plain_logs: Any) -> None:  # noqa: F811
    settings = read(environment(tmp_path) | {"MEKTUPX_CLOCK": ""})
    async with service(settings, PARTS), asyncio.timeout(PATIENCE):
        while plain_logs.getvalue().count("cannot be reached") < 2:  # noqa: ASYNC110 - of both bots
            await asyncio.sleep(0.01)
    assert all(token.split(":")[1] not in plain_logs.getvalue() for token in TOKENS.values())


@pytest.mark.parametrize(
    ("loaded", "left"),
    [
        ("rendering.processes.pool", "weasyprint"),
        ("bot.intake.door", "aiogram telegram"),
        ("storage.migrations", "alembic mako"),
    ],
)
def test_a_process_loads_only_what_its_parts_need(loaded: str, left: str) -> None:
    """What draws belongs into the drawing process, a messenger's library into the part that speaks it: 190 MB and two
    seconds of each start."""
    asked = "import sys, bot.service.service; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    assert loaded in told
    assert not {*left.split()} & {*told}
