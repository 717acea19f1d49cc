"""Money goes back once and exactly, whatever is lost on the way; iyzico itself pays as often as it is asked."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.payments.iyzico import client
from bot.payments.provider import ProviderError, Reference, SettledRefund
from bot.payments.refund_attempts import SETTLING
from flows.words.text import Kurus
from tests.bot.payments.iyzico.conftest import ORDER, PRICE, Shop, open_shop
from tests.institutions.iyzico.books import Refusal

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
    assert await unsure(shop, payment, Kurus(1))


async def test_what_the_operator_gave_back_by_hand_is_not_given_twice(shop: Shop) -> None:
    payment = await paid(shop)
    shop.iyzico.books.cancel(payment, shop.clock.now())
    assert await refused(shop, payment, PRICE)


async def still_tried(shop: Shop, payment: str, amount: Kurus) -> bool:
    return not await refused(shop, payment, amount)


async def unsure(shop: Shop, payment: str, amount: Kurus, key: str = "refund:1") -> bool:
    """Whether it is left to a person, because it may have been made."""
    with pytest.raises(ProviderError) as error:
        await shop.provider.refund(payment, amount, key)
    return (error.value.retry, error.value.said) == (False, "unsure")


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("amount", [HALF, PRICE])
@pytest.mark.parametrize("fault", ["html_done", "error_done", "lost"])
async def test_a_refund_that_was_made_is_found_after_a_lost_answer(
    shop: Shop, fault: str, amount: Kurus, restarted: bool
) -> None:
    payment = await paid(shop)
    shop.iyzico.spoil(fault, "refund")
    assert not await refused(shop, payment, amount)
    if restarted:
        await shop.restarts()
    assert await shop.provider.refund(payment, amount, "refund:1") == SettledRefund(payment, amount)
    assert back(shop, payment) == [amount.amount]


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("fault", ["html", "error", "redirect", "unheard"])
async def test_a_part_that_iyzico_does_not_list_after_a_lost_answer_is_left_to_a_person(
    shop: Shop, fault: str, restarted: bool
) -> None:
    """For all we know it is on its way, and the report lags: nothing but a second look can tell."""
    payment = await paid(shop)
    shop.iyzico.spoil(fault, "refund")
    assert not await refused(shop, payment, HALF)
    if restarted:
        await shop.restarts()
    assert not await refused(shop, payment, HALF)  # the report has two minutes
    for wait in (SETTLING, timedelta(days=20)):
        shop.clock.travel(seconds=wait.total_seconds())
        assert await unsure(shop, payment, HALF)
    assert shop.asked.count("refund") == 1
    assert await shop.provider.refund(payment, Kurus(1000), "refund:2") == SettledRefund(payment, Kurus(1000))


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("fault", ["html", "error", "redirect", "unheard"])
async def test_a_whole_payment_is_sent_again_because_iyzico_refuses_a_second_one(
    shop: Shop, fault: str, restarted: bool
) -> None:
    payment = await paid(shop)
    shop.iyzico.spoil(fault, "refund")
    assert not await refused(shop, payment, PRICE)
    if restarted:
        await shop.restarts()
    assert not await refused(shop, payment, PRICE)
    shop.clock.travel(seconds=SETTLING.total_seconds())
    assert await shop.provider.refund(payment, PRICE, "refund:1") == SettledRefund(payment, PRICE)
    assert back(shop, payment) == [9600]


@pytest.mark.parametrize(
    ("code", "retryable", "again"),
    [
        ("50000", None, True),  # too many requests: nothing was done
        ("10246", None, True),  # no refund at this moment
        ("1000", None, True),
        ("100001", None, False),  # a fault of its own: who knows what was done before
        ("10219", None, False),  # no answer from the bank
        ("777", True, False),  # a code that nobody knows, and that may pass
        ("777", None, False),  # one that nobody knows: who is sure that nothing was done
        ("777", False, False),
    ],
)
async def test_a_part_is_sent_again_only_after_a_refusal_that_says_that_nothing_was_done(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, code: str, retryable: bool | None, again: bool
) -> None:
    def refuses(*asked: object) -> None:
        raise Refusal(code, "şimdi olmaz", retryable=retryable)

    payment = await paid(shop)
    with monkeypatch.context() as patched:
        patched.setattr(shop.iyzico.api, "refund", refuses)
        if code == "777" and not retryable:
            assert await unsure(shop, payment, HALF)
        else:
            assert not await refused(shop, payment, HALF)
    await shop.restarts()
    shop.clock.travel(seconds=SETTLING.total_seconds())
    if again:
        assert await shop.provider.refund(payment, HALF, "refund:1") == SettledRefund(payment, HALF)
    else:
        assert await unsure(shop, payment, HALF)
    assert back(shop, payment) == [4800] * again


async def test_a_part_that_the_report_shows_much_later_is_found_and_not_paid_twice(shop: Shop) -> None:
    payment = await paid(shop)
    shop.iyzico.books.lag = timedelta(days=1)
    shop.iyzico.spoil("lost", "refund")
    assert not await refused(shop, payment, HALF)
    for _ in range(3):
        shop.clock.travel(hours=1)
        assert await unsure(shop, payment, HALF)
    shop.clock.travel(hours=22)
    assert await shop.provider.refund(payment, HALF, "refund:1") == SettledRefund(payment, HALF)
    assert back(shop, payment) == [4800]


async def test_an_erasure_of_what_iyzico_calls_the_order_forgets_no_attempt(shop: Shop) -> None:
    payment = await paid(shop)
    shop.iyzico.spoil("unheard", "refund")
    assert not await refused(shop, payment, HALF)
    shop.references.noted = [one for one in shop.references.noted if one[0] != ORDER]
    shop.clock.travel(hours=1)
    assert await unsure(shop, payment, HALF)


async def test_an_attempt_that_was_noted_under_its_order_counts(shop: Shop) -> None:
    """As they were, before an erasure could come between two tries."""
    payment = await paid(shop)
    await shop.references.note(ORDER, Reference("payment", "refund:1#1", until=shop.clock.now() + SETTLING))
    assert not await refused(shop, payment, HALF)
    shop.clock.travel(hours=1)
    assert await unsure(shop, payment, HALF)


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
    assert await unsure(shop, payment, PRICE)
    assert back(shop, payment) == [9600]
    shop.clock.travel(hours=25)
    assert await shop.provider.refund(payment, PRICE, "refund:1") == SettledRefund(payment, PRICE)


@pytest.mark.parametrize("fault", ["unsigned", "missigned", "another_amount"])
async def test_an_answer_that_is_not_surely_about_this_refund_is_looked_at_by_a_person(shop: Shop, fault: str) -> None:
    """Who reads that it was refused pays it by hand, too."""
    payment = await paid(shop)
    shop.iyzico.spoil(fault, "refund")
    assert await unsure(shop, payment, HALF)
    assert await shop.provider.refund(payment, HALF, "refund:1") == SettledRefund(payment, HALF)
    assert back(shop, payment) == [4800]


PATHS = {"refund": "/v2/payment/refund", "report": "/v2/reporting/payment/details"}


@pytest.mark.parametrize("call", PATHS)
async def test_a_no_that_cannot_be_read_is_no_refusal_of_what_was_sent(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """404 and a page of HTML, to the refund itself or, after a lost answer, to the question what became of it."""
    payment = await paid(shop)
    if call == "report":
        shop.iyzico.spoil("lost", "refund")
        assert not await refused(shop, payment, HALF)
    real = client._understood

    def gone(path: str, status: int, *said: Any) -> Any:
        return real(path, *((404, b"<html>", *said[1:]) if path == PATHS[call] else (status, *said)))

    monkeypatch.setattr(client, "_understood", gone)
    assert await unsure(shop, payment, HALF)


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
    assert await (unsure(shop, payment, HALF) if lasting else still_tried(shop, payment, HALF))
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
def test_whatever_is_lost_each_refund_is_made_once_or_left_to_a_person_and_the_books_agree(
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
                    assert error.retry or error.said == "unsure"
                shop.clock.travel(seconds=seconds)
                if restarted:
                    await shop.restarts()
            shop.clock.travel(hours=1)
            shop.iyzico.calm()
            made = Counter((one.conversation, one.amount) for one in shop.iyzico.books.paid[payment].refunds)
            for key, amount in amounts.items():
                try:
                    assert await shop.provider.refund(payment, amount, key) == SettledRefund(payment, amount)
                    made[key, amount.amount] = max(1, made[key, amount.amount])
                except ProviderError as error:
                    assert error.said == "unsure" and not made[key, amount.amount]  # the list is right by now
            now = Counter((one.conversation, one.amount) for one in shop.iyzico.books.paid[payment].refunds)
            assert now == +made and set(now.values()) <= {1}
            lines = shop.iyzico.statement(shop.clock.now().date())
            assert [one["price"] for one in lines if one["transactionType"] == "PAYMENT"] == ["96.00000000"]
            refunds = [Decimal(one["price"]) * 100 for one in lines if one["transactionType"] == "REFUND"]
            assert sorted(refunds) == sorted(amount for _, amount in now)

    asyncio.run(play())
