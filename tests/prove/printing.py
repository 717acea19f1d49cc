"""Numbered letters of a small service: ordered, paid, and handed to a print room by the real dispatcher."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.base.clock import Clock
from bot.printer.dispatch import LEASE, Dispatcher
from bot.printer.sink import PrintSink, SinkAway
from flows.core.effects import ClearOutbox, Effect, LeasePrint, ParkPrint, QueueForPrint
from flows.core.events import Envelope, LetterDispatched, Moment, Person, PrintClaimed, PrintStuck
from flows.core.state import Draft, Order, Profile, Standing, State, Turn
from flows.input.manuscript import Manuscript
from flows.words.text import Kurus
from storage.database.engine import StorageError
from storage.queues import keys_to_shred
from storage.senders import orders, previews, seen_updates
from storage.store.store import KeptTurn, Store

__all__ = ["KNOWN", "NOON", "TRIES", "Fixed", "moment", "pdf_of", "prints", "round_of"]

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
TRIES = 40  # of an update that is refused, as Telegram brings it again
KNOWN = Profile(name="Işıl")


def moment(at: datetime = NOON) -> Moment:
    return Moment(at, os.urandom(16).hex())


def pdf_of(number: int) -> bytes:
    return f"%PDF of letter {number}".encode()


async def order(store: Store, number: int, at: datetime = NOON) -> None:
    """A paid letter, on the tray in the same transaction; its second coming changes nothing."""
    person, letter = Person("telegram", f"p{number}"), f"{number:032x}"
    async with store.transaction() as tx:
        if await tx.do(seen_updates.first_sight, [f"written:{number}"], NOON):
            draft = Draft(letter=letter, manuscript=Manuscript(((1, "Sevgili Leyla"),)))
            before = (await tx.standings_of([person])).get((person.channel, person.handle))
            written = replace(before or Standing(person, profile=KNOWN), draft=draft)
            await tx.keep([KeptTurn(before, Turn(written), (), moment())])
    pdf = pdf_of(number)
    sha256 = hashlib.sha256(pdf).hexdigest()
    if not await store.do(orders.person_of, f"{number + 1:032x}"):
        await store.do(previews.keep, letter, pdf, sha256, 1)
    async with store.transaction() as tx:
        if not await tx.do(seen_updates.first_sight, [f"paid:{number}"], NOON):
            return
        before = (await tx.standings_of([person]))["telegram", person.handle]
        made = Order(f"{number + 1:032x}", State.QUEUED, Kurus(4850), letter, sha256, 1, 1, "normal", at)
        after = replace(before, orders=(made,))
        await tx.keep([KeptTurn(before, Turn(after, (QueueForPrint(made.id),)), (), moment())])


class Fixed:
    """The hour of one life."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


async def prints(
    store: Store, sink: PrintSink, clock: Clock, first: int, count: int, *, lease: timedelta = LEASE
) -> Dispatcher:
    """Takes orders and prints them: the real dispatcher and print sink, with decisions as flows takes them."""

    async def receive(envelope: Envelope) -> None:
        event, person = envelope.event, envelope.person
        async with store.transaction() as tx:
            if not await tx.do(seen_updates.first_sight, [envelope.key], clock.now()):
                return
            before = (await tx.standings_of([person]))[person.channel, person.handle]
            effects: tuple[Effect, ...]
            if isinstance(event, PrintClaimed):
                until = before.orders[0].lease_until
                held = until and clock.now() < until
                effects = () if held else (LeasePrint(event.order, event.token, event.until),)
            elif isinstance(event, PrintStuck):
                effects = (ParkPrint(event.order, event.token),)
            else:
                assert isinstance(event, LetterDispatched)
                effects = (ClearOutbox(event.order, event.token, event.sink, event.receipt),)
            await tx.keep([KeptTurn(before, Turn(before, effects), (), envelope.moment)])

    await sink.start()
    dispatcher = Dispatcher(store, sink, clock, receive, lambda pdf, pages: None, lease=lease)
    for number in range(first, first + count):
        await _insists("done", number, lambda number=number: order(store, number, clock.now()))  # type: ignore[misc]
        await _insists("round", number, lambda: round_of(store, dispatcher, clock))
    print("finished", flush=True)
    return dispatcher


async def round_of(store: Store, dispatcher: Dispatcher, clock: Clock) -> None:
    while await dispatcher.run_once():
        pass
    keys = [one.key_id for one in await store.do(keys_to_shred.pending, 100)]
    store.vault.keyring.destroy(keys)
    await store.do(keys_to_shred.done, keys, clock.now())


async def _insists(word: str, number: int, act: Callable[[], Awaitable[object]]) -> None:
    """Until it is kept, as Telegram brings an update and the clock a round; what is kept is said."""
    for _ in range(TRIES):
        try:
            await act()
        except (StorageError, SinkAway, sqlite3.Error):
            print("refused", number, flush=True)
        else:
            print(word, number, flush=True)
            break
