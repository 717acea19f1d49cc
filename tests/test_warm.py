"""What the waiting process forks is `mektupx` as an operator starts it: words, settings, ends and guard its own."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from fcntl import ioctl
from pathlib import Path
from termios import FIONREAD

import pytest

from tests import warm
from tests.bot.service.test_service import environment
from tests.hosts.allowed_hosts import NOTES

PATIENCE = 120.0
ELSEWHERE = "192.0.2.1"  # RFC 5737: nobody's
DATABASE = f"postgresql+asyncpg://mektupx@{ELSEWHERE}:5432/m"


async def begun(folder: Path, *words: str, given: int | None = None, **settings: str) -> warm.Started:
    """What it says and complains about stands in two files of the folder."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MEKTUPX_")}
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        return await warm.start(words, clean | settings, out.fileno(), err.fileno(), given)


async def ran(folder: Path, *words: str, **settings: str) -> tuple[int, str, str]:
    """The exit code, what was said and what was complained about."""
    process = await begun(folder, *words, **settings)
    code = await asyncio.wait_for(process.wait(), PATIENCE)
    return code, (folder / "out").read_text(), (folder / "err").read_text()


# Words -> (exit code, in what is said, in what is complained about)
ENDS: Mapping[tuple[str, ...], tuple[int, str, str]] = {
    ("flows",): (0, "stateDiagram", ""),
    ("keys", "check"): (1, "", "MEKTUPX_MASTER_KEY_FILE"),
    ("dance",): (2, "", "invalid choice: 'dance'"),
}


@pytest.mark.parametrize("words", ENDS, ids=" ".join)
async def test_it_says_and_ends_as_the_command_does(tmp_path: Path, words: tuple[str, ...]) -> None:
    code, said, complained = ENDS[words]
    found = await ran(tmp_path, *words)
    assert found[0] == code
    assert said in found[1]
    assert complained in found[2]
    assert "Traceback" not in found[2]


async def test_settings_are_of_one_start_only(tmp_path: Path) -> None:
    key = tmp_path / "master.key"
    made = {"MEKTUPX_MASTER_KEY_FILE": str(key), "MEKTUPX_KEY_STORE": str(tmp_path / "keys.db")}
    assert (await ran(tmp_path, "keys", "init", **made))[0] == 0
    assert key.exists()
    assert (await ran(tmp_path, "keys", "check", **made))[0] == 0
    assert (await ran(tmp_path, "keys", "check"))[0] == 1  # the next knows nothing of them


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -15), (signal.SIGKILL, -9)])
async def test_a_signal_ends_it_as_it_ends_the_command(tmp_path: Path, how: int, code: int) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"MX000123")  # the rest never comes: the command waits for a clerk's scans
    settings = environment(tmp_path) | {"MEKTUPX_PRINT_SINK": f"folder:{tmp_path}"}
    process = await begun(tmp_path, "tray", "printed", "-", given=reading, **settings)
    async with asyncio.timeout(PATIENCE):
        while _unread(reading):  # noqa: ASYNC110 - another process's reading has no event
            await asyncio.sleep(0.01)
    assert process.returncode is None
    process.send_signal(how)
    assert await asyncio.wait_for(process.wait(), PATIENCE) == code
    os.close(reading)
    os.close(writing)


def _unread(pipe: int) -> int:
    """Bytes that nobody has taken yet (ioctl_pipe(2), FIONREAD)."""
    return int.from_bytes(ioctl(pipe, FIONREAD, bytes(4)), sys.byteorder)


@pytest.mark.parametrize("words", [("migrate",), ("run", "web")], ids=["asyncio", "uvloop"])
async def test_it_connects_to_no_other_host(tmp_path: Path, words: tuple[str, ...]) -> None:
    notes = tmp_path / "notes"
    notes.touch()
    settings = environment(tmp_path) | {"MEKTUPX_DATABASE_URL": DATABASE, NOTES: str(notes)}
    assert (await ran(tmp_path, *words, **settings))[0] == 1
    assert f"{ELSEWHERE}:5432" in notes.read_text()
