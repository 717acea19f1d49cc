"""Links, callbacks and questions: what MektupX asks of PayTR, and what it makes of the answers."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from bot.payments.hooks import findings
from bot.payments.paytr import PayTRProvider
from bot.payments.paytr.merchant import API
from bot.payments.provider import Access, Checkout, Forged, Hint, Link, Payment, ProviderError, Reference
from bot.payments.registry import PROVIDERS
from flows.core.events import PaymentSettled
from flows.words.text import Kurus
from tests.bot.payments.conftest import ORDER, START, TownClock
from tests.bot.payments.paytr.conftest import CREDENTIALS, PRICE, UNTIL, Shop
from tests.fakes import FakeReferences
from tests.institutions.paytr import Sale

OTHER = "0" * 31 + "2"


# Links ----------------------------------------------------------------------------------------------------------------


async def test_a_link_takes_the_price_once_until_our_time_and_names_no_person(shop: Shop) -> None:
    link = await shop.link()
    assert link == Link(f"{shop.root}/link/{link.reference}", link.reference, UNTIL)
    ((call, form),) = shop.paytr.asked
    assert call == "link/create"
    assert form.pop("paytr_token")
    assert form == {
        "merchant_id": "123456",
        "name": "Mektup, sipariş MX000123",
        "price": "9600",
        "currency": "TL",
        "max_installment": "1",
        "link_type": "product",
        "lang": "tr",
        "min_count": "1",
        "max_count": "1",
        "expiry_date": "2026-11-23 12:00:00",  # 9.00 in UTC
        "callback_link": f"{shop.root}/payments/paytr",
        "callback_id": ORDER,
        "debug_on": "1",
    }


@pytest.mark.parametrize(
    ("number", "description", "language", "name", "lang"),
    [
        ("MX000123", "Letter, order MX000123", "en", "Letter, order MX000123", "en"),
        ("MX000123", "Mektup", "tr", "MX000123 Mektup", "tr"),
        ("MX000123", "", "de", "MX000123", "tr"),
        ("MX000123", "ş" * 300, "tr", "MX000123 " + "ş" * 191, "tr"),
    ],
)
async def test_the_page_says_number_and_description_in_its_language(
    shop: Shop, number: str, description: str, language: str, name: str, lang: str
) -> None:
    await shop.provider.open_link(Checkout(ORDER, number, PRICE, UNTIL, description, language))
    made = shop.paytr.asked[0][1]
    assert (made["name"], made["lang"]) == (name, lang)


async def test_asking_again_gives_the_same_link_while_it_lives(shop: Shop) -> None:
    links = await asyncio.gather(*(shop.link() for _ in range(5)))
    assert len(set(links)) == len(shop.paytr.books.links) == 1
    restarted = PayTRProvider(Access(CREDENTIALS, shop.root, "", shop.clock, shop.references))
    assert await restarted.open_link(Checkout(ORDER, "MX000123", PRICE, UNTIL, "")) == links[0]
    await restarted.close()
    assert (await shop.link(OTHER)).reference != links[0].reference


async def test_a_link_whose_answer_was_lost_is_made_anew_and_the_lost_one_is_known_to_nobody(shop: Shop) -> None:
    shop.paytr.fail("link/create", "lost")
    with pytest.raises(ProviderError) as lost:
        await shop.link()
    assert lost.value.retry
    link = await shop.link()
    assert len(shop.paytr.books.links) == 2
    assert await shop.references.of(ORDER) == (Reference("page", link.reference, link.url, UNTIL),)


async def test_an_order_that_paytr_cannot_name_is_refused_before_it_is_asked(shop: Shop) -> None:
    for order in ("", "MX-1", "ş", "0" * 65):
        with pytest.raises(ProviderError) as refused:
            await shop.link(order)
        assert not refused.value.retry
    assert shop.paytr.asked == []


async def test_a_closed_link_takes_no_money_and_closing_it_again_is_fine(shop: Shop) -> None:
    link, paid = await shop.link(), await shop.link(OTHER)
    assert shop.paytr.pay(paid.reference)
    for order in (ORDER, ORDER, OTHER, "unknown"):
        await shop.provider.expire(order)
    assert shop.paytr.pay(link.reference) == []
    assert shop.paytr.books.links[link.reference].state == "deleted"


async def test_a_link_that_our_key_may_not_delete_is_not_taken_for_closed(shop: Shop) -> None:
    link = await shop.link()
    stranger = PayTRProvider(Access("123456:yanlis:yanlis", shop.root, "", shop.clock, shop.references))
    with pytest.raises(ProviderError, match="paytr_token") as refused:
        await stranger.expire(ORDER)
    await stranger.close()
    assert refused.value.retry
    assert shop.paytr.books.links[link.reference].state == "active"


async def test_an_order_with_two_links_has_both_closed(shop: Shop) -> None:
    first = await shop.link()
    shop.clock.time = UNTIL
    second = await shop.provider.open_link(Checkout(ORDER, "MX1", PRICE, UNTIL + timedelta(hours=1), "Mektup"))
    assert first.reference != second.reference  # the first was over
    await shop.provider.expire(ORDER)
    assert {shop.paytr.books.links[link.reference].state for link in (first, second)} == {"deleted"}


# What was paid --------------------------------------------------------------------------------------------------------


async def test_a_payment_becomes_a_fact_of_its_order(shop: Shop) -> None:
    (sale,) = await shop.paid()
    assert sale.told
    shop.clock.time = UNTIL
    assert await shop.provider.query(ORDER) == (Payment(sale.oid, ORDER, PRICE, "TRY", "settled", START),)
    assert (await findings(shop.provider, ORDER)).events == (
        (f"pay:paytr:{sale.oid}:settled", PaymentSettled(ORDER, sale.oid, PRICE, "TRY", "paytr")),
    )
    assert await shop.provider.query(OTHER) == ()


@pytest.mark.parametrize(
    ("said", "paid", "currency"),
    [
        ({"payment_amount": "10,8", "payment_total": "10,8", "currency": "TL"}, 1080, "TRY"),
        ({"payment_amount": "10.80", "payment_total": "10.80", "currency": "TRY"}, 1080, "TRY"),
        ({"payment_amount": 10.8, "payment_total": 10.8, "currency": "TL"}, 1080, "TRY"),  # numbers in the JSON
        ({"payment_amount": 96, "currency": "TL"}, 9600, "TRY"),
        ({"payment_amount": "96", "payment_total": "100,5", "currency": "TL"}, 9600, "TRY"),  # a surcharge is no price
        ({"payment_amount": "96", "payment_total": "95", "currency": "TL"}, 9500, "TRY"),  # less was paid
        ({"payment_amount": "96", "payment_total": "96", "currency": "USD"}, 9600, "USD"),
    ],
)
async def test_what_counts_is_what_paytr_took_for_the_order(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, said: dict[str, object], paid: int, currency: str
) -> None:
    await shop.references.note(ORDER, Reference("payment", "PT1"))
    monkeypatch.setattr(shop.paytr.interface, "answer", lambda *_: {"status": "success", "payment_date": "", **said})
    ((_, event),) = (await findings(shop.provider, ORDER)).events
    assert event == PaymentSettled(ORDER, "PT1", Kurus(paid), currency, "paytr")


@pytest.mark.parametrize("written", [None, "", "1.234", "96 TL", [], {"a": 1}, True])
async def test_an_amount_that_cannot_be_read_is_no_payment_and_no_payment_of_zero(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, written: object
) -> None:
    await shop.references.note(ORDER, Reference("payment", "PT1"))
    said = {"status": "success", "payment_amount": written, "payment_total": "96", "currency": "TL"}
    monkeypatch.setattr(shop.paytr.interface, "answer", lambda *_: said)
    with pytest.raises(ProviderError, match="payment_amount") as unread:
        await shop.provider.query(ORDER)
    assert unread.value.retry


async def test_at_the_real_paytr_a_payment_in_test_mode_is_in_no_currency_of_ours(shop: Shop) -> None:
    """It prints no letter: a person decides. XTS is the code of ISO 4217 for tests."""
    await shop.references.note(ORDER, Reference("payment", "PT1"))
    live = PayTRProvider(Access(CREDENTIALS, "", "https://mektup.example/payments/paytr", shop.clock, shop.references))
    said = {"status": "success", "payment_amount": "96", "currency": "TL", "test_mode": "1"}

    async def post(path: str, **form: str) -> dict[str, str]:
        return said

    live._calls.post = post
    assert [payment.currency for payment in await live.query(ORDER)] == ["XTS"]
    said["test_mode"] = "0"
    assert [payment.currency for payment in await live.query(ORDER)] == ["TRY"]


async def test_a_payment_in_test_mode_of_a_pretended_store_counts_and_the_operator_is_told(
    shop: Shop, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shop.references.note(ORDER, Reference("payment", "PT1"))
    said = {"status": "success", "payment_amount": "96", "currency": "TL", "test_mode": 1}
    monkeypatch.setattr(shop.paytr.interface, "answer", lambda *_: said)
    assert await shop.settled() == [9600]
    assert "payment PT1 in test mode: no money was moved" in caplog.text


# Callbacks ------------------------------------------------------------------------------------------------------------


def body(shop: Shop, sale: Sale, **changed: str) -> bytes:
    return urlencode(shop.paytr.interface.notice(sale, **changed)).encode()


async def test_a_callback_is_a_hint_that_names_the_payment_and_keeps_listed_fields(shop: Shop) -> None:
    shop.paytr.holding = True
    (sale,) = await shop.paid()
    extra = {"card": "4355084355084358", "payment_type": "card <b>", "masked_pan": "455359AAA6747"}
    assert shop.provider.read_callback({}, body(shop, sale, **extra)) == Hint(
        ORDER,
        f"{sale.oid}:success",
        Reference("payment", sale.oid),
        {
            "callback_id": ORDER,
            "merchant_oid": sale.oid,
            "status": "success",
            "total_amount": "9600",
            "payment_amount": "9600",
            "currency": "TL",
            "merchant_id": "123456",
            "test_mode": "0",
        },
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"callback_id": OTHER},
        {"merchant_oid": "PTOTHER"},
        {"status": "failed"},
        {"total_amount": "96"},
        {"hash": ""},
        {"hash": "x"},
        {"hash": "Yanlis+Imza/Yanlis+Imza/Yanlis+Imza/Yanlis0="},
    ],
)
async def test_what_paytr_did_not_sign_is_forged(shop: Shop, changed: dict[str, str]) -> None:
    shop.paytr.holding = True
    (sale,) = await shop.paid()
    assert shop.provider.read_callback({}, body(shop, sale)).order == ORDER
    with pytest.raises(Forged):
        shop.provider.read_callback({}, body(shop, sale, **changed))


async def test_a_number_without_money_behind_it_hides_no_payment(shop: Shop) -> None:
    """PayTR's manual posts successes only; of anything else it would find no payment, whenever it is asked."""
    shop.paytr.holding = True
    (sale,) = await shop.paid()
    joined = ORDER + "PTFAILED" + CREDENTIALS.rpartition(":")[2] + "failed" + "9600"
    failed = {"merchant_oid": "PTFAILED", "status": "failed", "hash": shop.paytr.interface.hmac(joined)}
    for hint in (
        shop.provider.read_callback({}, body(shop, sale, **failed)),
        shop.provider.read_callback({}, body(shop, sale)),
    ):
        await shop._on_hint(hint)
    assert [hint.order for hint in shop.heard] == [ORDER, ORDER] and await shop.settled() == [9600]


