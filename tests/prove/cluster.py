"""The proof of several processes: stops, kills and restarts what a letter needs on its way, and counts the letters.

Each way of breaking is one function (fault -> injection -> what must hold) that returns one row of the report. The
seed decides what is struck and when.
"""

from __future__ import annotations

import asyncio
import random
import signal
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from bot.base import log
from bot.printer.dispatch import LEASE
from bot.work.worker import Worker
from flows.core.effects import QueueForPrint
from flows.core.events import Moment, Person
from flows.core.state import Draft, Order, Profile, Standing, State, Turn
from flows.input.manuscript import Manuscript
from flows.words.text import Kurus
from rendering import sample as specimen
from rendering.pdf import Drawn, draw
from rendering.processes.pool import Pool
from storage.keys.keyring import Keyring
from storage.senders import previews
from storage.store.store import KeptTurn, Store
from tests.cluster import Cluster, Process, cluster
from tests.prove.loft import Loft, Sender
from tests.prove.storage import Row
from tests.storage.postgres import Server

__all__ = ["full", "lasting_server", "restarts", "sample", "workers"]

PAST = max(LEASE, Worker.HOLD) + timedelta(minutes=1)
"""A journey in time after which nothing that a stopped or killed process had taken is its own any more."""
PATIENCE = 300.0  # seconds for what should come to an end
SENDERS = 24  # who order side by side
ON_ITS_WAY = (State.LINKING, State.AWAITING, State.HELD, State.QUEUED, State.PRINTING, State.STUCK)


def full(folder: Path, seed: int) -> list[Row]:
    """500 letters past two workers that are stopped and killed, 1,000 orders past restarts; about 15 minutes."""
    return _prove(folder, seed, letters=500, faults=30, orders=1000, every=(100, 400))


def sample(folder: Path, seed: int) -> list[Row]:
    """The same with 30 letters and 10 orders; the restarts follow each other as fast as the updates."""
    return _prove(folder, seed, letters=30, faults=3, orders=10, every=(5, 20))


def _prove(folder: Path, seed: int, *, letters: int, faults: int, orders: int, every: tuple[int, int]) -> list[Row]:
    async def both() -> list[Row]:
        async with lasting_server() as (server, lasting):
            place = asyncio.get_running_loop().run_in_executor
            urls = [server.url(await place(lasting, server.new)) for _ in range(2)]
            return [
                await workers(_made(folder / "workers"), urls[0], letters, faults, seed),
                await restarts(_made(folder / "restarts"), server, lasting, urls[1], orders, every, seed),
            ]

    return asyncio.run(both())


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@asynccontextmanager
async def lasting_server() -> AsyncIterator[tuple[Server, ThreadPoolExecutor]]:
    """A server, and the one thread that may start it: it ends with the thread that did."""
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as lasting:
        server = await loop.run_in_executor(lasting, Server)
        try:
            yield server, lasting
        finally:
            await loop.run_in_executor(lasting, server.stop)


# Two workers, one of them always in trouble ---------------------------------------------------------------------------


async def workers(folder: Path, url: str, letters: int, faults: int, seed: int) -> Row:
    """A worker sleeps through its leases, or dies -> SIGSTOP, a journey in time, SIGCONT; SIGKILL, a new start -> every
    letter lies in the tray once, is recorded once, and its key is gone."""
    row, dice, number = Row("two workers: stopped past their lease, killed"), random.Random(seed), 0
    async with cluster(folder, url, {"worker": 2}) as found:
        await found.look()
        await found.start()
        paper = draw(specimen.LETTER)
        for nth in count():
            if nth >= faults and row.struck:  # whether a fault strikes depends on the machine: another, until one does
                break
            many = letters // faults + (nth < letters % faults)
            await seed_letters(found, paper, range(number, number + many))
            number += many
            struck = dice.choice(list(found.processes.values()))
            await _under_way(found, number - dice.randrange(1, many + 1))
            row.tried += 1
            row.struck += await _left(found.store) > 0
            await (_sleeps if nth % 2 == 0 else _dies)(found, struck)
        await _finished(found)
        row.acknowledged = number
        await _count_letters(row, found.store, found.stage.tray)
        for process in found.processes.values():
            row.lost += await process.end() != 0  # and they still stop when they are asked to
    return row


