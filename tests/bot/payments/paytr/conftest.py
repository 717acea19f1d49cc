"""A shop on loopback: PayTR's fake, MektupX's callback address, and what both have heard of each other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.payments.hooks import callback_handler, findings
from bot.payments.paytr import PayTRProvider
from bot.payments.provider import Access, Checkout, Hint, Link
from flows.words.text import Kurus
from tests.bot.payments.conftest import ORDER, START, TownClock
from tests.fakes import PATIENCE, FakeReferences
from tests.institutions.paytr import PayTR, Sale

CREDENTIALS = "123456:a1B2c3D4e5F6g7H8:h8G7f6E5d4C3b2A1"
PRICE = Kurus(9600)
UNTIL = START + timedelta(hours=24)


class Shop:
    """heard: hints that were acted upon. troubles: each spoils one callback."""

    def __init__(self) -> None:
        self.clock, self.references = TownClock(), FakeReferences()
        self.paytr = PayTR(CREDENTIALS, self.clock)
        self.heard: list[Hint] = []
        self.troubles: list[Exception] = []

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Shop]:
        """Our door stands beside the institution's, on one server."""
        app = self.paytr.app()
        app.router.add_post("/payments/paytr", self._called_back)
        async with TestServer(app) as server, ClientSession() as self.browser:
            self.root = str(server.make_url("")).rstrip("/")
            access = Access(CREDENTIALS, self.root, f"{self.root}/payments/paytr", self.clock, self.references)
            self.provider = PayTRProvider(access)
            yield self
            await self.provider.close()

    async def _called_back(self, request: web.Request) -> web.StreamResponse:
        return await callback_handler(self.provider, self._on_hint)(request)

    async def _on_hint(self, hint: Hint) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
        if hint.reference is not None:
            await self.references.note(hint.order, hint.reference)
        self.heard.append(hint)

    async def link(self, order: str = ORDER, amount: Kurus = PRICE) -> Link:
        return await self.provider.open_link(Checkout(order, "MX000123", amount, UNTIL, "Mektup, sipariş MX000123"))

    async def paid(self, act: str = "pay", order: str = ORDER) -> list[Sale]:
        """A link is made, its button is tapped, its callbacks are over."""
        sales = self.paytr.pay((await self.link(order)).reference, act)
        await asyncio.wait_for(self.paytr.idle(), PATIENCE)
        return sales

    async def settled(self, order: str = ORDER) -> list[int]:
        """What we find paid when we ask, in kuruş."""
        return [payment.amount.amount for payment in await self.provider.query(order)]

    async def facts(self, order: str = ORDER) -> list[str]:
        return [key for key, _ in (await findings(self.provider, order)).events]


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    async with Shop().open() as opened:
        yield opened
