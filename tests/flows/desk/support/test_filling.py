"""A reply is filled from the order in the sender's language, or held back with what is empty and what to do then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.core.state import Order, Refunded, State
from flows.desk.support.filling import LIMIT, Filled, Unfilled, fill
from flows.desk.support.placeholders import NAME, PLACEHOLDERS, TemplateFacts, facts_of, names_in, spoken
from flows.desk.support.template_defaults import SHIPPED
from flows.desk.support.template_store import TemplateStore, Used, Version
from flows.words.text import Kurus
from locales import LANGUAGES, say
from tests.flows.desk.support.template_examples import NOON, OPERATOR, REQUESTS, order
from tests.flows.desk.support.template_examples import spoken as read

P1 = Refunded("P1", Kurus(9600))


def facts(one: Order | None, language: str = "tr", name: str = "Işıl") -> TemplateFacts:
    return facts_of(language, name, one, REQUESTS, operator=OPERATOR, at=NOON)


def filled(codes: str, one: Order | None, language: str = "tr", templates: TemplateStore | None = None) -> str:
    made = fill(templates or TemplateStore(), codes.split(), facts(one, language), say)
    assert isinstance(made, Filled), made
    return made.words


# codes, the order, what a Turkish sender reads
SAID = [
    (
        "nerede",
        order(),
        "Merhaba Işıl, mektubunuz yolda. Sipariş: MX000123. Takip numarası: RR473124829TR."
        " Tahminî teslim: 24–26 Kasım 2026.",
    ),
    (
        "iptal",
        order(State.CANCELLED, refunds=(P1,)),
        "Merhaba Işıl, siparişiniz iptal edildi, mektubunuz basılmadı. Sipariş: MX000123."
        " İade tutarı: 96,00\u00a0TL. Tahminî iade süresi: bankanıza göre 1–10 iş günü.",
    ),
    (
        "dondu",
        order(State.RETURNED, reason="moved"),
        "Merhaba Işıl, mektubunuz alıcısına teslim edilemedi ve kapalı zarfıyla bize döndü. Postanın belirttiği neden:"
        " alıcı taşınmış. Yeniden gönderelim mi, açmadan imha mı edelim?",
    ),
    (
        "silme",
        None,
        "Merhaba Işıl, silme talebinizi aldık. Talep numarası: 12. En geç yanıt tarihi: 22 Aralık 2026."
        " Silinenleri, yasa gereği saklananları ve süresini yazılı bildireceğiz.",
    ),
    (
        "tarih",
        order(State.QUEUED),
        "Merhaba Işıl, mektubunuz henüz postaya verilmedi. Sipariş: MX000123. Tahminî gönderim:"
        " 23 Kasım 2026. Tahminî teslim: 24–26 Kasım 2026.",
    ),
]


@pytest.mark.parametrize(("codes", "one", "words"), SAID, ids=[said[0] for said in SAID])
def test_the_sender_reads_the_facts_of_the_order(codes: str, one: Order | None, words: str) -> None:
    assert filled(codes, one) == words


def test_dates_and_money_are_written_in_the_senders_language() -> None:
    cancelled = order(State.CANCELLED, refunds=(P1,), paid=Kurus(123_450))
    assert "1.234,50\u00a0TL" in filled("iptal", cancelled, "tr")
    assert "1,234.50\u00a0TL" in filled("iptal", cancelled, "en")
    assert "22 December 2026" in filled("silme", None, "en")


def test_a_request_of_another_kind_is_never_named() -> None:
    assert "Talep numarası: 11." in filled("verim", None)
    assert "Talep numarası: 12." in filled("silme", None)


# what is missing -> (code, order, first name)
EMPTY = {
    "first_name": ("durum", order(), ""),
    "order": ("durum", None, "Işıl"),
    "tracking": ("nerede", order(tracking=""), "Işıl"),
    "eta": ("nerede", order(since=NOON - timedelta(days=9)), "Işıl"),
    "posting_date": ("tarih", order(State.QUEUED, paid_at=None), "Işıl"),
    "amount": ("iptal", order(State.CANCELLED, paid=Kurus(0), refunds=(P1,)), "Işıl"),
    "price": ("baglanti", None, "Işıl"),
    "invoice": ("fatura", order(State.QUEUED), "Işıl"),
    "refund_time": ("iptal", order(State.CANCELLED), "Işıl"),
    "status": ("adres", None, "Işıl"),
    "reason": ("dondu", order(State.RETURNED), "Işıl"),
    "deadline": ("baglanti", order(State.AWAITING, url_until=NOON), "Işıl"),
    "request": ("silme", None, "Işıl"),
    "due_date": ("silme", None, "Işıl"),
}


def test_every_placeholder_has_a_case_here() -> None:
    assert set(EMPTY) == set(PLACEHOLDERS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EMPTY)
def test_an_empty_place_blocks_sending_and_is_named_with_its_remedy(name: str, language: str) -> None:
    code, one, first_name = EMPTY[name]
    known = replace(facts(one, language, first_name), requests=())
    made = fill(TemplateStore(), [code], known, say)
    assert isinstance(made, Unfilled)
    assert name in made.names
    assert f"{{{name}}}" in made.words
    sentence = next(say(one, language) for one in made.because if f"{{{name}}}" in say(one, language))
    assert say(PLACEHOLDERS[name].what, language) in sentence
    assert sentence.endswith(say(PLACEHOLDERS[name].remedy, language))


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("code", [code for code, row in SHIPPED.items() if row.when is not None])
def test_a_reply_that_is_not_true_of_the_order_is_held_back(code: str, state: State) -> None:
    made = fill(TemplateStore(), [code], facts(order(state, refunds=(P1,), reason="moved")), say)
    reasons = " ".join(read(one) for one in made.because) if isinstance(made, Unfilled) else ""
    assert (f"“{code}” bu siparişe uymuyor" in reasons) is (state not in (SHIPPED[code].when or ()))


# state, when it came into it -> days still expected
ETAS = [
    (order(since=NOON), (date(2026, 11, 24), date(2026, 11, 26))),
    (order(since=NOON, product="normal"), (date(2026, 11, 25), date(2026, 11, 30))),
    (order(since=NOON - timedelta(days=3)), (date(2026, 11, 23), date(2026, 11, 25))),
    (order(since=NOON - timedelta(days=6)), None),  # it should have arrived on Friday
    (order(State.QUEUED, paid_at=NOON), (date(2026, 11, 24), date(2026, 11, 26))),  # before the day's cut-off
    (order(State.QUEUED, paid_at=NOON + timedelta(hours=3)), (date(2026, 11, 25), date(2026, 11, 27))),  # after it
    (order(State.ERASED, paid_at=NOON - timedelta(days=9)), (date(2026, 11, 25), date(2026, 11, 27))),  # not posted yet
    (order(State.QUEUED, posting_date=date(2026, 12, 1)), (date(2026, 12, 2), date(2026, 12, 4))),
    (order(State.RETURNED), None),
    (order(State.CANCELLED), None),
    (order(State.REPOSTING), (date(2026, 11, 25), date(2026, 11, 27))),
]


@pytest.mark.parametrize(("one", "eta"), ETAS)
def test_the_days_still_expected(one: Order, eta: tuple[date, date] | None) -> None:
    assert facts(one).eta == eta


# Joining --------------------------------------------------------------------------------------------------------------


def test_joined_replies_greet_once_and_keep_their_order() -> None:
    assert filled("durum cezaevi", order()) == (
        "Merhaba Işıl, mektubunuzun son durumunu paylaşıyoruz. Sipariş: MX000123. Durum: postaya verildi. Dilediğiniz"
        " zaman /siparisler yazarak görebilirsiniz.\n\nCeza infaz kurumuna gelen mektuplar orada açılıp incelenir."
        " Alıcının baba adı veya koğuşu da gerekebilir; adrese ekleyebilirsiniz."
    )
    assert filled("kod dil", None, "en").count("Hello") == 1


def test_a_joined_turkish_part_begins_with_a_turkish_capital() -> None:
    own = TemplateStore(
        (Version("bir", "tr", 1, "Merhaba {first_name}, iyi."), Version("iki", "tr", 1, "Merhaba, ılık."))
    )
    assert filled("iki bir", None, templates=own) == "Merhaba, ılık.\n\nİyi."
    assert filled("bir iki", None, templates=own) == "Merhaba Işıl, iyi.\n\nIlık."


def test_an_answer_longer_than_a_message_is_held_back() -> None:
    long = TemplateStore(tuple(Version(code, "tr", 1, code[0] * 1500) for code in ("aa", "bb", "cc")))
    assert isinstance(fill(long, ["aa", "bb"], facts(None), say), Filled)
    made = fill(long, ["aa", "bb", "cc"], facts(None), say)
    assert isinstance(made, Unfilled)
    assert "tek mesaja sığmıyor" in read(made.because[0])


def test_words_nobody_has_written_in_the_senders_language_and_retired_ones() -> None:
    own = TemplateStore((Version("bayram", "tr", 1, "Kutlu olsun."), Version("nerede", "tr", 1, None, retired=True)))
    unwritten, retired = (fill(own, [code], facts(order(), "en"), say) for code in ("bayram", "nerede"))
    assert isinstance(unwritten, Unfilled)
    assert isinstance(retired, Unfilled)
    assert "/sablon ekle bayram en: …" in read(unwritten.because[0])
    assert "/sablon geri nerede" in read(retired.because[0])
    assert (unwritten.words, retired.words) == ("", "")


def test_which_version_was_filled_is_told() -> None:
    changed = TemplateStore((Version("cezaevi", "tr", 3, "Merhaba {first_name}, incelenir."),))
    made = fill(changed, ["cezaevi", "durum"], facts(order()), say)
    assert made.used == (Used("cezaevi", "tr", 3), Used("durum", "tr", 0))


# Whatever the facts ---------------------------------------------------------------------------------------------------

names = st.one_of(st.just(""), st.just("{order}"), st.just("Ayşe {"), st.text(max_size=12))
orders = st.one_of(
    st.none(),
    st.builds(
        order,
        st.sampled_from(State),
        product=st.sampled_from(["normal", "taahhutlu", "alma_haberli"]),
        tracking=st.sampled_from(["", "RR473124829TR"]),
        reason=st.sampled_from(["", "moved", "unknown"]),
        paid=st.sampled_from([Kurus(0), Kurus(9600)]),
        paid_at=st.sampled_from([None, NOON, NOON - timedelta(days=30)]),
        since=st.sampled_from([None, NOON, NOON - timedelta(days=30)]),
        refunds=st.sampled_from([(), (P1,)]),
        url_until=st.sampled_from([None, NOON - timedelta(hours=1), NOON + timedelta(hours=1)]),
    ),
)
chosen = st.lists(st.sampled_from(sorted(SHIPPED)), min_size=1, max_size=4)


@given(chosen, orders, names, st.sampled_from(LANGUAGES), st.sets(st.sampled_from([0, 1])))
def test_filling_never_leaves_a_brace_nor_sends_an_empty_value(
    codes: list[str], one: Order | None, name: str, language: str, requests: set[int]
) -> None:
    known = facts_of(language, name, one, tuple(REQUESTS[n] for n in sorted(requests)), operator=OPERATOR, at=NOON)
    made = fill(TemplateStore(), codes, known, say)
    if isinstance(made, Filled):
        assert "{" not in made.words
        assert "}" not in made.words
        assert all(": ." not in part and "  " not in part for part in made.words.replace(name or "\0", "x").split("\n"))
        assert len(made.words) <= LIMIT
    else:
        assert made.because
        assert set(NAME.findall(made.words)) == set(made.names)


@given(orders, names, st.sampled_from(LANGUAGES))
def test_a_value_that_is_there_is_never_blank(one: Order | None, name: str, language: str) -> None:
    for value in spoken(facts_of(language, name, one, REQUESTS, operator=OPERATOR, at=NOON), say).values():
        assert value.strip()
        assert not names_in(value)


@given(st.lists(st.sampled_from(["aa", "bb", "cc", "dd"]), min_size=1, max_size=6))
def test_joining_keeps_the_order_and_says_nothing_twice(codes: list[str]) -> None:
    own = TemplateStore(
        tuple(Version(code, "tr", 1, f"Merhaba {{first_name}}, {code}.") for code in ("aa", "bb", "cc", "dd"))
    )
    made = fill(own, codes, facts(None), say)
    assert isinstance(made, Filled)
    wanted = list(dict.fromkeys(codes))
    assert [one.code for one in made.used] == wanted
    places = [made.words.lower().index(f"{code}.") for code in wanted]
    assert places == sorted(places)
    assert made.words.count("Merhaba") == 1
