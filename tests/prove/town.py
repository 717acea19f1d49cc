"""A whole service in one process, on a store whose transactions fail now and then.

Door, machine, speech, store, worker, message sender, dispatcher, shredder and reconciler are the real ones; what
lies behind their Protocols is the world of tests/prove/world.py.
"""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, fields, replace
from functools import cache, partial
from typing import Any

from bot.base.periodic import Periodic
from bot.intake.door import Door
from bot.messenger.downloads import nowhere
from bot.messenger.protocol import Files
from bot.outbox.arrived_previews import tell_door
from bot.outbox.message_sender import MessageSender, Rates
from bot.payments.provider import ProviderError
from bot.printer.dispatch import Dispatcher
from bot.printer.shred import shred_once
from bot.wording.speak import Speaker
from bot.work.handlers import WorkContext
from bot.work.reconcile import Reconciler
from bot.work.worker import Worker
from flows.conversation import machine
from flows.core import effects as fx
from flows.core.effects import Attachment
from flows.core.events import ChatBlocked, Envelope, Event, Moment, Person
from flows.core.state import Standing, Turn
from flows.core.step import Operator
from storage.database.engine import StorageError
from storage.printing import queue_view as print_queue
from storage.senders import orders, previews
from storage.store.store import KeptTurn, Store
from tests.dialogue import START, papers
from tests.dialogue import operator as seller
from tests.fakes import FakeClock
from tests.prove.world import Bank, Mailbox, Phones, Press, Tray, Trouble

__all__ = ["CHANNEL", "KeptTurn", "Seen", "Town"]

CHANNEL = "telegram"


@cache
def operator() -> Operator:
    """A town's minutes are few: each letter goes to the print room at once."""
    return replace(seller(), cut_off=None)


@dataclass(frozen=True, slots=True)
class Seen:
    """One committed turn: what arrived, where the person stood in the store, and what the door kept."""

    envelope: Envelope
    kept: KeptTurn


# The store, failing -------------------------------------------------------------------------------------------------


class Unsteady:
    """storage.store.store.Store whose transactions fail now and then, and which notes what was really committed."""

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
        kept: list[KeptTurn] = []
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

    def __init__(self, tx: Any, kept: list[KeptTurn]) -> None:
        self._tx, self._kept = tx, kept

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)

    async def keep(self, kept: Sequence[KeptTurn], **more: Any) -> Any:
        found = await self._tx.keep(kept, **more)
        self._kept += kept
        return found


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
            self.store, self._advance, Speaker(papers()), self.clock, self, taker="town"  # type: ignore[arg-type]
        )  # fmt: skip
        self.reconciler = Reconciler(self.store, self.bank, self.clock, self.receive)  # type: ignore[arg-type]
        rates = Rates(chat=10_000.0, burst=10_000, overall=1_000_000.0)
        self.message_sender = MessageSender(
            self.store, self.phones, self.clock, self._attach, self._unreachable, rates,  # type: ignore[arg-type]
            shown=partial(tell_door, self.receive, self.moment), taker="town",
        )  # fmt: skip
        self.door.notes = self.message_sender.notes
        tools = WorkContext(**_given(self, store=self.store, pool=Press(), documents=papers(), operator=operator()))
        self.worker = Worker(tools, self.receive, name="town")
        dispatcher = Dispatcher(self.store, self.tray, self.clock, self.receive, lambda pdf, pages: None)
        shred = partial(shred_once, self.store, store.vault.keyring, self.clock, self.receive)
        self.rounds = {
            "dispatch": Periodic("dispatch", dispatcher.run_once, self.clock, 2.0),
            "shred": Periodic("shred", shred, self.clock, 5.0),
            "reconcile": Periodic("reconcile", self.reconciler.run_once, self.clock, 15.0),
        }

    async def start(self) -> None:
        await self.message_sender.start()
        await self.door.start()
        runs = [self.worker.run(), *(one.run() for one in self.rounds.values())]
        self._tasks = [asyncio.create_task(run) for run in runs]

    async def stop(self) -> None:
        for one in self.rounds.values():
            await one.stop()
        await self.worker.stop()
        await self.door.stop()
        await self.message_sender.stop()
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
            return machine.advance(operator(), standing, envelope)
        except Exception as error:
            self.failures.append(f"{type(envelope.event).__name__} at {standing.step}: {error!r}")
            raise

    def committed(self, kept: Iterable[KeptTurn]) -> None:
        for one in kept:
            envelope = self._under_way[one.moment.fresh]
            self.seen[envelope.person.handle].append(Seen(envelope, one))

    def kept(self, messages: Any, effects: Any) -> None:
        """bot.intake.door.Listener"""
        self.message_sender.take(messages)
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
        pdf = await self.store.do(previews.read, person, wanted.of)
        return None if pdf is None else Files((), pdf, "letter.pdf")

    async def _unreachable(self, person: Person) -> None:
        moment = self.moment()
        await self.receive(Envelope(f"blocked:{moment.fresh}", person, ChatBlocked(), moment))

    # Time and rest

    @property
    def idle(self) -> bool:
        parts = (self.door, self.worker, self.message_sender, self.rounds["dispatch"], self.rounds["shred"])
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
        person = await self.store.do(orders.person_of, order)
        if person is not None:
            with suppress(ProviderError, StorageError):  # the bank calls again, or the reconciler finds it
                await self.reconciler.settle(person, order)

    async def clerk(self) -> list[str]:
        """A person looks at the letters that wait for one, and has each printed after all."""
        waiting = [row.order for row in await self.store.do(print_queue.listing) if row.state == "needs_human"]
        for order in waiting:
            await self.store.do(print_queue.retry, order, self.clock.now())
        return waiting

    def standing(self, handle: str) -> Standing | None:
        """As it was last committed."""
        seen = self.seen[handle]
        return seen[-1].kept.turn.standing if seen else None

    def forget(self, handle: str) -> None:
        """Somebody has been looked at to the end; their papers need not be kept."""
        self.seen.pop(handle, None)
        self.phones.chats.pop(handle, None)


def _given(town: Town, **rooms: Any) -> dict[str, Any]:
    """What handlers work with, by the names that Tools gives it."""
    world = {"clock": town.clock, "post": town.mailbox, "provider": town.bank, "sink": town.tray}
    everything = (
        rooms
        | world
        | {"settle": town.reconciler.settle, "fetch": nowhere, "tries": None, "own_link": None, "former": {}}
    )
    return {one.name: everything[one.name] for one in fields(WorkContext)}
