"""The skeleton of a payment provider does what the Protocol says, against an institution on this machine."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.payments.hooks import findings
from bot.payments.provider import Access, Checkout, Forged, Hint, Payment, ProviderError, SettledRefund
from flows.core.events import PaymentSettled
from flows.words.text import Kurus
from tests.fakes import FakeClock, FakeReferences
from tests.skeletons.provider import ExampleProvider

ORDER = "0" * 31 + "1"
UNTIL = datetime(2026, 11, 23, 9, tzinfo=UTC)
PRICE = Kurus(4850)


class Institution:
    """Its books, and a page for each order. `status`: what it answers instead, while it is not 200."""

    def __init__(self) -> None:
        self.links: dict[str, dict[str, Any]] = {}
        self.payments: list[dict[str, Any]] = []
        self.refunds: dict[str, dict[str, Any]] = {}
        self.status = 200

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_put("/links/{order}", self.link)
        app.router.add_delete("/links/{order}", self.close)
        app.router.add_get("/links/{order}/payments", self.paid)
        app.router.add_put("/refunds/{key}", self.refund)
        app.router.add_get("/account", self.account)
        return app

    def answer(self, body: Any) -> web.Response:
        return web.json_response(body, status=self.status)

    async def link(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer key:secret"
        order = request.match_info["order"]
        self.links.setdefault(order, await request.json())
        return self.answer({"url": f"https://pay.example/{order}", "reference": f"L-{order[-1]}"})

    async def close(self, request: web.Request) -> web.Response:
        self.links.pop(request.match_info["order"], None)
        return self.answer({})

    async def paid(self, request: web.Request) -> web.Response:
        return self.answer(self.payments)

    async def account(self, request: web.Request) -> web.Response:
        return self.answer({})

    async def refund(self, request: web.Request) -> web.Response:
        return self.answer(self.refunds.setdefault(request.match_info["key"], await request.json()))


@pytest.fixture
async def bank() -> AsyncIterator[tuple[Institution, ExampleProvider]]:
    institution = Institution()
    async with TestServer(institution.app()) as server:
        api = str(server.make_url("")).rstrip("/")
        provider = ExampleProvider(Access("key:secret", api, "https://mektup.example", FakeClock(), FakeReferences()))
        yield institution, provider
        await provider.close()


async def test_a_link_is_opened_once_for_an_order(bank: tuple[Institution, ExampleProvider]) -> None:
    institution, provider = bank
    checkout = Checkout(ORDER, "MX000123", PRICE, UNTIL, "Mektup")
    first = await provider.open_link(checkout)
    assert (first.url, first.until) == (f"https://pay.example/{ORDER}", UNTIL)
    assert await provider.open_link(checkout) == first
    assert institution.links[ORDER]["amount"] == 4850
    await provider.expire(ORDER)
    await provider.expire(ORDER)
    assert institution.links == {}


async def test_what_was_paid_is_a_fact_of_the_order(bank: tuple[Institution, ExampleProvider]) -> None:
    institution, provider = bank
    assert await provider.query(ORDER) == ()
    at = UNTIL - timedelta(hours=1)
    institution.payments.append(
        {"id": "p-1", "amount": 4850, "currency": "TRY", "status": "settled", "at": at.isoformat()}
    )
    assert await provider.query(ORDER) == (Payment("p-1", ORDER, PRICE, "TRY", "settled", at),)
    ((key, event),) = (await findings(provider, ORDER)).events
    assert key == "pay:example:p-1:settled"
    assert isinstance(event, PaymentSettled) and event.amount == PRICE


async def test_credentials_are_tried_without_a_payment(bank: tuple[Institution, ExampleProvider]) -> None:
    institution, provider = bank
    await provider.probe()
    institution.status = 401
    with pytest.raises(ProviderError):
        await provider.probe()
    assert provider.read_return(b"anything") is None


async def test_a_refund_is_made_once_for_a_key(bank: tuple[Institution, ExampleProvider]) -> None:
    institution, provider = bank
    for _ in range(2):
        assert await provider.refund("p-1", PRICE, "refund:p-1") == SettledRefund("p-1", PRICE)
    assert list(institution.refunds) == ["refund:p-1"]


async def test_only_a_signed_callback_is_a_hint(bank: tuple[Institution, ExampleProvider]) -> None:
    _, provider = bank
    raw = f'{{"order": "{ORDER}", "event": "e-1"}}'.encode()
    signature = hmac.new(b"secret", raw, hashlib.sha256).hexdigest()
    assert provider.read_callback({"X-Signature": signature}, raw) == Hint(
        ORDER, "e-1", kept={"order": ORDER, "event": "e-1"}
    )
    for headers, body in (({}, raw), ({"X-Signature": signature}, raw + b" "), ({"X-Signature": "ş"}, raw)):
        with pytest.raises(Forged):
            provider.read_callback(headers, body)


@pytest.mark.parametrize(("status", "again"), [(400, False), (404, False), (401, True), (429, True), (500, True)])
async def test_a_refusal_is_final_and_a_failure_is_not(
    bank: tuple[Institution, ExampleProvider], status: int, again: bool
) -> None:
    institution, provider = bank
    institution.status = status
    with pytest.raises(ProviderError) as refusal:
        await provider.query(ORDER)
    assert refusal.value.retry is again
    assert "secret" not in str(refusal.value)
