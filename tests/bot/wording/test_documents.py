"""The documents: filled for this seller and this order, and the same words that were accepted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.wording.documents import ACCEPTED, Documents, recipients
from flows.core.events import Person
from flows.core.state import Draft, Order, Preview, Profile, Standing, State
from flows.core.step import Operator
from flows.input.manuscript import PAGE_LIMIT
from flows.price.price import Product, default_tariff
from flows.words.text import Kurus
from locales import LANGUAGES, say
from tests.fakes import NOON

SELLER = {
    "title": "Örnek Basım Ltd. Şti.",
    "mersis": "0123456789000017",
    "address": "Posta Sok. No: 1, Fatih/İSTANBUL",
    "phone": "+90 212 000 00 00",
    "email": "merhaba@mektupx.example",
}
PAPERS = Documents(SELLER, recipients(payer=False))
OPERATOR = Operator(default_tariff(), PAPERS.terms(), ("MektupX", SELLER["address"]), PAGE_LIMIT)
INVOICE = "Işıl İnci, Kızılay Mah. No: 3, Ankara"
DRAFT = Draft(
    letter="a" * 32, product=Product.REGISTERED.value, invoice=INVOICE, preview=Preview(1, 3, "f00d", approved=True)
)
ISIL = Standing(Person("pigeon", "elm"), profile=Profile(name="Işıl İnci"), draft=DRAFT)
ORDER = Order(
    "0" * 32, State.LINKING, Kurus(9950), "a" * 32, "f00d", 3, 2, Product.REGISTERED.value, NOON, number="MX000007"
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_names_the_seller_and_everybody_who_gets_personal_data(language: str) -> None:
    """KVKK m.10: the identity of the controller, and to whom data may be transferred."""
    reader = replace(ISIL, profile=Profile(language=language))
    notice = PAPERS.shown("notice", OPERATOR, reader, NOON).text
    assert all(value in notice for value in SELLER.values())
    assert all(say(who, language) in notice for who in recipients(payer=False))
    assert WHO_PAYS[language] not in notice


WHO_PAYS = {"tr": "IP adresiniz", "en": "and IP address"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_names_what_an_institution_demands_of_the_payer(language: str) -> None:
    reader = replace(ISIL, profile=replace(ISIL.profile, language=language))
    demanding = Documents(SELLER, recipients(payer=True))
    assert WHO_PAYS[language] in demanding.shown("notice", OPERATOR, reader, NOON).text


@pytest.mark.parametrize("name", ["preinfo", "contract"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_accepted_names_product_price_and_address(name: str, language: str) -> None:
    reader = replace(ISIL, profile=replace(ISIL.profile, language=language))
    shown = PAPERS.shown(name, OPERATOR, reader, NOON).text
    assert SELLER["title"] in shown
    assert "Işıl İnci" in shown
    assert INVOICE in shown or name == "preinfo"
    assert any(price in shown for price in ("99,50", "99.50"))
    assert "{" not in shown


@pytest.mark.parametrize("name", ["preinfo", "contract"])
def test_what_is_mailed_is_what_was_accepted_with_the_number_of_the_order(name: str) -> None:
    shown = PAPERS.shown(name, OPERATOR, ISIL, NOON)
    mailed = PAPERS.mailed(name, OPERATOR, ISIL, ORDER, INVOICE)
    assert (mailed.version, mailed.dated) == (shown.version, shown.dated)
    assert "MX000007" in mailed.text and "MX000007" not in shown.text
    different = set(shown.text.split("\n")) ^ set(mailed.text.split("\n"))
    assert all("MX000007" in line or "–" in line for line in different), different


def test_the_delivery_is_counted_from_the_day_that_was_asked_for() -> None:
    later = replace(ISIL, draft=replace(DRAFT, posting_date=date(2026, 3, 2)))
    assert "2 Mart 2026" in PAPERS.shown("preinfo", OPERATOR, later, NOON).text
    assert "2 Mart 2026" not in PAPERS.shown("preinfo", OPERATOR, ISIL, NOON).text


def test_the_terms_have_version_and_fingerprint_in_every_language() -> None:
    terms = PAPERS.terms()
    assert set(terms) == {(name, language) for name in ACCEPTED for language in LANGUAGES}
    assert len({paper.sha256 for paper in terms.values()}) == len(terms)
    other = Documents({**SELLER, "title": "Başka Ltd."}, recipients(payer=False)).terms()
    assert other["notice", "tr"].sha256 != terms["notice", "tr"].sha256  # another seller, another promise
