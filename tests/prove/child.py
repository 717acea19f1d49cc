"""A small service that can be killed: serves numbered updates, or prints letters, and says on stdout what is done.

python -m tests.prove.child turns FOLDER URL FIRST COUNT
python -m tests.prove.child prints FOLDER URL FIRST COUNT ROUND
"""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.effects import ClearOutbox, LeasePrint, QueueForPrint
from flows.events import Envelope, LetterDispatched, Moment, Person, PrintClaimed
from flows.letter import Manuscript
from flows.outgoing import OutgoingMessage
from flows.standing import Draft, Order, Profile, Standing, State, Turn
from flows.text import Kurus
from storage.engine import StorageError
from storage.keyring import Keyring
from storage.store import Kept, Store

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
PEOPLE = 5
TRIES = 40  # of an update that is refused, as Telegram brings it again
KNOWN = Profile(name="Işıl")


def moment(at: datetime = NOON) -> Moment:
    return Moment(at, os.urandom(16).hex())


def person_of(number: int) -> Person:
    return Person("telegram", str(number % PEOPLE))


async def serve(store: Store, number: int) -> None:
    """One update as the door serves it; its second coming changes nothing."""
    person = person_of(number)
    async with store.transaction() as tx:
        if not await tx.first_sight([f"u{number}"], NOON):
            return
        before = (await tx.standings_of([person])).get((person.channel, person.handle))
        known = before or Standing(person, profile=KNOWN)
        after = replace(known, screen=known.screen + 1)
        await tx.keep([Kept(before, Turn(after), (OutgoingMessage("say", str(number)),), moment())])


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


class Ledger:
    """A print sink whose paper is a line in a file: what is printed twice stands there twice."""

    name = "ledger"

    def __init__(self, place: Path) -> None:
        self._place = place

    async def lookup(self, piece: object) -> object:
        from bot.printer.sink import Receipt

        number = piece.number  # type: ignore[attr-defined]
        printed = self._place.read_text().split() if self._place.exists() else []
        return Receipt(self.name, number) if number in printed else None

    async def submit(self, piece: object) -> object:
        handle = os.open(self._place, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(handle, f"{piece.number}\n".encode())  # type: ignore[attr-defined]
        os.fsync(handle)
        os.close(handle)
        return await self.lookup(piece)


async def order(store: Store, number: int) -> None:
    """A paid letter, on the tray in the same transaction; its second coming changes nothing."""
    person, letter = Person("telegram", f"p{number}"), f"{number:032x}"
    async with store.transaction() as tx:
        if await tx.first_sight([f"written:{number}"], NOON):
            draft = Draft(letter=letter, manuscript=Manuscript(((1, "Sevgili Leyla"),)))
            before = (await tx.standings_of([person])).get((person.channel, person.handle))
            written = replace(before or Standing(person, profile=KNOWN), draft=draft)
            await tx.keep([Kept(before, Turn(written), (), moment())])
    if not await store.person_of_order(f"{number + 1:032x}"):
        await store.keep_preview(letter, b"%PDF", "f00d", 1)
    async with store.transaction() as tx:
        if not await tx.first_sight([f"paid:{number}"], NOON):
            return
        before = (await tx.standings_of([person]))["telegram", person.handle]
        made = Order(f"{number + 1:032x}", State.QUEUED, Kurus(4850), letter, "f00d", 1, 1, "normal", NOON)
        after = replace(before, orders=(made,))
        await tx.keep([Kept(before, Turn(after, (QueueForPrint(made.id),)), (), moment())])


async def prints(store: Store, folder: Path, first: int, count: int, now: datetime) -> None:
    """Takes orders and prints them: the real dispatcher, with decisions as flows takes them."""
    from bot.printer.dispatch import Dispatcher

    class Clock:
        def now(self) -> datetime:
            return now

    async def receive(envelope: Envelope) -> None:
        event, person = envelope.event, envelope.person
        async with store.transaction() as tx:
            if not await tx.first_sight([envelope.key], now):
                return
            before = (await tx.standings_of([person]))[person.channel, person.handle]
            if isinstance(event, PrintClaimed):
                lease = before.orders[0].lease_until
                effects = () if lease and now < lease else (LeasePrint(event.order, event.token, event.until),)
            else:
                assert isinstance(event, LetterDispatched)
                effects = (ClearOutbox(event.order, event.token, event.sink, event.receipt),)
            await tx.keep([Kept(before, Turn(before, effects), (), envelope.moment)])

    dispatcher = Dispatcher(store, Ledger(folder / "ledger"), Clock(), receive, lambda pdf, pages: None)  # type: ignore[arg-type]
    for number in range(first, first + count):
        await order(store, number)
        print("done", number, flush=True)
        while await dispatcher.run_once():
            pass
        keys = [one.key_id for one in await store.shreddable(100)]
        store.vault.keyring.destroy(keys)
        await store.shredded(keys, now)
    print("finished", flush=True)


async def main(what: str, folder: Path, url: str, numbers: list[int]) -> None:
    keyring = Keyring.open(folder / "master.key", folder / "keys.db")
    store = await Store.open(url, keyring)
    first, count, *rest = numbers
    if what == "turns":
        await turns(store, first, count)
    else:
        await prints(store, folder, first, count, NOON + timedelta(minutes=10) * rest[0])
    await store.close()
    keyring.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], [int(word) for word in sys.argv[4:]]))
