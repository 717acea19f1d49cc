"""What a turn says: in the reader's own language, ready to be sent, and the same for every messenger."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.wording.documents import Documents, recipients
from bot.wording.speak import APOLOGY, CONTACT, SAID, Reader, Speaker, keyboard_after, spoken, words
from flows.core import effects as fx
from flows.core.events import Person
from flows.core.outgoing import Key
from flows.core.state import Profile, Standing, Turn
from flows.core.step import Here, Operator
from flows.desk.base.effects import EVERYBODY, DropButtons, Say, Topic
from flows.input.manuscript import PAGE_LIMIT
from flows.price.price import default_tariff
from flows.steps import phone
from flows.steps.phone import SHARE
from flows.words.text import Kurus, Lines, Verbatim, text
from locales import LANGUAGES, document, say
from tests.fakes import NOON

SELLER = {"title": "MektupX", "mersis": "0", "address": "Fatih", "phone": "0", "email": "a@b.example"}
PAPERS = Documents(SELLER, recipients(payer=False))
OPERATOR = Operator(default_tariff(), PAPERS.terms(), ("MektupX", "Fatih"), PAGE_LIMIT)
SPEAKER = Speaker(PAPERS)
AYSE = Standing(Person("pigeon", "elm"), screen=7, profile=Profile(language="tr"))
SORRY = say(APOLOGY, "tr")


def said(*effects: fx.Effect, standing: Standing = AYSE) -> list[str]:
    return [one.text for one in SPEAKER.messages(Turn(standing, effects))]


def test_every_effect_that_is_said_has_its_words() -> None:
    assert {fx.Reply, fx.ShowDocument, fx.Toast, fx.ShowBusy, Say, DropButtons, Topic} == set(SAID)


def test_what_has_no_words_is_refused() -> None:
    class Whistle(fx.Outgoing):
        pass

    with pytest.raises(KeyError):
        SPEAKER.messages(Turn(AYSE, (Whistle(),)))


def test_a_reply_is_in_the_language_of_the_reader() -> None:
    for language in LANGUAGES:
        reader = replace(AYSE, profile=Profile(language=language))
        assert said(fx.Reply(APOLOGY), standing=reader) == [say(APOLOGY, language)]
    assert say(APOLOGY, "tr") != say(APOLOGY, "en")


def test_messages_come_in_the_order_of_their_effects_and_work_says_nothing() -> None:
    effects = (
        fx.Toast("tap-1"),
        fx.MailCode("a@b.example"),
        fx.Reply(APOLOGY),
        fx.ShowBusy(),
    )
    found = SPEAKER.messages(Turn(AYSE, effects))
    assert [one.kind for one in found] == ["toast", "say", "busy"]
    assert (found[0].tap, found[0].text) == ("tap-1", "")


def test_a_button_carries_the_screen_it_stands_on_a_lasting_one_none_and_a_link_its_address() -> None:
    label = text("order", "Pay {amount}", amount=Kurus(9600))
    buttons = ((fx.Button(label, "done"), fx.Button(label, "choose", "klasik")), (fx.Button(label, url="https://x"),))
    lasting = ((fx.Button(label, "cancel_order", "a" * 32, lasting=True),),)
    (found,) = SPEAKER.messages(Turn(AYSE, (fx.Reply(APOLOGY, buttons + lasting),)))
    pay = "96,00\u00a0TL öde"
    assert found.keys == (
        (Key(pay, "done::7"), Key(pay, "choose:klasik:7")),
        (Key(pay, "", "https://x"),),
        (Key(pay, f"cancel_order:{'a' * 32}:"),),
    )


def test_attachment_running_line_and_contact_travel_with_the_message() -> None:
    preview = fx.Attachment("preview", "letter")
    reply = fx.Reply(APOLOGY, attachment=preview, running=True, anew=True, contact=SHARE)
    (found,) = SPEAKER.messages(Turn(AYSE, (reply,)))
    assert (found.attachment, found.running, found.anew) == (preview, True, True)
    assert found.contact == say(SHARE, "tr")


WORDS, LINE = (fx.Reply(SHARE, running=running) for running in (False, True))
BUTTONS = fx.Reply(SHARE, ((fx.Button(SHARE, "next"),),))
ASKS = fx.Reply(SHARE, contact=SHARE)


@pytest.mark.parametrize(
    ("shown", "replies", "clears", "after"),
    [
        (False, [WORDS], [False], False),
        (False, [WORDS, ASKS], [False, False], True),
        (True, [WORDS, WORDS], [True, False], False),
        (True, [BUTTONS, WORDS], [False, True], False),
        (True, [BUTTONS], [False], True),
        (True, [LINE], [False], True),
        (True, [LINE, WORDS], [False, True], False),
        (True, [WORDS, ASKS], [True, False], True),
        (True, [ASKS, WORDS], [False, False], True),
        (True, [fx.Toast("t"), WORDS], [False, True], False),
    ],
)
def test_the_contact_button_is_taken_away_once_by_the_first_words_that_have_no_buttons(
    shown: bool, replies: list[fx.Effect], clears: list[bool], after: bool
) -> None:
    messages = SPEAKER.messages(Turn(replace(AYSE, keyboard=shown), tuple(replies)))
    assert [one.clears for one in messages] == clears
    assert keyboard_after(shown, messages) is after


@pytest.mark.parametrize(
    ("standing", "clears"),
    [
        (replace(AYSE, step="phone"), False),  # a number that was not understood, news of an order
        (replace(AYSE, step="home", aside="phone"), False),
        (
            replace(AYSE, step="phone", aside="support"),
            True,
        ),  # asked anew, with its button, when the desk has the words
        (replace(AYSE, step="email"), True),
    ],
)
def test_the_contact_button_stays_for_as_long_as_it_is_asked_for(standing: Standing, clears: bool) -> None:
    (found,) = SPEAKER.messages(Turn(replace(standing, keyboard=True), (WORDS,)))
    assert found.clears is clears


def test_the_question_with_the_contact_button_is_known_by_its_name() -> None:
    asked = phone.ask(Here(AYSE, OPERATOR, NOON, "f" * 32))
    assert asked.contact == SHARE and phone.STEP.name == CONTACT


def test_lines_are_joined_and_verbatim_words_are_left_as_they_are() -> None:
    both = Lines((APOLOGY, Verbatim("<b>ışıl İNCİ</b> {x}")))
    assert words(both, "tr") == f"{SORRY}{both.by}<b>ışıl İNCİ</b> {{x}}"


READER = Reader("en", tapped=5)
"""A member of the staff who reads English and has tapped a button of message 5; the house speaks Turkish."""


@pytest.mark.parametrize(
    ("heard", "language"),
    [
        (Say(APOLOGY), "en"),  # where it was asked: the asker's
        (Say(APOLOGY, to="-100/7"), "tr"),  # elsewhere: the house's
        (Say(APOLOGY, to=EVERYBODY), "tr"),
        (Say(APOLOGY, to="17", language="en"), "en"),  # its reader's, where that is known
        (Say(APOLOGY, language="tr"), "tr"),
    ],
)
def test_the_staff_hears_it_in_the_language_of_the_place(heard: Say, language: str) -> None:
    ((to, message),) = spoken((heard,), READER)
    assert (to, message.kind, message.text) == (heard.to, "say", say(APOLOGY, language))
    assert say(APOLOGY, "tr") != say(APOLOGY, "en")


def test_a_message_to_the_staff_keeps_what_it_answers_shows_and_is_about_and_its_buttons_know_no_screen() -> None:
    buttons = ((fx.Button(SHARE, "close", "41"), fx.Button(SHARE, "mine", "41", lasting=True)),)
    heard = Say(APOLOGY, buttons=buttons, reply_to=9, picture="m1", about=(41,))
    ((_, message),) = spoken((heard,), READER)
    label = say(SHARE, "en")
    assert message.keys == ((Key(label, "close:41"), Key(label, "mine:41")),)
    assert (message.answers, message.attachment, message.about) == (9, fx.Attachment("picture", "m1"), (41,))


@pytest.mark.parametrize(
    ("tapped", "effect", "heard"),
    [
        (5, DropButtons(), [("", "decided", 5)]),
        (0, DropButtons(), []),  # typed: there is no message that could lose its buttons
        (5, Topic("-100/7", "close"), [("-100/7", "close", 0)]),
        (0, Topic("-100/7", "reopen"), [("-100/7", "reopen", 0)]),
        (0, Topic("-100", "close"), []),  # no topic of its own
        (5, fx.Toast("tap-1"), [("", "toast", 0)]),
        (0, fx.ShowBusy(), [("", "busy", 0)]),
    ],
)
def test_what_is_done_in_a_chat_goes_where_it_is_meant(
    tapped: int, effect: fx.Effect, heard: list[tuple[str, str, int]]
) -> None:
    said = spoken((effect,), Reader("tr", tapped=tapped))
    assert [(to, message.kind, message.answers) for to, message in said] == heard


def test_an_answer_to_a_tap_is_cut_to_what_the_messenger_shows() -> None:
    long = text("addressee", "{name}", name=Verbatim("ğ" * 300))
    assert said(fx.Toast("tap-1", long)) == ["ğ" * 200]


def test_a_staff_chat_is_shown_no_document() -> None:
    with pytest.raises(LookupError, match="policy"):
        spoken((fx.ShowDocument("policy"),), READER)


def test_a_senders_turn_speaks_to_nobody_else() -> None:
    assert said(Say(APOLOGY)) == [SORRY]
    with pytest.raises(ValueError, match="somebody else"):
        said(Say(APOLOGY, to=EVERYBODY))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_document_is_shown_word_for_word_in_parts_that_fit_a_message(language: str) -> None:
    reader = replace(AYSE, profile=Profile(language=language))
    parts = said(fx.ShowDocument("policy"), standing=reader)
    policy = document("policy", language, {}).text
    assert parts and all(len(part.encode("utf-16-le")) // 2 <= 4096 for part in parts)
    assert "".join("".join(parts).split()) == "".join(policy.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_apology_promises_that_nothing_is_lost(language: str) -> None:
    sorry = SPEAKER.apology(replace(AYSE, profile=Profile(language=language)))
    assert (sorry.kind, sorry.text) == ("say", say(APOLOGY, language))
