"""A whole service in one process, with people, a bank, a mailbox and a print room that fail on purpose.

Door, machine, speech, archive, worker, postman, dispatcher, shredder and reconciler are the real ones. What is behind
their Protocols is played here, and keeps its own books: the archive is compared with them, never with itself.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from bot.clockwork import Reconciler, Round, Shreds
from bot.door import Door
from bot.messenger import Away, Files, TooFast, Unreachable
from bot.payments.provider import Forged, Hint, Link, PartnerError, Payment, Refund
from bot.performers import Tools
from bot.postman import Postman, Rates
from bot.printer.dispatch import Dispatcher
from bot.printer.shred import shred_once
from bot.printer.sink import Receipt, SinkAway, SinkUnsure, ensure_intact
from bot.speak import Speaker
from bot.worker import Worker
from flows import effects as fx
from flows import machine
from flows.effects import Attachment
from flows.events import ChatBlocked, Envelope, Event, Moment, Person
from flows.outgoing import OutgoingMessage
from flows.standing import Standing, Turn
from flows.text import Kurus
from rendering.pdf import Drawn, Measured
from storage.engine import StorageError
from storage.store import Kept, Store
from tests.dialogue import START, house, papers
from tests.fakes import FakeClock

__all__ = ["Kept", "Seen", "Town", "Trouble"]

CHANNEL = "telegram"
LINE, PAGE = 80, 40  # the ruler's own: characters a line, lines a page


@dataclass(frozen=True)
class Trouble:
    """How often each thing fails, between 0 and 1."""

    storage: float = 0.01  # a transaction, before it, at its commit, or after it (the answer is lost)
    messenger: float = 0.03
    bank: float = 0.03
    printer: float = 0.05
    doubt: float = 0.01  # the print room cannot say whether it has a letter


@dataclass(frozen=True, slots=True)
class Seen:
    """One committed turn: what arrived, where the person stood in the archive, and what the door kept."""

    envelope: Envelope
    kept: Kept


# The archive, failing -------------------------------------------------------------------------------------------------


class Unsteady:
    """storage.store.Store whose transactions fail now and then, and which notes what was really committed."""

    def __init__(self, store: Store, dice: random.Random, rate: float, town: Town) -> None:
        self._store, self._dice, self._rate, self._town = store, dice, rate, town
        self.failed: dict[str, int] = defaultdict(int)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Any]:
        how = self._dice.choice(("before", "at", "after")) if self._dice.random() < self._rate else ""
        if how == "before":
            self._fails(how)
        kept: list[Kept] = []
        async with self._store.transaction() as tx:
            yield _Noting(tx, kept)
            if how == "at":
                self._fails(how)
        self._town.committed(kept)
        if how == "after":
            self._fails(how)

    def _fails(self, how: str) -> None:
        self.failed[how] += 1
        raise StorageError("The disk is not willing.")


class _Noting:
    """An open transaction; what it was given to keep is noted."""

    def __init__(self, tx: Any, kept: list[Kept]) -> None:
        self._tx, self._kept = tx, kept

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)

    async def keep(self, kept: Sequence[Kept], *, taker: str = "") -> Any:
        found = await self._tx.keep(kept, taker=taker)
        self._kept += kept
        return found


# The world outside ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message that stands in somebody's chat."""

    message: OutgoingMessage
    files: Files


class Phones:
    """bot.messenger.Messenger: chats people look at. An answer that is lost leaves the message in the chat."""

    def __init__(self, dice: random.Random, rate: float) -> None:
        self._dice, self._rate = dice, rate
        self.chats: dict[str, list[Arrived]] = defaultdict(list)
        self.blocked: set[str] = set()
        self.answers_lost = self.refused = 0
        self._number = 7000

    async def say(self, handle: str, message: OutgoingMessage, files: Files, running: int | None) -> int | None:
        await asyncio.sleep(0)
        if handle in self.blocked:
            raise Unreachable
        dice = self._dice.random() / self._rate if self._rate else 1.0
        if dice < 0.4:
            self.refused += 1
            raise TooFast(self._dice.randrange(1, 4)) if dice < 0.2 else Away("reset before the message arrived")
        self.chats[handle].append(Arrived(message, files))
        if 0.4 <= dice < 1.0 and message.kind == "say":
            self.answers_lost += 1
            raise Away("the answer was lost")
        self._number += 1
        return running if running is not None else self._number


