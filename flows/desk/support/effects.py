"""What the desk asks to be done about tickets, senders and templates, in the imperative."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flows.core.effects import Effect
from flows.desk.support.template_store import Used

__all__ = [
    "AssignTicket",
    "BlockSender",
    "CloseTicket",
    "CountTemplates",
    "DropHeld",
    "FetchPicture",
    "KeepAnswer",
    "MarkRead",
    "NoteTicket",
    "PutTemplate",
    "ReopenTicket",
    "RestoreTemplate",
    "RetireTemplate",
    "SendHeld",
    "SnoozeTicket",
    "TicketEffect",
    "UnblockSender",
    "WakeTicket",
]


@dataclass(frozen=True, slots=True)
class TicketEffect(Effect):
    """`ticket` is the number."""

    ticket: int


@dataclass(frozen=True, slots=True)
class KeepAnswer(TicketEffect):
    """The agent's words, sealed with the sender's key. held: not sent yet, until a second yes; `mark` names the row.

    file: a picture that goes with held words; of sent ones only which it was. here: the chat in which they were
    written."""

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
class MarkRead(Effect):
    """These messages of a sender stand in the staff's outbox now."""

    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BlockSender(Effect):
    """No messages of this person (row id) to the desk until then; orders and rights are not touched."""

    person: str
    until: datetime


@dataclass(frozen=True, slots=True)
class UnblockSender(Effect):
    person: str


@dataclass(frozen=True, slots=True)
class PutTemplate(Effect):
    """New words in a language: a new version, in use from now on. The earlier ones are kept."""

    code: str
    language: str
    words: str


@dataclass(frozen=True, slots=True)
class RetireTemplate(Effect):
    """Out of use in every language."""

    code: str


@dataclass(frozen=True, slots=True)
class RestoreTemplate(Effect):
    """In use again: one that ships with the words that ship, one of the admins' own with its last words."""

    code: str


@dataclass(frozen=True, slots=True)
class CountTemplates(Effect):
    """These were sent."""

    used: tuple[Used, ...]
