"""What a message belongs to besides the open question, by what it replies to, when it came, and what it says again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wording.speak import words
from flows.conversation import commands, machine
from flows.core import effects as fx
from flows.core import events as ev
from flows.core.state import Standing, Turn
from flows.core.step import Here
from flows.order import notifications
from locales import LANGUAGES
from tests.dialogue import operator
from tests.fake_worker import CODES
from tests.flows.conversation.test_machine import standings
from tests.flows.wanderer import START, Wanderer

DESK = ev.Quoted("41 numaralı sorunuzun yanıtı: Pul gerekmiyor.", ("answer:41:",))
STARS = ev.Quoted("Sorunuz kapandı. Numarası: 41.", ("rate:41.5:",))
NEWS = ev.Quoted("Sipariş numaranız: MX000123.", ())
OTHERS = ev.Quoted("Sipariş numaranız: MX000999.", ())
TWO = ev.Quoted("Siparişleriniz: MX000123, MX000999", ())
PAPERS = ev.Quoted("Hangi kâğıdı seçersiniz?", ("choose:klasik:-1", "back::-1"))
LINE = ev.Quoted("16 karakter", ("done::7", "remove::7"))


def at(step: str) -> Wanderer:
    standing = standings()[step]
    return Wanderer(standing=standing, written=dict(standing.draft.manuscript.parts))


def ordered(step: str) -> Wanderer:
    """With a first order, at a step of the second letter."""
    sender = at(step)
    sender.standing = replace(sender.standing, orders=standings()["payment"].orders)
    return sender


def to_desk(turn: Turn[Standing] | None) -> list[fx.OpenTicket]:
    assert turn is not None
    return [effect for effect in turn.effects if isinstance(effect, fx.OpenTicket)]


REPLIES: dict[str, tuple[str, ev.Quoted, str]] = {
    # where the sender stands, what they reply to, what the desk reads ("": nothing)
    "to the desk, from a letter": ("letter", DESK, "Zarf da mı?"),
    "to the desk, from the question of a name": ("addressee", DESK, "Zarf da mı?"),
    "to the desk, while paying": ("payment", DESK, "Zarf da mı?"),
    "to the desk, at rest": ("home", DESK, "Zarf da mı?"),
    "to the end of a question": ("letter", STARS, "Zarf da mı?"),
    "to news that name the order": ("letter", NEWS, "MX000123: Zarf da mı?"),
    "to news of nobody's order": ("letter", OTHERS, ""),
    "to a list of orders": ("letter", TWO, ""),
    "to another question": ("letter", PAPERS, ""),
    "to the running line": ("letter", LINE, ""),
}


@pytest.mark.parametrize("case", REPLIES)
def test_a_reply_goes_where_what_it_replies_to_came_from(case: str) -> None:
    step, quoted, read = REPLIES[case]
    sender = ordered(step)
    before = sender.standing.draft.manuscript
    sender.writes("Zarf da mı?", quoted=quoted)
    assert [work.words for work in to_desk(sender.last)] == ([read] if read else [])
    if read:
        assert sender.standing.draft.manuscript == before


def test_news_are_known_by_their_button_too() -> None:
    sender = ordered("letter")
    order = sender.standing.orders[0]
    sender.writes("Ne zaman gider?", quoted=ev.Quoted("Mektubunuz basılıyor.", (f"cancel_order:{order.id}:",)))
    assert [work.words for work in to_desk(sender.last)] == [f"{order.number}: Ne zaman gider?"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(notifications.NEWS))
def test_a_reply_to_any_news_of_an_order_names_it_to_the_desk(name: str, language: str) -> None:
    """By the number that it says, or by its button; however many orders there are."""
    sender = ordered("letter")
    first = replace(sender.standing.orders[0], url="https://odeme.example", tracking="RR473124829TR")
    second = replace(first, id="2" * 32, number="MX000124")
    sender.standing = replace(sender.standing, orders=(first, second))
    said, buttons = notifications.NEWS[name](operator(), second, None, START)
    lasting = tuple(f"{key.action}:{key.value}:" for row in buttons for key in row if key.lasting)
    sender.writes("Zarf da mı?", quoted=ev.Quoted(words(said, language), lasting))
    assert [work.words for work in to_desk(sender.last)] == ["MX000124: Zarf da mı?"]


ASKED_ABOUT = {"to news of nobody's order": True, "to a list of orders": True, "to another question": True,
               "to the running line": False}  # fmt: skip


@pytest.mark.parametrize("case", ASKED_ABOUT)
def test_a_reply_to_any_other_message_of_ours_is_asked_about_unless_it_is_the_letters_own(case: str) -> None:
    sender = ordered("letter")
    sender.writes("Zarf da mı?", quoted=REPLIES[case][1])
    assert bool(sender.standing.draft.manuscript.doubts) is ASKED_ABOUT[case]


def test_a_reply_to_another_message_is_no_rest_of_a_text_that_was_cut() -> None:
    """Clients cut at 4,096 units; what comes in that second and replies to something else is a message of its own."""
    sender = ordered("letter")
    sender.writes("x" * 4096)
    sender.writes("Zarf da mı?", quoted=TWO)
    assert [doubt.words for doubt in sender.standing.draft.manuscript.doubts] == ["Zarf da mı?"]


@pytest.mark.parametrize(("quoted", "read"), [(DESK, ["Şuna bakın (https://x.example)"]), (None, [])])
def test_an_address_behind_a_word_of_a_reply_reaches_the_desk(quoted: ev.Quoted | None, read: list[str]) -> None:
    sender = at("letter")
    linked = ("Şuna bakın (https://x.example)", ("https://x.example",))
    sender.receive(ev.TextWritten("Şuna bakın", 9001, *linked, quoted=quoted))
    assert [work.words for work in to_desk(sender.last)] == read


def test_a_correction_of_a_reply_still_names_its_order() -> None:
    sender = ordered("letter")
    sender.writes("Ne zaman?", quoted=NEWS)
    sender.standing = replace(sender.standing, profile=replace(sender.standing.profile, ticket=41))
    sender.receive(ev.TextEdited("Ne zaman gider?", sender.messages[-1], quoted=NEWS))
    assert sender.last is not None
    assert fx.EditTicket("MX000123: Ne zaman gider?", sender.messages[-1]) in sender.last.effects


# What comes soon after a question to the desk ------------------------------------------------------------------------

QUESTION = "Mektubum nerede? " * 300


def _at_the_desk(sender: Wanderer, words: str) -> None:
    sender.writes("/destek")
    sender.writes(words)


ASKING: dict[str, Callable[[Wanderer, str], None]] = {
    "after the command": lambda sender, words: sender.receive(ev.CommandGiven("destek", words[8:], 7001, words)),
    "at the desk's question": _at_the_desk,
}


@pytest.mark.parametrize("step", ["letter", "addressee", "home", "payment"])
@pytest.mark.parametrize("way", ASKING)
@pytest.mark.parametrize(("seconds", "one"), [(0, True), (5, True), (6, False)])
def test_the_rest_of_a_question_that_was_cut_belongs_to_it(step: str, way: str, seconds: int, one: bool) -> None:
    sender = at(step)
    before = sender.standing.draft.manuscript
    ASKING[way](sender, ("/destek " + QUESTION)[:4096])
    while sender.work:
        sender.works(0)
    sender.at += timedelta(seconds=seconds)
    sender.writes("Teşekkür ederim, iyi günler")
    assert [work.quiet for work in to_desk(sender.last) if work.quiet] == [True] * one
    assert sender.standing.draft.manuscript.parts == before.parts or not one


@pytest.mark.parametrize(("seconds", "asked"), [(0, True), (15, True), (16, False), (3600, False)])
def test_what_follows_a_question_while_a_letter_is_open_is_asked_about(seconds: int, asked: bool) -> None:
    sender = at("letter")
    sender.writes("/destek Pul gerekiyor mu?")
    sender.at += timedelta(seconds=seconds)
    sender.writes("Bir de zarf lazım mı?")
    letter = sender.standing.draft.manuscript
    assert bool(letter.doubts) is asked and ("zarf" in letter.text) is not asked


# The time of an act --------------------------------------------------------------------------------------------------


def sent(sender: Wanderer, words: str, **ago: float) -> None:
    """Read now, written some time ago."""
    moment = ev.Moment(sender.at, "f" * 32, sender.at - timedelta(**ago))
    turn = machine.advance(
        operator(), sender.standing, ev.Envelope("k", sender.standing.person, ev.TextWritten(words, 9500), moment)
    )
    sender.standing = turn.standing


@pytest.mark.parametrize(("written", "read", "good"), [(1, 1, True), (9, 70, True), (11, 11, False), (11, 70, False)])
def test_a_code_counts_by_when_it_was_written(written: int, read: int, good: bool) -> None:
    sender = at("code")
    sender.at = START + timedelta(minutes=read)
    sender.standing = replace(sender.standing, draft=replace(sender.standing.draft, code_at=START))
    sent(sender, CODES[0], minutes=read - written)
    assert bool(sender.standing.profile.email) is good


def test_somebody_is_of_age_on_the_day_they_write() -> None:
    """Written before midnight of the day before, read after it."""
    sender = at("birth_date")
    sender.at = START.replace(hour=22)  # 01.00 of the next day in Istanbul
    sent(sender, "24.11.2026", hours=2)  # still the 23rd
    assert sender.standing.draft.birth_date is None
    sent(sender, "23.11.2026", hours=2)
    assert sender.standing.draft.birth_date is not None


# Edits that change nothing -------------------------------------------------------------------------------------------

PLACES = ("letter", "stationery", "delivery", "preview", "invoice", "contract", "payment")


@pytest.mark.parametrize("step", PLACES)
def test_the_same_words_change_no_letter_wherever_its_sender_stands(step: str) -> None:
    sender = at(step)
    if not sender.standing.draft.manuscript.parts:
        sender.writes("Canım anneannem,")
    before = sender.standing
    for message, said in before.draft.manuscript.parts:
        sender.receive(ev.TextEdited(said, message))
        assert sender.last == Turn(before)


ANSWERS = {
    "name": "Işıl İnci",
    "email": "isil@example.com",
    "code": "111111",
    "addressee": "Nermin Öztürk",
    "address": "caferağa mah moda cad no 12 34710 kadıköy istanbul",
    "invoice": "Işıl İnci, Ihlamur Sok. No: 3, 06420 Çankaya, Ankara",
    "birth_date": "5.3.1990",
    "support": "Mektubum nerede?",
    "delivery": "hızlı olsun",
}


@pytest.mark.parametrize("step", ANSWERS)
def test_the_same_words_are_no_second_answer(step: str) -> None:
    sender = at(step)
    sender.writes(ANSWERS[step])
    while sender.work:
        sender.works(0)
    before = sender.standing
    sender.receive(ev.TextEdited(ANSWERS[step], sender.messages[-1]))
    assert sender.last == Turn(before)


def test_other_words_are_an_answer_still() -> None:
    sender = at("code")
    sender.writes("111111")
    sender.receive(ev.TextEdited("222222", sender.messages[-1]))
    assert sender.standing.draft.code_attempts == 2
    sender.receive(ev.TextEdited("111111", sender.messages[-1]))
    assert sender.standing.draft.code_attempts == 3


def test_no_trace_of_a_birth_date_is_kept_to_compare_with() -> None:
    sender = at("birth_date")
    sender.writes("30.2.1990")
    sender.writes("5.3.1990")
    assert sender.standing.draft.birth_date is not None
    assert sender.standing.draft.heard == ()


def test_an_address_that_is_forgotten_leaves_no_trace_to_compare_with() -> None:
    sender = at("code")
    assert sender.standing.draft.heard
    sender.receive(ev.DeadlinePassed("code", sender.standing.draft.email_mark))
    assert (sender.standing.draft.email, sender.standing.draft.heard) == ("", ())


# What stands lowest --------------------------------------------------------------------------------------------------


def lines(sender: Wanderer) -> list[fx.Reply]:
    assert sender.last is not None
    return [effect for effect in sender.last.effects if isinstance(effect, fx.Reply) and effect.running]


def test_the_running_line_comes_below_what_was_written_and_is_changed_in_place_by_an_edit() -> None:
    sender = at("letter")
    shown = []
    for act in (
        lambda: sender.writes("Canım anneannem,"),
        lambda: sender.receive(ev.TextEdited("Canım anneanneciğim,", sender.messages[-1])),
        lambda: sender.writes("Nasılsın?"),
    ):
        act()
        sender.works(0)
        shown += lines(sender)
    assert [line.anew for line in shown] == [True, False, True]


NEWS_OF_OTHERS: tuple[ev.Event, ...] = (
    ev.TicketAnswered(41, "Yarın postada."),
    ev.TicketClosed(41),
    ev.TicketOpened(41),
)


@pytest.mark.parametrize("news", NEWS_OF_OTHERS)
def test_whatever_is_said_while_a_letter_is_open_its_line_stands_below(news: ev.Event) -> None:
    sender = at("letter")
    sender.writes("Canım anneannem,")
    sender.works(0)
    sender.receive(news)
    assert sender.last is not None
    *_, lowest = [effect for effect in sender.last.effects if isinstance(effect, fx.Reply)]
    assert lowest.running and lowest.anew
    sender.writes("tamam")
    sender.receive(news)
    *_, lowest = [effect for effect in sender.last.effects if isinstance(effect, fx.Reply)]
    assert "“tamam”" in words(lowest.text, "tr")


def test_a_character_that_cannot_be_printed_is_shown_with_its_message() -> None:
    sender = at("letter")
    sender.writes("Canım anneannem,")
    sender.writes("Nazar değmesin 𓂀 diye bunu da yazıyorum, görüyor musun?")
    while sender.work:
        sender.works(0)
    (line,) = lines(sender)
    assert "𓂀 ← “Nazar değmesin 𓂀 diye bunu da…”" in words(line.text, "tr")


# Commands that are not known -----------------------------------------------------------------------------------------


@given(st.text(max_size=20) | st.sampled_from(["sil", "sill", "iptall", "iptal_et", "erase_all", "cancle", "cansel"]))
def test_nothing_that_takes_something_away_is_offered_for_its_likeness(typed: str) -> None:
    for step in ("letter", "home"):
        here = Here(standings()[step], operator(), START, "f" * 32)
        assert commands.nearest(here, typed) not in {"sil", "erase", "iptal", "cancel"}


@pytest.mark.parametrize(("step", "offered"), [("home", "yeni"), ("stationery", "ye")])
def test_a_new_letter_is_offered_only_where_there_is_none(step: str, offered: str) -> None:
    here = Here(standings()[step], operator(), START, "f" * 32)
    assert (commands.nearest(here, "yenii") == "yeni") is (offered == "yeni")