async def test_a_callback_of_another_merchant_is_forged(shop: Shop) -> None:
    shop.paytr.holding = True
    (sale,) = await shop.paid()
    for credentials in ("123456:another:h8G7f6E5d4C3b2A1", "123456:a1B2c3D4e5F6g7H8:another"):
        other = PayTRProvider(Access(credentials, "", "", TownClock(), FakeReferences()))
        with pytest.raises(Forged):
            other.read_callback({}, body(shop, sale))


async def test_letters_moved_between_order_and_payment_name_no_order_of_ours(shop: Shop) -> None:
    """The hash covers both without a separator, so it stays right; our orders' names are all of one length."""
    shop.paytr.holding = True
    (sale,) = await shop.paid()
    joined = ORDER + sale.oid
    for cut in range(1, len(joined)):
        moved = {"callback_id": joined[:cut], "merchant_oid": joined[cut:]}
        hint = shop.provider.read_callback({}, body(shop, sale, **moved))
        assert (hint.order == ORDER) == (cut == len(ORDER))


# Going live -----------------------------------------------------------------------------------------------------------


def test_the_registry_says_what_paytr_needs_and_can() -> None:
    paytr = PROVIDERS["paytr"]
    needs = paytr.needs
    assert (needs.national_id, needs.ip, needs.identity) == (False, False, False)
    assert (paytr.page, paytr.credentials, paytr.callback_answer) == (None, "", "OK")
    assert (paytr.lazily, paytr.partial_refunds, paytr.by_order) == (False, True, False)
    assert API == "https://www.paytr.com"


