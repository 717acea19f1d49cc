"""The process is killed, in the middle of a word: whatever Telegram was told is committed is there afterwards."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.demo.environment import Environment
from bot.demo.main import confirm, introduce, write
from tests.e2e.conftest import PATIENCE, Sender

pytestmark = pytest.mark.asyncio(loop_scope="module")
ROOT = Path(__file__).parents[2]


class Outside:
    """`mektupx run` in a process of its own, on a playground of ours."""

    def __init__(self, stage: Environment) -> None:
        self.stage = stage
        self.process: asyncio.subprocess.Process | None = None
        listen = stage.environment["MEKTUPX_LISTEN"]
        self.ready = f"http://{listen}/readyz"

    async def start(self, *parts: str, **other: str) -> None:
        own = {name: value for name, value in os.environ.items() if not name.startswith("MEKTUPX_")}
        command = (sys.executable, "-m", "bot.cli.main", "run", *parts)
        self.process = await asyncio.create_subprocess_exec(
            *command,
            cwd=ROOT,
            env=own | self.stage.environment | other,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )

    async def serves(self, session: aiohttp.ClientSession) -> None:
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    async with session.get(self.ready) as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.05)

    async def end(self, how: int) -> tuple[int, str]:
        """(exit code, what it said on stderr)"""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(how)
        return await self.over()

    async def over(self) -> tuple[int, str]:
        assert self.process is not None
        async with asyncio.timeout(PATIENCE):
            _, told = await self.process.communicate()
        self.process, code = None, self.process.returncode
        return code or 0, told.decode()

    async def gone(self) -> None:
        if self.process is not None:
            await self.end(signal.SIGKILL)


@asynccontextmanager
async def outside(folder: Path) -> AsyncIterator[Outside]:
    stage = Environment(folder, parts=())
    await stage.start()
    found = Outside(stage)
    try:
        yield found
    finally:
        await found.gone()
        await stage.stop()


async def test_a_conversation_survives_a_kill_and_what_was_on_its_way_is_delivered(
    tmp_path: Path, session: aiohttp.ClientSession
) -> None:
    async with outside(tmp_path) as service:
        isil = Sender(service.stage, session)
        await service.start()
        await service.serves(session)
        service.stage.playground.busy = None
        await _walk(isil, introduce)
        send = f"chats/{isil.sender}/send"
        for words in ("Canım anneannem,", "Sardunyaların açtı."):
            await isil.post(send, user=isil.sender, text=words)
        await asyncio.sleep(0.03)  # somewhere between Telegram, the commit and the answer
        await service.end(signal.SIGKILL)
        await isil.post(send, user=isil.sender, text="Gelirim.")  # Telegram keeps it
        await isil.post("clock", advance="PT6M")  # whatever the dead one had taken is free again
        await service.start()
        await service.serves(session)
        await isil.hears("43 karakter")
        await _walk(isil, write)
        url = await _walk(isil, confirm)
        async with session.post(url, data={"act": "pay"}) as answer:
            assert answer.status in (200, 303)
        await service.end(signal.SIGKILL)  # between the bank's books and ours
        await isil.post("clock", advance="PT6M")
        await service.start()
        await isil.hears("Ödemeniz ulaştı")
        await isil.post("clock", advance="PT6M")
        await isil.hears("sildik")
        told = await isil.told()
        assert sum("Ödemeniz ulaştı" in words for words in told) == 1
        assert len(list(service.stage.tray.glob("*.pdf"))) == 1
        code, errors = await service.end(signal.SIGTERM)
        assert code == 0
        assert '"level": "error"' not in errors


async def _walk(isil: Sender, part: Any) -> Any:
    """A part of the conversation with a service of another process: rest is when it has said nothing for a while."""

    async def settle() -> None:
        async with asyncio.timeout(PATIENCE):
            quiet, before = 0, -1
            while quiet < 4:
                await isil.get("idle", timeout="30")
                now = len(await isil.told()) + sum(one.get("edits", 0) for one in await isil.chat())
                quiet, before = (quiet + 1 if now == before else 0), now
                await asyncio.sleep(0.03)

    async def with_button(label: str) -> Any:
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    return await Sender.with_button(isil, label)
                except RuntimeError:
                    await asyncio.sleep(0.05)

    isil.settle, isil.with_button = settle, with_button  # type: ignore[method-assign]
    return await part(isil)
