"""A page is opened when the payer follows our link: one at a time, and never a second while money is on its way."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from datetime import timedelta
from typing import Any

import pytest

from bot.payments.provider import Checkout, Payer, ProviderError, Reference
from flows.words.text import Kurus
from tests.bot.payments.iyzico.conftest import ORDER, OTHER, PAYER, PRICE, Shop


async def test_a_page_is_noted_before_anybody_sees_it(shop: Shop) -> None:
    link = await shop.link()
    page = shop.iyzico.books.pages[link.reference]
    assert (page.price, page.currency, page.language) == (9600, "TRY", "tr")
    assert link.url == f"{shop.api}/?token={link.reference}&lang=tr"
    assert link.until == shop.clock.now() + timedelta(minutes=30)
    assert shop.references.noted == [(ORDER, Reference("page", link.reference, link.url, link.until))]


async def test_a_page_that_could_not_be_noted_is_shown_to_nobody(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(order: str, reference: Reference) -> None:
        raise OSError("the database is away")

    monkeypatch.setattr(shop.references, "note", away)
    with pytest.raises(OSError, match="away"):
        await shop.link()


@pytest.mark.parametrize(
    ("act", "minutes", "restarted", "same"),
    [
        ("", 0, False, True),
        ("", 24, False, True),
        ("", 24, True, True),  # also for another process
        ("", 26, False, False),  # too short a time to pay in
        ("", 31, False, False),
        ("decline", 1, False, False),
        ("pay", 1, False, True),
        ("pay", 59, False, True),  # paid, and we have not heard of it: no second page
        ("hold", 40, False, True),
        ("bank", 29, False, True),  # still at the bank
        ("bank", 31, False, False),  # or gone from there: a new page
    ],
)
async def test_following_the_link_again(shop: Shop, act: str, minutes: int, restarted: bool, same: bool) -> None:
    first = await shop.link()
    if act:
        shop.iyzico.act(first.reference, act)
    shop.clock.travel(minutes=minutes)
    if restarted:
        await shop.restarts()
    again = await shop.link()
    assert (again == first) is same
    assert shop.asked.count("initialize") == (1 if same else 2)


async def test_ten_taps_at_once_open_one_page_and_another_order_another(shop: Shop) -> None:
    links = await asyncio.gather(*(shop.link() for _ in range(10)))
    assert len(set(links)) == 1
    assert (await shop.link(OTHER)).reference != links[0].reference


async def test_the_page_speaks_english_where_the_sender_does(shop: Shop) -> None:
    assert (await shop.link(language="en")).url.endswith("&lang=en")


def test_a_checkout_may_lack_nothing_of_the_payer() -> None:
    """What would be missing, each by its name and none by its value."""
    assert [one.name for one in dataclasses.fields(Payer)] == [
        *("name", "surname", "email", "national_id", "address", "city", "ip"),
    ]


@pytest.mark.parametrize("missing", ["name", "surname", "email", "national_id", "address", "ip"])
async def test_without_what_iyzico_demands_nothing_leaves(shop: Shop, missing: str) -> None:
    payer = dataclasses.replace(PAYER, **{missing: ""})
    with pytest.raises(ProviderError) as refused:
        await shop.link(payer=payer)
    assert str(refused.value) == f"iyzico needs to know of the payer: {missing}."
    assert not refused.value.retry
    assert shop.asked == []


async def test_no_page_is_opened_for_an_order_whose_time_is_over(shop: Shop) -> None:
    late = shop.checkout()
    shop.clock.travel(hours=24)
    with pytest.raises(ProviderError) as refused:
        await shop.provider.open_link(late)
    assert not refused.value.retry
    assert shop.asked == []


async def test_an_address_in_which_nobody_read_an_il_is_in_turkiye_at_least(shop: Shop) -> None:
    await shop.link(payer=dataclasses.replace(PAYER, city=""))
    (call,) = shop.iyzico.calls
    body = json.loads(call.raw)
    assert [body[part]["city"] for part in ("buyer", "billingAddress", "shippingAddress")] == ["Türkiye"] * 3


async def test_a_price_of_nothing_opens_no_page(shop: Shop) -> None:
    with pytest.raises(ProviderError) as refused:
        await shop.link(amount=Kurus(0))
    assert not refused.value.retry


async def test_no_person_is_told_from_another_by_what_iyzico_hears_of_two_orders(shop: Shop) -> None:
    await shop.link()
    await shop.link(OTHER)
    bodies = [json.loads(call.raw) for call in shop.iyzico.calls]
    assert [body["buyer"]["id"] for body in bodies] == [ORDER, OTHER]
    assert bodies[0]["shippingAddress"] == bodies[0]["billingAddress"]  # the addressee is no business of iyzico's


@pytest.mark.parametrize("fault", ["unsigned", "missigned", "html", "redirect", "error", "lost", "limit"])
async def test_a_page_that_is_not_surely_iyzicos_is_not_shown(shop: Shop, fault: str) -> None:
    shop.iyzico.spoil(fault, "initialize")
    with pytest.raises(ProviderError) as refused:
        await shop.link()
    assert refused.value.retry is (fault not in ("unsigned", "missigned"))
    assert shop.references.noted == []
    assert PAYER.name not in str(refused.value) and PAYER.national_id not in str(refused.value)
    assert (await shop.link()).reference in shop.iyzico.books.pages


@pytest.mark.parametrize(
    ("changed", "left_out"),
    [
        ({"paymentPageUrl": "javascript:alert(1)"}, None),
        ({"paymentPageUrl": "https://evil.example/" + "x" * 2000}, None),
        ({"token": "a b"}, None),
        ({}, "paymentPageUrl"),
        ({}, "token"),
    ],
)
async def test_a_page_without_a_usable_address_is_not_shown(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any], left_out: str | None
) -> None:
    real = shop.iyzico.api.initialize

    def spoilt(body: dict[str, Any], root: str) -> dict[str, Any]:
        said = real(body, root) | changed
        return {name: value for name, value in said.items() if name != left_out}

    monkeypatch.setattr(shop.iyzico.api, "initialize", spoilt)
    with pytest.raises(ProviderError):
        await shop.link()
    assert shop.references.noted == []


@pytest.mark.parametrize(("told", "minutes"), [(1800, 30), (600, 10), (None, 30), (0, 30), (-5, 30), (10**9, 30)])
async def test_how_long_a_page_lives_is_what_iyzico_says(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, told: int | None, minutes: int
) -> None:
    real = shop.iyzico.api.initialize
    monkeypatch.setattr(shop.iyzico.api, "initialize", lambda *asked: real(*asked) | {"tokenExpireTime": told})
    assert (await shop.link()).until == shop.clock.now() + timedelta(minutes=minutes)


async def test_a_page_cannot_be_closed_and_what_is_paid_there_is_found(shop: Shop) -> None:
    link = await shop.link()
    await shop.provider.expire(ORDER)
    await shop.provider.expire("unknown")
    assert await shop.found() == []
    shop.iyzico.act(link.reference, "pay")  # approved after the order was cancelled
    assert await shop.found() == [("settled", 9600, "TRY")]


def test_nothing_of_a_person_stands_in_what_is_logged(shop: Shop) -> None:
    assert "Işıl" not in repr(shop.checkout()) and repr(PAYER) == "Payer(…)"
    assert isinstance(shop.checkout(), Checkout) and PRICE.amount == 9600
