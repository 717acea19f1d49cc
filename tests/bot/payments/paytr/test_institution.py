"""The fake is as strict as PayTR's manual: our requests pass, and each mistake that others made is refused."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest

from flows.words.text import Kurus
from tests.bot.payments.conftest import ORDER, START, TownClock
from tests.bot.payments.paytr.conftest import CREDENTIALS, Shop
from tests.institutions.paytr import PayTR

MERCHANT, KEY, SALT = CREDENTIALS.split(":")
LINK = {
    "merchant_id": MERCHANT,
    "name": "Mektup MX0001",
    "price": "3456",
    "currency": "TL",
    "max_installment": "1",
    "link_type": "product",
    "lang": "tr",
    "min_count": "1",
    "expiry_date": "2026-11-23 12:00:00",
    "callback_link": "https://mektup.example/payments/paytr",
    "callback_id": ORDER,
}


def token(*parts: str) -> str:
    return base64.b64encode(hmac.new(KEY.encode(), "".join((*parts, SALT)).encode(), hashlib.sha256).digest()).decode()


def created(paytr: PayTR, more: tuple[tuple[str, str], ...] = (), **changed: str | None) -> str:
    """What is said to a create call that is signed as the manual says."""
    form = {name: value for name, value in (LINK | changed).items() if value is not None}
    covered = ("name", "price", "currency", "max_installment", "link_type", "lang", "min_count")
    pairs = [*form.items(), ("paytr_token", token(*(form.get(name, "") for name in covered))), *more]
    said = paytr.interface.answer("link/create", pairs)
    return str(said["status"] if said["status"] == "success" else said["reason"])


@pytest.fixture
def paytr() -> PayTR:
    return PayTR(CREDENTIALS, TownClock())


def test_a_call_as_the_manual_writes_it_is_taken(paytr: PayTR) -> None:
    assert created(paytr) == "success"
    assert created(paytr, max_count="1", get_qr="0", debug_on="1") == "success"
    assert created(paytr, expiry_date=None, callback_link=None, callback_id=None) == "success"
    assert created(paytr, callback_link="http://127.0.0.1:8000/x") == "success"  # our own machine, for tests


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("name", value) for value in ("Mek", "x" * 201, None)),
        *(("price", value) for value in ("34.56", "34,56", "0", "-3456", "", None)),
        *(("currency", value) for value in ("TRY", "tl", "JPY", None)),
        *(("max_installment", value) for value in ("0", "13", None)),
        *(("lang", value) for value in ("de", None)),
        *(("min_count", value) for value in ("0", None)),
        ("link_type", "urun"),
        *(("expiry_date", value) for value in ("2026-11-23", "23.11.2026 12:00:00", "2026-11-22 11:59:59")),
        *(("callback_link", v) for v in ("https://localhost/x", "https://mektup.example:8443/x", "mektup.example")),
        ("callback_link", "https://mektup.example/" + "x" * 400),
        *(("callback_id", value) for value in ("MX-1", "ş", "x" * 65, "", None)),
    ],
)
def test_a_field_that_the_manual_does_not_allow_is_named(paytr: PayTR, name: str, value: str | None) -> None:
    reason = f"Zorunlu alan degeri gecersiz veya gonderilmedi (Link API - create): {name}"
    assert created(paytr, **{name: value}) == reason
    assert paytr.books.links == {}


@pytest.mark.parametrize("more", [("email", "a@example.com"), ("no_installment", "0"), ("price", "1")])
def test_a_field_too_many_spoils_the_token(paytr: PayTR, more: tuple[str, str]) -> None:
    assert created(paytr, (more,)) == "paytr_token gonderilmedi veya gecersiz"


def test_another_token_and_another_merchant_are_refused(paytr: PayTR) -> None:
    signed = [*LINK.items(), ("paytr_token", token("x"))]
    assert paytr.interface.answer("link/create", signed)["reason"] == "paytr_token gonderilmedi veya gecersiz"
    assert created(paytr, merchant_id="654321") == "Gecersiz istek veya magaza aktif degil"


@pytest.mark.parametrize(
    ("given", "more", "code"),
    [
        ("10,25", {}, "003"),
        ("1025.001", {}, "003"),
        ("10.25", {"reference_no": "refund:1"}, "001"),
        ("10.25", {"reference_no": "x" * 65}, "001"),
        ("10.25", {"currency": "TL"}, "004"),
        ("34.57", {}, "009"),
        ("0", {}, "009"),
        ("34.56", {"reference_no": "x" * 64}, ""),
    ],
)
def test_a_refund_is_as_strict(paytr: PayTR, given: str, more: dict[str, str], code: str) -> None:
    assert created(paytr) == "success"
    paytr.holding = True
    (sale,) = paytr.pay(next(iter(paytr.books.links)))
    form = {"merchant_id": MERCHANT, "merchant_oid": sale.oid, "return_amount": given, **more}
    form["paytr_token"] = token(MERCHANT, sale.oid, given)
    assert paytr.interface.answer("iade", list(form.items()))["err_no"] in ("007", code)  # before our OK
    sale.told = True
    assert paytr.interface.answer("iade", list(form.items())).get("err_no", "") == code


async def test_the_statement_of_a_day_has_what_was_paid_and_what_went_back(shop: Shop) -> None:
    (sale,) = await shop.paid("instalments")
    shop.clock.time = START + timedelta(hours=12, minutes=30)  # half past midnight in Türkiye
    await shop.provider.refund(sale.oid, Kurus(1000), "refund:1")
    rows = [shop.paytr.statement(date(2026, 11, day)) for day in (21, 22, 23)]
    told = [
        [(row["islem_tipi"], row["siparis_no"], row["islem_tutari"], row["odeme_tutari"]) for row in day]
        for day in rows
    ]
    assert told == [[], [("S", sale.oid, "96.00", "100.50")], [("I", sale.oid, "10.00", "10.00")]]
    assert {row["para_birimi"] for day in rows for row in day} == {"TL"}


async def test_the_page_does_what_its_buttons_say(shop: Shop) -> None:
    link = await shop.link()
    async with shop.browser.get(link.url) as page:
        words = await page.text()
    assert "<html lang=tr>" in words and "96,00\u00a0TL öde" in words and "Sahte bildirim" in words
    async with shop.browser.get(f"{link.url}?lang=en") as page:
        assert "Pay 96.00" in await page.text()
    for act, left in (("decline", "Yeniden deneyebilirsiniz"), ("pay", "Ödeme alındı"), ("pay", "Ödeme alındı")):
        async with shop.browser.post(link.url, data={"act": act}) as page:
            assert left in await page.text()
    async with shop.browser.post(link.url, data={"act": "pay-anyway"}) as page:
        assert page.status == 200
    await shop.paytr.idle()
    assert await shop.settled() == [9600, 9600]
    async with shop.browser.post(link.url, data={"act": "rob"}) as page:
        assert page.status == 404
    async with shop.browser.get(f"{shop.root}/link/NOBODYS") as page:
        assert (page.status, "Böyle bir ödeme bağlantısı yok" in await page.text()) == (404, True)


async def test_what_the_merchant_wrote_cannot_become_markup(shop: Shop) -> None:
    form = LINK | {"name": "<b>Mektup", "callback_link": f"{shop.root}/payments/paytr"}
    form["paytr_token"] = token("<b>Mektup", "3456", "TL", "1", "product", "tr", "1")
    body, kind = urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"}
    async with shop.browser.post(f"{shop.root}/odeme/api/link/create", data=body, headers=kind) as made:
        url = (await made.json(content_type=None))["link"]
    async with shop.browser.get(url) as page:
        words = await page.text()
    assert "&lt;b&gt;Mektup" in words and "<b>Mektup" not in words
