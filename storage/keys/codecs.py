"""How a value is written down before it is sealed: typed JSON, checked again when it is read.

A field that a newer version added takes its default when an older value is read; an unknown field is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

import msgspec

from flows.core import effects, events
from flows.core.effects import Work
from flows.core.events import FromDesk, OrderEvent
from flows.core.outgoing import OutgoingMessage
from flows.core.state import Draft, Profile, Refunded
from flows.input.manuscript import Manuscript
from flows.invoice.document import InvoiceDocument
from flows.invoice.party import InvoiceParty
from flows.invoice.reading import of_text

__all__ = [
    "WORKS",
    "AcceptedDocument",
    "Addressed",
    "ContractAddressee",
    "ContractBody",
    "ConversationBody",
    "InvoiceBody",
    "read_desk_event",
    "read_work",
    "write",
    "write_letter",
]


class ConversationBody(msgspec.Struct, frozen=True):
    """What is sealed of a conversation: the answers given so far, the last button used, whether the contact button is
    still shown, and the order that a side question is about."""

    draft: Draft
    last_tap: str = ""
    keyboard: bool = False
    about: str = ""


class Addressed(msgspec.Struct, frozen=True):
    """To whom an order goes: the name, and the address as flows wrote it."""

    name: str
    address: dict[str, Any] | None = None


class InvoiceBody(msgspec.Struct, frozen=True):
    """In whose name the invoice of an order is."""

    party: InvoiceParty


class AcceptedDocument(msgspec.Struct, frozen=True):
    """A document as it was accepted. words: without the values that `apart` names; those stand between them."""

    name: str
    language: str
    version: str
    dated: date
    sha256: str
    words: tuple[str, ...]
    apart: tuple[str, ...] = ()


class ContractBody(msgspec.Struct, frozen=True):
    """What was accepted with an order."""

    documents: tuple[AcceptedDocument, ...]


class ContractAddressee(msgspec.Struct, frozen=True):
    """What the documents of an order say of its addressee, for each of them the values that stand apart."""

    values: tuple[tuple[str, ...], ...]


class Answers(msgspec.Struct, frozen=True):
    """The answers that were given with a letter, sealed beside its words from its order on."""

    draft: Draft | None = None


_encoder = msgspec.json.Encoder()
write = _encoder.encode
"""Any value of this file, a Profile, a Manuscript, an OutgoingMessage or a Work effect, as bytes."""


def write_letter(words: Manuscript, answers: Draft | None) -> bytes:
    """The words of a letter, with its answers in the same body: `read_manuscript` and `read_answers` take their own.
    The payer's identity number is none of them: it serves one payment."""
    body = msgspec.to_builtins(words)
    return write({**body, "draft": replace(answers, national_id="")} if answers else body)


T = TypeVar("T")


def _once_text(kind: type[T], *place: str) -> Callable[[bytes], T]:
    """A reader that also takes the older shape of a value, in which the invoice at this place was one text."""
    read = msgspec.json.Decoder(kind).decode

    def either(body: bytes) -> T:
        try:
            return read(body)
        except msgspec.ValidationError:
            held = around = msgspec.json.decode(body)
            for name in place[:-1]:
                around = around.get(name) or {}
            written = around.get(place[-1])
            if not isinstance(written, str):
                raise
            around[place[-1]] = of_text(written) if written else None
            return read(write(held))

    return either


read_notes = _once_text(ConversationBody, "draft", "invoice")
read_profile = _once_text(Profile, "invoice")
read_manuscript = msgspec.json.Decoder(Manuscript).decode
read_answers = _once_text(Answers, "draft", "invoice")
read_message = msgspec.json.Decoder(OutgoingMessage).decode
read_addressed = msgspec.json.Decoder(Addressed).decode
read_contract = msgspec.json.Decoder(ContractBody).decode
read_contract_addressee = msgspec.json.Decoder(ContractAddressee).decode
read_refunds = msgspec.json.Decoder(tuple[Refunded, ...]).decode
read_issued = msgspec.json.Decoder(InvoiceDocument).decode
read_invoice = _once_text(InvoiceBody, "party")


def _works() -> Iterator[type[Work]]:
    for name in effects.__all__:
        kind = getattr(effects, name)
        if isinstance(kind, type) and issubclass(kind, Work) and kind is not Work:
            yield kind


WORKS: dict[str, type[Work]] = {kind.__name__: kind for kind in _works()}
"""Every kind of slow work by the name its row carries."""
_readers = {name: msgspec.json.Decoder(kind).decode for name, kind in WORKS.items()}


def read_work(kind: str, body: bytes) -> Work:
    """The effect a work row was made from. Errors: KeyError for a kind this version does not know."""
    return _readers[kind](body)


def _desk_events() -> Iterator[type[FromDesk] | type[OrderEvent]]:
    yield from events.BY_DESK
    for name in events.__all__:
        kind = getattr(events, name)
        if isinstance(kind, type) and issubclass(kind, FromDesk) and kind is not FromDesk:
            yield kind


_desk_event_readers = {kind.__name__: msgspec.json.Decoder(kind).decode for kind in _desk_events()}


def read_desk_event(kind: str, body: bytes) -> FromDesk | OrderEvent:
    """The event that a desk event carries. Errors: KeyError for a kind this version does not know."""
    return _desk_event_readers[kind](body)
