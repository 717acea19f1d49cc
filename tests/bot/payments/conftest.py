"""A whole town on loopback: the sandbox bank, MektupX's callback address, and a payer with a browser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.payments.hooks import callback_handler
from bot.payments.provider import Access, Checkout, Hint, Link, PaymentProvider
from bot.payments.sandbox import SandboxBank, SandboxProvider
from flows.words.text import Kurus
from tests.fakes import PATIENCE, FakeReferences

START = datetime(2026, 11, 22, 9, tzinfo=UTC)
PRICE = Kurus(9600)
ORDER = "0" * 31 + "1"


class TownClock:
    """Runs ahead to whatever is waited for, unless it is `stopped`: then whoever waits, waits."""

    def __init__(self) -> None:
        self.time, self.stopped = START, False

    def now(self) -> datetime:
        return self.time

    async def pause(self, seconds: float) -> None:
        await self.until(self.time + timedelta(seconds=seconds))

    async def until(self, instant: datetime) -> None:
        if self.stopped and instant > self.time:
            await asyncio.Event().wait()
        self.time = max(self.time, instant)
        await asyncio.sleep(0)


class Town:
    """`raw` is what came to the callback address, `heard` what was acted upon; each of `troubles` spoils one."""

    name = "sandbox"

    def __init__(self, folder: Path) -> None:
        self.clock, self.folder = TownClock(), folder
        self.credentials = "dukkan:cok gizli bir anahtar"
        self.heard: list[Hint] = []
        self.raw: list[tuple[dict[str, str], bytes]] = []
        self.troubles: list[Exception] = []
        self.knocked = asyncio.Event()
        self.port: int | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Town]:
        """One run of the bank's process. A later one has the same address and the same books."""
        self.bank = SandboxBank(self.folder / "bank.sqlite", self.credentials, self.clock)
        app = web.Application()
        app.add_subapp("/sandbox", self.bank.app())
        app.router.add_post("/payments/sandbox", callback_handler(cast(PaymentProvider, self), self._on_hint))
        async with TestServer(app, port=self.port) as server, ClientSession() as self.browser:
            self.port = server.port
            self.root = str(server.make_url("")).rstrip("/")
            callback = f"{self.root}/payments/sandbox"
            access = Access(self.credentials, f"{self.root}/sandbox", callback, self.clock, FakeReferences())
            self.provider = SandboxProvider(access)
            yield self
            await self.provider.close()

    def read_callback(self, headers: Mapping[str, str], raw: bytes) -> Hint:
        """Listens at the door, then lets the provider judge."""
        self.raw.append((dict(headers), raw))
        self.knocked.set()
        return self.provider.read_callback(headers, raw)

    async def _on_hint(self, hint: Hint) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
        self.heard.append(hint)

    async def link(self, order: str = ORDER, amount: Kurus = PRICE) -> Link:
        until = START + timedelta(hours=24)
        return await self.provider.open_link(Checkout(order, "MX000123", amount, until, "Mektup MX000123"))

    async def look(self, url: str, **headers: str) -> str:
        async with self.browser.get(url, headers=headers) as page:
            return await page.text()

    async def tap(self, url: str, act: str) -> str:
        """Taps a button, waits until the bank has told the seller, and reads the page."""
        async with self.browser.post(url, data={"act": act}) as page:
            words = await page.text()
        await asyncio.wait_for(self.bank.idle(), PATIENCE)
        return words


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with Town(tmp_path).open() as opened:
        yield opened