async def test_nothing_comes_back_with_the_browser(shop: Shop) -> None:
    assert shop.provider.read_return(b"merchant_oid=PT1") is None


async def test_good_credentials_are_tried_without_a_trace(shop: Shop) -> None:
    await shop.provider.probe()
    assert shop.paytr.books.links == shop.paytr.books.sales == {}


@pytest.mark.parametrize(
    ("credentials", "words"),
    [
        ("654321:a1B2c3D4e5F6g7H8:h8G7f6E5d4C3b2A1", "merchant_id"),
        ("123456:yanlis:h8G7f6E5d4C3b2A1", "merchant_key or merchant_salt is wrong"),
        ("123456:a1B2c3D4e5F6g7H8:yanlis", "merchant_key or merchant_salt is wrong"),
    ],
)
async def test_wrong_credentials_are_named_with_the_remedy(shop: Shop, credentials: str, words: str) -> None:
    provider = PayTRProvider(Access(credentials, shop.root, "", shop.clock, shop.references))
    with pytest.raises(ProviderError, match=words) as refused:
        await provider.probe()
    await provider.close()
    assert "Entegrasyon Bilgileri" in str(refused.value)
    assert not refused.value.retry
    assert not any(secret in str(refused.value) for secret in ("yanlis", "a1B2c3D4e5F6g7H8", "h8G7f6E5d4C3b2A1"))


async def test_an_account_without_the_link_api_is_told_whom_to_ask(shop: Shop) -> None:
    shop.paytr.interface.link_api = False
    with pytest.raises(ProviderError, match=r"Link API is not activated.*support") as refused:
        await shop.provider.probe()
    assert not refused.value.retry
    with pytest.raises(ProviderError, match="yetkiniz yok") as unmade:
        await shop.link()
    assert unmade.value.retry  # whoever has it activated finds the order's link made


@pytest.mark.parametrize(
    "callback",
    [
        "http://localhost/payments/paytr",
        "https://mektup.example:8443/payments/paytr",
        "mektup.example",
        f"https://{'x' * 400}",
    ],
)
async def test_a_callback_address_that_paytr_does_not_take_is_named(callback: str) -> None:
    provider = PayTRProvider(Access(CREDENTIALS, "", callback, TownClock(), FakeReferences()))
    with pytest.raises(ProviderError, match="PayTR calls back to public addresses only") as refused:
        await provider.probe()
    assert not refused.value.retry
