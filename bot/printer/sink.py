"""What a print room is to MektupX: it takes a letter durably, and can be asked whether it has it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.base.clock import Clock, SystemClock
from bot.base.partner import PartnerError
from flows.desk.printing import printer
from flows.words.text import Text, Value, Verbatim, text
from locales import say

__all__ = ["Access", "Piece", "PrintSink", "Receipt", "SinkAway", "SinkError", "SinkRefused", "SinkUnsure"]
__all__ += ["SinkUnreachable", "ensure_intact", "told"]


class Piece(Protocol):
    """One letter to be printed, as the print outbox holds it.

    order, letter: ids of 32 hexadecimal digits; number: "MX000123", what staff and sheets call it. pdf: the approved
    bytes; sha256: their fingerprint in hexadecimal, fixed at approval. token: the lease under which it was read,
    until: its end, after which somebody else may hold the piece.
    since: no try of before it counts; it was ordered then, or a person has said that it was not printed.
    """

    @property
    def order(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def letter(self) -> str: ...
    @property
    def pdf(self) -> bytes: ...
    @property
    def pages(self) -> int: ...
    @property
    def sha256(self) -> str: ...
    @property
    def token(self) -> str: ...
    @property
    def since(self) -> datetime: ...
    @property
    def until(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Access:
    """What the operator gives a sink beside its address. recipients: the print room's public keys (age); ssh_key and
    known_hosts: files of OpenSSH's formats."""

    recipients: Sequence[str] = ()
    ssh_key: Path | None = None
    known_hosts: Path | None = None
    clock: Clock = field(default_factory=SystemClock)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The sink's word that it holds a piece durably; `reference` is the sink's own name for it, never personal."""

    sink: str
    reference: str


class SinkError(PartnerError):
    """The print room did not take a piece. sentence: why, for whoever reads it in another language than the log.
    remedy: what the operator does, where one thing helps."""

    def __init__(self, why: str | Text, *, retry: bool = True, remedy: Text | None = None) -> None:
        super().__init__(why if isinstance(why, str) else say(why, "en"), retry=retry)
        self.sentence: Text = text("printer", "{why}", why=Verbatim(why)) if isinstance(why, str) else why
        self.remedy = remedy


class SinkRefused(SinkError):
    """It will never take this piece as it is: a person must look."""

    def __init__(self, why: str | Text) -> None:
        super().__init__(why, retry=False)


class SinkUnsure(SinkError):
    """It was asked and did not answer: it may or may not hold the piece."""


class SinkAway(SinkError):
    """It cannot be reached or has no room at the moment, and surely does not hold the piece because of this call."""


class SinkUnreachable(SinkAway):
    """Nobody answers at its address."""


class PrintSink(Protocol):
    """One print room. tests/bot/printer/conformance.py is the specification every sink passes."""

    @property
    def name(self) -> str:
        """As in the settings and in the dispatch record: lower case, ASCII."""

    async def start(self) -> None:
        """Clears what an interrupted run left behind. Raises SinkAway when the print room cannot be used now; one
        reached over a network is waited for instead, letter by letter."""

    async def probe(self) -> Sequence[Text]:
        """Tries what a letter would need, leaves nothing behind, and raises a SinkError that names the remedy. Returns
        what can be used and is hardly meant, for `mektupx check`."""

    async def submit(self, piece: Piece) -> Receipt:
        """Hands a piece over; when it returns, no crash or power cut on either side loses the piece.

        Idempotent by the letter: the same bytes again are the same one piece; other bytes under its name are refused.
        Raises SinkRefused, SinkUnsure or SinkAway.
        """

    async def lookup(self, piece: Piece) -> Receipt | None:
        """The receipt if the sink took this very piece earlier, even if it is printed by now; None if it did not.

        Raises SinkUnsure when the sink cannot tell, SinkAway when it cannot be reached.
        """

    async def references(self) -> Collection[str]:
        """The receipts' names of everything the print room holds and has not been asked to remove. Raises SinkAway."""

    async def remove(self, reference: str) -> None:
        """The print room's own copy of a dispatched piece goes, durably; `reference` is its receipt's. One that is gone
        already is gone. Raises SinkRefused for a name that no receipt of this sink can have, SinkAway.
        """

    async def close(self) -> None:
        """Lets go of connections when the service stops."""


def told(sentence: Text, **values: Value | Text | str) -> Text:
    """A sentence with what it is about; job numbers and statuses stay as the printer writes them."""
    return replace(
        sentence, values={name: Verbatim(one) if isinstance(one, str) else one for name, one in values.items()}
    )


def ensure_intact(piece: Piece) -> None:
    """What was approved is what is printed: other bytes raise SinkRefused. Every sink calls it before it sends."""
    if hashlib.sha256(piece.pdf).hexdigest() != piece.sha256:
        raise SinkRefused(told(printer.ALTERED, letter=piece.number))
