"""How many turns a second the store keeps: durable, sealed, in batches of 1, 8 and 16; prints tab-separated figures.

    python benchmarks/storage_speed.py [seconds per figure]

A turn is one update of one person through `Transaction` with a trivial advance: inbox, standing, conversation with a
sealed draft, and one sealed message (synchronous=FULL). "thread" is what MektupX runs: one thread owns the connection;
"aiosqlite" runs the same functions statement by statement through the asynchronous driver. While a figure is measured
the event loop is kept as busy as a bot's (`load`), because a waiting thread gets the interpreter only when it lets go.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from flows.core.events import Moment, Person
from flows.core.outgoing import Key, OutgoingMessage
from flows.core.state import Draft, Standing, Turn
from storage.database.engine import Database, create
from storage.keys.ownership import adopt
from storage.keys.vault import Keyring, Vault
from storage.migrations import bring
from storage.queues import message_state
from storage.senders import seen_updates
from storage.store.store import Delivered, KeptTurn, Store

PEOPLE = 256
AT = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = ((Key("Devam", "3:go:1"), Key("Geri", "3:back:")),)
MESSAGE = OutgoingMessage("say", "Mektubunuzun alıcısı kim? Adı ve soyadı, zarfta yazacağı gibi.", KEYS)


async def batch(store: Store, serial: int, size: int) -> None:
    """One commit of `size` turns of different people, and their messages delivered in the next."""
    persons = [Person("telegram", str((serial + i) % PEOPLE)) for i in range(size)]
    moment = Moment(AT, f"{serial:032x}")
    async with store.transaction() as tx:
        await tx.do(seen_updates.first_sight, [f"telegram:{serial + i}" for i in range(size)], AT)
        found = await tx.standings_of(persons)
        kept = []
        for person in persons:
            before = found.get((person.channel, person.handle))
            after = before or Standing(
                person, step="letter", draft=Draft(addressee_name="Işıl İnci", own_sender="x" * 200)
            )
            after = replace(after, screen=after.screen + 1, last_tap=f"{after.screen}:go:1")
            kept.append(KeptTurn(before, Turn(after), (MESSAGE,), moment))
        stored = await tx.keep(kept, taker="bench")
    await store.do(message_state.note, [Delivered(one.id, 1) for one in stored])


async def load(stop: asyncio.Event) -> None:
    """About half of the loop's time in Python, as parsing and rendering take it."""
    while not stop.is_set():
        end = time.perf_counter() + 0.001
        while time.perf_counter() < end:
            pass
        await asyncio.sleep(0.001)


async def figure(database: Database, folder: Path, size: int, seconds: float, busy: bool) -> tuple[float, float, float]:
    """(turns a second, p50, p99 of a batch in ms)."""
    keyring = Keyring.init(folder / f"master{size}", folder / f"keys{size}.db")
    await bring(database)
    await database.run(adopt, keyring)
    store = Store(database, Vault(keyring))
    for serial in range(0, PEOPLE, size):
        await batch(store, serial, size)
    stop = asyncio.Event()
    other = asyncio.create_task(load(stop)) if busy else None
    times: list[float] = []
    serial, begun = PEOPLE, time.perf_counter()
    while time.perf_counter() - begun < seconds:
        at = time.perf_counter()
        await batch(store, serial, size)
        times.append(time.perf_counter() - at)
        serial += size
    took = time.perf_counter() - begun
    stop.set()
    if other is not None:
        await other
    await store.close()
    keyring.close()
    times.sort()
    return (serial - PEOPLE) / took, times[len(times) // 2] * 1000, times[int(len(times) * 0.99)] * 1000


async def main(seconds: float) -> None:
    """Every combination once."""
    print("way\tloop\tswitch interval ms\tbatch\tturns/s\tp50 ms\tp99 ms")
    for pooled in (False, True):
        for busy in (False, True):
            for interval in (0.005, 0.0005):
                sys.setswitchinterval(interval)
                for size in (1, 8, 16):
                    with tempfile.TemporaryDirectory() as folder:
                        database = create(f"sqlite:///{folder}/mektupx.db", pooled=pooled)
                        rate, p50, p99 = await figure(database, Path(folder), size, seconds, busy)
                    way, loop = "aiosqlite" if pooled else "thread", "busy" if busy else "idle"
                    print(f"{way}\t{loop}\t{interval * 1000:g}\t{size}\t{rate:.0f}\t{p50:.2f}\t{p99:.2f}", flush=True)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 3.0))
