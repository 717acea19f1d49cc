"""A small service that can be killed: serves numbered updates, prints letters, makes keys, moves in; says what is done.

`main` is one life of it; tests/prove/lives.py lends them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.printer.folder import FolderSink
from flows.core.effects import IssueInvoice, RecordInvoice
from flows.core.events import Person
from flows.core.outgoing import OutgoingMessage
from flows.core.state import Standing, Turn
from flows.invoice.document import InvoiceKind, InvoiceLine, InvoiceSeller
from flows.invoice.party import InvoiceParty
from flows.words.text import Kurus
from storage.database.engine import StorageError
from storage.keys import keyring
from storage.keys.keyring import Keyring
from storage.senders import seen_updates
from storage.store.store import KeptTurn, Store
from tests.prove import sending
from tests.prove.paying import pays
from tests.prove.printing import KNOWN, NOON, TRIES, Fixed, moment, prints

PEOPLE = 5


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
    if what == "presses":
        await sending.presses(folder, url, *numbers)
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
        clock = Fixed(NOON + timedelta(minutes=10) * turn)
        await prints(store, FolderSink(folder / "tray"), clock, first, count)
    elif what == "sends":
        await sending.sends(store, folder, *numbers)
    elif what == "pays":
        await pays(store, folder, *numbers)
    await store.close()
    ring.close()
