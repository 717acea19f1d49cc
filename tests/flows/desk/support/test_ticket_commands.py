"""What each command about a ticket does, what its asker reads, and where else it is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.core.effects import Toast
from flows.core.events import TicketClosed, TicketReopened
from flows.desk.base.effects import EVERYBODY, LogAccess, Say, TellSender, Topic
from flows.desk.base.roles import Member
from flows.desk.support import ticket_commands as commands
from flows.desk.support.effects import AssignTicket, BlockSender, CloseTicket, ReopenTicket, SnoozeTicket, UnblockSender
from flows.desk.support.ticket import Rest, Ticket, TicketFacts, about_a_ticket, mark_of, meant
from tests.flows.desk.support.template_examples import NOON, asked, done, spoken

PERSON, DESK = "p" * 32, "-1001/7"
OPEN = Ticket(41, True, PERSON, DESK, "tr", "Işıl", "MX000123", None, NOON, NOON)
CLOSED = replace(OPEN, open=False)
DAY = timedelta(days=1)


def logged(action: str) -> LogAccess:
    return LogAccess(action, PERSON, "41")


# (command, ticket, words after the number, more facts) -> what is done, what is read
CASES = {
    "close": (
        (commands.close, OPEN, "", {}),
        (CloseTicket(41), TellSender(PERSON, TicketClosed(41)), logged("close_ticket")),
        "#41 · closed by Ece.",
    ),
    "close: closed already": ((commands.close, CLOSED, "", {}), (), "Ticket 41 is closed already."),
    "open again": (
        (commands.reopen, CLOSED, "", {}),
        (ReopenTicket(41), TellSender(PERSON, TicketReopened(41)), logged("reopen_ticket")),
        "#41 · opened again by Ece",
    ),
    "open again: it is open": ((commands.reopen, OPEN, "", {}), (), "Ticket 41 is open already."),
    "open again: there is a newer one": ((commands.reopen, CLOSED, "", {"newer": 42}), (), "newer open ticket: 42"),
    "take it on": (
        (commands.assign, OPEN, "", {}),
        (AssignTicket(41, "13"), logged("assign_ticket")),
        "#41 · taken on by: Ece",
    ),
    "give it to a colleague": (
        (commands.assign, OPEN, "11", {"member": Member("11", "Deniz")}),
        (AssignTicket(41, "11"), logged("assign_ticket")),
        "#41 · taken on by: Deniz",
    ),
    "give it to a stranger": ((commands.assign, OPEN, "99", {}), (), "Nobody of the staff has this name or id: 99."),
    "give it to a name that two bear": (
        (commands.assign, OPEN, "Deniz", {"namesakes": (Member("11", "Deniz"), Member("12", "Deniz"))}),
        (),
        "Several members of the staff are called like this: Deniz (11), Deniz (12)",
    ),
    "put it aside: for a day if none are named": (
        (commands.snooze, OPEN, "", {}),
        (SnoozeTicket(41, NOON + DAY), logged("snooze_ticket")),
        "#41 · put aside until: 24 November 2026",
    ),
    "put it aside for three days, in words": (
        (commands.snooze, OPEN, "3 gün", {}),
        (SnoozeTicket(41, NOON + 3 * DAY), logged("snooze_ticket")),
        "put aside until: 26 November 2026",
    ),
    "put it aside: for at most ninety days": (
        (commands.snooze, OPEN, "90", {}),
        (SnoozeTicket(41, NOON + 90 * DAY), logged("snooze_ticket")),
        "put aside until",
    ),
    "put it aside: not for ninety-one": (
        (commands.snooze, OPEN, "91", {}),
        (),
        "A number from 1 to 90. Example: /snooze 41 3",
    ),
    "put it aside: not for none": ((commands.snooze, OPEN, "0", {}), (), "For how many days?"),
    "put it aside: not for a while": ((commands.snooze, OPEN, "a while", {}), (), "For how many days?"),
    "put it aside: closed already": ((commands.snooze, CLOSED, "3", {}), (), "Ticket 41 is closed already."),
    "block: for a week if no days are named": (
        (commands.block, OPEN, "", {}),
        (BlockSender(PERSON, NOON + 7 * DAY), logged("block_sender")),
        "takes no messages of this sender until: 30 November 2026",
    ),
    "block: for so many days": (
        (commands.block, CLOSED, "2 days", {}),
        (BlockSender(PERSON, NOON + 2 * DAY), logged("block_sender")),
        "until: 25 November 2026",
    ),
    "block: not for ever": ((commands.block, OPEN, "1000", {}), (), "Example: /block 41 3"),
    "let a sender write again": (
        (commands.unblock, OPEN, "", {"blocked": True}),
        (UnblockSender(PERSON), logged("unblock_sender")),
        "#41 · the desk takes this sender's messages again.",
    ),
    "let a sender write who may": ((commands.unblock, OPEN, "", {}), (), "is not blocked"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_command(name: str) -> None:
    (command, ticket, words, more), acts, read = CASES[name]
    turn = command(asked(words, language="en"), TicketFacts(41, words, ticket, **more), ticket)
    assert done(turn) == acts
    assert read in spoken(turn, "en").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("command", "ticket", "act"), [(commands.close, OPEN, "close"), (commands.reopen, CLOSED, "reopen")]
)
def test_the_tickets_topic_is_closed_and_opened_with_it(command: commands.Take, ticket: Ticket, act: str) -> None:
    assert Topic(DESK, act) in command(asked(""), TicketFacts(41, "", ticket), ticket).effects  # type: ignore[call-arg]


# where it is asked, where the ticket is talked about -> where it is told besides
PLACES = {
    "asked in private: its topic hears it": ("13", DESK, [("", 5), (DESK, 0)]),
    "asked in its topic: once": (DESK, DESK, [("", 5)]),
    "it has no place yet: everybody hears it": ("13", "", [("", 5), (EVERYBODY, 0)]),
}


@pytest.mark.parametrize("name", PLACES)
def test_it_is_told(name: str) -> None:
    here, desk, told = PLACES[name]
    chat, _, thread = here.partition("/")
    ticket = replace(OPEN, desk=desk)
    turn = commands.assign(
        replace(asked(""), chat=int(chat), thread=int(thread or 0)), TicketFacts(41, "", ticket), ticket
    )
    assert [(one.to, one.reply_to) for one in turn.effects if isinstance(one, Say)] == told


def test_a_tap_ends_its_waiting_sign_and_is_no_reply() -> None:
    turn = commands.assign(asked("41", action="mine"), TicketFacts(41, "", OPEN), OPEN)
    assert Toast("tap") in turn.effects
    assert [one.reply_to for one in turn.effects if isinstance(one, Say)] == [0, 0]


def test_where_the_ticket_is_there_the_command_is_carried_out() -> None:
    turn = about_a_ticket(commands.close)(asked(""), TicketFacts(41, "", OPEN))
    assert CloseTicket(41) in done(turn)


MISSING = {"a number nobody has": (99, "There is no ticket 99."), "no number": (0, "Which ticket?")}


@pytest.mark.parametrize("name", MISSING)
def test_first_of_all_the_ticket_must_be_there(name: str) -> None:
    number, read = MISSING[name]
    turn = about_a_ticket(commands.close)(asked(""), TicketFacts(number, ""))
    assert done(turn) == ()
    assert read in spoken(turn, "en")


# (words, the ticket of the place or 0, what follows) -> (number, words without it)
MEANT = {
    "elsewhere a number names the ticket": (("41 Yolda.", 0, Rest.WORDS), (41, "Yolda.")),
    "elsewhere no number names none": (("Yolda.", 0, Rest.WORDS), (0, "Yolda.")),
    "in its topic no number is needed": (("Yolda.", 41, Rest.WORDS), (41, "Yolda.")),
    "in its topic its own number is taken off": (("41 Yolda.", 41, Rest.WORDS), (41, "Yolda.")),
    "in a topic another number is a word": (("42 gün sürer.", 41, Rest.WORDS), (41, "42 gün sürer.")),
    "with its sign it names its ticket anywhere": (("#42 Yolda.", 41, Rest.WORDS), (42, "Yolda.")),
    "where nothing follows it names its ticket": (("42", 41, Rest.NOTHING), (42, "")),
    "in a topic a number alone is the days": (("41", 41, Rest.DAYS), (41, "41")),
    "in a topic two numbers are the ticket and the days": (("42 3", 41, Rest.DAYS), (42, "3")),
    "in a topic two numbers are the ticket and the colleague": (("42 11", 41, Rest.MEMBER), (42, "11")),
    "in a topic its own number is no colleague": (("41", 41, Rest.MEMBER), (41, "")),
}


@pytest.mark.parametrize("name", MEANT)
def test_which_ticket_is_meant(name: str) -> None:
    given, found = MEANT[name]
    assert meant(*given) == found


def test_a_message_of_the_bot_that_stands_under_a_ticket_is_told_by_its_first_line() -> None:
    assert [mark_of(line) for line in ("#41 · Işıl · MX000123", "41 · Işıl", "#x", "")] == [41, 0, 0, 0]
