"""What any decision of the desk can ask for, in the imperative; each room's own effects stand beside its decisions."""

from __future__ import annotations

from dataclasses import dataclass

from flows.core.effects import Buttons, Effect, Outgoing
from flows.core.events import FromDesk, OrderEvent
from flows.words.text import Lines, Text

__all__ = ["EVERYBODY", "DropButtons", "LogAccess", "Say", "TellSender", "Topic"]

EVERYBODY = "*"


@dataclass(frozen=True, slots=True)
class Say(Outgoing):
    """A message to a staff chat, "<chat>" or "<chat>/<thread>".

    to: "" is where it was asked, in the asker's language; all else is in the operator's own. EVERYBODY is the staff
    group, or where there is none everybody who talks with senders, but the asker.
    reply_to: the message it answers, 0 for none. picture: the mark of one that goes with it. about: the tickets whose
    senders' names, words or answers it shows, so that it can be deleted with them. language: its reader's, where
    that is known though they have not just asked. relays: the ticket whose sender's own words these are.
    """

    text: Text | Lines
    to: str = ""
    buttons: Buttons = ()
    reply_to: int = 0
    picture: str = ""
    about: tuple[int, ...] = ()
    language: str = ""
    relays: int = 0


@dataclass(frozen=True, slots=True)
class DropButtons(Outgoing):
    """The message whose button was tapped is decided: it keeps its words and loses its buttons. Where the decision was
    typed there is no such message."""


@dataclass(frozen=True, slots=True)
class Topic(Outgoing):
    """Closes a ticket's topic ("close"), or opens it again ("reopen"), after all that is said there before. Where the
    ticket has no topic of its own nothing is done."""

    to: str
    act: str


@dataclass(frozen=True, slots=True)
class TellSender(Effect):
    """A desk event: brought to the sender's own door as an envelope, exactly once. `person` is the row id. An event of
    an order is one of flows.core.events.BY_DESK."""

    person: str
    event: FromDesk | OrderEvent


@dataclass(frozen=True, slots=True)
class LogAccess(Effect):
    """A line in the access log; `subject` (a row id, an order, a staff member) is kept as a keyed hash only.

    purpose: as the log names it; one of a `Why` where a letter is to be opened."""

    action: str
    subject: str
    ticket: str = ""
    outcome: str = "done"
    purpose: str = "service"
