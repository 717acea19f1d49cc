"""The process is killed, in the middle of a word: whatever Telegram was told is committed is there afterwards."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import aiohttp
import pytest

from bot.demo.main import confirm, introduce, write
from tests.cluster import cluster
from tests.e2e.conftest import Sender

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_conversation_survives_a_kill_and_what_was_on_its_way_is_delivered(
    tmp_path: Path, session: aiohttp.ClientSession
) -> None:
    async with cluster(tmp_path, f"sqlite:///{tmp_path}/mektupx.db", {}, webhooks=False) as found:
        service = found.add("all", "run")
        for ports in found.balancer.ports.values():
            ports[:] = [service.port]
        await found.start()
        isil = Sender(found.stage, session)
        await introduce(isil)
        send = f"chats/{isil.sender}/send"
        for words in ("Canım anneannem,", "Sardunyaların açtı."):
            await isil.post(send, user=isil.sender, text=words)
        await asyncio.sleep(0.03)  # anywhere between Telegram, the commit and the answer: each is to be survived
        await service.end(signal.SIGKILL)
        await isil.post(send, user=isil.sender, text="Gelirim.")  # Telegram keeps it
        await isil.post("clock", advance="PT6M")  # whatever the dead one had taken is free again
        await service.start()
        await isil.hears("43 karakter")
        await isil.settle()
        await write(isil)
        url = await confirm(isil)
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
        assert len(list(found.stage.tray.glob("*.pdf"))) == 1
        assert await service.end() == 0
        assert '"level": "error"' not in service.says()
