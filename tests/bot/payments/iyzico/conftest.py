"""A seller and its iyzico on this machine: the provider, the pretended institution, and the seller's two addresses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, cast

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.payments.hooks import callback_handler
from bot.payments.iyzico import IyzicoProvider
from bot.payments.provider import Access, Checkout, Hint, Link, Payer, PaymentProvider, Reference
from flows.words.text import Kurus
from tests.fakes import FakeClock, FakeReferences
from tests.institutions.iyzico import FakeIyzico

CREDENTIALS = "sandbox-anahtar:sandbox-çok gizli"
ORDER = "0" * 31 + "1"
OTHER = "0" * 31 + "2"
PRICE = Kurus(9600)
PAYER = Payer(
    "Işıl", "İnci", "isil@example.com", "10000000146", "Kızılay Mah. Ihlamur Sok. No: 3", "Ankara", "192.0.2.7"
)


class Shop:
    """heard: hints of webhooks that were believed. returned: what browsers brought back from the page."""

    name = "iyzico"

    def __init__(self) -> None:
        self.clock, self.references = FakeClock(), FakeReferences()
        self.iyzico = FakeIyzico(CREDENTIALS, self.clock)
        self.heard: list[Hint] = []
        self.returned: list[Reference | None] = []

    def seller(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/payments/iyzico", callback_handler(cast(PaymentProvider, self), self._on_hint))
        app.router.add_post("/payments/iyzico/return", self._back)
        return app

    def opens(self, api: str, callback: str) -> None:
        self.api, self.callback = api, callback
        self.provider = IyzicoProvider(Access(CREDENTIALS, api, callback, self.clock, self.references))

    async def restarts(self, callback: str = "") -> None:
        """Another process of the seller, which knows only what was noted."""
        await self.provider.close()
        self.opens(self.api, callback or self.callback)

    def read_callback(self, headers: Mapping[str, str], raw: bytes) -> Hint:
        return self.provider.read_callback(headers, raw)

    async def _on_hint(self, hint: Hint) -> None:
        self.heard.append(hint)

    async def _back(self, request: web.Request) -> web.Response:
        self.returned.append(self.provider.read_return(await request.read()))
        return web.Response(text="<title>MektupX</title>geri geldiniz", content_type="text/html")

    def checkout(self, order: str = ORDER, **changed: Any) -> Checkout:
        until = self.clock.now() + timedelta(hours=24)
        told = {"payer": PAYER, "language": "tr"} | changed
        return Checkout(order, "MX000123", told.pop("amount", PRICE), until, "Mektup, sipariş MX000123", **told)

    async def link(self, order: str = ORDER, **changed: Any) -> Link:
        return await self.provider.open_link(self.checkout(order, **changed))

    async def pay(self, act: str = "pay", order: str = ORDER) -> str:
        """The page is opened and a button tapped; the number of the payment, "" for none."""
        paid = self.iyzico.act((await self.link(order)).reference, act)
        return "" if paid is None else paid.id

    async def found(self, order: str = ORDER) -> list[tuple[str, int, str]]:
        """What the seller finds when it asks: status, kurus, currency."""
        return [(one.status, one.amount.amount, one.currency) for one in await self.provider.query(order)]

    @property
    def asked(self) -> list[str]:
        return [call.name for call in self.iyzico.calls]


@asynccontextmanager
async def open_shop() -> AsyncIterator[Shop]:
    opened = Shop()
    async with TestServer(opened.iyzico.app()) as institution:
        api = str(institution.make_url("")).rstrip("/")
        opened.opens(api, "http://127.0.0.1:9/payments/iyzico")
        yield opened
        await opened.provider.close()


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    async with open_shop() as opened:
        yield opened


@pytest.fixture
async def selling(shop: Shop) -> AsyncIterator[Shop]:
    """With a web server that takes webhooks and returning browsers."""
    async with TestServer(shop.seller()) as server:
        shop.iyzico.webhook = str(server.make_url("/payments/iyzico"))
        await shop.restarts(shop.iyzico.webhook)
        yield shop


@pytest.fixture
async def browser() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session