class Bank:
    """bot.payments.provider.PaymentProvider with books of its own; a call fails before or after it has acted."""

    name = "bank"

    def __init__(self, dice: random.Random, rate: float, clock: FakeClock) -> None:
        self._dice, self._rate, self._clock = dice, rate, clock
        self.links: dict[str, Link] = {}
        self.payments: dict[str, list[Payment]] = defaultdict(list)
        self.refunds: dict[str, Refund] = {}
        self.closed: set[str] = set()
        self.failed = 0

    async def _acts(self, act: Any) -> Any:
        await asyncio.sleep(0)
        dice = self._dice.random()
        found = act() if dice > self._rate / 2 else None
        if dice < self._rate:
            self.failed += 1
            raise PartnerError("The bank does not answer.", retry=True)
        return found

    async def open_link(self, order: str, number_text: str, amount: Kurus, until: datetime, description: str) -> Link:
        link = Link(f"https://bank.example/{order}", order, until)
        return await self._acts(lambda: self.links.setdefault(order, link))  # type: ignore[no-any-return]

    def read_callback(self, headers: Any, raw: bytes) -> Hint:
        raise Forged

    async def query(self, order: str) -> tuple[Payment, ...]:
        return await self._acts(lambda: tuple(self.payments[order]))  # type: ignore[no-any-return]

    async def refund(self, payment: str, amount: Kurus, key: str) -> Refund:
        return await self._acts(lambda: self.refunds.setdefault(key, Refund(payment, amount)))  # type: ignore[no-any-return]

    async def expire(self, order: str) -> None:
        await self._acts(lambda: self.closed.add(order))

    async def close(self) -> None:
        """Nothing is held."""

    def pay(self, order: str, kurus: int, status: Any = "settled") -> bool:
        """What the payer does on the page; False where it takes no money any more."""
        if order in self.closed or order not in self.links:
            return False
        number = f"{order[:12]}-{len(self.payments[order])}"
        self.payments[order].append(Payment(number, order, Kurus(kurus), "TRY", status, self._clock.now()))
        return True

    def balance(self, order: str) -> int:
        """Kuruş that came for an order and did not go back."""
        settled = [one for one in self.payments[order] if one.status == "settled"]
        back = {refund.payment: refund.amount.amount for refund in self.refunds.values()}
        return sum(one.amount.amount - back.get(one.id, 0) for one in settled)


class Tray:
    """bot.printer.sink.PrintSink: a print room that is away at times, or cannot say what it has."""

    name = "tray"

    def __init__(self, dice: random.Random, trouble: Trouble, bank: Bank) -> None:
        self._dice, self._trouble, self._bank = dice, trouble, bank
        self.held: dict[str, bytes] = {}  # by letter
        self.orders: dict[str, list[str]] = defaultdict(list)  # order -> letters that were printed for it
        self.unpaid: list[str] = []
        self.away = self.unsure = 0

    async def start(self) -> None:
        """Nothing to clear."""

    async def submit(self, piece: Any) -> Receipt:
        ensure_intact(piece)
        dice = self._dice.random()
        if dice < self._trouble.printer / 3:
            self.away += 1
            raise SinkAway("no paper")
        unsure = dice < self._trouble.printer
        if not unsure or self._dice.random() < 0.5:
            self._take(piece)
        if unsure:
            self.unsure += 1
            raise SinkUnsure("no answer")
        return Receipt(self.name, piece.number)

    async def lookup(self, piece: Any) -> Receipt | None:
        if self._dice.random() < self._trouble.doubt:
            self.unsure += 1
            raise SinkUnsure("the print room's list cannot be read")
        return Receipt(self.name, piece.number) if piece.letter in self.held else None

    async def close(self) -> None:
        """Nothing is held."""

    def _take(self, piece: Any) -> None:
        if piece.letter not in self.held:
            self.held[piece.letter] = piece.pdf
            self.orders[piece.order].append(piece.letter)
            if not any(one.status == "settled" for one in self._bank.payments[piece.order]):
                self.unpaid.append(piece.order)


