"""Stand-ins that keep the real Protocols, shared by every test: a clock, a messenger nobody has heard of, a bank."""

from __future__ import annotations

import asyncio
import io
import shutil
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bot.base import log
from bot.messenger.protocol import Away, Files, SendError
from bot.payments.provider import Checkout, Forged, Hint, Link, Payment, ProviderError, Reference, SettledRefund
from flows.core.effects import Effect
from flows.core.events import Envelope, Event, Moment, Person
from flows.core.outgoing import OutgoingMessage
from flows.words.text import Kurus
from storage.keys.keyring import Keyring
from storage.store.store import Store, StoredMessage

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
PATIENCE = 120.0  # real seconds after which a test hangs; how fast something happens is never asked
T = TypeVar("T")


class FakeClock:
    """bot.base.clock.Clock: stands still but for pauses, which it runs ahead of, and for `travel`."""

    def __init__(self, at: datetime = NOON) -> None:
        self.time = at
        self.pauses: list[float] = []
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        return self.time

    async def pause(self, seconds: float) -> None:
        """Pauses that begin together end together."""
        over = self.time + timedelta(seconds=seconds)
        self.pauses.append(seconds)
        await asyncio.sleep(0)
        self._set(max(self.time, over))

    async def until(self, instant: datetime) -> None:
        while self.time < instant:
            await self._moved.wait()

    def travel(self, **how_far: float) -> None:
        self._set(self.time + timedelta(**how_far))

    def _set(self, to: datetime) -> None:
        self.time = to
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()


@pytest.fixture
def plain_logs() -> io.StringIO:
    """What an operator would read, as it is written in production: for a file's `pytestmark`, or to look into."""
    told = io.StringIO()
    log.configure(told)
    return told


# Messengers -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Flight:
    """One call of the messenger that arrived."""

    to: str
    message: OutgoingMessage
    files: Files
    replaces: int | None
    number: int
    at: datetime

    @property
    def text(self) -> str:
        return self.message.text


class Pigeon:
    """bot.messenger.protocol.Messenger over carrier pigeons ("posta güvercini"): roosts for addresses, rings for
    numbers.

    `trouble` is what happens to the next flights to a roost, in order; "" is every roost. None lets one through.
    """

    CHANNEL = "pigeon"

    def __init__(self, clock: FakeClock | None = None) -> None:
        self.clock = clock
        self.flights: list[Flight] = []
        self.tried = 0
        self.asked: list[tuple[str, int]] = []  # numbers that were asked for, and where
        self.unsaid: list[tuple[str, int]] = []  # numbers that were taken back, and where
        self.trouble: dict[str, list[Exception | None]] = {}
        self.gate: asyncio.Event | None = None  # while it is closed every pigeon waits
        self._landed = asyncio.Event()
        self._ring = 7

    async def say(self, handle: str, message: OutgoingMessage, files: Files, running: int | None) -> int | None:
        self.tried += 1
        if self.gate is not None:
            await self.gate.wait()
        for waiting in (self.trouble.get(handle), self.trouble.get("")):
            if waiting and (error := waiting.pop(0)) is not None:
                if isinstance(error, AnswerLost):
                    self._land(handle, message, files, running)
                self._landed.set()
                raise error
        number = self._land(handle, message, files, running)
        return number if message.kind == "say" else None

    def _land(self, handle: str, message: OutgoingMessage, files: Files, running: int | None) -> int:
        self._ring += 1
        number = running if running is not None else self._ring
        at = self.clock.now() if self.clock else NOON
        self.flights.append(Flight(handle, message, files, running, number, at))
        self._landed.set()
        return number

    async def unsay(self, handle: str, number: int) -> None:
        self.unsaid.append((handle, number))

    async def stands(self, handle: str, number: int, message: OutgoingMessage) -> bool:
        self.asked.append((handle, number))
        waiting = self.trouble.get(handle)
        if waiting and (error := waiting.pop(0)) is not None:
            raise error
        found = next((flight for flight in self.flights if (flight.to, flight.number) == (handle, number)), None)
        return found is not None and found.message.kind == "say"

    def told(self, handle: str) -> list[str]:
        """What has arrived at a roost, oldest first."""
        return [flight.text for flight in self.flights if flight.to == handle and flight.message.kind == "say"]

    async def delivered(self, count: int) -> list[Flight]:
        """Returns when so many have arrived."""
        return await self.until(lambda: self.flights if len(self.flights) >= count else None)

    async def until(self, found: Callable[[], T | None]) -> T:
        """The first true answer after a flight."""
        async with asyncio.timeout(PATIENCE):
            while not (answer := found()):
                self._landed.clear()
                await self._landed.wait()
            return answer


class AnswerLost(Away):
    """The message has arrived, and nobody was told."""


class Blows(SendError):
    """A failure no messenger has told us of."""


# The door's neighbours ------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Heard:
    """bot.intake.door.Listener: what was told after each commit."""

    messages: list[StoredMessage] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    failing: Exception | None = None

    def kept(self, messages: Sequence[StoredMessage], effects: Iterable[Effect]) -> None:
        self.messages += messages
        self.effects += effects
        if self.failing is not None:
            raise self.failing

    @property
    def said(self) -> list[str]:
        return [one.message.text for one in self.messages]


