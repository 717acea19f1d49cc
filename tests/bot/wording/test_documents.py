"""The documents: filled for this seller and this order, and the same words that are accepted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bot.wording.documents import ACCEPTED, Documents, recipients
from bot.wording.speak import words
from flows.address.address import Address
from flows.core.events import Person
from flows.core.state import Acceptance, Draft, Order, Preview, Profile, Standing, State
from flows.core.step import Here, Operator
from flows.input.manuscript import PAGE_LIMIT
from flows.invoice.party import InvoiceParty, PartyKind
from flows.order.notifications import news
from flows.order.printing_window import CUT_OFF, print_from
from flows.price.discounts import Code, Reduction
from flows.price.price import Product, default_tariff
from flows.steps import notice
from flows.words.text import Kurus, text
from locales import LANGUAGES, say
from tests.fakes import NOON

SELLER = {
    "title": "Örnek Basım Ltd. Şti.",
    "mersis": "0123456789000017",
    "address": "Posta Sok. No: 1, Fatih/İSTANBUL",
    "phone": "+90 212 000 00 00",
    "email": "merhaba@mektupx.example",
}
MORE = {"kep": "ornek@hs01.kep.tr", "tax_office": "Fatih", "tax_number": "4540536920"}
PAPERS = Documents(SELLER, recipients(payer=False))
OPERATOR = Operator(
    default_tariff(),
    PAPERS.terms(),
    ("MektupX", SELLER["address"]),
    PAGE_LIMIT,
    cut_off=CUT_OFF,
    filled=PAPERS.filled,
)
ADDRESSEE = Address(
    name="Nermin Öztürk", mahalle="Caferağa Mah.", street="Moda Cad.", number="12", postcode="34710", ilce="Kadıköy",
    il="İstanbul",
)  # fmt: skip
DRAFT = Draft(
    letter="a" * 32,
    product=Product.REGISTERED.value,
    addressee_name="Nermin Öztürk",
    addressee=ADDRESSEE,
    invoice=InvoiceParty("Örnek Vakfı", "Kızılay Mah. No: 3, Çankaya/ANKARA"),
    preview=Preview(1, 3, "f00d", approved=True),
)
ISIL = Standing(Person("pigeon", "elm"), profile=Profile(name="Işıl İnci", email="isil@example.com"), draft=DRAFT)
ORDER = Order(
    "0" * 32, State.QUEUED, Kurus(9950), "a" * 32, "f00d", 3, 2, Product.REGISTERED.value, NOON, number="MX000007"
)
BOTH = pytest.mark.parametrize("name", ["preinfo", "contract"])


def here(standing: Standing = ISIL, at: datetime = NOON, operator: Operator = OPERATOR) -> Here:
    return Here(standing, operator, at, "f" * 32)


def lines(name: str, standing: Standing = ISIL, at: datetime = NOON) -> list[str]:
    return PAPERS.filled(name, here(standing, at)).text.splitlines()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_names_the_seller_and_everybody_who_gets_personal_data(language: str) -> None:
    """KVKK m.10: the identity of the controller, and to whom data may be transferred."""
    reader = replace(ISIL, profile=Profile(language=language))
    notice = PAPERS.shown("notice", reader).text
    assert all(value in notice for value in SELLER.values())
    assert all(say(who, language) in notice for who in recipients(payer=False))
    assert WHO_PAYS[language] not in notice


WHO_PAYS = {"tr": "IP adresiniz", "en": "and IP address"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_names_what_an_institution_demands_of_the_payer(language: str) -> None:
    reader = replace(ISIL, profile=replace(ISIL.profile, language=language))
    demanding = Documents(SELLER, recipients(payer=True))
    assert WHO_PAYS[language] in demanding.shown("notice", reader).text


SWITCHED: dict[str, tuple[dict[str, Any], set[str]]] = {
    "the least there is": ({"payer": False}, set()),
    "an institution that demands to know who pays": ({"payer": True}, {"IP adresiniz"}),
    "a print house over SFTP": ({"payer": False, "print_house": True}, {"matbaa:"}),
    "somebody else's machines": ({"payer": False, "hosting": "Örnek Barındırma A.Ş."}, {"Örnek Barındırma A.Ş.:"}),
}
"""What a setting switches on -> the recipient that the notice then names, and not otherwise (KVKK m.10/1-c)."""
ALWAYS = (
    "Telegram (yurt dışında):", "lisanslı ödeme kuruluşu", "posta işletmesi:", "e-Arşiv entegratörü",
    "e-posta hizmet sağlayıcısı: e-posta adresiniz", "onay kodları", "adınız, faturanızdaki ad ve adres",
    "alıcının adı ve adresi",
)  # fmt: skip


@pytest.mark.parametrize("case", SWITCHED)
def test_the_notice_names_the_recipients_that_settings_switch_on_and_no_others(case: str) -> None:
    switches, named = SWITCHED[case]
    shown = Documents(SELLER, recipients(**switches)).shown("notice", ISIL).text
    assert [who for who in ALWAYS if who not in shown] == []
    others = set[str]().union(*(names for _, names in SWITCHED.values()))
    assert {who for who in others if who in shown} == named


def test_a_notice_of_other_words_is_shown_again_and_the_same_in_another_language_is_not() -> None:
    read = PAPERS.terms()["notice", "en"]
    sender = replace(ISIL, profile=replace(ISIL.profile, notice=Acceptance(read.version, read.sha256, NOON)))
    assert not notice.outdated(here(sender))
    for changed in (
        Documents(SELLER, recipients(payer=False, hosting="Örnek Barındırma A.Ş.")),
        Documents({**SELLER, "phone": "+90 312 111 11 11"}, recipients(payer=False)),
    ):
        assert notice.outdated(here(sender, operator=replace(OPERATOR, documents=changed.terms())))
    assert notice.outdated(here(ISIL))


@BOTH
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_accepted_says_who_sells_what_to_whom_for_how_much(name: str, language: str) -> None:
    reader = replace(ISIL, profile=replace(ISIL.profile, language=language))
    filled = PAPERS.filled(name, here(reader)).text
    said = [SELLER["title"], "Işıl İnci", "isil@example.com", "Nermin Öztürk", "Moda Cad.", "34710 Kadıköy", "f00d"]
    assert [value for value in said if value not in filled] == []
    assert any(price in filled for price in ("99,50", "99.50"))
    assert "{" not in filled


@BOTH
def test_name_and_address_stand_in_fields_of_their_own(name: str) -> None:
    """The address line repeats no name."""
    said = lines(name)
    assert "Fatura adı: Örnek Vakfı" in said
    assert "Fatura adresi: Kızılay Mah. No: 3, Çankaya/ANKARA" in said
    assert sum("Örnek Vakfı" in line for line in said) == 1


@BOTH
def test_the_price_is_said_with_and_without_its_vat(name: str) -> None:
    """99,50 TL hold 16,58 TL of VAT at 20 percent: 99,50 / 1,2 = 82,916…"""
    said = [line.replace("\u00a0", " ") for line in lines(name)]
    assert "KDV hariç tutar: 82,92 TL" in said and "KDV (%20): 16,58 TL" in said


COMPANY = InvoiceParty("Deniz A.Ş.", "Moda Cad. No: 1, Kadıköy", PartyKind.COMPANY, "Kadıköy", "0123456789")


@pytest.mark.parametrize(
    ("invoice", "party", "address"),
    [
        (InvoiceParty("Işıl İnci", "Kızılay Mah. No: 3"), "Işıl İnci", "Kızılay Mah. No: 3"),
        (COMPANY, "Deniz A.Ş.", "Kadıköy V.D. 0123456789, Moda Cad. No: 1, Kadıköy"),
        (None, "–", "–"),
    ],
    ids=["a person", "a company", "not given yet"],
)
def test_in_whose_name_the_invoice_is(invoice: InvoiceParty | None, party: str, address: str) -> None:
    said = lines("contract", replace(ISIL, draft=replace(DRAFT, invoice=invoice)))
    assert f"Fatura adı: {party}" in said and f"Fatura adresi: {address}" in said


@BOTH
def test_registered_mail_and_tax_number_stand_there_where_the_seller_has_them(name: str) -> None:
    assert not any(line.startswith(("KEP", "Vergi")) for line in lines(name))
    said = Documents(SELLER | MORE, ()).filled(name, here()).text.splitlines()
    wanted = {"KEP adresi: ornek@hs01.kep.tr", "Vergi dairesi: Fatih", "Vergi numarası: 4540536920"}
    assert wanted <= set(said)


# The days -------------------------------------------------------------------------------------------------------------

AGREED = "Postaya verme gününü siz seçtiniz; bu gün aramızda kararlaştırılmıştır."


@BOTH
@pytest.mark.parametrize(
    ("ahead", "agreed", "beyond"),
    [(0, False, False), (5, True, False), (45, True, True), (180, True, True)],
    ids=["as soon as possible", "next week", "beyond 30 days", "the last day"],
)
def test_a_day_of_posting_that_was_chosen_is_said_to_be_agreed(
    name: str, ahead: int, agreed: bool, beyond: bool
) -> None:
    """Distance Contracts Regulation m.16/1: thirty days, unless the consumer wants a later day."""
    wanted = NOON.date() + timedelta(days=ahead) if ahead else None
    said = " ".join(lines(name, replace(ISIL, draft=replace(DRAFT, posting_date=wanted))))
    assert (AGREED in said, "m.16/1" in said) == (agreed, beyond)


@BOTH
@pytest.mark.parametrize(
    ("wanted", "posted", "moved"),
    [(date(2026, 3, 6), "6 Mart 2026 Cuma", False), (date(2026, 3, 7), "9 Mart 2026 Pazartesi", True)],
    ids=["a Friday", "a Saturday"],
)
def test_a_chosen_day_on_which_the_post_is_closed_is_said_to_move(
    name: str, wanted: date, posted: str, moved: bool
) -> None:
    said = lines(name, replace(ISIL, draft=replace(DRAFT, posting_date=wanted)))
    assert f"Postaya verme günü: {posted}" in said
    assert any("sonraki iş günü postaya verilir" in line for line in said) is moved


@BOTH
def test_the_hour_until_which_an_order_can_be_cancelled_is_the_one_that_is_told_after_payment(name: str) -> None:
    hour = "2 Mart 2026 Pazartesi 14.00"
    wanted = date(2026, 3, 2)
    assert any(hour in line for line in lines(name, replace(ISIL, draft=replace(DRAFT, posting_date=wanted))))
    paid = replace(ORDER, posting_date=wanted, paid_at=NOON, print_from=print_from(OPERATOR, wanted, NOON))
    assert hour in words(news(OPERATOR, paid, "paid", NOON), "tr")


@BOTH
def test_where_letters_are_printed_at_once_no_hour_is_promised(name: str) -> None:
    said = PAPERS.filled(name, here(operator=replace(OPERATOR, cut_off=None))).text
    assert "14.00" not in said
    assert "baskı odasına ulaşana kadar" in said


def test_the_delivery_is_counted_from_the_day_that_was_asked_for() -> None:
    later = replace(ISIL, draft=replace(DRAFT, posting_date=date(2026, 3, 2)))
    assert any("2 Mart 2026" in line for line in lines("preinfo", later))
    assert not any("2 Mart 2026" in line for line in lines("preinfo"))


# What is accepted -----------------------------------------------------------------------------------------------------


@BOTH
def test_the_same_order_has_the_same_words_and_another_one_others(name: str) -> None:
    same = PAPERS.filled(name, here())
    assert PAPERS.filled(name, here(at=NOON + timedelta(seconds=59))) == same
    others = [
        replace(ISIL, profile=replace(ISIL.profile, name="Bora")),
        replace(ISIL, draft=replace(DRAFT, preview=Preview(1, 3, "beef", approved=True))),
        replace(ISIL, draft=replace(DRAFT, product=Product.NORMAL.value)),
    ]
    assert len({same.sha256, *(PAPERS.filled(name, here(other)).sha256 for other in others)}) == 4


@BOTH
def test_of_somebody_else_a_document_says_what_can_be_taken_out(name: str) -> None:
    filled = PAPERS.filled(name, here())
    assert filled.apart == ("addressee", "place")
    assert not any("Nermin" in words or "Moda Cad." in words for words in filled.pieces[::2])


def test_the_terms_have_version_and_fingerprint_in_every_language() -> None:
    terms = PAPERS.terms()
    assert set(terms) == {(name, language) for name in ACCEPTED for language in LANGUAGES}
    assert len({paper.sha256 for paper in terms.values()}) == len(terms)
    other = Documents({**SELLER, "title": "Başka Ltd."}, recipients(payer=False)).terms()
    assert other["notice", "tr"].sha256 != terms["notice", "tr"].sha256  # another seller, another promise


# A discount -----------------------------------------------------------------------------------------------------------

WELCOME = Code("HOŞGELDİN", Reduction(percent=10), date(2026, 1, 1), date(2026, 12, 31), None, 1, frozenset(Product))
DISCOUNTED = {
    "tr": ["İndirimsiz tutar: 99,50 TL", "İndirim kodu (HOŞGELDİN): −9,95 TL"],
    "en": ["Price without the discount: 99.50 TL", "Discount code HOŞGELDİN: −9.95 TL"],
}


@BOTH
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_discount_is_a_line_of_its_own_in_what_is_accepted(name: str, language: str) -> None:
    """The price before it, what was taken off and why, then what is paid, by the very quote of the card."""
    generous = replace(OPERATOR, tariff=replace(default_tariff(), codes={WELCOME.key: WELCOME}))
    reader = replace(ISIL, profile=replace(ISIL.profile, language=language))
    full = PAPERS.filled(name, here(reader, operator=generous)).text.replace("\u00a0", " ").splitlines()
    with_code = replace(reader, draft=replace(DRAFT, discount_code=WELCOME.key))
    found = PAPERS.filled(name, here(with_code, operator=generous)).text.replace("\u00a0", " ").splitlines()
    assert not set(DISCOUNTED[language]) & set(full)
    at = found.index(DISCOUNTED[language][0])
    assert found[at : at + 2] == DISCOUNTED[language]
    assert say(text("documents", "{amount}", amount=Kurus(8955)), language).replace("\u00a0", " ") in found[at + 2]
