"""A webhook is a reason to ask about a page; whoever posts anything else changes nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.payments.iyzico.signatures import webhook_signature
from bot.payments.provider import Forged, Hint, Reference
from tests.bot.payments.iyzico.conftest import CREDENTIALS, ORDER, Shop

SECRET = CREDENTIALS.partition(":")[2].encode()
HEADER = "X-IYZ-SIGNATURE-V3"
FIELDS = ("iyziEventType", "iyziPaymentId", "token", "paymentConversationId", "status")
NOTICE: dict[str, Any] = {
    "paymentConversationId": ORDER,
    "merchantId": 123456,
    "token": "e828c62d-fd12-4b1a-ad5a-380f15fe6596",
    "status": "SUCCESS",
    "iyziReferenceCode": "ref-1",
    "iyziEventType": "CHECKOUT_FORM_AUTH",
    "iyziEventTime": 1764316800000,
    "iyziPaymentId": 22483975,
}


def signed(body: dict[str, Any], fields: tuple[str, ...] = FIELDS) -> tuple[dict[str, str], bytes]:
    raw = json.dumps(body, ensure_ascii=False).encode()
    return {HEADER: webhook_signature(SECRET, *(body.get(name) for name in fields))}, raw


def forged(shop: Shop, headers: dict[str, str], raw: bytes) -> bool:
    try:
        shop.provider.read_callback(headers, raw)
    except Forged:
        return True
    return False


async def test_a_webhook_names_the_page_and_keeps_listed_fields_only(shop: Shop) -> None:
    headers, raw = signed(NOTICE | {"cardNumber": "5526080000000006", "email": "isil@example.com"})
    assert shop.provider.read_callback(headers, raw) == Hint(
        "",
        "CHECKOUT_FORM_AUTH:22483975:e828c62d-fd12-4b1a-ad5a-380f15fe6596:SUCCESS",
        Reference("page", "e828c62d-fd12-4b1a-ad5a-380f15fe6596"),
        {
            "iyziEventType": "CHECKOUT_FORM_AUTH",
            "iyziPaymentId": "22483975",
            "paymentConversationId": ORDER,
            "status": "SUCCESS",
            "token": "e828c62d-fd12-4b1a-ad5a-380f15fe6596",
            "iyziReferenceCode": "ref-1",
        },
    )


async def test_one_without_a_page_names_the_order(shop: Shop) -> None:
    """The direct format, as of a review that came to its end."""
    body = {name: value for name, value in NOTICE.items() if name not in ("token", "iyziPaymentId")} | {"paymentId": 7}
    headers, raw = signed(body, ("iyziEventType", "paymentId", "paymentConversationId", "status"))
    hint = shop.provider.read_callback(headers, raw)
    assert (hint.order, hint.reference) == (ORDER, None)
    assert forged(shop, {}, raw)


@pytest.mark.parametrize("name", ["iyziEventType", "iyziPaymentId", "token", "paymentConversationId", "status"])
async def test_each_signed_field_is_signed(shop: Shop, name: str) -> None:
    headers, _ = signed(NOTICE)
    assert not forged(shop, headers, json.dumps(NOTICE).encode())
    assert forged(shop, headers, json.dumps(NOTICE | {name: "1"}).encode())
    without = {key: value for key, value in NOTICE.items() if key != name}
    assert forged(shop, headers, json.dumps(without).encode())


@pytest.mark.parametrize("value", ["", "0" * 64, "é" * 64, "\udcff", "0" * 63])
async def test_another_signature_is_forged(shop: Shop, value: str) -> None:
    headers, raw = signed(NOTICE)
    assert not forged(shop, {HEADER.lower(): headers[HEADER]}, raw)
    assert forged(shop, {HEADER: value}, raw)


@pytest.mark.parametrize(
    "raw",
    [
        *(b"", b"\xff", b"[]", b"null", b"{", b'"x"', b"{" * 10_000, b'{"iyziEventType": 1, "status": "SUCCESS"}'),
        b'{"iyziEventType": "A", "status": "SUCCESS", "token": {}}',
        b'{"iyziEventType": "A", "status": "\\ud800", "token": "t"}',
    ],
)
async def test_nonsense_is_forged(shop: Shop, raw: bytes) -> None:
    for headers in ({}, {HEADER: "0" * 64}):
        assert forged(shop, headers, raw)


@pytest.mark.parametrize(
    "changed",
    [
        {"token": ""},
        {"token": "a b"},
        {"token": "x" * 201},
        {"token": "a\0"},
        {"status": "x" * 65},
        {"iyziEventType": "\n"},
        {"paymentConversationId": "ş"},
    ],
)
async def test_what_could_not_be_kept_is_forged_though_it_is_signed(shop: Shop, changed: dict[str, str]) -> None:
    headers, raw = signed(NOTICE | changed)
    assert forged(shop, headers, raw)


async def test_a_replay_with_another_reference_code_is_the_same_event(shop: Shop) -> None:
    headers, raw = signed(NOTICE)
    first = shop.provider.read_callback(headers, raw)
    again = shop.provider.read_callback(headers, json.dumps(NOTICE | {"iyziReferenceCode": "x\0"}).encode())
    assert again.event_key == first.event_key
    assert "iyziReferenceCode" not in again.kept


async def test_an_unsigned_webhook_is_a_question_about_a_page_we_know_and_not_for_ever(shop: Shop) -> None:
    raw = json.dumps(NOTICE | {"token": (await shop.link()).reference}).encode()
    assert [forged(shop, {}, raw) for _ in range(10)] == [False] * 8 + [True] * 2
    assert forged(shop, {}, json.dumps(NOTICE).encode())  # nobody's page


async def test_a_process_that_has_asked_about_a_page_knows_it_too(shop: Shop) -> None:
    raw = json.dumps(NOTICE | {"token": (await shop.link()).reference}).encode()
    await shop.restarts()
    assert forged(shop, {}, raw)
    await shop.provider.query(ORDER)
    assert not forged(shop, {}, raw)


async def test_no_more_pages_are_remembered_than_a_busy_day_has(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.payments.iyzico.merchant.REMEMBERED", 2)
    pages = [(await shop.link(f"{n:032x}")).reference for n in range(3)]
    assert [forged(shop, {}, json.dumps(NOTICE | {"token": page}).encode()) for page in pages] == [True, False, False]


# Over HTTP ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "statuses", "heard"),
    [
        ("pay", [200], 1),
        ("decline", [200], 1),
        ("lost", [], 0),
        ("twice", [200, 200, 200], 3),
        ("late", [200], 1),
        ("unsigned", [200], 1),
        ("forged", [403], 0),
    ],
)
async def test_each_misbehaviour_of_webhooks(selling: Shop, act: str, statuses: list[int], heard: int) -> None:
    await selling.pay(act)
    assert await selling.iyzico.deliver() == statuses
    assert len(selling.heard) == heard
    assert len({hint.event_key for hint in selling.heard}) == min(heard, 1)
    assert (await selling.found() == []) is (act == "forged")


async def test_webhooks_in_another_order_tell_the_same(selling: Shop) -> None:
    pages = [(await selling.link(f"{n:032x}")).reference for n in range(3)]
    for page in pages:
        selling.iyzico.act(page, "pay")
    selling.iyzico.owed.reverse()
    assert await selling.iyzico.deliver() == [200, 200, 200]
    assert [hint.reference and hint.reference.name for hint in selling.heard] == pages[::-1]


async def test_one_that_was_not_answered_is_posted_three_times_and_the_payment_found_by_asking(shop: Shop) -> None:
    await shop.pay()
    shop.iyzico.webhook = "http://127.0.0.1:9/payments/iyzico"
    assert [await shop.iyzico.deliver() for _ in range(4)] == [[0], [0], [0], []]
    assert await shop.found() == [("settled", 9600, "TRY")]


# The payer comes back -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "token"),
    [
        (b"token=e828c62d-fd12-4b1a-ad5a-380f15fe6596", "e828c62d-fd12-4b1a-ad5a-380f15fe6596"),
        (b"a=1&token=x&b=2", "x"),
        *((raw, None) for raw in (b"", b"token=", b"token=a&token=b", b"token=a+b", b"token=%00", b"\xff", b"x=1")),
        (b"token=" + b"x" * 201, None),
        (b"&".join(b"a=1" for _ in range(21)) + b"&token=x", None),
    ],
)
async def test_what_a_browser_brings_back(shop: Shop, raw: bytes, token: str | None) -> None:
    assert shop.provider.read_return(raw) == (None if token is None else Reference("page", token))


async def test_after_a_tap_the_browser_posts_the_token_to_us(selling: Shop, browser: ClientSession) -> None:
    link = await selling.link()
    async with browser.post(link.url, data={"act": "pay"}) as page:
        words = await page.text()
    assert "İşleminiz tamamlandı." in words
    assert f'action="{selling.callback}/return"' in words
    async with browser.post(f"{selling.callback}/return", data={"token": link.reference}):
        pass
    assert selling.returned == [Reference("page", link.reference)]
    assert await selling.found() == [("settled", 9600, "TRY")]
