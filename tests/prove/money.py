"""Random histories of money: paid, called back, doubled, lost, forged, cancelled, expired, cut off, refunded, printed.

Each history is one order at a pretended institution, over HTTP, with the real provider, callbacks, reconciler, worker,
dispatcher and store. Whatever happens, in the end: paid and not refunded is printed or waits to be; what went back went
once and is exactly what was owed; a forged callback has changed nothing; our books say what the institution's say.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.intake.door import Door
from bot.messenger.downloads import nowhere
from bot.payments.hooks import callback_handler
from bot.payments.provider import Access, Payer, ProviderError, Reference
from bot.printer.dispatch import Dispatcher
from bot.printer.sink import Receipt, ensure_intact
from bot.wording.speak import Speaker
from bot.work.context import WorkContext
from bot.work.payment_callbacks import PaymentCallbacks
from bot.work.payment_handlers import checkout_of
from bot.work.reconcile import Reconciler
from bot.work.worker import Worker
from flows.conversation import machine
from flows.core import events as ev
from flows.core.state import Order, Preview, Standing, State, Turn
from storage.keys.keyring import Keyring
from storage.payments import references
from storage.payments.references import Noted
from storage.senders import people, previews
from storage.store.store import KeptTurn, Store
from tests.dialogue import START, operator, papers
from tests.fakes import FakeClock
from tests.flows.conversation.test_machine import standings
from tests.prove.institutions import HOUSES, House, Sum
from tests.prove.report import Row
from tests.prove.world import Mailbox, Press

__all__ = ["prove_money"]

PAYER: Final = Payer("Işıl", "İnci", "isil@example.com", "10000000146", "Ihlamur Sok. No: 3", "Ankara", "203.0.113.7")
PRINTED: Final = (State.QUEUED, State.PRINTING, State.DISPATCHED, State.ERASED, State.PRINTED, State.POSTED)
"""States of a letter that was paid for and is printed, or will be."""
OPEN: Final = (State.LINKING, State.AWAITING)
PDF: Final = b"%PDF the approved bytes"
LONGEST: Final = 12  # acts of a history


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

    async def note(self, order: str, found: Reference) -> None:
        noted = Noted(found.kind, found.name, found.url, found.until)
        await self._till.store.do(references.note, self._till.name, order, noted, self._till.clock.now())

    async def of(self, order: str) -> tuple[Reference, ...]:
        found = await self._till.store.do(references.of_order, self._till.name, order)
        return tuple(Reference(one.kind, one.name, one.url, one.until) for one in found)  # type: ignore[arg-type]

    async def order_of(self, kind: str, name: str) -> str:
        return await self._till.store.do(references.order_of, self._till.name, kind, name)


class Till:
    """The part of the service that touches money, and one institution. Nothing happens by itself."""

    def __init__(self, store: Store, name: str, seed: int) -> None:
        self.store, self.name, self.clock = store, name, FakeClock(START)
        self.dice = random.Random(seed)
        self.room = PrintRoom()
        self.operator = replace(operator(), cut_off=None)
        self._keys = random.Random(seed + 1)
        self._lives = 0
        self._serving = AsyncExitStack()
        self.house: House
        self.http: ClientSession

    async def __aenter__(self) -> Till:
        app = web.Application()
        app.router.add_post(f"/payments/{self.name}", self._called)
        ours = await self._serving.enter_async_context(TestServer(app))
        callback = str(ours.make_url(f"/payments/{self.name}"))
        self.house = HOUSES[self.name](self.clock, callback)
        theirs = await self._serving.enter_async_context(TestServer(self.house.app))
        self.http = await self._serving.enter_async_context(ClientSession())
        api = str(theirs.make_url("")).rstrip("/")
        access = Access(self.house.credentials, api, callback, self.clock, _References(self))
        self.provider = self.house.institution.provider(access)
        self._serving.push_async_callback(self.provider.close)
        self.door = Door(
            self.store, partial(machine.advance, self.operator), Speaker(self.operator, papers()), self.clock, self,
            taker="",
        )  # fmt: skip
        await self.door.start()
        self._serving.push_async_callback(self.door.stop)
        self.reborn()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.callbacks.close()
        await self._serving.aclose()

    def reborn(self) -> None:
        """What a crash leaves is in the store; everything else is made anew."""
        self._lives += 1
        self.reconciler = Reconciler(self.store, self.provider, self.clock, self.door.receive)
        self.callbacks = PaymentCallbacks(self.store, self.clock, self.provider, self.reconciler)
        self._handler = callback_handler(self.provider, self.callbacks.heard, self.house.institution.callback_answer)
        tools = WorkContext(
            self.store, self.clock, Press(), Mailbox(), self.provider, papers(), self.operator,  # type: ignore[arg-type]
            self.reconciler.settle, self.room, nowhere, None, self._own_link if self._lazily else None,
        )  # fmt: skip
        self.worker = Worker(tools, self.door.receive, name=f"till-{self._lives}")
        self.dispatcher = Dispatcher(self.store, self.room, self.clock, self.door.receive, lambda pdf, pages: None)

    @property
    def _lazily(self) -> bool:
        return self.house.institution.lazily

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
        await self.tells(person, ev.ButtonTapped("accept", "", str(standing.screen), "tap"))
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


# A history ------------------------------------------------------------------------------------------------------------


class History:
    """What happens to one order, and what must be true of it in the end."""

    def __init__(self, till: Till, row: Row, nth: int) -> None:
        self.till, self.row, self.nth, self.dice = till, row, nth, till.dice
        self.told: list[str] = []
        self.urls: set[str] = set()

    async def run(self) -> None:
        self.person, self.order = await self.till.orders(self.nth)
        await self.till.works()
        for _ in range(self.dice.randrange(3, LONGEST)):
            name = self.dice.choice(tuple(self.ACTS))
            self.told.append(name)
            self.row.tried += 1
            await self.ACTS[name](self)
        await self._comes_to_rest()
        await self._is_judged()

    async def pays(self) -> None:
        """On one of the pages that they know; those that end sooner are opened by our own link."""
        standing = await self.till.standing(self.person)
        order = standing.order(self.order)
        assert order is not None
        if order.state is State.AWAITING and not self.till.house.institution.lazily:
            self.urls.add(order.url)
        elif order.state is State.AWAITING:
            with suppress(ProviderError):
                self.urls.add((await self.till.provider.open_link(checkout_of(standing, order, PAYER))).url)
        if self.urls:
            page = self.till.house.page(self.dice.choice(sorted(self.urls)))
            self.told[-1] += " " + self.till.house.act(page, self.dice)
            self.row.struck += 1

    async def is_called(self) -> None:
        await self.till.house.call(self.dice)
        if self.dice.random() < 0.5:
            await self.till.callbacks.close()

    async def is_forged(self) -> None:
        before = await self.till.standing(self.person)
        answers = await self.till.house.forge(self.order, self.till.http)
        if set(answers) != {403}:
            self.row.loses(f"a forged callback was answered with {answers}")
        if await self.till.standing(self.person) != before:
            self.row.loses("a forged callback has changed something")

    async def is_cancelled(self) -> None:
        await self.till.tells(self.person, ev.OrderCancelled(self.order, self.dice.choice(("asked", "kept"))))

    async def is_granted(self) -> None:
        await self.till.tells(self.person, ev.RefundGranted(self.order, "goodwill"))

    async def waits(self) -> None:
        self.till.clock.travel(minutes=self.dice.choice((1, 6, 31, 180)))

    async def expires(self) -> None:
        self.till.clock.travel(hours=25)
        await self.till.reconciler.run_once()

    async def goes_wrong(self) -> None:
        self.till.house.spoil(self.dice)

    async def goes_on(self) -> None:
        await self.till.rests()

    async def is_cut_off(self) -> None:
        till = self.till
        doing = (till.rests, till.works, self.is_called, till.reconciler.run_once, till.dispatcher.run_once)
        await till.cut_off(self.dice.choice(doing))
        self.row.struck += 1

    async def _comes_to_rest(self) -> None:
        """Everything is answered from here on, and time goes by until nobody owes anybody anything."""
        self.till.house.calm()
        for hours in (0.2, 0.2, 1, 2, 25, 2, 2):
            self.till.clock.travel(hours=hours)
            await self.till.house.call(self.dice)
            await self.till.rests()

    async def _is_judged(self) -> None:
        order = (await self.till.standing(self.person)).order(self.order)
        assert order is not None
        sums, printed = self.till.house.sums(self.order), self.till.room.printed[self.order]
        self._printed_once_and_paid(order, sums, printed)
        for one in sums:
            self._given_back_rightly(order, one)
        self.row.acknowledged += len(sums)

    def _printed_once_and_paid(self, order: Order, sums: list[Sum], printed: int) -> None:
        if printed > 1:
            self._doubles(order, f"was printed {printed} times", sums)
        right = [one for one in sums if (one.paid, one.currency) == (order.amount.amount, "TRY")]
        if printed and not right:
            self._loses(order, "was printed and not paid", sums)
        kept = [one for one in right if not one.refunds]
        if kept and not printed and order.state not in (*PRINTED, *OPEN, State.HELD):
            self._loses(order, "was paid, and is neither printed nor refunded", sums)
        if kept and order.state in OPEN:
            self._loses(order, "was paid, and nobody has noticed", sums)
        if len(kept) > 1:
            self._loses(order, "was paid twice, and the second payment is still there", sums)

    def _given_back_rightly(self, order: Order, one: Sum) -> None:
        back = sum(one.refunds)
        if back > one.paid or len(one.refunds) > 1:
            self._doubles(order, f"payment {one.number} went back {len(one.refunds)} times", [one])
        if one.refunds and back != one.paid:
            self._loses(order, f"of payment {one.number} {back} of {one.paid} went back", [one])
        wrong = (one.paid, one.currency) != (order.amount.amount, "TRY")
        if wrong and not one.refunds:
            if order.state is State.HELD:
                self.row.handed += 1
            else:
                self._loses(order, f"payment {one.number} of a wrong amount was kept", [one])

    def _loses(self, order: Order, what: str, sums: list[Sum]) -> None:
        self.row.loses(f"{self.nth} {order.state} {what}: {sums} after {', '.join(self.told)}")

    def _doubles(self, order: Order, what: str, sums: list[Sum]) -> None:
        self.row.doubles(f"{self.nth} {order.state} {what}: {sums} after {', '.join(self.told)}")

    ACTS: Final = {
        "pays": pays, "pays again": pays, "called": is_called, "called again": is_called, "forged": is_forged,
        "cancelled": is_cancelled, "granted": is_granted, "waits": waits, "expires": expires, "spoilt": goes_wrong,
        "spoilt too": goes_wrong, "goes on": goes_on, "cut off": is_cut_off,
    }  # fmt: skip


async def _histories(folder: Path, url: str, name: str, many: int, seed: int) -> Row:
    row = Row(
        f"random histories at {name}",
        injection="doubled, lost, late and forged callbacks; wrong amounts; faults of the institution; kills",
        holds="paid and kept = printed or to be printed; refunded once, and exactly; forged changes nothing",
    )
    keyring = Keyring.init(folder / f"{name}.key", folder / f"{name}-keys.db")
    store = await Store.open(url, keyring)
    try:
        async with Till(store, name, seed) as till:
            for nth in range(many):
                await History(till, row, nth).run()
    finally:
        await store.close()
        keyring.close()
    return row


def prove_money(folder: Path, url: str, name: str, many: int, seed: int) -> Row:
    """So many histories at one institution."""
    return asyncio.run(_histories(folder, url, name, many, seed))
