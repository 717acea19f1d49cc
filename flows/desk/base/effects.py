"""What the staff desk asks the house to do, in the imperative; storage/store/desk_writers.py has a writer for each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from flows.core.events import FromDesk, OrderEvent
from flows.desk.base.request import Asked
from flows.desk.base.roles import Role
from flows.desk.openings.table import Why
from flows.desk.requests.table import DataRequest, Kind
from flows.desk.support.template_store import Used
from flows.words.text import Lines, Text

__all__ = [
    "EVERYBODY",
    "AppointStaff",
    "ApproveOpening",
    "AskOpening",
    "AssignTicket",
    "AwaitRefund",
    "BlockSender",
    "CloseTicket",
    "CountTemplates",
    "DeskButton",
    "DeskEffect",
    "DeskTurn",
    "DismissStaff",
    "DropButtons",
    "DropHeld",
    "FetchPicture",
    "KeepAnswer",
    "MarkOpened",
    "MarkRead",
    "MarkTold",
    "MovePiece",
    "MoveRequest",
    "NoteTicket",
    "OpenRequest",
    "PutTemplate",
    "RefuseOpening",
    "ReopenTicket",
    "RestoreTemplate",
    "RetireTemplate",
    "RetryRefunds",
    "Say",
    "SendHeld",
    "Sign",
    "SnoozeTicket",
    "TellSender",
    "Toast",
    "Topic",
    "UnblockSender",
    "WakeTicket",
    "replies",
    "reply",
    "says",
]


EVERYBODY = "*"


@dataclass(frozen=True, slots=True)
class DeskEffect:
    """Something to be done, kept in the same transaction as the facts it was decided on."""


@dataclass(frozen=True, slots=True)
class DeskButton:
    """Under a message to the staff: `action:value` comes back when it is tapped."""

    label: Text
    action: str
    value: str = ""


Buttons = tuple[tuple[DeskButton, ...], ...]
"""Rows of them."""


@dataclass(frozen=True, slots=True)
class Say(DeskEffect):
    """A message to a staff chat, "<chat>" or "<chat>/<thread>".

    to: "" is where it was asked, in the asker's language; all else is in the house's. EVERYBODY is the staff group, or
    where there is none everybody who talks with senders, but the asker.
    reply_to: the message it answers, 0 for none. picture: the mark of one that goes with it. about: the tickets whose
    senders' names, words or answers it shows, so that it can be deleted with them. language: its reader's, where
    that is known though they have not just asked.
    """

    text: Text | Lines
    to: str = ""
    buttons: Buttons = ()
    reply_to: int = 0
    picture: str = ""
    about: tuple[int, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Toast(DeskEffect):
    """The small answer to a tapped button."""

    tap: str
    text: Text | None = None


@dataclass(frozen=True, slots=True)
class DropButtons(DeskEffect):
    """The message whose button was tapped is decided: it keeps its words and loses its buttons. Where the decision was
    typed there is no such message."""


@dataclass(frozen=True, slots=True)
class Topic(DeskEffect):
    """Closes a ticket's topic ("close"), or opens it again ("reopen"), after all that is said there before. Where the
    ticket has no topic of its own nothing is done."""

    to: str
    act: str


@dataclass(frozen=True, slots=True)
class TellSender(DeskEffect):
    """An errand: brought to the sender's own door as an envelope, exactly once. `person` is the row id. An event of an
    order is one of flows.core.events.BY_DESK."""

    person: str
    event: FromDesk | OrderEvent


@dataclass(frozen=True, slots=True)
class Sign(DeskEffect):
    """A line in the access log; `subject` (a row id, an order, a staff member) is kept as a keyed hash only.

    purpose: as the book names it; one of a `Why` where a letter is to be opened."""

    action: str
    subject: str
    ticket: str = ""
    outcome: str = "done"
    purpose: str = "service"


# Tickets --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TicketEffect(DeskEffect):
    """`ticket` is the number."""

    ticket: int


@dataclass(frozen=True, slots=True)
class KeepAnswer(TicketEffect):
    """The agent's words, sealed with the sender's key. held: not sent yet, until a second yes; `mark` names the row.

    file: a picture that goes with held words. here: the chat in which they were written."""

    words: str
    message: int
    mark: str
    held: bool = False
    template: str = ""
    file: str = ""
    here: str = ""


@dataclass(frozen=True, slots=True)
class FetchPicture(TicketEffect):
    """An answer with a picture: fetched from the staff's messenger first, then brought to the sender (row id `person`).

    mark, words: of the answer. chat, message: where its agent is told if that fails."""

    person: str
    mark: str
    file: str
    words: str
    chat: str
    message: int


@dataclass(frozen=True, slots=True)
class SendHeld(TicketEffect):
    """Held words become an answer."""

    mark: str


@dataclass(frozen=True, slots=True)
class DropHeld(TicketEffect):
    """Held words are thrown away."""

    mark: str


@dataclass(frozen=True, slots=True)
class CloseTicket(TicketEffect):
    pass


@dataclass(frozen=True, slots=True)
class ReopenTicket(TicketEffect):
    pass


@dataclass(frozen=True, slots=True)
class AssignTicket(TicketEffect):
    """To a member of the staff, by their handle."""

    to: str


@dataclass(frozen=True, slots=True)
class SnoozeTicket(TicketEffect):
    until: datetime


@dataclass(frozen=True, slots=True)
class WakeTicket(TicketEffect):
    """It was put aside long enough."""


@dataclass(frozen=True, slots=True)
class NoteTicket(TicketEffect):
    """The sender was told that the ticket will be closed."""


@dataclass(frozen=True, slots=True)
class MarkRead(DeskEffect):
    """These messages of a sender stand in the staff's outbox now."""

    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BlockSender(DeskEffect):
    """No messages of this person (row id) to the desk until then; orders and rights are not touched."""

    person: str
    until: datetime