@dataclass
class Mailbox:
    """bot.mail.post.Post: what lies in each mailbox."""

    mails: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    async def send(self, to: str, subject: str, text: str, attachments: Any = (), *, at: datetime) -> None:
        self.mails[to].append(text)

    def code(self, address: str) -> str:
        """The newest code in a mailbox, "" before the first."""
        codes = [found[0] for mail in self.mails[address] if (found := re.search(r"\b\d{6}\b", mail))]
        return codes[-1] if codes else ""


class Press:
    """rendering.pool.Pool without a drawing: the "PDF" holds the words, so that who looks at it can read them."""

    async def measure(self, letter: Any) -> Measured:
        lines = sum(max(1, -(-len(line) // LINE)) for line in letter.text.split("\n"))
        pages = -(-lines // PAGE)
        return Measured(pages, -(-pages // 2), max(0, lines - PAGE * house().page_limit), ())

    async def draw(self, letter: Any) -> Drawn:
        pdf = f"%PDF {letter.letter_id}\n{letter.text}".encode()
        return Drawn(pdf, (await self.measure(letter)).pages, hashlib.sha256(pdf).hexdigest())


def read(pdf: bytes) -> str:
    """The words of a letter that was drawn here."""
    return pdf.decode().partition("\n")[2]


# The town -------------------------------------------------------------------------------------------------------------


class Town:
    """The service with its world. `seen` is what was committed of each person, in order."""

    def __init__(self, store: Store, trouble: Trouble, seed: int) -> None:
        self.clock = FakeClock(START)
        self.store = Unsteady(store, random.Random(seed), trouble.storage, self)
        self.phones = Phones(random.Random(seed + 1), trouble.messenger)
        self.bank = Bank(random.Random(seed + 2), trouble.bank, self.clock)
        self.tray = Tray(random.Random(seed + 3), trouble, self.bank)
        self.mailbox = Mailbox()
        self.seen: dict[str, list[Seen]] = defaultdict(list)
        self.failures: list[str] = []  # exceptions of the machine: each is a mistake of ours
        self._keys = random.Random(seed + 4)
        self._under_way: dict[str, Envelope] = {}
        self._left: set[str] = set()  # whose bringer went away
        self._tasks: list[asyncio.Task[None]] = []
        self.door = Door(
            self.store, self._advance, Speaker(house(), papers()), self.clock, self, taker="town"  # type: ignore[arg-type]
        )  # fmt: skip
        self.reconciler = Reconciler(self.store, self.bank, self.clock, self.receive)  # type: ignore[arg-type]
        rates = Rates(chat=10_000.0, burst=10_000, overall=1_000_000.0)
        self.postman = Postman(
            self.store, self.phones, self.clock, self._attach, self._unreachable, rates, taker="town"  # type: ignore[arg-type]
        )  # fmt: skip
        tools = Tools(
            self.store, self.clock, Press(), self.mailbox, self.bank, papers(), house(), self.reconciler.settle  # type: ignore[arg-type]
        )  # fmt: skip
        self.worker = Worker(tools, self.receive, name="town")
        dispatcher = Dispatcher(self.store, self.tray, self.clock, self.receive, lambda pdf, pages: None)
        shreds = Shreds(self.store, self.clock)  # type: ignore[arg-type]
        shred = partial(shred_once, shreds, store.vault.keyring, self.clock, self.receive)
        self.rounds = {
            "dispatch": Round("dispatch", dispatcher.run_once, self.clock, 2.0),
            "shred": Round("shred", shred, self.clock, 5.0),
            "reconcile": Round("reconcile", self.reconciler.run_once, self.clock, 15.0),
        }

    async def start(self) -> None:
        await self.postman.start()
        await self.door.start()
        runs = [self.worker.run(), *(one.run() for one in self.rounds.values())]
        self._tasks = [asyncio.create_task(run) for run in runs]

    async def stop(self) -> None:
        for one in self.rounds.values():
            await one.stop()
        await self.worker.stop()
        await self.door.stop()
        await self.postman.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # The door's neighbours

    async def receive(self, envelope: Envelope) -> bool:
        """Whoever goes before the answer leaves the envelope behind: it may be kept all the same."""
        self._under_way[envelope.moment.fresh] = envelope
        try:
            return await self.door.receive(envelope)
        except asyncio.CancelledError:
            self._left.add(envelope.moment.fresh)
            raise
        finally:
            if envelope.moment.fresh not in self._left:
                del self._under_way[envelope.moment.fresh]

    def moment(self) -> Moment:
        return Moment(self.clock.now(), f"{self._keys.getrandbits(128):032x}")

    def envelope(self, key: str, person: Person, event: Event) -> Envelope:
        return Envelope(key, person, event, self.moment())

    def _advance(self, standing: Standing, envelope: Envelope) -> Turn:
        try:
            return machine.advance(house(), standing, envelope)
        except Exception as error:
            self.failures.append(f"{type(envelope.event).__name__} at {standing.step}: {error!r}")
            raise

    def committed(self, kept: Iterable[Kept]) -> None:
        for one in kept:
            envelope = self._under_way[one.moment.fresh]
            self.seen[envelope.person.handle].append(Seen(envelope, one))

    def kept(self, messages: Any, effects: Any) -> None:
        """bot.door.Listener"""
        self.postman.take(messages)
        for effect in effects:
            if isinstance(effect, fx.Work):
                self.worker.ring()
            elif isinstance(effect, fx.QueueForPrint):
                self.rounds["dispatch"].ring()
            elif isinstance(effect, fx.ClearOutbox | fx.ShredLetter):
                self.rounds["shred"].ring()

    async def _attach(self, person: Person, wanted: Attachment) -> Files | None:
        if wanted.kind != "preview":
            return Files((b"PNG",), name="papers.png")
        pdf = await self.store.preview(wanted.of)
        return None if pdf is None else Files((), pdf, "letter.pdf")

    async def _unreachable(self, person: Person) -> None:
        moment = self.moment()
        await self.receive(Envelope(f"blocked:{moment.fresh}", person, ChatBlocked(), moment))

    # Time and rest

    @property
    def idle(self) -> bool:
        parts = (self.door, self.worker, self.postman, self.rounds["dispatch"], self.rounds["shred"])
        return not any(part.busy for part in parts)

    async def rests(self) -> None:
        """Until nobody is in the middle of anything. What waits for its time goes on waiting."""
        quiet = 0
        while quiet < 3:
            await asyncio.sleep(0.001)
            quiet = quiet + 1 if self.idle else 0

    async def passes(self, seconds: float) -> None:
        self.clock.travel(seconds=seconds)
        await self.rests()

    async def hints(self, order: str) -> None:
        """A callback of the bank: a hint to ask."""
        person = await self.store.person_of_order(order)
        if person is not None:
            with suppress(PartnerError, StorageError):  # the bank calls again, or the reconciler finds it
                await self.reconciler.settle(person, order)

    async def clerk(self) -> list[str]:
        """A person looks at the letters that wait for one, and has each printed after all."""
        waiting = [row.order for row in await self.store.outbox() if row.state == "needs_human"]
        for order in waiting:
            await self.store.retry_print(order)
        return waiting

    def standing(self, handle: str) -> Standing | None:
        """As it was last committed."""
        seen = self.seen[handle]
        return seen[-1].kept.turn.standing if seen else None

    def forget(self, handle: str) -> None:
        """Somebody has been looked at to the end; their papers need not be kept."""
        self.seen.pop(handle, None)
        self.phones.chats.pop(handle, None)