async def seed_letters(found: Cluster, paper: Drawn, numbers: range) -> None:
    """Paid letters in the outbox, each of another person: the turns that the door would have kept."""
    people = {number: Person("telegram", str(10_000 + number)) for number in numbers}
    written = {
        number: Standing(
            person,
            profile=Profile(name="Işıl İnci"),
            draft=Draft(letter=f"{number:032x}", manuscript=Manuscript(((1, "Canım anneannem,"),))),
        )
        for number, person in people.items()
    }
    store, now = found.store, Moment(found.clock.now(), "0" * 32)
    async with store.transaction() as tx:
        await tx.keep([KeptTurn(None, Turn(standing), (), now) for standing in written.values()])
    paid: list[KeptTurn] = []
    for number, before in written.items():
        await store.do(previews.keep, f"{number:032x}", paper.pdf, paper.sha256, paper.pages)
        made = Order(
            f"{number:032x}", State.QUEUED, Kurus(4850), f"{number:032x}", paper.sha256, paper.pages, 1, "normal",
            now.at, payment=f"P{number}", paid=Kurus(4850), paid_at=now.at,
        )  # fmt: skip
        paid.append(KeptTurn(before, Turn(replace(before, orders=(made,)), (QueueForPrint(made.id),)), (), now))
    async with store.transaction() as tx:
        await tx.standings_of(list(people.values()))
        await tx.keep(paid)


async def _sleeps(found: Cluster, struck: Process) -> None:
    """Stopped in the middle of its work; the other takes over what it holds; then it goes on where it was."""
    struck.send(signal.SIGSTOP)
    found.clock.advance(PAST)
    await _until(lambda: _left(found.store), seconds=5.0)  # what the sleeper has locked waits for it
    struck.send(signal.SIGCONT)


async def _dies(found: Cluster, struck: Process) -> None:
    await struck.end(signal.SIGKILL)
    found.clock.advance(PAST)
    await struck.start()
    await struck.serves()


async def _under_way(found: Cluster, files: int) -> None:
    """Returns when so many letters have ever come into the tray: in the middle of a batch."""
    async with asyncio.timeout(PATIENCE):
        for looks in count(1):
            if len(list(found.stage.tray.glob("*.pdf"))) >= files:
                return
            if looks % 500 == 0:  # what an earlier fault has left leased
                found.clock.advance(PAST)
            await asyncio.sleep(0.01)


async def _finished(found: Cluster) -> None:
    async with asyncio.timeout(PATIENCE):
        while await _until(lambda: _left(found.store), seconds=3.0):
            found.clock.advance(PAST)


async def _until(left: Callable[[], Any], *, seconds: float) -> int:
    """What is left after a while, at once when nothing is."""
    for _ in range(int(seconds / 0.05)):
        if not await left():
            return 0
        await asyncio.sleep(0.05)
    return int(await left())


# PostgreSQL restarted under a thousand orders -------------------------------------------------------------------------


