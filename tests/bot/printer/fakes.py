"""A print outbox and a print room in memory, with the real ones' Protocols, on a machine that can crash anywhere."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.printer.sink import Piece, Receipt
from flows.core.events import (
    Envelope,
    LetterDispatched,
    LetterShredded,
    Person,
    PrintClaimed,
    PrintStuck,
    PrintWithheld,
)
from storage.printing import outbox as print_outbox
from storage.queues import keys_to_shred
from tests.bot.printer.conformance import PaperPiece
from tests.fakes import FakeExecutor

PERSON = Person("telegram", "7")
START = datetime(2026, 11, 22, 9, tzinfo=UTC)


class Crash(BaseException):
    """The process is gone. What was durable is durable, everything else is not."""


class Fuse:
    """Every durable act passes it twice, before and after; at the n-th passage the process dies."""

    def __init__(self, blows_at: int = 0) -> None:
        self.passed, self.blows_at = 0, blows_at

    def __call__(self) -> None:
        self.passed += 1
        if self.passed == self.blows_at:
            raise Crash


class TestClock:
    """Stands still until a test moves it."""

    __test__ = False

    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time

    async def pause(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)

    async def until(self, instant: datetime) -> None:
        self.time = max(self.time, instant)


@dataclass
class Row:
    piece: PaperPiece
    state: str = "ready"
    token: str = ""
    until: datetime = START
    receipt: str = ""
    cancelled: bool = False
    stop: bool = False


@dataclass
class Shelf(FakeExecutor):
    """The outbox together with the order's decisions behind the door, each call one committed transaction."""

    fuse: Fuse = field(default_factory=Fuse)
    rows: dict[str, Row] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    heard: list[Envelope] = field(default_factory=list)

    def put(self, *pieces: PaperPiece) -> None:
        self.rows.update({piece.order: Row(piece) for piece in pieces})

    def states(self) -> list[str]:
        return [row.state for row in self.rows.values()]

    def answers(self) -> Mapping[Any, Callable[..., Any]]:
        return {
            print_outbox.ready: self.ready,
            print_outbox.pieces: self.pieces,
            print_outbox.submitting: self.submitting,
            print_outbox.not_submitted: self.not_submitted,
            print_outbox.submitted: self.submitted,
        }

    def ready(self, now: datetime, limit: int, since: datetime) -> Sequence[tuple[Person, str]]:
        self.fuse()
        free = [
            order
            for order, row in self.rows.items()
            if row.state == "ready" or (row.state in ("leased", "submitting", "submitted") and row.until <= now)
        ]
        return [(PERSON, order) for order in free[:limit]]

    def pieces(self, token: str) -> Sequence[PaperPiece]:
        self.fuse()
        held = (
            row
            for row in self.rows.values()
            if row.token == token and row.state in ("leased", "submitting", "submitted")
        )
        return [replace(row.piece, token=token, state=row.state, until=row.until) for row in held]

    def submitting(self, orders: Collection[str], token: str) -> set[str]:
        wanted = [order for order in orders if not self.rows[order].stop]
        return self._step(wanted, token, ("leased", "submitting"), "submitting")

    def not_submitted(self, orders: Collection[str], token: str) -> set[str]:
        return self._step(orders, token, ("submitting",), "leased")

    def submitted(self, orders: Collection[str], token: str) -> set[str]:
        return self._step(orders, token, ("submitting",), "submitted")

    def _step(self, orders: Collection[str], token: str, come_from: tuple[str, ...], to: str) -> set[str]:
        self.fuse()
        held = {order for order in orders if self.rows[order].token == token and self.rows[order].state in come_from}
        for order in held:
            self.rows[order].state = to
        if held:
            self.fuse()
        return held

    async def receive(self, envelope: Envelope) -> None:
        self.fuse()
        if envelope.key in self.seen:
            return
        self.seen.add(envelope.key)
        self.heard.append(envelope)
        match envelope.event:
            case PrintClaimed(order, token, until):
                row = self.rows[order]
                if not row.cancelled and (row.state == "ready" or row.until <= envelope.moment.at):
                    row.state = "leased" if row.state == "ready" else row.state
                    row.token, row.until = token, until
            case LetterDispatched(order, token, _, receipt) if self.rows[order].token == token:
                self.rows[order].state, self.rows[order].receipt = "cleared", receipt
            case PrintStuck(order, token) if self.rows[order].token == token:
                self.rows[order].state = "needs_human"
            case PrintWithheld(order, token) if self.rows[order].token == token and self.rows[order].stop:
                self.rows[order].state, self.rows[order].cancelled = "cleared", True
        self.fuse()


@dataclass
class Printer:
    """A print room that prints whatever it is sent, each time anew; it only remembers what it was sent."""

    fuse: Fuse = field(default_factory=Fuse)
    sheets: list[str] = field(default_factory=list)
    failing: list[Exception] = field(default_factory=list)
    name: str = "printer"

    async def start(self) -> None: ...

    async def close(self) -> None: ...

    async def submit(self, piece: Piece) -> Receipt:
        self.fuse()
        if self.failing:
            raise self.failing.pop(0)
        self.sheets.append(piece.letter)
        self.fuse()
        return Receipt(self.name, piece.letter)

    async def lookup(self, piece: Piece) -> Receipt | None:
        self.fuse()
        return Receipt(self.name, piece.letter) if piece.letter in self.sheets else None


@dataclass(frozen=True)
class ShredRow:
    key_id: str
    letter: str
    order: str | None = None
    person: Person | None = None


@dataclass
class Cabinet(FakeExecutor):
    """Shred list, key ring and door in one, for the shredder."""

    fuse: Fuse = field(default_factory=Fuse)
    keys: set[str] = field(default_factory=set)
    listed: list[ShredRow] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    told: list[str] = field(default_factory=list)

    def answers(self) -> Mapping[Any, Callable[..., Any]]:
        return {keys_to_shred.pending: self.pending, keys_to_shred.done: self.done}

    def pending(self, limit: int) -> Sequence[ShredRow]:
        self.fuse()
        return self.listed[:limit]

    def destroy(self, key_ids: Collection[str]) -> None:
        self.fuse()
        self.keys -= set(key_ids)
        self.fuse()

    def done(self, key_ids: Collection[str], now: datetime) -> None:
        self.fuse()
        self.listed = [row for row in self.listed if row.key_id not in key_ids]
        self.fuse()

    async def receive(self, envelope: Envelope) -> None:
        self.fuse()
        assert isinstance(envelope.event, LetterShredded)
        if envelope.key not in self.seen:
            assert not any(row.key_id in self.keys for row in self.listed if row.order == envelope.event.order)
            self.seen.add(envelope.key)
            self.told.append(envelope.event.order)
        self.fuse()
