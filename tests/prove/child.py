"""A small service that can be killed: serves numbered updates, prints letters, makes keys, moves in; says what is done.

`main` is one life of it; tests/prove/lives.py lends them.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.printer.dispatch import Dispatcher
from bot.printer.folder import FolderSink
from bot.printer.sink import SinkAway
from flows.core.effects import (
    ClearOutbox,
    Effect,
    IssueInvoice,
    LeasePrint,
    ParkPrint,
    QueueForPrint,
    RecordInvoice,
)
from flows.core.events import Envelope, LetterDispatched, Moment, Person, PrintClaimed, PrintStuck
from flows.core.outgoing import OutgoingMessage
from flows.core.state import Draft, Order, Profile, Standing, State, Turn
from flows.input.manuscript import Manuscript
from flows.invoice.document import InvoiceKind, InvoiceLine, InvoiceSeller
from flows.invoice.party import InvoiceParty
from flows.words.text import Kurus
from storage.database.engine import StorageError
from storage.keys import keyring
from storage.keys.keyring import Keyring
from storage.queues import keys_to_shred
from storage.senders import orders, previews, seen_updates
from storage.store.store import KeptTurn, Store
from tests.prove.paying import pays

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
PEOPLE = 5
TRIES = 40  # of an update that is refused, as Telegram brings it again
KNOWN = Profile(name="Işıl")


def moment(at: datetime = NOON) -> Moment:
    return Moment(at, os.urandom(16).hex())


def person_of(number: int) -> Person:
    return Person("telegram", str(number % PEOPLE))


async def serve(store: Store, number: int) -> None:
    """One update as the door serves it, with an invoice that it brings; its second coming changes nothing."""
    person = person_of(number)
    async with store.transaction() as tx:
        if not await tx.do(seen_updates.first_sight, [f"u{number}"], NOON):
            return
        before = (await tx.standings_of([person])).get((person.channel, person.handle))
        known = before or Standing(person, profile=KNOWN)
        after = replace(known, screen=known.screen + 1)
        sold = RecordInvoice(f"i{number}", InvoiceParty("Işıl İnci"), Kurus(9600))
        line = InvoiceLine("Mektup", Kurus(9600), 20)
        issued = IssueInvoice(sold.order, "", InvoiceKind.SALE, (line,), InvoiceSeller(), "MPX")
        turn = Turn(after, (sold, issued))
        await tx.keep([KeptTurn(before, turn, (OutgoingMessage("say", str(number)),), moment())])


async def turns(store: Store, first: int, count: int) -> None:
    for number in range(first, first + count):
        for _ in range(TRIES):
            try:
                await serve(store, number)
            except StorageError:
                print("refused", number, flush=True)
            else:
                print("done", number, flush=True)
                break


def pdf_of(number: int) -> bytes:
    return f"%PDF of letter {number}".encode()


async def order(store: Store, number: int) -> None:
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
        made = Order(f"{number + 1:032x}", State.QUEUED, Kurus(4850), letter, sha256, 1, 1, "normal", NOON)
        after = replace(before, orders=(made,))
        await tx.keep([KeptTurn(before, Turn(after, (QueueForPrint(made.id),)), (), moment())])


async def prints(store: Store, folder: Path, first: int, count: int, now: datetime) -> None:
    """Takes orders and prints them into a tray: the real dispatcher and folder, with decisions as flows takes them."""

    class Clock:
        def now(self) -> datetime:
            return now

    async def receive(envelope: Envelope) -> None:
        event, person = envelope.event, envelope.person
        async with store.transaction() as tx:
            if not await tx.do(seen_updates.first_sight, [envelope.key], now):
                return
            before = (await tx.standings_of([person]))[person.channel, person.handle]
            effects: tuple[Effect, ...]
            if isinstance(event, PrintClaimed):
                lease = before.orders[0].lease_until
                effects = () if lease and now < lease else (LeasePrint(event.order, event.token, event.until),)
            elif isinstance(event, PrintStuck):
                effects = (ParkPrint(event.order, event.token),)
            else:
                assert isinstance(event, LetterDispatched)
                effects = (ClearOutbox(event.order, event.token, event.sink, event.receipt),)
            await tx.keep([KeptTurn(before, Turn(before, effects), (), envelope.moment)])

    sink = FolderSink(folder / "tray")
    await sink.start()
    dispatcher = Dispatcher(store, sink, Clock(), receive, lambda pdf, pages: None)  # type: ignore[arg-type]
    for number in range(first, first + count):
        await _insists("done", number, lambda number=number: order(store, number))  # type: ignore[misc]
        await _insists("round", number, lambda: _round(store, dispatcher, now))
    print("finished", flush=True)


async def _round(store: Store, dispatcher: Dispatcher, now: datetime) -> None:
    while await dispatcher.run_once():
        pass
    keys = [one.key_id for one in await store.do(keys_to_shred.pending, 100)]
    store.vault.keyring.destroy(keys)
    await store.do(keys_to_shred.done, keys, now)


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


def keys(ring: Keyring, ids: Path, first: int, count: int) -> None:
    """Makes keys, destroys every other one, signs; a key is told by its number, its id stands in a file."""
    keyring.SPARES = 3  # so that making ahead is a part of every life
    for number in range(first, first + count):
        made = ring.spare()
        with ids.open("a") as file:  # who hands out a key notes for what
            file.write(f"{number} {made}\n")
        print("made", number, flush=True)
        if number % 2:
            ring.destroy([made])
            print("destroyed", number, flush=True)
        ring.sign_head(number, number.to_bytes(32, "big"))
        print("signed", number, flush=True)


async def main(what: str, folder: Path, url: str, numbers: list[int]) -> None:
    if what == "init":
        Keyring.init(folder / "master.key", folder / "keys.db").close()
        print("made", 0, flush=True)
        return
    ring = Keyring.open(folder / "master.key", folder / "keys.db")
    if what == "keys":
        keys(ring, folder / "ids", *numbers)
        ring.close()
        return
    store = await Store.open(url, ring)
    print("opened", 0, flush=True)
    if what == "turns":
        await turns(store, *numbers)
    elif what == "prints":
        first, count, turn = numbers
        await prints(store, folder, first, count, NOON + timedelta(minutes=10) * turn)
    elif what == "pays":
        await pays(store, folder, *numbers)
    await store.close()
    ring.close()
