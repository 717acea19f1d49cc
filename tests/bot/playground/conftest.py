"""A playground on loopback, the two libraries unmodified, and a driver for its interface."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiogram.types
import aiohttp
import pytest
import telegram
from aiogram import Bot as AiogramBot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError
from aiogram.types import BufferedInputFile
from telegram import InputFile
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.base.clock import SharedClock
from bot.playground.server import Playground
from tests.fakes import PATIENCE

TOKENS = {"customer": "1000001:customer-token", "staff": "1000002:staff-token"}
AYSE = 5001


@dataclass
class Driver:
    """Speaks the control interface; raises nothing, returns (status, JSON)."""

    url: str
    session: aiohttp.ClientSession

    async def post(self, path: str, **body: Any) -> tuple[int, Any]:
        async with self.session.post(f"{self.url}/playground/api/{path}", json=body) as answer:
            return answer.status, await answer.json()

    async def get(self, path: str) -> tuple[int, Any]:
        async with self.session.get(f"{self.url}/playground/api/{path}") as answer:
            return answer.status, await answer.json()

    async def must(self, path: str, **body: Any) -> Any:
        status, answer = await self.post(path, **body)
        assert status == 200, answer
        return answer

    async def say(self, text: str, user: int = AYSE, **more: Any) -> int:
        answer = await self.must(f"chats/{more.pop('chat', user)}/send", user=user, text=text, **more)
        return int(answer["message_id"])

    async def messages(self, chat: int = AYSE, query: str = "") -> Any:
        status, answer = await self.get(f"chats/{chat}/messages{query}")
        assert status == 200, answer
        return answer

    async def raw(self, method: str, bot: str = "customer", **body: Any) -> tuple[int, Any]:
        """A Bot API request without a library."""
        async with self.session.post(f"{self.url}/bot{TOKENS[bot]}/{method}", json=body) as answer:
            return answer.status, await answer.json()

    async def updates(self, bot: str = "customer", **body: Any) -> list[Any]:
        status, answer = await self.raw("getUpdates", bot, **body)
        assert status == 200, answer
        return list(answer["result"])


@pytest.fixture
def clock(tmp_path: Path) -> SharedClock:
    return SharedClock(tmp_path / "clock")


@pytest.fixture
async def playground(clock: SharedClock, tmp_path: Path) -> AsyncIterator[Playground]:
    place = Playground(clock, TOKENS, tray=tmp_path / "tray", limits=False)
    await place.start()
    yield place
    await place.stop()


@pytest.fixture
async def drive(playground: Playground) -> AsyncIterator[Driver]:
    async with aiohttp.ClientSession() as session:
        driver = Driver(playground.url, session)
        await driver.must("users", id=AYSE, first_name="Ayşe", language_code="tr", phone_number="+905551112233")
        yield driver


def ptb_bot(playground: Playground, name: str) -> ExtBot[None]:
    return ExtBot(TOKENS[name], base_url=playground.url + "/bot", base_file_url=playground.url + "/file/bot")


async def until(condition: Any) -> Any:
    """Waits for something the event loop is about to do."""
    async with asyncio.timeout(PATIENCE):
        while not (value := condition()):  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.002)
    return value


@dataclass
class Library:
    """One of the two libraries behind the names both have in common: snake_case methods, refusals as sentences."""

    name: str
    bot: Any

    async def __call__(self, method: str, **given: Any) -> Any:
        return await getattr(self.bot, method)(**given)

    async def refusal(self, method: str, **given: Any) -> str:
        """The sentence of the refusal, in the server's letters as far as the library keeps them."""
        try:
            answer = await self(method, **given)
        except (TelegramAPIError, TelegramError) as error:
            return str(getattr(error, "message", error))
        raise AssertionError(f"{method} was accepted: {answer}")

    def file(self, content: bytes, name: str) -> Any:
        return BufferedInputFile(content, name) if self.name == "aiogram" else InputFile(content, name)

    def album(self, kind: str, media: Any, caption: str | None = None) -> Any:
        where = aiogram.types if self.name == "aiogram" else telegram
        return getattr(where, f"InputMedia{kind}")(media=media, caption=caption)

    def made(self, kind: str, **fields: Any) -> Any:
        """An object both libraries have under one name."""
        return getattr(aiogram.types if self.name == "aiogram" else telegram, kind)(**fields)


@pytest.fixture(params=["aiogram", "python-telegram-bot"])
async def library(request: pytest.FixtureRequest, playground: Playground) -> AsyncIterator[Library]:
    if request.param == "aiogram":
        session = AiohttpSession(api=TelegramAPIServer.from_base(playground.url))
        yield Library("aiogram", AiogramBot(TOKENS["customer"], session=session))
        if session._session:
            await session._session.close()  # aiogram's own close() sleeps a quarter of a second for TLS
    else:
        async with ptb_bot(playground, "customer") as bot:
            yield Library("python-telegram-bot", bot)


@dataclass
class Scene:
    """A conversation under way: numbers of messages to work with."""

    own: int
    theirs: int
    document: int
    replied: int
    service: int
    topic: int
    query: str


FORUM, PLAIN, STRANGE, STRANGER, BLOCKER = -1001, -1002, -1003, 5002, 5003


@pytest.fixture
async def scene(drive: Driver, playground: Playground) -> Scene:
    await drive.must("users", id=STRANGER, first_name="Yabancı")
    await drive.must("users", id=BLOCKER, first_name="Küskün")
    await drive.say("/start", user=BLOCKER)
    await drive.must(f"chats/{BLOCKER}/block", user=BLOCKER)
    for number, forum, bots in ((FORUM, True, ["customer"]), (PLAIN, False, ["customer"]), (STRANGE, False, [])):
        await drive.must("groups", id=number, title="Destek", members=[AYSE], forum=forum, bots=bots)
    theirs = await drive.say("/start")

    async def did(method: str, **body: Any) -> Any:
        status, answer = await drive.raw(method, **body)
        assert status == 200, answer
        return answer["result"]

    rows = [[{"text": "Devam", "callback_data": "go"}]]
    own = await did("sendMessage", chat_id=AYSE, text="Merhaba", reply_markup={"inline_keyboard": rows})
    keyboard = {"keyboard": [[{"text": "Evet"}]]}
    replied = await did("sendMessage", chat_id=AYSE, text="Klavye", reply_markup=keyboard)
    sheet = await drive.must(f"chats/{AYSE}/file", user=AYSE, kind="document", name="a.pdf", base64="JVBERg==")
    copied = await did("copyMessage", chat_id=AYSE, from_chat_id=AYSE, message_id=sheet["message_id"])
    topic = await did("createForumTopic", chat_id=FORUM, name="Bilet 7")
    await drive.must(f"chats/{AYSE}/tap", user=AYSE, message_id=own["message_id"], label="Devam", wait=0)
    return Scene(
        own=own["message_id"],
        theirs=theirs,
        document=copied["message_id"],
        replied=replied["message_id"],
        service=topic["message_thread_id"],
        topic=topic["message_thread_id"],
        query=next(iter(playground.world.queries)),
    )
