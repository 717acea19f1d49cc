"""Money goes back once and exactly, whatever is lost on the way; iyzico itself pays as often as it is asked."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.payments.iyzico.refunds import SETTLING
from bot.payments.provider import ProviderError, SettledRefund
from flows.words.text import Kurus
from tests.bot.payments.iyzico.conftest import PRICE, Shop, open_shop

HALF = Kurus(4800)


async def paid(shop: Shop) -> str:
    """The number of a payment that the seller has found."""
    number = await shop.pay()
    await shop.found()
    return number


def back(shop: Shop, payment: str) -> list[int]:
    """What iyzico really sent back, in kuruş."""
    return [one.amount for one in shop.iyzico.books.paid[payment].refunds]


async def refused(shop: Shop, payment: str, amount: Kurus, key: str = "refund:1") -> bool:
    """Whether a refund is refused; True for good, False for now."""
    with pytest.raises(ProviderError) as error:
        await shop.provider.refund(payment, amount, key)
    return not error.value.retry


async def test_the_pretended_iyzico_pays_the_same_refund_twice(shop: Shop) -> None:
    """As the documents say of the real one; all below rests upon it."""
    payment = await paid(shop)
    for _ in range(2):
        shop.iyzico.books.refund(payment, 100, "refund:1", shop.clock.now())
    assert back(shop, payment) == [100, 100]


async def test_a_refund_with_the_same_key_happens_once(shop: Shop) -> None:
    payment = await paid(shop)
    for _ in range(3):
        assert await shop.provider.refund(payment, PRICE, "refund:1") == SettledRefund(payment, PRICE)
    assert back(shop, payment) == [9600]
    assert await refused(shop, payment, Kurus(1), "refund:2")


async def test_a_payment_whose_order_nobody_names_any_more_goes_back_once(shop: Shop) -> None:
    """References are kept for a month, a letter may wait for half a year, and conversationId may be null."""
    payment = await paid(shop)
    shop.references.noted.clear()
    shop.iyzico.books.paid[payment].page.conversation = ""
    for _ in range(2):
        assert await shop.provider.refund(payment, PRICE, "refund:1") == SettledRefund(payment, PRICE)
    assert back(shop, payment) == [9600]


async def test_parts_are_given_back_until_nothing_is_left(shop: Shop) -> None:
    payment = await paid(shop)
    for key in ("refund:1", "refund:2", "refund:1"):
        await shop.provider.refund(payment, HALF, key)
    assert back(shop, payment) == [4800, 4800]
    assert await refused(shop, payment, Kurus(1), "refund:3")


async def test_ten_at_once_with_the_same_key_happen_once(shop: Shop) -> None:
    payment = await paid(shop)
    await asyncio.gather(*(shop.provider.refund(payment, HALF, "refund:1") for _ in range(10)))
    assert back(shop, payment) == [4800]


@pytest.mark.parametrize("amount", [Kurus(9601), Kurus(0), Kurus(-1)])
async def test_more_than_was_paid_or_nothing_is_refused_for_good_and_not_asked(shop: Shop, amount: Kurus) -> None:
    payment = await paid(shop)
    assert await refused(shop, payment, amount)
    assert "refund" not in shop.asked


async def test_a_payment_in_dollars_goes_back_in_dollars(shop: Shop) -> None:
    payment = await shop.pay("currency")
    await shop.found()
    assert await shop.provider.refund(payment, PRICE, "refund:1") == SettledRefund(payment, PRICE)
    assert back(shop, payment) == [9600]


@pytest.mark.parametrize("act", ["decline", "hold"])
async def test_money_that_never_came_is_not_given_back(shop: Shop, act: str) -> None:
    payment = await shop.pay(act)
    await shop.found()
    assert await refused(shop, payment, PRICE)
    assert await refused(shop, "1", PRICE)
    assert back(shop, payment) == []


async def test_a_refund_key_cannot_be_used_for_another_amount(shop: Shop) -> None:
    payment = await paid(shop)
    await shop.provider.refund(payment, HALF, "refund:1")
    assert await refused(shop, payment, Kurus(1))


async def test_what_the_operator_gave_back_by_hand_is_not_given_twice(shop: Shop) -> None:
    payment = await paid(shop)
    shop.iyzico.books.cancel(payment, shop.clock.now())
    assert await refused(shop, payment, PRICE)


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize(
    ("fault", "sent"),
    [
        *((fault, False) for fault in ("html", "error", "redirect", "unheard", "limit")),
        *((fault, True) for fault in ("html_done", "error_done", "lost")),
    ],
)
async def test_after_a_lost_answer_it_is_looked_up_before_it_is_sent_again(
    shop: Shop, fault: str, sent: bool, restarted: bool
) -> None:
    payment = await paid(shop)
    shop.iyzico.spoil(fault, "refund")
    assert not await refused(shop, payment, HALF)
    assert back(shop, payment) == ([4800] if sent else [])
    if restarted:
        await shop.restarts()
    if not sent:  # for all we know it may be on its way: it is waited for, until the report would have it
        assert not await refused(shop, payment, HALF)
        shop.clock.travel(seconds=SETTLING.total_seconds())
    assert await shop.provider.refund(payment, HALF, "refund:1") == SettledRefund(payment, HALF)
    assert back(shop, payment) == [4800]


@pytest.mark.parametrize("amount", [HALF, PRICE])
@pytest.mark.parametrize("restarted", [False, True])
async def test_a_report_that_lags_behind_leads_to_no_second_refund(shop: Shop, amount: Kurus, restarted: bool) -> None:
    payment = await paid(shop)
    shop.iyzico.books.lag = timedelta(seconds=90)
    shop.iyzico.spoil("lost", "refund")
    for _ in range(3):
        assert not await refused(shop, payment, amount)
        if restarted:
            await shop.restarts()
    shop.clock.travel(seconds=SETTLING.total_seconds())
    assert await shop.provider.refund(payment, amount, "refund:1") == SettledRefund(payment, amount)
    assert back(shop, payment) == [amount.amount]


async def test_a_report_that_lags_longer_than_thought_still_gives_back_no_more_than_was_paid(shop: Shop) -> None:
    payment = await paid(shop)
    shop.iyzico.books.lag = timedelta(days=1)
    shop.iyzico.spoil("lost", "refund")
    assert not await refused(shop, payment, PRICE)
    shop.clock.travel(seconds=SETTLING.total_seconds())
    assert await refused(shop, payment, PRICE)
    assert back(shop, payment) == [9600]
    shop.clock.travel(hours=25)
    assert await shop.provider.refund(payment, PRICE, "refund:1") == SettledRefund(payment, PRICE)


@pytest.mark.parametrize(("fault", "lasting"), [("unsigned", True), ("missigned", True), ("another_amount", True)])
async def test_an_answer_that_is_not_surely_about_this_refund_is_looked_at_by_a_person(
    shop: Shop, fault: str, lasting: bool
) -> None:
    payment = await paid(shop)
    shop.iyzico.spoil(fault, "refund")
    assert await refused(shop, payment, HALF) is lasting
    assert await shop.provider.refund(payment, HALF, "refund:1") == SettledRefund(payment, HALF)
    assert back(shop, payment) == [4800]


@pytest.mark.parametrize(("status", "lasting"), [(0, False), (None, False), (2, True), (-1, True)])
async def test_a_refund_that_iyzico_has_not_made_is_not_sent_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, status: int | None, lasting: bool
) -> None:
    payment = await paid(shop)
    await shop.provider.refund(payment, HALF, "refund:1")
    real = shop.iyzico.api.report

    def under_way(*asked: object) -> dict[str, object]:
        said = real(*asked)
        said["payments"][0]["itemTransactions"][0]["refunds"][0]["refundStatus"] = status
        return said

    monkeypatch.setattr(shop.iyzico.api, "report", under_way)
    assert await refused(shop, payment, HALF) is lasting
    assert back(shop, payment) == [4800]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["refund:1", "refund:2"]),
            st.sampled_from(["", "lost", "unheard", "html", "html_done", "error", "error_done", "redirect", "limit"]),
            st.sampled_from([0, 1, 5, 60, 300]),
            st.booleans(),
        ),
        max_size=12,
    ),
    st.sampled_from([0, 1, 90]),
)
def test_whatever_is_lost_each_refund_is_made_once_and_the_books_agree(
    tries: list[tuple[str, str, int, bool]], lag: int
) -> None:
    """Each try: which refund, what happens to its answer, how long the next waits, whether we restart before."""

    async def play() -> None:
        async with open_shop() as shop:
            payment = await paid(shop)
            shop.iyzico.books.lag = timedelta(seconds=lag)
            amounts = {"refund:1": Kurus(4800), "refund:2": Kurus(1234)}
            for key, fault, seconds, restarted in tries:
                if fault:
                    shop.iyzico.spoil(fault, "refund")
                try:
                    await shop.provider.refund(payment, amounts[key], key)
                except ProviderError as error:
                    assert error.retry
                shop.clock.travel(seconds=seconds)
                if restarted:
                    await shop.restarts()
            shop.clock.travel(hours=1)
            shop.iyzico.calm()
            for key, amount in amounts.items():
                assert await shop.provider.refund(payment, amount, key) == SettledRefund(payment, amount)
            made = Counter((one.conversation, one.amount) for one in shop.iyzico.books.paid[payment].refunds)
            assert made == {("refund:1", 4800): 1, ("refund:2", 1234): 1}
            lines = shop.iyzico.statement(shop.clock.now().date())
            assert [one["price"] for one in lines if one["transactionType"] == "PAYMENT"] == ["96.00000000"]
            refunds = [one["price"] for one in lines if one["transactionType"] == "REFUND"]
            assert sorted(refunds) == ["12.34000000", "48.00000000"]

    asyncio.run(play())