@dataclass(slots=True)
class Receiver:
    """The door as workers and rounds see it: keeps each key once; `failing` is raised first, one a call."""

    envelopes: list[Envelope] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    failing: list[Exception] = field(default_factory=list)

    async def __call__(self, envelope: Envelope) -> bool:
        self.asked.append(envelope.key)
        if self.failing:
            raise self.failing.pop(0)
        if any(known.key == envelope.key for known in self.envelopes):
            return False
        self.envelopes.append(envelope)
        return True

    @property
    def events(self) -> list[Event]:
        return [envelope.event for envelope in self.envelopes]


# A payment institution ------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Purse:
    """bot.payments.provider.PaymentProvider: books in memory; `trouble` is raised by the next call of a name."""

    name: str = "purse"
    payments: dict[str, list[Payment]] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    refunds: dict[str, SettledRefund] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)
    trouble: dict[str, list[Exception]] = field(default_factory=dict)

    def _call(self, name: str, about: str) -> None:
        self.calls.append((name, about))
        if waiting := self.trouble.get(name):
            raise waiting.pop(0)

    async def open_link(self, checkout: Checkout) -> Link:
        order = checkout.order
        self._call("open_link", order)
        return self.links.setdefault(order, Link(f"https://purse.example/{order}", order, checkout.until))

    def read_callback(self, headers: Mapping[str, str], raw: bytes) -> Hint:
        raise Forged

    def read_return(self, raw: bytes) -> Reference | None:
        return None

    async def probe(self) -> None:
        self._call("probe", "")

    def pay(self, order: str, kurus: int, number: str = "P1", status: Any = "settled") -> None:
        paid = Payment(number, order, Kurus(kurus), "TRY", status, NOON)
        self.payments.setdefault(order, []).append(paid)

    async def query(self, order: str) -> tuple[Payment, ...]:
        self._call("query", order)
        return tuple(self.payments.get(order, ()))

    async def refund(self, payment: str, amount: Kurus, key: str) -> SettledRefund:
        self._call("refund", payment)
        return self.refunds.setdefault(key, SettledRefund(payment, amount))

    async def expire(self, order: str) -> None:
        self._call("expire", order)
        self.closed.add(order)

    async def close(self) -> None:
        self._call("close", "")


def away(retry: bool = True) -> ProviderError:
    """A partner that cannot be reached; for good where `retry` is False."""
    return ProviderError("The purse is shut.", retry=retry)


# Storage --------------------------------------------------------------------------------------------------------------


class FakeReferences:
    """bot.payments.provider.References: remembers in a list."""

    def __init__(self) -> None:
        self.noted: list[tuple[str, Reference]] = []

    async def note(self, order: str, reference: Reference) -> bool:
        new = not await self.order_of(reference.kind, reference.name)
        if new:
            self.noted.append((order, reference))
        return new

    async def of(self, order: str) -> tuple[Reference, ...]:
        return tuple(reference for of, reference in self.noted if of == order)

    async def order_of(self, kind: str, name: str) -> str:
        return next((order for order, one in self.noted if (one.kind, one.name) == (kind, name)), "")


class FakeExecutor:
    """storage.store.executor.Executor: answers each act by a table of its own; an act that is not in it is a
    mistake."""

    def answers(self) -> Mapping[Any, Callable[..., Any]]:
        """{act: what answers it, asked like the act but for connection and vault}."""
        raise NotImplementedError

    async def do(self, act: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return self.answers()[act](*args, **kwargs)


def answering(monkeypatch: pytest.MonkeyPatch, store: Any, act: Callable[..., Any], answer: Callable[..., Any]) -> None:
    """From now on one act of a real store is answered by a coroutine function; the others are its own."""
    real = store.do

    async def do(asked: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await (answer(*args, **kwargs) if asked is act else real(asked, *args, **kwargs))

    monkeypatch.setattr(store, "do", do)


_TEMPLATE: dict[str, Path] = {}


@asynccontextmanager
async def open_store(folder: Path, url: str = "") -> AsyncIterator[Store]:
    """The real store in a folder. Empty tables are built once and copied: building takes longer than a test.

    With a URL of a server the folder holds the keys only.
    """
    made = _TEMPLATE.get("made")
    if made is None or not made.exists():
        made = _TEMPLATE["made"] = folder / "empty"
        made.mkdir(parents=True)
        keyring = Keyring.init(made / "master.key", made / "keys.db")
        await (await Store.open(f"sqlite:///{made}/mektupx.db", keyring)).close()
        keyring.close()
    house = folder / "house"
    if not house.exists():
        shutil.copytree(made, house)
    keyring = Keyring.open(house / "master.key", house / "keys.db")
    own = not url or url.startswith("sqlite")
    store = await Store.open(f"sqlite:///{house}/mektupx.db" if own else url, keyring)
    try:
        yield store
    finally:
        await store.close()
        keyring.close()


_FRESH = iter(range(1, 10**9))


def moment(at: datetime = NOON) -> Moment:
    return Moment(at, f"{next(_FRESH):032x}")


def envelope(person: Person, event: Event, key: str = "", at: datetime = NOON) -> Envelope:
    """With a key of its own unless one is given."""
    now = moment(at)
    return Envelope(key or f"key:{now.fresh}", person, event, now)
