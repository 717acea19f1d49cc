"""The shape of a question: what is asked, what is taken as an answer, and how an answer moves the conversation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

from flows.core.documents import Document
from flows.core.effects import Button, Effect, Reply
from flows.core.events import Event, OrderEvent
from flows.core.state import Draft, Order, Profile, Standing
from flows.input.age import today_in_istanbul
from flows.invoice.document import InvoiceSeller
from flows.price.price import Tariff
from flows.words.text import Lines, Text, Verbatim, text

__all__ = [
    "Ask",
    "Back",
    "DocumentVersion",
    "Forward",
    "GoTo",
    "Here",
    "Move",
    "Open",
    "Operator",
    "Stay",
    "Step",
    "Take",
    "also",
    "button",
    "lines",
]


@dataclass(frozen=True, slots=True)
class DocumentVersion:
    """A document a person accepts: its version, its date and the SHA-256 of its words."""

    version: str
    dated: date
    sha256: str


def in_english(said: Text, language: str) -> str:
    """The words as they stand in the source."""
    return said.message


def no_document(name: str, here: Here) -> Document:
    raise LookupError(f"nobody fills documents here: {name}")


@dataclass(frozen=True, slots=True)
class Operator:
    """What the operator has decided. `documents` maps (name, language) to notice, preinfo and contract.

    filled: a document for the order that somebody is about to place, by its name.

    contact: the seller's e-mail address, printed for the addressee. words: a sentence in a language, so that a button's
    label is known when somebody types it. public: the address under which the web server is reached.
    stationeries: what a sender can choose, by the name stored with the order, in the order of the buttons.
    envelope: the layout of page 1 for the print room's envelopes (rendering/layout/envelopes.py). cut_off: the
    hour (Istanbul) at which letters go to the print room on a working day, None: each at once. national_id: the payment
    institution demands the payer's. institutions: those whose payments can be given
    back, and whether in parts too; {} where nobody has said. seller, invoice_series: who issues invoices, and the three
    letters that their numbers begin with.
    """

    tariff: Tariff
    documents: Mapping[tuple[str, str], DocumentVersion]
    return_address: tuple[str, ...] = ()
    page_limit: int = 10
    contact: str = ""
    words: Callable[[Text, str], str] = in_english
    public: str = ""
    stationeries: Mapping[str, Text] = field(default_factory=dict)
    envelope: str = "din"
    cut_off: time | None = None
    national_id: bool = False
    filled: Callable[[str, Here], Document] = no_document
    institutions: Mapping[str, bool] = field(default_factory=dict)
    seller: InvoiceSeller = field(default_factory=InvoiceSeller)
    invoice_series: str = "MPX"

    def stationery_of(self, draft: Draft) -> str:
        """The chosen one; until then the first, with which the letter is measured."""
        return draft.stationery or next(iter(self.stationeries), "")


@dataclass(frozen=True, slots=True)
class Here:
    """Everything a step may look at while it asks or takes an answer."""

    standing: Standing
    operator: Operator
    at: datetime
    fresh: str

    @property
    def draft(self) -> Draft:
        return self.standing.draft

    @property
    def profile(self) -> Profile:
        return self.standing.profile

    @property
    def today(self) -> date:
        """The calendar day in Istanbul."""
        return today_in_istanbul(self.at)

    def document(self, name: str) -> DocumentVersion:
        return self.operator.documents[name, self.profile.language]

    def filled(self, name: str) -> Document:
        """A document in its reader's words, for the order that the draft would become now."""
        return self.operator.filled(name, self)

    def now(self, standing: Standing) -> Here:
        return replace(self, standing=standing)


@dataclass(frozen=True, slots=True)
class Move:
    """Where an answer leads, what it changes, and what it asks to be done.

    say: a sentence said first. draft, profile: the changed ones, None = as before. effects: to be done.
    order: a new order. happens: what the answer means to an order. stops: what it means to orders at once, beside
    whatever else it leads to.
    """

    say: Text | None = None
    draft: Draft | None = None
    profile: Profile | None = None
    order: Order | None = None
    happens: OrderEvent | None = None
    stops: tuple[OrderEvent, ...] = ()
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Forward(Move):
    """To the next question that is still needed; from a side question, back to the one behind it."""


@dataclass(frozen=True, slots=True)
class Back(Move):
    """To the question before this one."""


@dataclass(frozen=True, slots=True)
class GoTo(Move):
    """To a question by its name."""

    step: str = ""


@dataclass(frozen=True, slots=True)
class Open(Move):
    """Puts a side question before the present one; `about`: the order that it is about."""

    step: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Stay(Move):
    """The question stays open.

    say: why, with the ways to answer below it. ask: the question is asked again. silent: an effect brings the answer.
    """

    ask: bool = False
    silent: bool = False


def also(move: Move, said: Text) -> Move:
    """With one more sentence after the one that is said first."""
    joined = text("machine", "{said} {more}", said=move.say, more=said) if move.say else said
    return replace(move, say=joined)


Ask = Callable[[Here], Reply | None]  # None: the question is shown when what it needs has been made
Take = Callable[[Here, Any], Move]


def always(_: Here) -> bool:
    return True


def never(_: Here) -> bool:
    return False


def nothing(_: Here) -> tuple[Effect, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Step:
    """One question of the journey.

    ask: the screen. accepts: the sentence that names what is accepted, said to everything else.
    on: what is taken, by type of event. taps: what is taken, by the action of the button.
    needed: whether Forward stops here. arrive: what is to be done when the question comes up.
    back: the question that "Geri" leads to, "" where there is no way back.
    detours: the questions beside the way that an answer here can lead to.
    drawn_elsewhere: actions of this question whose button another message carries, not `ask`.
    settled: an edited message does not take this answer back.
    literal: every word typed here is an answer, taken as it stands.
    own_way_out: the question itself decides what "geri" and "vazgeç" mean.
    waiting: said while `ask` has nothing to show yet, or nothing to tap; without it, `accepts`.
    insists: whether a refusal repeats the question, because its buttons say nothing without it.
    outdated: by action, what is said where the present button carries another value than the one that was tapped.
    """

    name: str
    ask: Ask
    accepts: Text
    on: Mapping[type[Event], Take] = field(default_factory=dict)
    taps: Mapping[str, Take] = field(default_factory=dict)
    needed: Callable[[Here], bool] = always
    arrive: Callable[[Here], tuple[Effect, ...]] = nothing
    back: str = ""
    detours: tuple[str, ...] = ()
    drawn_elsewhere: frozenset[str] = frozenset()
    settled: bool = False
    literal: bool = False
    own_way_out: bool = False
    waiting: Text | None = None
    insists: Callable[[Here], bool] = never
    outdated: Mapping[str, Text] = field(default_factory=dict)


def button(context: str, label: str, action: str, value: str = "", **values: Any) -> Button:
    """A button of the present screen."""
    return Button(text(context, label, **values), action, value)


BACK = Button(text("buttons", "Back"), "back")


def lines(*parts: Text | Lines) -> Lines:
    """Sentences below each other in one message."""
    flat: list[Text | Verbatim] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, Lines) else (part,))
    return Lines(tuple(flat))
