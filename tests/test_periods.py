"""How long everything is kept and waited for, by hand from the data map, and what people are told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.printer import tray
from bot.work import payment_handlers
from flows.desk.openings import table as openings
from flows.desk.requests import table as requests
from flows.desk.support import relayed
from flows.input import age, contact
from flows.order import order
from flows.steps import birth_date, email
from locales import LANGUAGES
from locales.loading import ROOT
from storage.retention import RULES
from storage.retention.invoices import KEPT_YEARS
from storage.retention.period import Months, Period
from storage.rights import idle, kept_until

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ONE_YEAR, TWO_YEARS, THREE_YEARS, TEN_YEARS = Months(12), Months(24), Months(36), Months(120)


@dataclass(frozen=True)
class Promise:
    """A period, and its words in the Turkish and the English notice; none where the notice need not name it."""

    lasts: Period
    turkish: str = ""
    english: str = ""


KEPT: Mapping[str, Promise] = {
    "unfinished letter": Promise(30 * DAY, "Gönderilmeyen taslaklar 30 gün sonra silinir", "erased after 30 days"),
    "unfinished order": Promise(30 * DAY),
    "addressee": Promise(
        7 * DAY, "yazıcıya teslimden 7 gün sonra silinir", "erased 7 days after it is handed to the printer"
    ),
    "consent proof": Promise(
        THREE_YEARS, "dönem bittikten sonra 3 yıl", "3 years after the period they belong to ends"
    ),
    "order": Promise(THREE_YEARS, "gönderi kayıtları: 3 yıl", "posting records: 3 years"),
    "batch": Promise(THREE_YEARS),  # days and numbers, as long as the orders of the day
    "contract": Promise(
        THREE_YEARS, "Sipariş, sözleşme ve gönderi kayıtları: 3 yıl", "Order, contract and posting records: 3"
    ),
    "support ticket": Promise(ONE_YEAR, "kapandıktan sonra 1 yıl", "1 year after they are closed"),
    "outgoing message": Promise(7 * DAY, "gönderilemezse en geç 7 günde", "after 7 days at the latest if it cannot be"),
    "payment callback": Promise(30 * DAY, "gelen bildirimler: 30 gün", "payment institution: 30 days"),
    "access log": Promise(TWO_YEARS, "Erişim kayıtları: 2 yıl", "Access records: 2 years"),
    "opened letters log": Promise(TEN_YEARS, "açıldığını gösteren kayıtlar 10 yıl", "was opened, 10 years"),
    "data request": Promise(
        THREE_YEARS, "Başvuru dosyaları ve imha kayıtları: 3 yıl", "Request files and destruction records: 3"
    ),
    "destruction record": Promise(THREE_YEARS, "imha kayıtları: 3 yıl", "destruction records: 3 years"),
    "refused minor": Promise(30 * DAY, "en çok 30 gün saklanır", "for 30 days at most"),
    "stranger": Promise(24 * HOUR),  # who has not read the notice has read nothing
    "forgotten account": Promise(THREE_YEARS),  # a row without a name
    "picture of a ticket": Promise(1 * HOUR),
    "opening link": Promise(15 * MINUTE),
    "opening refused": Promise(30 * DAY),
    "opening": Promise(TEN_YEARS),
    "update key": Promise(48 * HOUR),
    "quarantine": Promise(30 * DAY),
    "refused preview": Promise(1 * DAY),
    "block of the desk": Promise(1 * DAY),
    "decision of the desk": Promise(30 * DAY),
    "do-not-write mark": Promise(TEN_YEARS),
    "shred row": Promise(30 * DAY, "yedekler: en çok 30 gün", "backups: 30 days at most"),  # as long as a backup
}
"""By datum of a retention rule. An invoice's period ends with a calendar year: below."""

