"""The addressee reads on the paper what KVKK m.10 wants said, and it is true whatever the sender has done."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.work.addressee_notice import CHANNELS, addressee_notice
from bot.work.letter_handlers import sheet
from flows.address.values import Address
from flows.core.events import Person
from flows.core.state import Profile, Standing
from flows.invoice.document import InvoiceSeller
from locales import say
from rendering.checks import note_overflow
from rendering.sample import LETTER
from tests.dialogue import operator

TITLE = "Kuzey Ege Mektup Baskı ve Posta Hizmetleri Sanayi ve Ticaret Limited Şirketi"
MAIL = "kisisel.veriler@mektup-ornek.com.tr"
OPERATOR = replace(operator(), seller=InvoiceSeller(title=TITLE), contact=MAIL, envelope="ptt")

WANTED = {
    "the controller": {"tr": f"Veri sorumlusu: {TITLE}", "en": f"Data controller: {TITLE}"},
    "where it is from": {"tr": "mektubu gönderen kişi bize", "en": "The sender wrote your name and address to us"},
    "the purpose": {"tr": "yalnızca mektubu size ulaştırmak için", "en": "only to bring you this letter"},
    "the basis": {"tr": "meşru menfaat, KVKK m.5/2-f", "en": "legitimate interests, KVKK m.5/2-f"},
    "recipients": {"tr": "baskıyı ve teslimi yapanlara", "en": "those who print and deliver it"},
    "authorities": {"tr": "yasa gerektirirse yetkili makamlara", "en": "authorities where the law demands it"},
    "erasure": {"tr": "Teslim sonuçlanınca siliyoruz", "en": "We erase them once delivery is settled"},
    "a saved address": {"tr": "gönderen kaydettiyse", "en": "what the sender has saved stays"},
    "rights": {"tr": "KVKK m.11", "en": "KVKK m.11"},
    "where to ask": {"tr": MAIL, "en": MAIL},
}


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("language", ["tr", "en"])
def test_the_notice_says_what_the_law_wants_and_fits_the_foot_with_a_long_title(language: str, channel: str) -> None:
    said = say(addressee_notice(OPERATOR.seller.title, OPERATOR.contact, channel=channel), language)
    assert [what for what, words in WANTED.items() if words[language] not in said] == []
    assert not note_overflow(said)


@pytest.mark.parametrize(("channel", "named"), [("telegram", True), ("pigeon", False)])
@pytest.mark.parametrize("language", ["tr", "en"])
def test_the_messenger_that_carries_the_address_abroad_is_named(language: str, channel: str, named: bool) -> None:
    standing = Standing(Person(channel, "elm"), profile=Profile(language=language))
    assert ("Telegram" in sheet(standing, OPERATOR).footnote) == named


def test_a_title_that_ends_in_a_dot_ends_its_sentence() -> None:
    assert "Örnek Ltd. Şti. Adınızı" in say(addressee_notice("Örnek Ltd. Şti.", MAIL), "tr")


def test_the_sample_bears_the_notice_that_letters_bear() -> None:
    said = say(addressee_notice("Örnek Mektup Ltd. Şti.", "kvkk@mektupx.example"), LETTER.language)
    assert LETTER.footnote == said


ABROAD = Address(name="Emma Weber", country="DE", foreign_lines=("Königsplatz 5", "34117 Kassel"))
AT_HOME = Address(name="Nermin", street="Moda Cad.", ilce="Kadıköy", il="İstanbul")

RETURNED: dict[str, tuple[Address | None, str, str]] = {
    "before there is an address": (None, "", "MektupX · Kuğulu Sok. 1"),
    "within Türkiye": (AT_HOME, "", "MektupX · Kuğulu Sok. 1"),
    "from abroad": (ABROAD, "", "MektupX · Kuğulu Sok. 1 · TÜRKİYE"),
    "from abroad to a sender of their own": (ABROAD, "Işıl, Çankaya/ANKARA", "Işıl, Çankaya/ANKARA · TÜRKİYE"),
    "the country is there already": (ABROAD, "Işıl, Çankaya, Türkiye", "Işıl, Çankaya, Türkiye"),
}


@pytest.mark.parametrize("case", RETURNED)
def test_a_letter_that_comes_back_finds_its_country(case: str) -> None:
    addressee, own, expected = RETURNED[case]
    standing = Standing(Person("pigeon", "elm"))
    standing = replace(standing, draft=replace(standing.draft, addressee=addressee, own_sender=own))
    printed = sheet(standing, replace(OPERATOR, return_address=("MektupX", "Kuğulu Sok. 1")))
    assert printed.return_line == expected
    assert printed.envelope == "ptt"