async def restarts(
    folder: Path,
    server: Server,
    lasting: ThreadPoolExecutor,
    url: str,
    orders: int,
    every: tuple[int, int],
    seed: int,
) -> Row:
    """The database is restarted all the time, politely or not -> `fast` or `immediate` stop, start -> every update that
    was acknowledged is stored, every order is printed once as it was approved, and paid once."""
    row, dice = Row("PostgreSQL restarted every few seconds: orders"), random.Random(seed)
    log.configure(folder / "log")
    keyring = Keyring.init(folder / "master.key", folder / "keys.db")
    store = await Store.open(url, keyring)
    loop, places = asyncio.get_running_loop(), asyncio.Semaphore(SENDERS)

    async def again() -> None:
        """After so many more acknowledged updates, not after a while: a slow machine gets on, too."""
        while True:
            await loft.acknowledges(dice.randint(*every))
            await loop.run_in_executor(lasting, dice.choice((server.crash, server.shut)))
            await loop.run_in_executor(lasting, server.start)
            row.tried += 1

    async def one(sender: Sender) -> None:
        async with places:
            await sender.orders()

    async with Pool(1, timeout=20.0) as pool, Loft(store, pool, folder) as loft:
        senders = [Sender(loft, number) for number in range(orders)]
        breaking = asyncio.create_task(again())
        outcomes = await asyncio.gather(*map(one, senders), return_exceptions=True)
        breaking.cancel()
        await asyncio.gather(breaking, return_exceptions=True)
        await loop.run_in_executor(lasting, _up, server)
        row.lost += sum(outcome is not None for outcome in outcomes)
        async with asyncio.timeout(PATIENCE):
            while await _until(partial(_left, store), seconds=3.0):
                loft.clock.advance(PAST)
        row.struck, row.acknowledged = loft.refused, orders
        await _count_letters(row, store, loft.tray)
        await _count_orders(row, store, senders, loft.tray)
    await store.close()
    keyring.close()
    return row


def _up(server: Server) -> None:
    """A restart that was cut off in its middle is brought to its end."""
    if not server.runs:
        server.start()


# Counting -------------------------------------------------------------------------------------------------------------


async def _rows(store: Store, sql: str) -> list[tuple[Any, ...]]:
    return await store.database.run(lambda conn: [tuple(row) for row in conn.exec_driver_sql(sql)])


async def _left(store: Store) -> int:
    """Letters that are neither cleared nor with a person, and keys that are still to be destroyed."""
    waiting = "SELECT count(*) FROM print_outbox WHERE state NOT IN ('cleared', 'needs_human')"
    ((letters,),) = await _rows(store, waiting)
    ((keys,),) = await _rows(store, "SELECT count(*) FROM shred WHERE done_at IS NULL")
    return int(letters) + int(keys)


async def _count_letters(row: Row, store: Store, tray: Path) -> None:
    """Each paid letter is in the tray once, recorded once, cleared, unreadable for ever, and its order says so."""
    files = Counter(number for number, _ in _sheets(tray))
    row.doubled += sum(many - 1 for many in files.values())
    row.lost += max(0, row.acknowledged - len(files))
    ((recorded,),) = await _rows(store, "SELECT count(*) FROM dispatch")
    row.lost += abs(row.acknowledged - int(recorded))
    outbox = await _rows(store, "SELECT state, pdf, key_id FROM print_outbox")
    row.handed += sum(state == "needs_human" for state, _, _ in outbox)
    row.lost += sum(pdf is not None or store.vault.keyring.holds(key) for _, pdf, key in outbox)
    states = await _rows(store, "SELECT state FROM orders")
    row.lost += sum(state in ON_ITS_WAY for (state,) in states)


async def _count_orders(row: Row, store: Store, senders: list[Sender], tray: Path) -> None:
    """Each acknowledged update is stored; each sender has one order, one payment, and what they approved in print."""
    seen = {key for (key,) in await _rows(store, "SELECT key FROM inbox")}
    ordered = Counter(order for (order,) in await _rows(store, "SELECT id FROM orders"))
    paid = Counter(order for (order,) in await _rows(store, "SELECT order_id FROM payment"))
    numbers = dict(await _rows(store, "SELECT id, number FROM orders"))
    sheets = set(_sheets(tray))
    row.doubled += max(0, len(ordered) - len(senders))
    for sender in senders:
        row.lost += len(set(sender.acknowledged) - seen)
        row.lost += not (ordered[sender.order] and paid[sender.order])
        row.doubled += max(0, paid[sender.order] - 1)
        row.lost += (f"MX{numbers.get(sender.order, 0):06}", sender.approved) not in sheets


def _sheets(tray: Path) -> list[tuple[str, bytes]]:
    """(number of the order, its PDF) of everything that lies in the tray."""
    return [(file.name.partition("-")[0], file.read_bytes()) for file in sorted(tray.glob("*.pdf"))]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        for made in full(Path(place), 1):
            print(made)
