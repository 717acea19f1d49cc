"""An agent's answer goes at once, or waits for a second yes: within half an hour of a colleague's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.core.effects import Toast
from flows.core.events import InvoiceCopied, TicketAnswered
from flows.desk.base.effects import LogAccess, Say, TellSender
from flows.desk.base.roles import Member
from flows.desk.support.effects import CountTemplates, DropHeld, FetchPicture, KeepAnswer, SendHeld
from flows.desk.support.replies import answer, drop_held, edited, not_an_answer, not_in_words, send_held
from flows.desk.support.template_store import Used
from flows.desk.support.ticket import HeldAnswer, Ticket, TicketFacts
from tests.flows.desk.support.template_examples import NOON, asked, done, keys, spoken

ECE, DENIZ = Member("13", "Ece"), Member("11", "Deniz")  # Ece is who answers
ASKED = Ticket(41, True, "p" * 32, "-1001/7", "tr", "Işıl", "MX000123", None, NOON, NOON)

CASES = {
    "nobody has answered yet": (None, None, "sent"),
    "a colleague has just answered": (DENIZ, timedelta(0), "held"),
    "a colleague answered 29 minutes and 59 seconds ago": (DENIZ, timedelta(minutes=29, seconds=59), "held"),
    "a colleague answered half an hour ago": (DENIZ, timedelta(minutes=30), "sent"),
    "I have just answered myself": (ECE, timedelta(0), "sent"),
}


@pytest.mark.parametrize("name", CASES)
def test_an_answer_is_sent_or_held(name: str) -> None:
    by, ago, becomes = CASES[name]
    ticket = replace(ASKED, answered_by=by, answered_at=None if ago is None else NOON - ago)
    turn = answer(asked("Yolda."), TicketFacts(41, "Yolda.", ticket), ticket)
    (kept,) = (one for one in turn.effects if isinstance(one, KeepAnswer))
    sent = [one for one in turn.effects if isinstance(one, TellSender)]
    assert kept.words == "Yolda."
    assert kept.held is (becomes == "held")
    if becomes == "held":
        assert sent == []
        assert "Deniz" in spoken(turn) and set(keys(turn)) == {"O da gönderilsin", "Gönderme"}
    else:
        assert sent == [TellSender(ASKED.person, TicketAnswered(41, "Yolda."))]


@pytest.mark.parametrize(("here", "read_there"), [("13", 1), ("-1001/7", 0)])
def test_colleagues_read_an_answer_in_the_tickets_topic_once(here: str, read_there: int) -> None:
    chat, _, thread = here.partition("/")
    asks = replace(asked("Yolda."), chat=int(chat), thread=int(thread or 0))
    turn = answer(asks, TicketFacts(41, "Yolda.", ASKED), ASKED)
    told = [one for one in turn.effects if isinstance(one, Say) and one.to == ASKED.desk]
    assert len(told) == read_there


# What is not sent -----------------------------------------------------------------------------------------------------

REFUSED = {
    "the ticket is closed": (
        "Yolda.",
        {"open": False},
        {},
        "Ticket 41 is closed, so nothing was sent. Open it again with /reopen 41",
    ),
    "there are no words": ("  ", {}, {}, "There are no words in your answer"),
    "a word too long for one message": ("a" * 3501, {}, {}, "3501 characters, at most 3500 fit"),
    "too long for the caption of a picture": ("a" * 901, {}, {"picture": "AgAC"}, "901 characters, at most 900 fit"),
    "another ticket's number leads the words": ("42 Yolda.", {}, {"other": 42}, "/reply #41 … or /reply #42 …"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_nothing_is_sent_where(name: str) -> None:
    words, ticket, more, read = REFUSED[name]
    about = replace(ASKED, **ticket)
    asks = replace(asked(words, language="en"), picture=more.get("picture", ""))
    turn = answer(asks, TicketFacts(41, words, about, other=more.get("other", 0)), about)
    assert done(turn) == ()
    assert read in spoken(turn, "en")
    assert [one.reply_to for one in turn.effects if isinstance(one, Say)] == [5]


def test_a_picture_is_fetched_before_it_goes_to_the_sender() -> None:
    asks = replace(asked(""), picture="AgAC")
    turn = answer(asks, TicketFacts(41, "", ASKED), ASKED)
    fetched = FetchPicture(41, ASKED.person, "f" * 32, "AgAC", "", "13", 5)
    assert fetched in turn.effects
    assert "(a picture)" in spoken(turn, "en")  # colleagues read that there is one


# Words that wait for a second yes -------------------------------------------------------------------------------------

HELD = HeldAnswer("f" * 32, "Yolda.", "13")
SENT = (SendHeld(41, HELD.mark), TellSender(ASKED.person, TicketAnswered(41, "Yolda.")))

WAITING = {
    "send them: they go": (send_held, HELD, {}, {}, SENT, None),
    "send them, made of a template: it is counted": (
        send_held,
        replace(HELD, template="nerede/tr/1"),
        {},
        {},
        (SENT[0], CountTemplates((Used("nerede", "tr", 1),)), SENT[1]),
        None,
    ),
    "send them, made of the template about the invoice: its copy goes too": (
        send_held,
        replace(HELD, words="Fatura numarası: MPX2026000000007.", template="fatura/tr/0"),
        {},
        {},
        (
            SENT[0],
            CountTemplates((Used("fatura", "tr", 0),)),
            TellSender(ASKED.person, TicketAnswered(41, "Fatura numarası: MPX2026000000007.")),
            TellSender(ASKED.person, InvoiceCopied("MPX2026000000007")),
        ),
        None,
    ),
    "send them: decided already": (send_held, None, {}, {}, (), "This has been decided already."),
    "send them: gone when the ticket was closed": (
        send_held,
        None,
        {"open": False},
        {},
        (),
        "The ticket was closed meanwhile",
    ),
    "send them: sent, then closed": (
        send_held,
        None,
        {"open": False},
        {"sent": True},
        (),
        "This has been decided already.",
    ),
    "send them: a colleague's": (send_held, replace(HELD, agent="11"), {}, {}, (), "Only whoever wrote these words"),
    "drop them": (drop_held, HELD, {}, {}, (DropHeld(41, HELD.mark),), "Not sent."),
    "drop them: decided already": (drop_held, None, {}, {}, (), "This has been decided already."),
    "drop them: a colleague's": (drop_held, replace(HELD, agent="11"), {}, {}, (), "Only whoever wrote these words"),
}


@pytest.mark.parametrize("name", WAITING)
def test_words_that_wait(name: str) -> None:
    act, held, ticket, more, acts, toast = WAITING[name]
    about = replace(ASKED, **ticket)
    turn = act(asked("41", action="also", language="en"), TicketFacts(41, "", about, held=held, **more), about)
    assert tuple(one for one in done(turn) if not isinstance(one, LogAccess)) == acts
    toasts = [spoken(one.text, "en") for one in turn.effects if isinstance(one, Toast) and one.text]
    assert len(toasts) == (toast is not None)
    assert all(one.startswith(str(toast)) for one in toasts)


def test_words_that_wait_are_not_sent_into_a_closed_ticket() -> None:
    about = replace(ASKED, open=False)
    turn = send_held(asked("41", action="also"), TicketFacts(41, "", about, held=HELD), about)
    assert done(turn) == ()
    assert "Ticket 41 is closed" in spoken(turn, "en")


TOLD = {
    "an answer that was sent is edited": (edited, True, "cannot be changed"),
    "other words are edited": (edited, False, ""),
    "a reply to a message without a ticket": (not_an_answer, False, "This was not sent to anybody."),
    "a voice message as an answer": (not_in_words, False, "Only words and pictures can be sent"),
}


@pytest.mark.parametrize("name", TOLD)
def test_the_agent_is_told(name: str) -> None:
    act, was_answer, read = TOLD[name]
    said = spoken(act(asked(""), TicketFacts(0, "", was_answer=was_answer)), "en")
    assert read in said and bool(said) is bool(read)
