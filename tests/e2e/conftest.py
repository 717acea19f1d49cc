"""The whole service on this machine: real bots over real HTTP, a bank, a mailbox and a print room; nothing mocked."""

from __future__ import annotations

import asyncio
import hashlib
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.base import log
from bot.demo.driver import PRICE
from bot.demo.environment import Environment
from bot.demo.main import Play, confirm, introduce, write
from flows.core.events import Person
from storage.senders import people
from tests.process_state import own_log

PATIENCE = 120.0  # seconds after which a scenario hangs; how fast it goes is never asked
NUMBERS = count(7_302_915_001)
"""Senders' ids as long as Telegram gives them today: four digits stand by chance in any file of seals."""
LETTER = ("Canım anneannem", "Sardunyaların bu sabah açtı", "mutfağındaki çay kokusunu")
NAMES = ("Nermin", "Öztürk", "Işıl", "İnci")
ADDRESSES = ("Caferağa", "caferağa", "Moda Cad", "Kızılay", "Ihlamur")


class Sender(Play):
    """Somebody at the playground who remembers what they were told."""

    PATIENCE = PATIENCE

    def __init__(self, stage: Environment, session: aiohttp.ClientSession, number: int = 0, mail: str = "") -> None:
        """With a number and an e-mail address of their own unless they are given."""
        self.stage = stage
        self.heard: list[str] = []
        number = number or next(NUMBERS)
        super().__init__(stage.playground.url, session, self.heard.append, number, mail or f"isil{number}@example.com")

    async def comes(self) -> Sender:
        """As far as the letter."""
        await introduce(self)
        return self

    async def orders(self, price: str = PRICE) -> str:
        """From the letter to the payment page, whose address comes back."""
        await write(self, price=price)
        return await confirm(self, price=price)

    async def sends_file(self, kind: str, name: str, content: bytes) -> None:
        file = {"kind": kind, "name": name, "base64": b64encode(content).decode()}
        await self.post(f"chats/{self.sender}/file", user=self.sender, **file)
        await self.settle()

    async def arrives(self) -> None:
        """Is there, and has not said anything yet."""
        await self.post("users", id=self.sender, first_name="Işıl", last_name="İnci", language_code="tr")

    async def chat(self) -> list[dict[str, Any]]:
        return list(await self.get(f"chats/{self.sender}/messages"))

    async def told(self) -> list[str]:
        """What the bot has said in this chat, oldest first."""
        return [str(one["text"]) for one in await self.chat() if one["from"]["is_bot"]]

    async def hears(self, words: str) -> str:
        """Returns when the bot has said this; for a service whose rest cannot be asked for."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for said in await self.told():
                    if words in said:
                        return said
                await asyncio.sleep(0.05)

    async def preview(self) -> bytes:
        """The document that was shown last."""
        shown = [one["file"]["file_id"] for one in await self.chat() if (one.get("file") or {}).get("name")]
        async with self._http.get(f"{self._api}/files/{shown[-1]}") as answer:
            return await answer.read()

    async def order(self) -> Any:
        """The newest order as storage has it."""
        standing = await self.stage.service.store.do(people.standing_of, Person("telegram", str(self.sender)))
        return standing.orders[-1] if standing and standing.orders else None

    async def travels(self, duration: str) -> None:
        await self.post("clock", advance=duration)
        await self.settle()


def trays(stage: Environment) -> dict[str, bytes]:
    """What lies in the tray, by fingerprint."""
    files = (file.read_bytes() for file in stage.tray.glob("*.pdf"))
    return {hashlib.sha256(content).hexdigest(): content for content in files}


def piece(stage: Environment, order: Any) -> list[Path]:
    """The sheets of one order in the tray."""
    return sorted(stage.tray.glob(f"{order.number}-*.pdf"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Environment]:
    """One service for a whole file: scenarios live side by side on it, each with a sender of its own."""
    folder = tmp_path_factory.mktemp("stage")
    with own_log():
        log.configure(folder / "log")
        found = Environment(folder)
        await found.start()
        yield found
        async with asyncio.timeout(PATIENCE):
            await found.stop()


@pytest.fixture
def sender(stage: Environment, session: aiohttp.ClientSession) -> Callable[[], Sender]:
    return lambda: Sender(stage, session)