@dataclass(frozen=True, slots=True)
class UnblockSender(DeskEffect):
    person: str


# Staff ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AppointStaff(DeskEffect):
    user: int
    roles: frozenset[Role]
    name: str


@dataclass(frozen=True, slots=True)
class DismissStaff(DeskEffect):
    user: int


# Opening a letter -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AskOpening(DeskEffect):
    """`id` is fresh; `order` an order's row id. The reference is sealed with a key of its own."""

    id: str
    order: str
    why: Why
    reference: str
    silent: bool = False


@dataclass(frozen=True, slots=True)
class OpeningEffect(DeskEffect):
    """`id` is the request's."""

    id: str


@dataclass(frozen=True, slots=True)
class ApproveOpening(OpeningEffect):
    """From now until then whoever holds the token may open it once; only a keyed hash of it is kept."""

    token: str
    until: datetime


@dataclass(frozen=True, slots=True)
class RefuseOpening(OpeningEffect):
    pass


@dataclass(frozen=True, slots=True)
class MarkOpened(OpeningEffect):
    """The token has been used. told: its sender hears of it in the same transaction."""

    told: bool


@dataclass(frozen=True, slots=True)
class MarkTold(OpeningEffect):
    """The sender hears of it now."""


# The print room and money ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MovePiece(DeskEffect):
    """A piece of the print outbox: `how` in retry, park."""

    order: str
    how: str


@dataclass(frozen=True, slots=True)
class RetryRefunds(DeskEffect):
    """Refunds of this order that wait are tried at once."""

    order: str


@dataclass(frozen=True, slots=True)
class AwaitRefund(DeskEffect):
    """Whoever has asked for the refund of this order hears in the chat `here` what became of it. stopping: they know
    already that the print may win; otherwise they hear of it only where nothing was refunded."""

    order: str
    here: str
    stopping: bool


# Templates ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PutTemplate(DeskEffect):
    """New words in a language: a new version, in use from now on. The earlier ones are kept."""

    code: str
    language: str
    words: str


@dataclass(frozen=True, slots=True)
class RetireTemplate(DeskEffect):
    """Out of use in every language."""

    code: str


@dataclass(frozen=True, slots=True)
class RestoreTemplate(DeskEffect):
    """In use again: one that ships with the words that ship, one of the admins' own with its last words."""

    code: str


@dataclass(frozen=True, slots=True)
class CountTemplates(DeskEffect):
    """These were sent."""

    used: tuple[Used, ...]


# Data subjects' requests ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MoveRequest(DeskEffect):
    """What the table of requests decided; `reason` is the sealed words of a refusal."""

    before: DataRequest
    after: DataRequest
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OpenRequest(DeskEffect):
    """One that came by letter. order: the number of one of the person's orders, "" for no sender of ours."""

    kind: Kind
    words: str
    order: str = ""
    name: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class DeskTurn:
    """The answer to one update of the staff: all of it is kept, or nothing."""

    effects: tuple[DeskEffect, ...] = field(default=())

    def plus(self, effects: Iterable[DeskEffect]) -> DeskTurn:
        return replace(self, effects=(*self.effects, *effects))


def says(*said: Text | Lines) -> DeskTurn:
    """An answer where it was asked, and nothing else."""
    return DeskTurn(tuple(Say(one) for one in said))


def replies(asked: Asked, said: Text | Lines) -> DeskTurn:
    """The same, as a reply to what was asked."""
    return DeskTurn((reply(asked, said),))


def reply(asked: Asked, said: Text | Lines, buttons: Buttons = (), about: tuple[int, ...] = ()) -> Say:
    return Say(said, buttons=buttons, reply_to=asked.message, about=about)
