"""The part of the service that touches money, on the real store: nothing in it happens by itself."""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any, Final

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.intake.door import Door
from bot.messenger.downloads import nowhere
from bot.payments.hooks import callback_handler
from bot.payments.provider import Access, Payer, Reference
from bot.printer.dispatch import Dispatcher
from bot.printer.sink import Receipt, ensure_intact
from bot.wording.speak import Speaker
from bot.work.context import WorkContext
from bot.work.payment_callbacks import PaymentCallbacks
from bot.work.reconcile import Reconciler
from bot.work.worker import Worker
from flows.conversation import machine
from flows.core import events as ev
from flows.core.state import Preview, Standing, Turn
from flows.core.step import Here
from storage.payments import references
from storage.payments.references import Noted
from storage.senders import people, previews
from storage.store.store import KeptTurn, Store
from tests.dialogue import operator, papers
from tests.fakes import FakeClock
from tests.flows.conversation.test_machine import standings
from tests.flows.wanderer import accepting
from tests.prove.institutions import HOUSES
from tests.prove.world import Mailbox, Press

__all__ = ["PAYER", "PrintRoom", "Till"]

PAYER: Final = Payer("Işıl", "İnci", "isil@example.com", "10000000146", "Ihlamur Sok. No: 3", "Ankara", "203.0.113.7")
PDF: Final = b"%PDF the approved bytes"


class PrintRoom:
    """bot.printer.sink.PrintSink: how often each order was printed."""

    name = "tray"

    def __init__(self) -> None:
        self.printed: Counter[str] = Counter()

    async def start(self) -> None:
        """Nothing to clear."""

    async def submit(self, piece: Any) -> Receipt:
        ensure_intact(piece)
        self.printed[piece.order] += 1
        return Receipt(self.name, piece.number)

    async def lookup(self, piece: Any) -> Receipt | None:
        return Receipt(self.name, piece.number) if self.printed[piece.order] else None

    async def remove(self, reference: str) -> None:
        """What was printed stays printed."""

    async def close(self) -> None:
        """Nothing is held."""


class _References:
    """As bot.service.payments keeps them."""

    def __init__(self, till: Till) -> None:
        self._till = till

    async def note(self, order: str, found: Reference) -> bool:
        noted = Noted(found.kind, found.name, found.url, found.until)
        return await self._till.store.do(references.note, self._till.name, order, noted, self._till.clock.now())

    async def of(self, order: str) -> tuple[Reference, ...]:
        found = await self._till.store.do(references.of_order, self._till.name, order)
        return tuple(Reference(one.kind, one.name, one.url, one.until) for one in found)  # type: ignore[arg-type]

    async def order_of(self, kind: str, name: str) -> str:
        return await self._till.store.do(references.order_of, self._till.name, kind, name)