WAITED: Mapping[str, tuple[Period, Promise]] = {
    "a date of birth that nobody confirms": (
        birth_date.KEPT,
        Promise(30 * MINUTE, "en geç 30 dakikada silinir", "after 30 minutes at the latest"),
    ),
    "an account that nobody uses: told": (
        idle.IDLE,
        Promise(TWO_YEARS, "24 ay kullanılmazsa size haber verilir", "not used for 24 months, you are told"),
    ),
    "an account that nobody uses: erased after it was told": (idle.GRACE, Promise(30 * DAY)),
    "an e-mail code": (email.DAY, Promise(24 * HOUR, "onay kodları: 24 saat", "E-mail codes: 24 hours")),
    "an e-mail code: it can be typed": (contact.CODE_LIFE, Promise(10 * MINUTE)),
    "an e-mail code: another one": (contact.CODE_RESEND, Promise(timedelta(seconds=60))),
    "a readable letter in the tray": (
        tray.TRAY_LIMIT,
        Promise(7 * DAY, "en geç 7 günde silinir", "after 7 days at the latest"),
    ),
    "a data subject's request: answered": (
        requests.WITHIN,
        Promise(30 * DAY, "En geç 30 gün içinde, ücretsiz yanıtlarız", "within 30 days at the latest, free of charge"),
    ),
    "a data subject's request: the staff is alarmed": (requests.ALARM_AFTER, Promise(20 * DAY)),
    "a data subject's request: an admin alone": (requests.ALONE_AFTER, Promise(24 * HOUR)),
    "the answer to an erasure: tried": (kept_until.ANSWER_WAITS, Promise(7 * DAY)),
    "who is refused for their age may try again": (age.BLOCKED_FOR, Promise(30 * DAY)),
    "a payment link": (payment_handlers.LINK_LIFE, Promise(24 * HOUR)),
    "a returned letter: its sender decides": (order.SILENCE, Promise(30 * DAY)),
    "an opening: approved": (openings.DIES_AFTER, Promise(24 * HOUR)),
    "an opening: its link": (openings.LIVES, Promise(15 * MINUTE)),
    "a question that was answered: its sender is reminded": (relayed.WARN, Promise(6 * DAY)),
    "a question that was answered: closed": (relayed.CLOSE, Promise(7 * DAY)),
}


def test_every_retention_rule_lasts_as_long_as_the_data_map_says() -> None:
    assert {rule.datum: rule.period for rule in RULES if rule.datum != "invoice"} == {
        datum: promise.lasts for datum, promise in KEPT.items()
    }


def test_an_invoice_is_kept_for_ten_calendar_years() -> None:
    assert KEPT_YEARS == 10
    assert "sonundan başlayarak 10 yıl" in notice("tr")
    assert "10 years from the end of the year" in notice("en")


@pytest.mark.parametrize("name", WAITED)
def test_it_is_waited_for_as_long_as_was_promised(name: str) -> None:
    lasts, promise = WAITED[name]
    assert lasts == promise.lasts


PROMISES = {**KEPT, **{name: promise for name, (_, promise) in WAITED.items()}}


@pytest.mark.parametrize("name", [name for name, promise in PROMISES.items() if promise.turkish])
def test_the_notice_says_so_in_both_languages(name: str) -> None:
    assert PROMISES[name].turkish in notice("tr")
    assert PROMISES[name].english in notice("en")


LASTS = re.compile(r"\d+ (?:dakika|saat|gün|ay|yıl|minute|hour|day|month|year)")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_other_period_stands_in_the_notice(language: str) -> None:
    """30 and 60 days are the Board's, for a complaint (KVKK m.14)."""
    said = [promise.turkish if language == "tr" else promise.english for promise in PROMISES.values()]
    known = {*LASTS.findall(" ".join(said)), "10 yıl", "10 year", "60 gün", "60 day", "3 year", "18 yaş"}
    assert set(LASTS.findall(notice(language))) <= known
    assert LASTS.findall(notice(language))


@pytest.mark.parametrize(
    ("name", "language", "words"),
    [
        ("contract", "tr", "Sipariş ve sözleşme kayıtları 3 yıl"),
        ("contract", "en", "Order and contract records are kept for 3 years"),
        ("contract", "tr", "yazıcıya teslim edildikten 7 gün sonra bizdeki nüshadan silinir"),
        ("contract", "en", "erased from our copy 7 days after the letter is handed to the printer"),
        ("preinfo", "tr", "yazıcıya teslim edildikten 7 gün sonra bizdeki nüshadan silinir"),
        ("preinfo", "en", "erased from our copy 7 days after the letter is handed to the printer"),
        ("contract", "tr", "Ödeme bağlantısı ve fiyat 24 saat geçerlidir"),
        ("contract", "en", "The payment link and the price are valid for 24 hours"),
        ("preinfo", "tr", "gönderilir ve 3 yıl saklanır"),
        ("preinfo", "en", "They are kept for 3 years"),
        ("preinfo", "tr", "başlayarak 24 saat geçerlidir"),
        ("preinfo", "en", "The price is valid for 24 hours"),
    ],
)
def test_what_a_buyer_accepts_says_so_too(name: str, language: str, words: str) -> None:
    assert words in document(name, language)


def notice(language: str) -> str:
    return document("notice", language)


def document(name: str, language: str) -> str:
    return (ROOT / language / "documents" / f"{name}.md").read_text(encoding="utf-8")
