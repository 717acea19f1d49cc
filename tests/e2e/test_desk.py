"""Both bots and the desk between them: a question and its answer, whichever of the two is away meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.settings import read
from bot.stage import Stage
from bot.wiring import Service
from tests.e2e.conftest import PATIENCE, Sender, trays

AGENT, GROUP = 2001, -1009
SENDERS = ("customers", "web", "worker")


class Both:
    """A stage whose staff and whose senders' side come and go separately."""

    def __init__(self, stage: Stage, session: aiohttp.ClientSession) -> None:
        self.stage = stage
        self.session = session
        self.services: dict[str, Service] = {}
        stage.playground.busy = self.busy

    async def busy(self) -> bool:
        return any([await one.busy() for one in self.services.values()])

    async def start(self, name: str, *parts: str) -> None:
        self.services[name] = service = Service(read(self.stage.environment), parts)
        await service.start()
        self.stage.service = service

    async def stop(self, name: str) -> None:
        await self.services.pop(name).stop()

    async def group(self) -> list[dict[str, Any]]:
        api = f"{self.stage.playground.url}/playground/api"
        async with self.session.get(f"{api}/chats/{GROUP}/messages?bot=staff") as answer:
            return [one for one in await answer.json() if one["from"]["is_bot"] and one["text"]]

    async def hears(self, count: int) -> list[str]:
        """What was said in the group, once it is so much; for a service whose rest cannot be asked for."""
        async with asyncio.timeout(PATIENCE):
            while len(found := await self.group()) < count:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        return [one["text"] for one in found]


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[Both]:
    stage = Stage(tmp_path, parts=(), limits=False)
    await stage.start()
    stage.environment |= {"MEKTUPX_STAFF_CHAT": str(GROUP), "MEKTUPX_ADMINS": str(AGENT)}
    async with aiohttp.ClientSession() as session:
        found = Both(stage, session)
        yield found
        for name in list(found.services):
            await found.stop(name)
    await stage.stop()


async def gather(isil: Sender) -> None:
    """A group with an agent."""
    await isil.post("users", id=AGENT, first_name="Ece", language_code="tr")
    await isil.post("groups", id=GROUP, title="Destek", members=[AGENT], bots=["staff"], forum=True)


async def reply(isil: Sender, both: Both, words: str, to: str) -> None:
    found = next(one for one in reversed(await both.group()) if to in one["text"])
    thread = {"message_thread_id": found["message_thread_id"]} if "message_thread_id" in found else {}
    await isil.post(f"chats/{GROUP}/send", user=AGENT, text=words, reply_to=found["message_id"], **thread)


async def test_with_the_staff_bot_away_an_order_is_completed_and_the_question_waits(both: Both) -> None:
    isil = Sender(both.stage, both.session)
    await both.start("senders", *SENDERS)
    await isil.comes()
    await isil.says("/destek Ne zaman gider?")
    await isil.page(await isil.orders(), "pay")
    await isil.settle()
    assert any("sildik" in one for one in await isil.told())
    assert len(trays(both.stage)) == 1
    await gather(isil)
    await both.start("staff", "staff")
    await isil.settle()
    assert (await both.group())[-1]["text"].endswith("Ne zaman gider?")
    await reply(isil, both, "Bugün gider.", "Ne zaman gider?")
    await isil.settle()
    assert sum("Bugün gider." in one for one in await isil.told()) == 1


async def test_with_the_customer_bot_away_the_staff_is_answered_and_the_reply_goes_out_later_once(both: Both) -> None:
    isil = Sender(both.stage, both.session)
    await gather(isil)
    await both.start("senders", *SENDERS)
    await both.start("staff", "staff")
    await isil.comes()
    await isil.says("/destek Ne zaman gider?")
    await isil.settle()
    await both.stop("senders")
    both.stage.playground.busy = None
    before = len(await both.group())
    await reply(isil, both, "Bugün gider.", "Ne zaman gider?")
    await isil.post(f"chats/{GROUP}/send", user=AGENT, text="/talepler")
    said = await both.hears(before + 2)
    assert "Göndericiye iletiliyor" in said[-2] and said[-1].startswith("Açık talep: 1.")
    assert not any("Bugün gider." in one for one in await isil.told())
    both.stage.playground.busy = both.busy
    await both.start("senders", *SENDERS)
    await isil.settle()
    assert sum("Bugün gider." in one for one in await isil.told()) == 1
    await isil.taps("Yanıtla")
    await isil.says("Teşekkürler")
    await isil.settle()
    assert (await both.group())[-1]["text"].endswith("Teşekkürler")
