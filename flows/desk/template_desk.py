"""What passes between an agent and the shelf of replies: what was asked, what may be seen, what is said and done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from flows.desk.placeholders import Request
from flows.desk.shelf import Shelf, Used
from flows.effects import Button
from flows.standing import Order
from flows.step import House
from flows.text import Lines, Text

__all__ = [
    "Answer",
    "Asked",
    "Desk",
    "PutTemplate",
    "RestoreTemplate",
    "RetireTemplate",
    "SendTemplate",
    "TemplateEffect",
    "Ticket",
]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a member of the staff wrote or tapped.

    words: what stands after the command, or the value of the tapped button. action: the button's, "" for a command.
    ticket: the question whose topic it was said in, None elsewhere. language, by: the staff member's own, and the id of
    their row. admin: whether they may change templates.
    """

    words: str
    at: datetime
    house: House
    language: str = "tr"
    by: str = ""
    admin: bool = False
    action: str = ""
    ticket: int | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """What an agent may see of a question and its sender. answers: how many were given, so that two agents (or two
    taps) do not answer twice."""

    number: int
    open: bool
    language: str
    first_name: str = ""
    orders: tuple[Order, ...] = ()
    requests: tuple[Request, ...] = ()
    answers: int = 0


@dataclass(frozen=True, slots=True)
class Desk:
    """The facts of /t and /sablon: the templates, and the question it is about (None: none was named, or none is)."""

    shelf: Shelf = field(default_factory=Shelf)
    ticket: Ticket | None = None


@dataclass(frozen=True, slots=True)
class TemplateEffect:
    """Something to be done, in the transaction that answers."""


@dataclass(frozen=True, slots=True)
class SendTemplate(TemplateEffect):
    """To be brought to the sender: the words as previewed, what they were made of, whether a person changed them."""

    ticket: int
    words: str
    used: tuple[Used, ...]
    edited: bool = False

    @property
    def label(self) -> str:
        """What the ticket's message remembers: "nerede/tr/0 gecikme/tr/2", with a star when it was edited."""
        return " ".join(one.label for one in self.used) + ("*" if self.edited else "")


@dataclass(frozen=True, slots=True)
class PutTemplate(TemplateEffect):
    """New words in a language: a new version, in use from now on. The earlier ones are kept."""

    code: str
    language: str
    words: str


@dataclass(frozen=True, slots=True)
class RetireTemplate(TemplateEffect):
    """Out of use in every language."""

    code: str


@dataclass(frozen=True, slots=True)
class RestoreTemplate(TemplateEffect):
    """In use again: one that ships with the words that ship, one of the admins' own with its last words."""

    code: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the staff member is told, and what is to be done."""

    say: Text | Lines
    buttons: tuple[tuple[Button, ...], ...] = ()
    effects: tuple[TemplateEffect, ...] = ()
