"""A staff bot on the playground: an admin, an agent who is nobody yet, and a staff group."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.clock import SharedClock
from bot.playground.server import Playground
from bot.staff.app import StaffBot
from flows.text import Text

TOKENS = {"customer": "1000001:" + "c" * 35, "staff": "1000002:" + "s" * 35}
ADMIN, ENGLISH_ADMIN, STRANGER = 11, 12, 99
GROUP = -1001


@dataclass
class Desk:
    """What a person does in the staff bot, and what they then see."""

    playground: Playground
    session: aiohttp.ClientSession
    figures: dict[str, int] = field(default_factory=lambda: {"orders_paid": 1234})
    troubles: tuple[Text, ...] = ()
    broken: Exception | None = None
    aside: list[tuple[int | None, str]] = field(default_factory=list)

    async def count(self) -> dict[str, int]:
        if self.broken:
            raise self.broken
        return self.figures

    async def look(self) -> tuple[Text, ...]:
        return self.troubles

    async def quarantine(self, number: int | None, error: str) -> None:
        self.aside.append((number, error))

    async def post(self, path: str, **body: Any) -> Any:
        async with self.session.post(f"{self.playground.url}/playground/api/{path}", json=body) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def get(self, path: str) -> Any:
        async with self.session.get(f"{self.playground.url}/playground/api/{path}") as answer:
            return await answer.json()

    async def ask(self, text: str, user: int = ADMIN, chat: int | None = None) -> list[str]:
        """What the bot answers to a message, once it has nothing left to do."""
        where = chat or user
        before = await self.said(where)
        await self.post(f"chats/{where}/send", user=user, text=text, bot="staff")
        await self.idle()
        return (await self.said(where))[len(before) :]

    async def said(self, chat: int) -> list[str]:
        messages = await self.get(f"chats/{chat}/messages?bot=staff")
        return [one["text"] for one in messages if one["from"]["is_bot"]]

    async def idle(self) -> None:
        answer = await self.get("idle?timeout=5")
        assert answer == {"idle": True}, answer


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    playground = Playground(SharedClock(tmp_path / "clock"), TOKENS, limits=False)
    await playground.start()
    async with aiohttp.ClientSession() as session:
        desk = Desk(playground, session)
        await desk.post("users", id=ADMIN, first_name="Deniz", language_code="tr")
        await desk.post("users", id=ENGLISH_ADMIN, first_name="Robin", language_code="en-GB")
        await desk.post("users", id=STRANGER, first_name="Kim", language_code="tr")
        await desk.post("groups", id=GROUP, title="Destek", members=[ADMIN, STRANGER], bots=["staff"])
        yield desk
    await playground.stop()


def staff_bot(desk: Desk, **more: Any) -> StaffBot:
    wiring: dict[str, Any] = {
        "figures": desk.count,
        "troubles": desk.look,
        "admins": {ADMIN, ENGLISH_ADMIN},
        "clock": desk.playground.clock,
        "staff_chat": GROUP,
        "quarantine": desk.quarantine,
    }
    return StaffBot(TOKENS["staff"], desk.playground.url, **(wiring | more))


@pytest.fixture
async def bot(desk: Desk) -> AsyncIterator[StaffBot]:
    """Started, polling."""
    bot = staff_bot(desk)
    await bot.start()
    await asyncio.wait_for(bot.ready(), 5)
    yield bot
    await asyncio.wait_for(bot.stop(), 5)