class Till:
    """The part of the service that touches money, at one institution. Nothing happens by itself.

    prints: whether there is a print room.
    """

    def __init__(self, store: Store, name: str, seed: int, clock: FakeClock, *, prints: bool = True) -> None:
        self.store, self.name, self.clock, self._prints = store, name, clock, prints
        self.dice = random.Random(seed)
        self.room = PrintRoom()
        self.operator = replace(operator(), cut_off=None)
        self._keys = random.Random(seed + 1)
        self._lives = 0
        self.callback = ""

    @asynccontextmanager
    async def answers(self, port: int | None = None) -> AsyncIterator[Till]:
        """Where the institution calls."""
        app = web.Application()
        app.router.add_post(f"/payments/{self.name}", self._called)
        async with TestServer(app, port=port) as server:
            self.callback = str(server.make_url(f"/payments/{self.name}"))
            yield self

    @asynccontextmanager
    async def at(self, api: str) -> AsyncIterator[Till]:
        """At the institution that is reached there."""
        self._institution = HOUSES[self.name].institution
        access = Access(HOUSES[self.name].credentials, api, self.callback, self.clock, _References(self))
        self.provider = self._institution.provider(access)
        self.door = Door(
            self.store, partial(machine.advance, self.operator), Speaker(papers()), self.clock, self,
            taker="",
        )  # fmt: skip
        await self.door.start()
        self.reborn()
        yield self
        await self.callbacks.close()
        await self.door.stop()
        await self.provider.close()

    def reborn(self) -> None:
        """What a crash leaves is in the store; everything else is made anew."""
        self._lives += 1
        self.reconciler = Reconciler(self.store, self.provider, self.clock, self.door.receive)
        self.callbacks = PaymentCallbacks(self.store, self.clock, self.provider.name, self.reconciler)
        self._handler = callback_handler(self.provider, self.callbacks.heard, self._institution.callback_answer)
        tools = WorkContext(
            self.store, self.clock, Press(), Mailbox(), self.provider, papers(), self.operator,  # type: ignore[arg-type]
            self.reconciler.settle, self.room, nowhere, None, self._own_link if self._lazily else None,
        )  # fmt: skip
        self.worker = Worker(tools, self.door.receive, name=f"till-{self._lives}")
        self.dispatcher = Dispatcher(self.store, self.room, self.clock, self.door.receive, lambda pdf, pages: None)

    @property
    def _lazily(self) -> bool:
        return self._institution.lazily

    async def _own_link(self, order: str) -> str:
        return f"https://mektup.example/pay/{order}"

    async def _called(self, request: web.Request) -> web.StreamResponse:
        return await self._handler(request)

    def kept(self, messages: Any, effects: Any) -> None:
        """bot.intake.door.Listener"""

    # What happens -----------------------------------------------------------------------------------------------------

    def moment(self) -> ev.Moment:
        return ev.Moment(self.clock.now(), f"{self._keys.getrandbits(128):032x}")

    async def tells(self, person: ev.Person, event: ev.Event) -> None:
        moment = self.moment()
        await self.door.receive(ev.Envelope(moment.fresh, person, event, moment))

    async def orders(self, nth: int) -> tuple[ev.Person, str]:
        """Somebody taps the button that names the duty to pay; their order."""
        ready = standings()["contract"]
        person, letter = ev.Person("telegram", f"{self.name}-{nth}"), f"{self._keys.getrandbits(128):032x}"
        preview = Preview(ready.draft.revision, 1, hashlib.sha256(PDF).hexdigest(), approved=True, arrived=True)
        draft = replace(ready.draft, letter=letter, preview=preview, national_id=PAYER.national_id)
        standing = replace(ready, person=person, draft=draft)
        async with self.store.transaction() as tx:
            await tx.standings_of([person])
            await tx.keep([KeptTurn(None, Turn(standing), (), self.moment())])
        await self.store.do(previews.keep, letter, PDF, preview.sha256, 1)
        now = self.moment()
        action, value = accepting(Here(standing, self.operator, now.at, now.fresh))
        await self.tells(person, ev.ButtonTapped(action, value, str(standing.screen), "tap"))
        return person, (await self.standing(person)).orders[-1].id

    async def standing(self, person: ev.Person) -> Standing:
        found = await self.store.do(people.standing_of, person)
        assert found is not None
        return found

    async def works(self) -> None:
        """All work that is due is done, or has failed once."""
        while await self.worker._take() or self.worker.busy:
            if self.worker._running:
                await asyncio.wait(self.worker._running)

    async def rests(self) -> None:
        """Every round once."""
        await self.works()
        await self.callbacks.close()
        await self.callbacks.run_once()
        await self.reconciler.run_once()
        await self.works()
        if self._prints:
            await self.dispatcher.run_once()

    async def cut_off(self, doing: Callable[[], Awaitable[Any]]) -> None:
        """The process dies somewhere in the middle."""
        task = asyncio.ensure_future(doing())
        for _ in range(self.dice.randrange(40)):
            await asyncio.sleep(0)
        task.cancel()
        for one in (task, *self.worker._running, *self.callbacks._asking):
            one.cancel()
        await asyncio.gather(task, *self.worker._running, *self.callbacks._asking, return_exceptions=True)
        self.reborn()
