"""What the staff reads of a ticket: the sender's words, pictures and corrections, the list, and what the clock does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from flows.core.events import TicketClosed, TicketReminded
from flows.core.state import State, Turn
from flows.desk.base.effects import EVERYBODY, LogAccess, Say, TellSender, Topic
from flows.desk.base.roles import Member
from flows.desk.support import relayed
from flows.desk.support.effects import CloseTicket, NoteTicket, WakeTicket
from flows.desk.support.relayed import Overview, Words
from flows.desk.support.ticket import Ticket
from tests.flows.desk.support.template_examples import NOON, asked, done, keys, spoken

PERSON, DESK = "p" * 32, "-1001/7"
OPEN = Ticket(41, True, PERSON, DESK, "tr", "Işıl", "MX000123", State.POSTED, NOON, NOON)
ECE = Member("13", "Ece")
HEAD = "#41 · Işıl · MX000123"
CARD = f"{HEAD} · new question\nLanguage of the sender: Turkish\nOrder MX000123: posted"


def reads(*said: Words, ticket: Ticket = OPEN) -> list[tuple[str, str]]:
    """(words, the picture that goes with them) of every message."""
    shown = relayed.relayed(ticket, said)
    assert all(isinstance(one, Say) and one.to == (ticket.desk or EVERYBODY) and one.about == (41,) for one in shown)
    return [(spoken(one.text, "en"), one.picture) for one in shown if isinstance(one, Say)]


CASES = {
    "the first words: a card before them": (
        [Words("m", "Nerede?", first=True)],
        [(CARD, ""), (f"{HEAD}\n\nNerede?", "")],
    ),
    "later words": ([Words("m", "Nerede?")], [(f"{HEAD}\n\nNerede?", "")]),
    "corrected words": (
        [Words("m", "Nerede kaldı?", edited=True)],
        [(f"{HEAD} · the sender has corrected:\n\nNerede kaldı?", "")],
    ),
    "a picture with words": ([Words("m", "Bakın", picture=True)], [(f"{HEAD}\n\nBakın", "m")]),
    "a picture alone": ([Words("m", "", picture=True)], [(HEAD, "m")]),
    "another picture": (
        [Words("m", "", edited=True, picture=True)],
        [(f"{HEAD} · the sender has replaced the picture", "m")],
    ),
    "a picture with more words than a caption holds: they follow it": (
        [Words("m", "a" * 901, picture=True)],
        [(HEAD, "m"), (f"{HEAD}\n\n" + "a" * 901, "")],
    ),
    "two messages in their order": (
        [Words("m", "Bir"), Words("n", "iki")],
        [(f"{HEAD}\n\nBir", ""), (f"{HEAD}\n\niki", "")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_staff_reads(name: str) -> None:
    said, shown = CASES[name]
    assert reads(*said) == shown


def test_of_somebody_without_an_order_or_a_name_the_card_says_less() -> None:
    nobody = replace(OPEN, first_name="", order="", state=None, language="xx", desk="")
    ((card, _), _) = reads(Words("m", "Nerede?", first=True), ticket=nobody)
    assert card == "#41 · new question\nLanguage of the sender: xx"


def test_a_card_has_its_two_buttons() -> None:
    turn = Turn(None, relayed.relayed(OPEN, [Words("m", "Nerede?", first=True)]))
    assert keys(turn, "en") == {"I take it on": ("mine", "41"), "Close": ("close", "41")}


# The list -------------------------------------------------------------------------------------------------------------


def listed(*tickets: Ticket, language: str = "en", **figures: Any) -> str:
    empty = dict.fromkeys(("open", "waiting", "snoozed", "today", "days", "older", "rating", "rated"), 0)
    values: dict[str, Any] = {"first_answer": None, "resolution": None} | empty | figures
    turn = relayed.overview(asked("", language=language), Overview(tickets, **values))
    return spoken(turn, language).replace("\u00a0", " ")


def test_where_nothing_is_open_the_list_says_so() -> None:
    assert listed() == "No ticket is open."


def test_open_tickets_are_counted_by_age() -> None:
    said = listed(open=6, waiting=1, snoozed=2, today=3, days=2, older=1)
    assert said == (
        "Open tickets: 6. Waiting for us: 1. Put aside: 2.\nBy age: today 3 · one to three days 2 · older 1"
    )


FIGURES = {
    "the median of first answers": ({"first_answer": timedelta(minutes=59)}, "First answer, median of 30 days: 59 min"),
    "the median of closings": (
        {"resolution": timedelta(hours=47, minutes=59)},
        "From question to closing, median of 30 days: 47 h 59 min",
    ),
    "two days are told in days": ({"resolution": timedelta(hours=48)}, "median of 30 days: 2 days"),
    "an hour is told in hours": ({"resolution": timedelta(minutes=60)}, "median of 30 days: 1 h 0 min"),
    "stars from one answer": ({"rating": 45, "rated": 1}, "4.5 of 5, from one answer"),
    "stars from several": ({"rating": 38, "rated": 12}, "3.8 of 5, from 12 answers"),
}


@pytest.mark.parametrize("name", FIGURES)
def test_the_list_tells(name: str) -> None:
    figures, said = FIGURES[name]
    assert said in listed(**figures)


def test_stars_are_written_as_the_reader_writes_them() -> None:
    assert "3,8" in listed(language="tr", rating=38, rated=12)


ROWS = {
    "waits for us": (OPEN, f"{HEAD} · 0 min · waits for us"),
    "was answered": (replace(OPEN, answered_by=ECE), f"{HEAD} · 0 min · waits for the sender"),
    "is put aside": (
        replace(OPEN, answered_by=ECE, snoozed_until=NOON + timedelta(seconds=1)),
        f"{HEAD} · 0 min · put aside",
    ),
    "was put aside until now": (replace(OPEN, snoozed_until=NOON), f"{HEAD} · 0 min · waits for us"),
    "was taken on": (replace(OPEN, assigned=ECE), f"{HEAD} · 0 min · waits for us · Ece"),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_ticket_of_the_list(name: str) -> None:
    ticket, row = ROWS[name]
    assert listed(ticket, open=1).split("\n")[-1] == row


def test_the_list_shows_the_first_twenty_and_is_about_them() -> None:
    tickets = tuple(replace(OPEN, number=number) for number in range(1, 26))
    turn = relayed.overview(asked(""), Overview(tickets, 25, 25, 0, 25, 0, 0, None, None, 0, 0))
    (said,) = (one for one in turn.effects if isinstance(one, Say))
    assert said.about == tuple(range(1, 21))
    assert "#20" in spoken(turn) and "#21" not in spoken(turn)


# The clock ------------------------------------------------------------------------------------------------------------


def test_a_sender_who_is_silent_is_told_the_day_of_closing() -> None:
    reminded = TellSender(PERSON, TicketReminded(41, date(2026, 11, 24)))
    assert done(relayed.warned(OPEN, NOON)) == (NoteTicket(41), reminded)


def test_a_week_of_silence_closes_it() -> None:
    turn = relayed.closed_by_silence(OPEN)
    assert done(turn) == (
        CloseTicket(41),
        TellSender(PERSON, TicketClosed(41, "silence")),
        LogAccess("close_ticket", PERSON, "41", "silence"),
    )
    assert Topic(DESK, "close") in turn.effects
    assert spoken(turn, "en") == "#41 · closed: nothing was heard of the sender for a week."


@pytest.mark.parametrize(("assigned", "end"), [(None, "on the table again."), (ECE, "on the table again. · Ece")])
@pytest.mark.parametrize(("desk", "to"), [(DESK, DESK), ("", EVERYBODY)])
def test_a_ticket_that_was_put_aside_comes_back(assigned: Member | None, end: str, desk: str, to: str) -> None:
    turn = relayed.back(replace(OPEN, assigned=assigned, desk=desk))
    assert done(turn) == (WakeTicket(41),)
    assert spoken(turn, "en").endswith(end)
    assert [one.to for one in turn.effects if isinstance(one, Say)] == [to]
    assert set(keys(turn, "en")) == {"I take it on", "Close"}
