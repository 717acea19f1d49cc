"""Random histories of money: paid, called back, doubled, lost, forged, cancelled, expired, cut off, refunded, printed.

Each history is one order at a pretended institution, over HTTP, with the real provider, callbacks, reconciler, worker,
dispatcher and store. Whatever happens, in the end: paid and not refunded is printed or waits to be; what went back went
once and is exactly what was owed; a forged callback has changed nothing; our books say what the institution's say.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from bot.payments.provider import ProviderError
from bot.work.payment_handlers import checkout_of
from flows.core import events as ev
from flows.core.state import Order, State
from flows.order.books import Entry, Kind, books, differences, total
from flows.words.text import Kurus
from storage.keys.keyring import Keyring
from storage.monitoring import alarms
from storage.payments import books as our_books
from storage.store.store import Store
from tests.dialogue import START
from tests.fakes import FakeClock
from tests.prove.by_hand import refunds_by_hand
from tests.prove.institutions import HOUSES, House, Sum
from tests.prove.report import Row
from tests.prove.till import PAYER, Till

__all__ = ["History", "prove_money"]

PRINTED: Final = (State.QUEUED, State.PRINTING, State.DISPATCHED, State.ERASED, State.PRINTED, State.POSTED)
"""States of a letter that was paid for and is printed, or will be."""
OPEN: Final = (State.LINKING, State.AWAITING)
LONGEST: Final = 12  # acts of a history
HELD: Final = "payments held for a person"
REPEATS: Final = 8
"""How often a round of callbacks is made at the end: PayTR repeats each until it is answered."""


# A history ------------------------------------------------------------------------------------------------------------


class History:
    """What happens to one order, and what must be true of it in the end."""

    def __init__(self, till: Till, house: House, http: ClientSession, row: Row, nth: int) -> None:
        self.till, self.house, self.http, self.row, self.nth, self.dice = till, house, http, row, nth, till.dice
        self.told: list[str] = []
        self.urls: set[str] = set()

    async def run(self) -> list[Sum]:
        """What the institution's books say in the end."""
        self.row.count("histories")
        self.person, self.order = await self.till.orders(self.nth)
        await self.till.works()
        for _ in range(self.dice.randrange(3, LONGEST)):
            name = self.dice.choice(tuple(self.ACTS))
            self.told.append(name)
            self.row.tried += 1
            await self.ACTS[name](self)
        await self._comes_to_rest()
        await self._is_judged()
        return self.house.sums(self.order)

    async def pays(self) -> None:
        """On one of the pages that they know; those that end sooner are opened by our own link."""
        standing = await self.till.standing(self.person)
        order = standing.order(self.order)
        assert order is not None
        if order.state is State.AWAITING and not self.house.institution.lazily:
            self.urls.add(order.url)
        elif order.state is State.AWAITING:
            with suppress(ProviderError):
                self.urls.add((await self.till.provider.open_link(checkout_of(standing, order, PAYER))).url)
        if self.urls:
            page = self.house.page(self.dice.choice(sorted(self.urls)))
            self.told[-1] += " " + self.house.act(page, self.dice)
            self.row.struck += 1

    async def is_called(self) -> None:
        await self.house.call(self.dice)
        if self.dice.random() < 0.5:
            await self.till.callbacks.close()

    async def is_forged(self) -> None:
        await self.till.callbacks.close()  # what the institution itself has said may still be asked about
        before = await self.till.standing(self.person)
        answers = await self.house.forge(self.order, self.http)
        if set(answers) != {403}:
            self.row.loses(f"a forged callback was answered with {answers}")
        if await self.till.standing(self.person) != before:
            self.row.loses("a forged callback has changed something")

    async def is_cancelled(self) -> None:
        await self.till.tells(self.person, ev.OrderCancelled(self.order, self.dice.choice(("asked", "kept"))))

    async def is_granted(self) -> None:
        await self.till.tells(self.person, ev.RefundGranted(self.order, "goodwill"))

    async def is_granted_in_part(self) -> None:
        order = (await self.till.standing(self.person)).order(self.order)
        assert order is not None
        amount = Kurus(self.dice.choice((1, 100, order.amount.amount // 2, order.amount.amount)))
        nth = self.dice.choice((len(order.parts) + 1, 1))
        await self.till.tells(self.person, ev.PartRefundGranted(self.order, "delay", amount, nth))

    async def waits(self) -> None:
        self.till.clock.travel(minutes=self.dice.choice((1, 6, 31, 180)))

    async def expires(self) -> None:
        self.till.clock.travel(hours=25)
        await self.till.reconciler.run_once()

    async def goes_wrong(self) -> None:
        self.house.spoil(self.dice)

    async def is_granted_in_silence(self) -> None:
        """It was paid; a refund or a part is granted, and the institution's answer to it is lost."""
        await self.pays()
        await self.is_called()
        await self.till.rests()
        self.house.fall_silent(self.dice)
        await self.dice.choice((self.is_granted, self.is_granted_in_part, self.is_granted_in_part))()
        await self.till.works()

    async def goes_on(self) -> None:
        await self.till.rests()

    async def is_cut_off(self) -> None:
        till = self.till
        doing = (till.rests, till.works, self.is_called, till.reconciler.run_once, till.dispatcher.run_once)
        await till.cut_off(self.dice.choice(doing))
        self.row.struck += 1

    async def _comes_to_rest(self) -> None:
        """Everything is answered from here on, and time goes by until nobody owes anybody anything."""
        self.house.calm()
        for hours in (0.2, 0.2, 1, 2, 25, 2, 2):
            self.till.clock.travel(hours=hours)
            for _ in range(REPEATS):
                await self.house.call(self.dice)
            await self.till.rests()

    async def _is_judged(self) -> None:
        order = (await self.till.standing(self.person)).order(self.order)
        assert order is not None
        await refunds_by_hand(self.till.store, self.house, order, self.row, self.till.clock.now())
        if order.state is State.HELD:
            self.row.handed += 1
            self.row.count(HELD)
        sums, printed = self.house.sums(self.order), self.till.room.printed[self.order]
        self._printed_once_and_paid(order, sums, printed)
        for one in sums:
            self._given_back_rightly(order, one)
        self.row.acknowledged += len(sums)
        self.row.count("payments", len(sums))
        self.row.count("refunds", sum(len(one.refunds) for one in sums))
        self.row.count("of these of a part", sum(back != one.paid for one in sums for back in one.refunds))

    def _printed_once_and_paid(self, order: Order, sums: list[Sum], printed: int) -> None:
        if printed > 1:
            self._doubles(order, f"was printed {printed} times", sums)
        right = [one for one in sums if (one.paid, one.currency) == (order.amount.amount, "TRY")]
        if printed and not right:
            self._loses(order, "was printed and not paid", sums)
        kept = [one for one in right if sum(one.refunds) < one.paid]
        if kept and not printed and order.state not in (*PRINTED, *OPEN, State.HELD):
            self._loses(order, "was paid, and is neither printed nor refunded", sums)
        if kept and order.state in OPEN:
            self._loses(order, "was paid, and nobody has noticed", sums)
        if len(kept) > 1:
            self._loses(order, "was paid twice, and the second payment is still there", sums)

    def _given_back_rightly(self, order: Order, one: Sum) -> None:
        """Part by part as the order says, and no more; all of it unless an admin has given a part."""
        back, owed = sum(one.refunds), order.refunds_of(self.till.name, one.number)
        if back > one.paid or len(one.refunds) > len(owed):
            self._doubles(order, f"payment {one.number} went back {len(one.refunds)} times", [one])
        if sorted(one.refunds) != sorted(part.amount.amount for part in owed):
            self._loses(order, f"of payment {one.number} {back} of {one.paid} went back", [one])
        in_part = order.counts(self.till.name, one.number) and order.state is not State.CANCELLED
        if one.refunds and back != one.paid and not in_part:
            self._loses(order, f"of payment {one.number} only {back} of {one.paid} went back", [one])
        wrong = (one.paid, one.currency) != (order.amount.amount, "TRY")
        if wrong and not one.refunds and order.state is not State.HELD:
            self._loses(order, f"payment {one.number} of a wrong amount was kept", [one])

    def _loses(self, order: Order, what: str, sums: list[Sum]) -> None:
        self.row.loses(f"{self.nth} {order.state} {what}: {sums} after {', '.join(self.told)}")

    def _doubles(self, order: Order, what: str, sums: list[Sum]) -> None:
        self.row.doubles(f"{self.nth} {order.state} {what}: {sums} after {', '.join(self.told)}")

    ACTS: Final = {
        "pays": pays, "pays again": pays, "called": is_called, "called again": is_called, "forged": is_forged,
        "cancelled": is_cancelled, "granted": is_granted, "granted in part": is_granted_in_part, "waits": waits,
        "granted in silence": is_granted_in_silence, "granted in silence too": is_granted_in_silence,
        "expires": expires, "spoilt": goes_wrong, "spoilt too": goes_wrong, "goes on": goes_on, "cut off": is_cut_off,
    }  # fmt: skip


async def _books_agree(store: Store, row: Row, name: str, sums: list[Sum], clock: FakeClock) -> None:
    """The institution's statement of all its days, beside our books; and whom the alarm calls."""
    held = (await store.do(alarms.counts, clock.now()))["payments_held"]
    if held != row.details.get(HELD, 0):
        row.loses(f"the alarm tells of {held} held payments; {row.details.get(HELD, 0)} wait for a person")
    theirs = [Entry(Kind.PAYMENT, name, one.number, Kurus(one.paid), one.currency) for one in sums]
    theirs += [Entry(Kind.REFUND, name, one.number, Kurus(back), one.currency) for one in sums for back in one.refunds]
    ours = books(await store.do(our_books.entries, name))
    for one in differences(ours, books(theirs), START, clock.now() + timedelta(days=1)):
        row.loses(f"our books differ from the statement: {one}")
    if total(ours) != total(books(theirs)):
        row.loses(f"our sum is {total(ours)}, the statement's {total(books(theirs))}")


async def _histories(folder: Path, url: str, name: str, many: int, seed: int) -> Row:
    row = Row(
        f"random histories at {name}",
        injection="doubled, lost, late and forged callbacks; wrong amounts; faults of the institution; kills",
        holds="paid and kept = printed or to be printed; each part refunded once, and exactly; both books agree",
    )
    keyring = Keyring.init(folder / f"{name}.key", folder / f"{name}-keys.db")
    store = await Store.open(url, keyring)
    clock = FakeClock(START)
    try:
        async with Till(store, name, seed, clock).answers() as till, ClientSession() as http:
            house = HOUSES[name](clock, till.callback)
            async with TestServer(house.app) as theirs, till.at(str(theirs.make_url("")).rstrip("/")):
                told = [await History(till, house, http, row, nth).run() for nth in range(many)]
        await _books_agree(store, row, name, [one for sums in told for one in sums], clock)
    finally:
        await store.close()
        keyring.close()
    return row


def prove_money(folder: Path, url: str, name: str, many: int, seed: int) -> Row:
    """So many histories at one institution."""
    return asyncio.run(_histories(folder, url, name, many, seed))
