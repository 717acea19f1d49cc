"""A ticket as an agent meets it: what may be known of it, how it is named, and where its news is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Final

from flows.core.effects import Effect, Toast
from flows.core.state import State, Turn
from flows.desk.base.effects import EVERYBODY, LogAccess, Say
from flows.desk.base.request import Asked
from flows.desk.base.roles import Member
from flows.desk.base.turns import says
from flows.desk.base.wording import named
from flows.words.text import Text, Verbatim, text

__all__ = [
    "CAPTION",
    "LONGEST",
    "HeldAnswer",
    "Rest",
    "Take",
    "Ticket",
    "TicketFacts",
    "about_a_ticket",
    "by",
    "logged",
    "mark_of",
    "meant",
    "number_in",
    "told",
]

CAPTION: Final = 900  # the same of words with a picture (Bot API, sendPhoto: 1024)
LONGEST: Final = 3500  # UTF-16 units of an answer: with its heading it is one message (Bot API: 4096)
HEADING: Final = re.compile(r"#(\d{1,12})\b")
LEADING: Final = re.compile(r"#?(\d{1,12})(?:\s+|$)")


@dataclass(frozen=True, slots=True)
class Ticket:
    """What an agent may know. `person`: the sender's row id; `desk`: where it is talked about; order: the newest.

    answered_by: who has answered since the sender's last word, None if nobody has. unreachable: the sender has blocked
    the bot, or is gone.
    """

    number: int
    open: bool
    person: str
    desk: str
    language: str
    first_name: str
    order: str
    state: State | None
    opened_at: datetime
    last_at: datetime
    snoozed_until: datetime | None = None
    assigned: Member | None = None
    answered_by: Member | None = None
    answered_at: datetime | None = None
    unreachable: bool = False


@dataclass(frozen=True, slots=True)
class HeldAnswer:
    """Words that wait for a second yes."""

    mark: str
    words: str
    agent: str  # whose they are: a handle
    template: str = ""
    file: str = ""  # a picture that goes with them
    message: int = 0  # in which they were written


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """The ticket that was meant, None if there is none; `asked` its number, 0 if none was named; the words without it.

    sent: the words that waited for a second yes have gone to the sender.
    member: somebody else who was named, if they are of the staff; namesakes: several who bear the name.
    was_answer: the edited message had been an answer, and says something else now.
    newer: another ticket of the same sender that is open. other: an open ticket with whose number the words begin,
    where the place has already said which is meant.
    """

    asked: int
    words: str
    ticket: Ticket | None = None
    held: HeldAnswer | None = None
    sent: bool = False
    member: Member | None = None
    was_answer: bool = False
    blocked: bool = False
    newer: int = 0
    other: int = 0
    namesakes: tuple[Member, ...] = ()


class Rest(Enum):
    """What follows a command about a ticket, besides the ticket's number."""

    NOTHING = auto()
    DAYS = auto()
    MEMBER = auto()  # a Telegram id, or a name
    WORDS = auto()


def number_in(words: str) -> tuple[int, str]:
    """ "41 words" -> (41, "words"); (0, words) where no number leads."""
    found = LEADING.match(words)
    return (int(found[1]), words[found.end() :]) if found else (0, words)


def meant(words: str, here: int, rest: Rest) -> tuple[int, str]:
    """(number, words without it) of a command. here: the ticket of the topic it stands in, or of the message that it
    answers; 0 elsewhere. The number is written there too, as every example has it: the ticket's own is never taken for
    a colleague or for words to the sender, and one with its sign "#" always names its ticket."""
    number, after = number_in(words)
    if not number:
        return here, words
    if not here:
        return number, after
    if words.startswith("#") or rest is Rest.NOTHING:
        return number, after
    if (rest is Rest.DAYS and after[:1].isdigit()) or (rest is Rest.MEMBER and after):
        return number, after
    own = number == here and rest is not Rest.DAYS  # a number alone is the days
    return here, after if own else words


def mark_of(heading: str) -> int:
    """The number of the ticket that a message of the bot stands under; 0 for other messages."""
    found = HEADING.match(heading)
    return int(found[1]) if found else 0


# What is answered -----------------------------------------------------------------------------------------------------

Take = Callable[[Asked, TicketFacts], Turn[None]]


def about_a_ticket(take: Callable[[Asked, TicketFacts, Ticket], Turn[None]]) -> Take:
    """First of all the ticket must be there."""

    def taken(asked: Asked, facts: TicketFacts) -> Turn[None]:
        if facts.ticket is not None:
            return take(asked, facts, facts.ticket)
        if facts.asked:
            return says(
                text(
                    "ticket",
                    "There is no ticket {number}. The open ones: {command}",
                    number=facts.asked,
                    command=named(asked, "sorular", "tickets"),
                )
            )
        return says(
            text(
                "ticket",
                "Which ticket? Please write its number after the command, or write in the ticket's own topic. The"
                " open ones: {command}",
                command=named(asked, "sorular", "tickets"),
            )
        )

    return taken


def logged(action: str, ticket: Ticket, outcome: str = "done") -> LogAccess:
    return LogAccess(action, ticket.person, str(ticket.number), outcome)


def by(asked: Asked) -> Verbatim:
    return Verbatim(asked.name)


def told(asked: Asked, ticket: Ticket, said: Text) -> tuple[Effect, ...]:
    """The asker hears it, and the ticket's own topic too where that is elsewhere."""
    effects: list[Effect] = [Toast(asked.tap)] if asked.tap else []
    effects.append(Say(said, reply_to=0 if asked.tap else asked.message))
    if ticket.desk != asked.here:
        effects.append(Say(said, to=ticket.desk or EVERYBODY))
    return tuple(effects)
