"""Whatever PayTR, its page or the network does wrong: what was paid is found once, and the rest changes nothing."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import ClientTimeout

from bot.payments.paytr import calls
from bot.payments.provider import ProviderError, Reference
from bot.payments.unread import Unread
from tests.bot.payments.conftest import ORDER
from tests.bot.payments.paytr.conftest import Shop
from tests.fakes import PATIENCE

OTHER = "0" * 31 + "2"

# What is done on the page -> (callbacks we acted upon, what we find paid, what the payer paid)
ON_THE_PAGE: dict[str, tuple[int, list[int], list[int]]] = {
    "pay": (1, [9600], [9600]),
    "decline": (0, [], []),
    "twice": (2, [9600, 9600], [9600, 9600]),
    "wrong": (1, [9500], [9500]),
    "instalments": (1, [9600], [10050]),  # the bank's surcharge is no price of ours
    "late": (1, [9600], [9600]),
    "doubled": (3, [9600], [9600]),
    "forged": (0, [], []),
    "end": (0, [], []),
    "lost": (0, [], [9600]),  # nobody told us its name: the daily statement shows it
}


@pytest.mark.parametrize("act", ON_THE_PAGE)
async def test_what_happens_on_the_page_is_told_as_often_as_it_happened(shop: Shop, act: str) -> None:
    heard, paid, total = ON_THE_PAGE[act]
    sales = await shop.paid(act)
    assert [sale.total for sale in sales] == total
    assert len(shop.heard) == heard
    assert await shop.settled() == paid
    assert len(set(await shop.facts())) == len(paid)
    assert len({hint.event_key for hint in shop.heard}) == len(paid)


async def test_a_callback_that_was_lost_counts_when_it_comes_at_last(shop: Shop) -> None:
    await shop.paid("lost")
    assert await shop.facts() == []
    assert await shop.paytr.deliver() == ["200 OK"]
    assert await shop.settled() == [9600]


async def test_callbacks_in_another_order_tell_the_same(shop: Shop) -> None:
    shop.paytr.holding = True
    first, second = [(await shop.paid("pay", order))[0].oid for order in (ORDER, OTHER)]
    assert await shop.paytr.deliver(*reversed(shop.paytr.waiting)) == ["200 OK", "200 OK"]
    assert [hint.reference for hint in shop.heard] == [Reference("payment", second), Reference("payment", first)]
    assert (await shop.settled(ORDER), await shop.settled(OTHER)) == ([9600], [9600])


async def test_a_callback_is_repeated_until_we_have_acted_upon_it(shop: Shop) -> None:
    shop.troubles = [ProviderError("PayTR does not answer when asked", retry=True), RuntimeError("our own fault")]
    (sale,) = await shop.paid()
    assert sale.told
    assert len(shop.heard) == 1
    assert await shop.settled() == [9600]


async def test_money_that_came_after_the_link_was_deleted_is_found(shop: Shop) -> None:
    link = await shop.link()
    await shop.provider.expire(ORDER)
    assert shop.paytr.pay(link.reference) == []
    shop.paytr.pay(link.reference, anyway=True)
    await asyncio.wait_for(shop.paytr.idle(), PATIENCE)
    assert await shop.settled() == [9600]


async def test_a_payment_that_paytr_shows_only_after_our_ok_is_asked_about_again(shop: Shop) -> None:
    shop.paytr.interface.hides_untold = shop.paytr.holding = True
    (sale,) = await shop.paid()
    await shop.references.note(ORDER, Reference("payment", sale.oid))
    with pytest.raises(ProviderError, match="004") as early:
        await shop.settled()
    assert early.value.retry  # nobody may take it for unpaid: a signed callback has named it
    await shop.paytr.deliver()
    assert await shop.settled() == [9600]


CALLS = {
    "link/create": lambda shop: shop.link(OTHER),
    "link/delete": lambda shop: shop.provider.expire(ORDER),
    "durum-sorgu": lambda shop: shop.provider.query(ORDER),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", ["lost", "truncated", "unavailable", "html", "redirect"])
async def test_an_answer_that_is_none_is_worth_another_try(shop: Shop, call: str, fault: str) -> None:
    await shop.paid()
    asked = len(shop.paytr.asked)
    shop.paytr.fail(call, fault)
    with pytest.raises(ProviderError, match=call) as failed:
        await CALLS[call](shop)
    assert failed.value.retry
    assert len(shop.paytr.asked) == asked + 1  # a redirect is not followed
    assert not any(secret in str(failed.value) for secret in ("a1B2c3D4e5F6g7H8", "h8G7f6E5d4C3b2A1", "Bakım"))
    await CALLS[call](shop)
    assert await shop.settled() == [9600]


@pytest.mark.parametrize("unreadable", [0, 1])
@pytest.mark.parametrize("fault", ["html", "truncated", "lost"])
async def test_a_payment_that_cannot_be_read_hides_no_other(shop: Shop, unreadable: int, fault: str) -> None:
    numbers = [sale.oid for sale in await shop.paid("twice")]
    shop.paytr.fail("durum-sorgu", *[""] * unreadable, fault)
    with pytest.raises(Unread) as unread:
        await shop.settled()
    assert [one.id for one in unread.value.read] == [numbers[1 - unreadable]]
    assert await shop.settled() == [9600, 9600]


async def test_whoever_never_answers_is_not_waited_for(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "TIMEOUT", ClientTimeout(total=0.05))
    shop.paytr.fail("link/create", "hanging")
    with pytest.raises(ProviderError, match="TimeoutError") as hung:
        await shop.link()
    assert hung.value.retry


async def test_nobody_there_is_worth_another_try(shop: Shop) -> None:
    await shop.link()
    shop.provider._calls._api = "http://127.0.0.1:1"
    with pytest.raises(ProviderError, match="did not answer") as away:
        await shop.provider.expire(ORDER)
    assert away.value.retry


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b'{"status": "wait"}',
        b'{"status": 1}',
        b"\xff",
        b"[" * 100_000,
        b'{"status":"success"} ',
    ],
)
def test_what_is_no_answer_is_no_success(said: bytes) -> None:
    if said.endswith(b" "):
        assert calls.answered("/odeme/iade", 200, said) == {"status": "success"}
        return
    with pytest.raises(ProviderError, match="/odeme/iade") as unread:
        calls.answered("/odeme/iade", 200, said)
    assert unread.value.retry


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("Zorunlu alan degeri gecersiz veya gonderilmedi (Link API - create): price", True),
        ("Toplam iade tutarı ödeme tutarından fazla olamaz", True),
        ("kart 4355084355084358", False),
        ("<b>x</b>", False),
        ("x" * 161, False),
        ("a\nb", False),
    ],
)
def test_an_operator_reads_the_reason_and_nothing_else(reason: str, shown: bool) -> None:
    said = f'{{"status": "failed", "reason": "{reason}"}}'.replace("\n", "\\n").encode()
    with pytest.raises(calls.Refused) as refused:
        calls.answered("/odeme/iade", 200, said)
    assert str(refused.value) == (reason if shown else "no reason given")


async def test_an_answer_larger_than_we_read_is_none(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shop.paytr.interface, "answer", lambda *_: {"status": "success", "x": "x" * calls.LARGEST})
    with pytest.raises(ProviderError, match="no JSON object"):
        await shop.link()
