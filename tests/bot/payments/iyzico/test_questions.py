"""What iyzico says of a page becomes an attempt to pay, or is not believed."""

from __future__ import annotations

import pytest

from bot.payments.provider import ProviderError
from bot.payments.unread import Unread
from tests.bot.payments.iyzico.conftest import ORDER, OTHER, Shop
from tests.institutions.iyzico.books import Refusal

SETTLED = [("settled", 9600, "TRY")]


@pytest.mark.parametrize(
    ("act", "found"),
    [
        ("pay", SETTLED),
        ("decline", [("declined", 9600, "TRY")]),
        ("hold", [("pending", 9600, "TRY")]),  # SUCCESS is said of held money, too
        ("unknown_fraud", [("pending", 9600, "TRY")]),
        ("bank", [("pending", 9600, "TRY")]),
        ("less", [("settled", 9500, "TRY")]),  # the order's own table holds what is not its price
        ("more", [("settled", 9700, "TRY")]),
        ("currency", [("settled", 9600, "USD")]),
        ("lost", SETTLED),
        ("late", SETTLED),
        ("twice", SETTLED),
        ("unsigned", SETTLED),
        ("forged", []),
        ("end", []),
    ],
)
@pytest.mark.parametrize("decimals", ["long", "short", "words"])
async def test_what_a_payer_did_is_what_the_seller_finds(
    shop: Shop, act: str, found: list[tuple[str, int, str]], decimals: str
) -> None:
    shop.iyzico.api.decimals = decimals
    await shop.pay(act)
    assert await shop.found() == found
    assert await shop.found(OTHER) == []


@pytest.mark.parametrize("status", [200, 400])
async def test_a_page_nobody_paid_on_is_no_attempt_however_iyzico_says_so(shop: Shop, status: int) -> None:
    shop.iyzico.refusal_status = status
    await shop.link()
    assert await shop.found() == []


@pytest.mark.parametrize(("approved", "status"), [(True, "settled"), (False, "declined")])
async def test_held_money_is_settled_or_declined_by_the_review(shop: Shop, approved: bool, status: str) -> None:
    number = await shop.pay("hold")
    shop.iyzico.review(number, approved=approved)
    assert await shop.found() == [(status, 9600, "TRY")]


@pytest.mark.parametrize(
    ("fault", "retry"),
    [
        ("html", True),
        ("error", True),
        ("redirect", True),
        ("unheard", True),
        ("limit", True),
        ("unsigned", False),
        ("missigned", False),
        ("tampered", False),
        ("another_page", False),
        ("another_basket", False),
        ("another_conversation", False),
        ("no_number", False),
        ("no_currency", False),
    ],
)
async def test_what_is_not_surely_said_about_this_page_settles_nothing(shop: Shop, fault: str, retry: bool) -> None:
    await shop.pay()
    shop.iyzico.spoil(fault, "detail")
    with pytest.raises(ProviderError) as refused:
        await shop.provider.query(ORDER)
    assert refused.value.retry is retry
    assert await shop.found() == SETTLED  # and the next answer counts


async def test_a_conversation_that_is_null_is_decided_by_the_page(shop: Shop) -> None:
    await shop.pay()
    shop.iyzico.spoil("null_conversation", "detail")
    assert await shop.found() == SETTLED


async def test_what_counts_is_what_was_collected_not_what_the_basket_says(shop: Shop) -> None:
    await shop.pay()
    shop.iyzico.spoil("another_amount", "detail")
    assert await shop.found() == SETTLED


@pytest.mark.parametrize("code", ["10051", "10219", "6000", "6001"])
async def test_a_bank_that_says_no_is_a_declined_attempt(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    def refuses(*asked: object) -> None:
        raise Refusal(code, "Kart limiti yetersiz")

    await shop.pay("decline")
    monkeypatch.setattr(shop.iyzico.api, "detail", refuses)
    (attempt,) = await shop.provider.query(ORDER)
    assert (attempt.status, attempt.order) == ("declined", ORDER)


@pytest.mark.parametrize(
    ("act", "minutes", "found"),
    [
        ("bank", 89, [("pending", 9600, "TRY")]),
        ("bank", 91, []),  # the payer has gone
        ("hold", 100_000, [("pending", 9600, "TRY")]),  # the money is there, whoever has gone
    ],
)
async def test_an_attempt_that_was_left_at_the_bank_is_over_with_its_page(
    shop: Shop, act: str, minutes: int, found: list[tuple[str, int, str]]
) -> None:
    await shop.pay(act)
    shop.clock.travel(minutes=minutes)
    assert await shop.found() == found


async def test_two_pages_of_an_order_are_asked_about_and_both_payments_found(shop: Shop) -> None:
    first = await shop.link()
    shop.clock.travel(minutes=26)
    second = await shop.link()
    assert first.reference != second.reference
    numbers = [paid.id for link in (first, second) if (paid := shop.iyzico.act(link.reference, "pay"))]
    assert [one.id for one in await shop.provider.query(ORDER)] == numbers
    assert len(set(numbers)) == 2


@pytest.mark.parametrize("unreadable", [0, 1])
@pytest.mark.parametrize(("fault", "retry"), [("unsigned", False), ("no_number", False), ("html", True)])
async def test_a_page_that_cannot_be_read_hides_no_payment_on_another(
    shop: Shop, unreadable: int, fault: str, retry: bool
) -> None:
    first = await shop.link()
    shop.clock.travel(minutes=26)
    second = await shop.link()
    numbers = [paid.id for link in (first, second) if (paid := shop.iyzico.act(link.reference, "pay"))]
    read = [number for number in numbers if number != numbers[unreadable]]
    shop.iyzico.spoil("null_conversation", "detail", times=unreadable)  # the first can be read
    shop.iyzico.spoil(fault, "detail")
    with pytest.raises(Unread) as unread:
        await shop.provider.query(ORDER)
    assert ([one.id for one in unread.value.read], unread.value.retry) == (read, retry)
    assert [one.id for one in await shop.provider.query(ORDER)] == numbers


async def test_an_order_without_a_page_costs_no_question(shop: Shop) -> None:
    assert await shop.found("unknown") == []
    assert shop.asked == []
