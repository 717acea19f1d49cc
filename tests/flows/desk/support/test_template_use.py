"""/t: an agent sees exactly what the sender will read, knows for whom and about which order, and sends it once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.core.events import InvoiceCopied, TicketAnswered
from flows.core.state import Order, Refunded, State, Turn
from flows.desk.base.effects import TellSender
from flows.desk.support.effects import CountTemplates, KeepAnswer
from flows.desk.support.template_defaults import SHIPPED
from flows.desk.support.template_facts import Desk
from flows.desk.support.template_store import TemplateStore, Used, Version
from flows.desk.support.template_use import TAPS, named_ticket, take
from flows.words.text import Kurus
from tests.flows.desk.support.template_examples import NOON, asked, desk, done, keys, order, spoken, ticket

POSTED = (
    "Merhaba Işıl, mektubunuz yolda. Sipariş: MX000123. Takip numarası: RR473124829TR."
    " Tahminî teslim: 24–26 Kasım 2026."
)


def tap(answer: Turn[None], label: str, at: Desk) -> Turn[None]:
    """An agent taps a button of an answer, while the desk stands so."""
    action, value = keys(answer)[label]
    assert len(f"{action}:{value}:".encode()) <= 64
    assert action in TAPS
    return take(asked(value, action=action), at)


def sent(answer: Turn[None]) -> KeepAnswer:
    """The answer that is kept; the sender is told the very same words, and it is counted once."""
    (kept,) = (one for one in answer.effects if isinstance(one, KeepAnswer))
    (told,) = (one.event for one in answer.effects if isinstance(one, TellSender))
    assert told == TicketAnswered(kept.ticket, kept.words)
    assert len(counted(answer)) == len(kept.template.split())
    return kept


def counted(answer: Turn[None]) -> tuple[Used, ...]:
    (found,) = (one.used for one in answer.effects if isinstance(one, CountTemplates))
    return found


def test_the_preview_names_recipient_and_order_and_shows_the_exact_words() -> None:
    shown = take(asked("nerede"), desk())
    assert spoken(shown) == f"Soru: #7 · Kime: Işıl · Sipariş: MX000123 · Dil: Türkçe\n\n{POSTED}"
    assert list(keys(shown)) == ["Gönder", "Düzenle", "Vazgeç"]
    assert done(shown) == ()


def test_what_was_shown_is_what_is_sent_with_its_versions() -> None:
    here = desk(templates=TemplateStore((Version("gecikme", "tr", 2, "Merhaba {first_name}, gecikti: {order}"),)))
    shown = take(asked("nerede gecikme"), here)
    turn = tap(shown, "Gönder", here)
    effect = sent(turn)
    assert effect.words == f"{POSTED}\n\nGecikti: MX000123"
    assert effect.ticket == 7
    assert counted(turn) == (Used("nerede", "tr", 0), Used("gecikme", "tr", 2))
    assert effect.template == "nerede/tr/0 gecikme/tr/2"


INVOICED = (("0" * 29 + "123", "MPX2026000000007"),)


def test_the_template_about_the_invoice_brings_its_copy() -> None:
    here = desk(order(), invoices=INVOICED)
    turn = tap(take(asked("fatura"), here), "Gönder", here)
    told = [one.event for one in turn.effects if isinstance(one, TellSender)]
    assert told[1:] == [InvoiceCopied("MPX2026000000007")]
    assert isinstance(told[0], TicketAnswered) and "Fatura numarası: MPX2026000000007." in told[0].words


def test_before_there_is_an_invoice_no_copy_is_promised() -> None:
    shown = take(asked("fatura"), desk(order(State.QUEUED)))
    assert "Fatura, mektup baskı odasına ulaşınca düzenlenir" in spoken(shown)
    assert "Gönder" not in keys(shown)


@pytest.mark.parametrize("language", ["tr", "en"])
def test_an_english_sender_is_answered_in_english_whatever_the_agent_speaks(language: str) -> None:
    shown = take(asked("WHERE", language=language), desk(language="en"))
    assert "Hello Işıl, your letter is on its way." in spoken(shown, language)


@pytest.mark.parametrize(
    "typed",
    [
        "gecikme", "GECİKME", "gecıkme", "/gecikme", "Late", "#7 gecikme", "7 gecikme", "gecikme mx123",
        "gecikme MX 123", "7 MX 123 gecikme",
    ],
)  # fmt: skip
def test_a_code_is_known_however_it_is_typed(typed: str) -> None:
    assert "beklediğimizden geç ulaşacak" in spoken(take(asked(f"{typed} 30.11.2026"), desk()))


NAMED = {
    # what follows /t -> the question it names
    "the number first": ("3 nerede", 3),
    "with its sign": ("#3 nerede", 3),
    "with its sign, after the code": ("nerede #3", 3),
    "alone": ("3", 3),
    "before an order": ("3 MX 123 nerede", 3),
    "before a day": ("3 gecikme 5 Aralık 2026", 3),
    "only a code": ("nerede", None),
    "only an order": ("nerede MX000123", None),
    "a day first is no question": ("5 Aralık 2026 gecikme", None),
    "a number among the agent's own words": ("nerede: 3 gün daha", None),
}


@pytest.mark.parametrize(("typed", "number"), NAMED.values(), ids=NAMED)
def test_a_question_is_named_as_after_every_other_command(typed: str, number: int | None) -> None:
    assert named_ticket(asked(typed)) == number


# A new day of delivery ------------------------------------------------------------------------------------------------

EXPECTED = order()  # posted on 23 November: between the 24th and the 26th
LATE = order(since=NOON - timedelta(days=9))  # its estimate is over


@pytest.mark.parametrize("day", ["30.11.2026", "30 Kasım 2026", "30 kasım", "30/11/2026", "2026-11-30", "30.11"])
def test_the_delay_is_told_with_the_day_that_the_agent_gives(day: str) -> None:
    shown = take(asked(f"gecikme {day}"), desk(EXPECTED))
    assert "Yeni tahminî teslim: 30 Kasım 2026." in spoken(shown)
    sent_ = take(asked(keys(shown)["Gönder"][1], action="tsend"), desk(EXPECTED))
    assert "Yeni tahminî teslim: 30 Kasım 2026." in sent(sent_).words


NO_NEWS = {
    # the order, what follows /t -> why nothing can be sent
    "no day at all": (EXPECTED, "gecikme", "gönderici eskisini biliyor (26 Kasım 2026)"),
    "no day, and the old one is over": (LATE, "gecikme", "postaya sorup günü kodun arkasına yazın"),
    "the old day": (EXPECTED, "gecikme 26.11.2026", "bundan sonra değil: 26 Kasım 2026"),
    "a day before the old one": (EXPECTED, "gecikme 24.11.2026", "bundan sonra değil: 24 Kasım 2026"),
    "a day that is over": (LATE, "gecikme 20.11.2026", "Yazdığınız gün geçti: 20 Kasım 2026"),
    "a day for a reply that tells none": (EXPECTED, "adres 30.11.2026", "yazdığınız gün kaybolurdu: 30 Kasım 2026"),
    "beside another reply": (EXPECTED, "nerede gecikme", "gönderici eskisini biliyor (26 Kasım 2026)"),
}


@pytest.mark.parametrize(("one", "typed", "why"), NO_NEWS.values(), ids=NO_NEWS)
def test_a_delay_is_never_told_with_a_day_that_is_no_news(one: Order, typed: str, why: str) -> None:
    shown = take(asked(typed), desk(one))
    assert why in spoken(shown)
    assert "Gönder" not in keys(shown)


def test_one_answer_never_names_two_days() -> None:
    said = spoken(take(asked("nerede gecikme 30.11.2026"), desk(EXPECTED)))
    assert said.count("30 Kasım 2026") == 2 and "26 Kasım" not in said


def test_an_admins_own_words_for_the_delay_need_a_new_day_too() -> None:
    changed = TemplateStore((Version("gecikme", "tr", 2, "Gecikti: {eta}"),))
    assert "Gönder" not in keys(take(asked("gecikme"), desk(EXPECTED, templates=changed)))
    assert "Gecikti: 30 Kasım 2026" in spoken(take(asked("gecikme 30.11.2026"), desk(EXPECTED, templates=changed)))


def test_the_delay_is_offered_and_its_button_says_how_the_day_is_given() -> None:
    offered = keys(take(asked(""), desk(LATE)))
    assert "Örnek: /t gecikme" in spoken(take(asked(offered["gecikme"][1], action="tpick"), desk(LATE)))


def test_the_day_is_kept_while_the_order_is_chosen() -> None:
    both = desk(EXPECTED, order(number=124))
    choice = keys(take(asked("gecikme 30.11.2026"), both))
    picked = next(value for label, (_, value) in choice.items() if label.startswith("MX000124"))
    assert "Sipariş: MX000124. Yeni tahminî teslim: 30 Kasım 2026." in spoken(take(asked(picked, action="tpick"), both))


def test_an_unknown_code_gets_the_nearest_one() -> None:
    said = spoken(take(asked("nerde"), desk()))
    assert "Böyle bir şablon yok: nerde" in said
    assert "Şunu mu demek istediniz? nerede" in said


# Sending once ---------------------------------------------------------------------------------------------------------

CHANGES = {
    "another agent has answered, or this one has tapped twice": desk(answers=1),
    "the letter has another tracking number": desk(order(tracking="RR000000005TR")),
    "an admin has changed the words": desk(
        templates=TemplateStore((Version("nerede", "tr", 1, "Yolda, {first_name}."),))
    ),
    "the sender has changed the language": desk(language="en"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_has_changed_since_the_preview_is_shown_again_instead_of_sent(change: str) -> None:
    shown = take(asked("nerede"), desk())
    again = tap(shown, "Gönder", CHANGES[change])
    assert done(again) == ()
    assert "Hiçbir şey gönderilmedi" in spoken(again)
    assert sent(tap(again, "Gönder", CHANGES[change])).words in spoken(again)


def test_what_has_become_untrue_since_the_preview_is_held_back() -> None:
    shown = take(asked("nerede"), desk())
    again = tap(shown, "Gönder", desk(order(State.RETURNED, reason="moved")))
    assert done(again) == ()
    assert "bu siparişe uymuyor" in spoken(again)
    assert list(keys(again)) == ["Düzenle", "Vazgeç"]


def test_a_closed_or_unknown_question_is_not_answered() -> None:
    shown = take(asked("nerede"), desk())
    closed = tap(shown, "Gönder", desk(open=False))
    nobody = tap(shown, "Gönder", Desk())
    assert (done(closed), done(nobody)) == ((), ())
    assert "Bu soru kapalı: #7." in spoken(closed)
    assert "/t #12 nerede" in spoken(nobody)


def test_never_mind_sends_nothing() -> None:
    dropped = tap(take(asked("nerede"), desk()), "Vazgeç", desk())
    assert (spoken(dropped), done(dropped)) == ("Önizleme kapatıldı; buradan bir şey gönderilmez.", ())


@pytest.mark.parametrize(
    "value",
    ["", "7", "7.", "7.nerede", "x.y.z", "7.nerede.x.y", "7.yok.123.00000000", f"7.nerede.{'9' * 50}.0", "7..9."],
)
@pytest.mark.parametrize("action", TAPS)
def test_a_button_nobody_drew_sends_nothing(action: str, value: str) -> None:
    answer = take(asked(value, action=action), desk())
    assert done(answer) == ()
    assert spoken(answer)


# Which order ----------------------------------------------------------------------------------------------------------

TWO = (order(), order(State.CANCELLED, 124, refunds=(Refunded("P1", Kurus(9600)),)))


def test_with_several_orders_the_agent_is_asked_which() -> None:
    which = take(asked("nerede"), desk(*TWO))
    assert "Hangi siparişle ilgili?" in spoken(which)
    assert list(keys(which)) == ["MX000123 · postaya verildi", "MX000124 · iptal edildi"]
    shown = tap(which, "MX000123 · postaya verildi", desk(*TWO))
    assert spoken(shown).endswith(POSTED)
    assert sent(tap(shown, "Gönder", desk(*TWO))).words == POSTED


def test_a_reply_that_needs_no_order_asks_for_none() -> None:
    assert "Sipariş: –" in spoken(take(asked("cezaevi"), desk(*TWO)))


def test_the_order_can_be_named_and_is_the_senders_own() -> None:
    assert "siparişiniz iptal edildi" in spoken(take(asked("iptal MX000124"), desk(*TWO)))
    wrong = take(asked("iptal MX000999"), desk(*TWO))
    assert spoken(wrong) == "Bu sipariş bu göndericinin değil: MX000999. Göndericinin siparişleri: MX000123, MX000124"
    assert keys(wrong) == {}


def test_an_empty_place_holds_the_reply_back_and_offers_to_finish_it_by_hand() -> None:
    held = take(asked("nerede"), desk(order(tracking="")))
    assert "Bu hâliyle gönderilemez:\n· Boş: takip numarası ({tracking}). " in spoken(held)
    assert list(keys(held)) == ["Düzenle", "Vazgeç"]
    assert "Takip numarası: {tracking}." in spoken(tap(held, "Düzenle", desk(order(tracking=""))))


# Editing --------------------------------------------------------------------------------------------------------------


def test_the_draft_is_a_command_that_sends_the_changed_words() -> None:
    shown = take(asked("nerede"), desk())
    draft = spoken(tap(shown, "Düzenle", desk())).split("\n\n", 1)[1]
    assert draft == f"/t #7 nerede MX000123: {POSTED}"
    changed = asked(draft.removeprefix("/t ") + " Sevgiler: MektupX")
    assert named_ticket(changed) == 7
    effect = sent(take(changed, desk()))
    assert effect.words == f"{POSTED} Sevgiler: MektupX"
    assert effect.template == "nerede/tr/0*"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("nerede:", "Metin eksik"),
        ("nerede: Takip: {tracking}, gün: {eta}", "Hâlâ boş olan yerler var: {tracking}, {eta}"),
        (f"nerede: {'a' * 3501}", "tek mesaja sığmıyor"),
        ("nerde: Merhaba", "Böyle bir şablon yok"),
    ],
)
def test_an_edited_reply_is_complete_and_fits(words: str, complaint: str) -> None:
    answer = take(asked(words), desk())
    assert done(answer) == ()
    assert complaint in spoken(answer)


def test_whoever_reads_english_is_given_a_draft_that_reads_english_and_works() -> None:
    shown = take(asked("where", language="en"), desk())
    action, value = keys(shown, "en")["Edit"]
    draft = spoken(take(asked(value, action=action, language="en"), desk()), "en").split("\n\n", 1)[1]
    assert draft == f"/use #7 where MX000123: {POSTED}"
    assert sent(take(asked(draft.removeprefix("/use "), language="en"), desk())).template == "nerede/tr/0*"


def test_whoever_reads_english_reads_why_not_with_english_codes() -> None:
    nowhere = spoken(take(asked("where", language="en"), Desk()), "en")
    assert nowhere.endswith("/use #12 where")
    untrue = spoken(take(asked("returned", language="en"), desk()), "en")
    assert "“returned” is not true of this order." in untrue and "Otherwise: /use status" in untrue
    gone = TemplateStore((Version("nerede", "tr", 1, None, retired=True),))
    retired = spoken(take(asked("where", language="en"), desk(templates=gone)), "en")
    assert "“where” is retired. An admin can bring it back: /template restore where" in retired


# Choosing -------------------------------------------------------------------------------------------------------------


def test_alone_it_offers_what_could_be_sent_now_the_most_used_first() -> None:
    used = TemplateStore((), {Used("durum", "tr", 0): 9, Used("iptal", "tr", 0): 99, Used("cezaevi", "tr", 0): 10})
    offered = take(asked(""), desk(templates=used))
    assert list(keys(offered))[:2] == ["cezaevi", "durum"]
    assert "iptal" not in keys(offered)
    shown = tap(offered, "nerede", desk(templates=used))
    assert spoken(shown).endswith(POSTED)


def test_alone_with_several_orders_it_asks_first() -> None:
    which = take(asked(""), desk(*TWO))
    chosen = tap(which, "MX000124 · iptal edildi", desk(*TWO))
    assert "Sipariş: MX000124" in spoken(chosen)
    assert "iptal" in keys(chosen)


def test_at_most_three_are_joined() -> None:
    assert "en çok 3" in spoken(take(asked("nerede durum cezaevi fiyat"), desk()))
    own = TemplateStore(tuple(Version(letter * 12, "tr", 1, letter) for letter in "abc"))
    assert "en çok 3" in spoken(
        take(asked(" ".join(letter * 12 for letter in "abc")), desk(templates=own, number=9_999_999))
    )


@pytest.mark.parametrize("code", SHIPPED)
def test_every_shipped_reply_fits_its_button_and_its_message(code: str) -> None:
    far = replace(order(number=999_999), since=None)
    shown = take(asked(f"{code} MX999999"), desk(far, number=9_999_999))
    assert len(spoken(shown)) < 4096
    for action, value in keys(shown).values():
        assert len(f"{action}:{value}:".encode()) <= 64


def test_the_question_is_named_in_the_words_or_by_the_button() -> None:
    assert named_ticket(asked("#12 nerede")) == 12
    assert named_ticket(asked("nerede: #12 numaralı soru")) is None
    assert named_ticket(asked("nerede")) is None
    assert named_ticket(asked("12.nerede.123", action="tpick")) == 12
    assert named_ticket(asked("evil", action="tpick")) is None
    assert named_ticket(asked("9" * 30 + ".a.1", action="tsend")) is None


def test_no_word_of_the_desk_holds_more_than_a_first_name() -> None:
    """What an agent may see is all there is to see: the question has no field for anything else."""
    assert set(ticket().__dataclass_fields__) == {
        "number",
        "open",
        "language",
        "first_name",
        "orders",
        "requests",
        "answers",
        "last",
        "invoices",  # an order and a number, no name
    }
