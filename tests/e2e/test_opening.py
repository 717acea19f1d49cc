"""A letter is opened while senders, staff and web are processes of their own: real bots, a real PDF, one page once."""

from __future__ import annotations

import base64
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.base.settings import read
from bot.demo.environment import Environment
from bot.service.service import Service, service
from bot.web.opening_page import FIELD
from storage.access_log import audit
from tests.e2e.conftest import Sender, trays

ASKER, OTHER, GROUP = 2001, 2002, -1009
PARTS = {"senders": ("customers", "worker"), "web": ("web",), "staff": ("staff",)}


class Town:
    """A stage whose parts are services of their own, and what two admins do on it."""

    def __init__(self, stage: Environment, session: aiohttp.ClientSession) -> None:
        self.stage = stage
        self.session = session
        self.services: dict[str, Service] = {}
        self.running = AsyncExitStack()
        stage.playground.busy = self.busy

    async def busy(self) -> bool:
        return any([await one.busy() for one in self.services.values()])

    async def start(self) -> None:
        for name, parts in PARTS.items():
            own = service(read(self.stage.environment), parts)
            self.services[name] = await self.running.enter_async_context(own)

    async def stop(self) -> None:
        await self.running.aclose()

    async def said(self, user: int) -> list[dict[str, Any]]:
        api = f"{self.stage.playground.url}/playground/api"
        async with self.session.get(f"{api}/chats/{user}/messages?bot=staff") as answer:
            return [one for one in await answer.json() if one["from"]["is_bot"] and one["text"]]

    async def opens(self, address: str, key: str) -> tuple[int, str, list[bytes]]:
        async with self.session.post(address, data={FIELD: key}) as answer:
            page = await answer.text()
        return answer.status, page, [base64.b64decode(one) for one in re.findall(r"base64,([^\"]+)", page)]


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    stage = Environment(tmp_path, parts=(), limits=False)
    await stage.start()
    stage.environment |= {"MEKTUPX_ADMINS": f"{ASKER},{OTHER}", "MEKTUPX_STAFF_CHAT": str(GROUP)}
    async with aiohttp.ClientSession() as session:
        found = Town(stage, session)
        await found.start()
        yield found
        await found.stop()
    await stage.stop()


async def test_a_letter_that_waits_for_its_payment_is_opened_once_and_then_printed_and_gone(town: Town) -> None:
    isil = Sender(town.stage, town.session)
    for admin, name in ((ASKER, "Deniz"), (OTHER, "Robin")):
        await isil.post("users", id=admin, first_name=name, language_code="tr")
    await isil.post("groups", id=GROUP, title="Destek", members=[ASKER, OTHER], bots=["staff"], forum=True)
    for admin in (ASKER, OTHER):
        await isil.post(f"chats/{admin}/send", user=admin, text="/start", bot="staff")
    await isil.comes()
    payment = await isil.orders()
    await isil.settle()

    await isil.post(f"chats/{ASKER}/send", user=ASKER, text="/ac MX000001 hukuki 2026/123", bot="staff")
    await isil.settle()
    asked = (await town.said(OTHER))[-1]
    await isil.post(f"chats/{OTHER}/tap", user=OTHER, message_id=asked["message_id"], label="Onayla", bot="staff")
    await isil.settle()
    ((address, key),) = re.findall(r"(http://\S+)#(\S+)", (await town.said(ASKER))[-1]["text"])
    assert not any("açıldı" in one for one in await isil.told())

    await isil.post(f"groups/{GROUP}/members", user=ASKER, status="left")
    status, page, pictures = await town.opens(address, key)
    assert (status, pictures) == (403, [])
    await isil.post(f"groups/{GROUP}/members", user=ASKER, status="member")

    status, page, pictures = await town.opens(address, key)
    assert (status, "MX000001" in page) == (200, True)
    assert len(pictures) == 1 and all(one.startswith(b"\x89PNG") for one in pictures)
    again, page, pictures = await town.opens(address, key)
    assert (again, pictures) == (410, [])
    await isil.settle()
    (news,) = [one for one in await isil.told() if "ekibimizce açıldı" in one]
    assert "MX000001" in news and "yasal bir zorunluluk" in news

    await isil.page(payment, "pay")  # nothing of it is in the letter's way
    await isil.settle()
    assert len(trays(town.stage)) == 1
    await isil.post(f"chats/{ASKER}/send", user=ASKER, text="/ac MX000001 teknik E-17", bot="staff")
    await isil.settle()
    assert "basıldı ve silindi" in (await town.said(ASKER))[-1]["text"]
    assert await town.services["web"].store.do(audit.verify) == ()
