"""The pretended iyzico is as strict as the real one, keeps books, and knocks by itself where nobody tells it when."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from flows.words.text import Kurus
from tests.bot.payments.conftest import TownClock
from tests.bot.payments.iyzico.conftest import CREDENTIALS, ORDER, Shop
from tests.fakes import PATIENCE
from tests.institutions.iyzico import ACTS, FakeIyzico, oracle
from tests.institutions.iyzico.page import WORDS

KEY, _, SECRET = CREDENTIALS.partition(":")
OPEN = "/payment/iyzipos/checkoutform/initialize/auth/ecom"


async def asked(shop: Shop, browser: ClientSession, path: str, raw: bytes, **changed: str) -> dict[str, Any]:
    """What is answered to a request that somebody else signed."""
    signature = oracle.authorization(KEY, SECRET, "random", path, raw.decode())
    headers = {"Authorization": signature, "x-iyzi-rnd": "random", "Content-Type": "application/json"} | changed
    sent = {name: value for name, value in headers.items() if value}
    async with browser.post(f"{shop.api}{path}", data=raw, headers=sent) as answer:
        found: dict[str, Any] = json.loads(await answer.read())
        return found


async def form(shop: Shop) -> dict[str, Any]:
    """One that was taken."""
    await shop.link()
    found: dict[str, Any] = json.loads(shop.iyzico.calls[-1].raw)
    return found


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"Authorization": ""}, "1007"),
        ({"x-iyzi-rnd": ""}, "1004"),
        ({"x-iyzi-rnd": "another"}, "1000"),
        ({"Authorization": oracle.authorization(KEY, "wrong", "random", OPEN, "")}, "1000"),
        ({"Authorization": oracle.authorization("wrong", SECRET, "random", OPEN, "")}, "1001"),
    ],
)
async def test_a_request_that_is_not_signed_as_it_should_be(
    shop: Shop, browser: ClientSession, changed: dict[str, str], code: str
) -> None:
    raw = json.dumps(await form(shop)).encode()
    assert (await asked(shop, browser, OPEN, raw))["status"] == "success"
    assert (await asked(shop, browser, OPEN, raw, **changed))["errorCode"] == code


async def test_a_body_written_twice_has_another_signature(shop: Shop, browser: ClientSession) -> None:
    """Geçersiz imza (iyzipay-python 47, 59, 85): other spaces, letters escaped otherwise, a zero more."""
    body = await form(shop)
    signature = oracle.authorization(KEY, SECRET, "random", OPEN, json.dumps(body))
    for other in (json.dumps(body, separators=(",", ":")), json.dumps(body, ensure_ascii=False)):
        answer = await asked(shop, browser, OPEN, other.encode(), Authorization=signature)
        assert answer["errorCode"] == "1000"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("price", "97.00", "5062"),
        ("price", "96,00", "11"),
        ("price", "96.001", "11"),
        ("paidPrice", "", "11"),
        ("currency", "TL", "11"),
        ("callbackUrl", "http://mektup.example/return", "11"),
        ("buyer", {}, "11"),
        ("billingAddress", None, "11"),
        ("shippingAddress", None, "11"),
        ("basketItems", [], "5062"),
    ],
)
async def test_a_form_that_lacks_something(
    shop: Shop, browser: ClientSession, field: str, value: Any, code: str
) -> None:
    raw = json.dumps(await form(shop) | {field: value}).encode()
    answer = await asked(shop, browser, OPEN, raw)
    assert (answer["status"], answer["errorCode"]) == ("failure", code)


async def test_the_days_statement_has_what_was_taken_and_what_was_sent_back(shop: Shop) -> None:
    kept = [await shop.pay(act, f"{n:032x}") for n, act in enumerate(("pay", "decline", "currency", "lost"))]
    await shop.found(f"{0:032x}")
    await shop.provider.refund(kept[0], Kurus(100), "refund:1")
    shop.iyzico.books.cancel(kept[3], shop.clock.now())
    day = shop.clock.now().date()
    lines = [
        (line["transactionType"], line["paymentId"], line["price"], line["transactionCurrency"], line["conversationId"])
        for line in shop.iyzico.statement(day)
    ]
    assert lines == [
        ("PAYMENT", kept[0], "96.00000000", "TRY", f"{0:032x}"),
        ("REFUND", kept[0], "1.00000000", "TRY", "refund:1"),
        ("PAYMENT", kept[2], "96.00000000", "USD", f"{2:032x}"),
        ("PAYMENT", kept[3], "96.00000000", "TRY", f"{3:032x}"),
        ("CANCEL", kept[3], "96.00000000", "TRY", ""),
    ]
    assert shop.iyzico.statement(day - timedelta(days=1)) == []


async def test_webhooks_go_out_by_themselves_after_seconds_and_again_after_a_quarter() -> None:
    clock, knocks, answers = TownClock(), list[float](), [503, 200]
    started = clock.now()

    async def knocked(request: web.Request) -> web.Response:
        knocks.append((clock.now() - started).total_seconds())
        return web.Response(status=answers.pop(0))

    seller = web.Application()
    seller.router.add_post("/", knocked)
    iyzico = FakeIyzico(CREDENTIALS, clock, by_itself=True)
    async with TestServer(seller) as server, TestServer(iyzico.app()):
        iyzico.webhook = str(server.make_url("/"))
        page = iyzico.books.open(
            clock.now(),
            **{"conversation": ORDER, "basket": ORDER, "price": 9600, "currency": "TRY"},
            **{"callback": "", "language": "tr", "title": "Mektup"},
        )
        iyzico.act(page.token, "pay")
        assert iyzico.busy
        await asyncio.wait_for(iyzico.idle(), PATIENCE)
    assert knocks == [12, 12 + 15 * 60]
    assert not iyzico.busy


def test_without_the_sdk_the_same_is_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo has no development dependencies."""
    calls = (
        lambda: oracle.authorization("k", "s", "r", "/p", '{"ş": 1}'),
        lambda: oracle.answer_signature("s", "a", "", "b"),
    )
    with_sdk = [call() for call in calls]
    monkeypatch.setattr(oracle, "SDK", None)
    assert [call() for call in calls] == with_sdk


def test_each_button_has_its_words_in_both_languages() -> None:
    assert WORDS["tr"].keys() == WORDS["en"].keys() >= set(ACTS)


async def test_the_page_is_shown_in_both_languages_and_its_address_belongs_to_one(
    shop: Shop, browser: ClientSession
) -> None:
    link = await shop.link(language="en")
    for address, status, words in (
        (link.url, 200, "Pay 96.00"),
        (link.url.replace("lang=en", "lang=tr"), 200, "Ödeme reddedilsin"),
        (link.url.replace("token=", "token=x"), 404, "There is no such payment page."),
    ):
        async with browser.get(address) as page:
            assert (page.status, words in await page.text()) == (status, True)
            assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    async with browser.post(link.url, data={"act": "rob"}) as page:
        assert page.status == 404
    assert await shop.found() == []
