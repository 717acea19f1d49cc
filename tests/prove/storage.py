"""The store under a disk that refuses and a server that crashes, and what must be found in it afterwards.

Each way of breaking is one function (fault -> injection -> what must hold) that returns one row of the report. The
counts decide how often; the seed decides where. The suite runs samples, `make prove` the full counts.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from storage.database.engine import StorageError
from storage.keys.keyring import Keyring
from storage.senders import people
from storage.store.store import Store
from tests.prove.child import PEOPLE, person_of, serve
from tests.prove.lives import Lives, can_trace
from tests.prove.report import Row
from tests.storage.postgres import Server

__all__ = ["Row", "can_trace", "crash_server", "refuse_printing", "refuse_turns"]

LONGEST = 6  # calls in a row that are refused


def refuse_turns(folder: Path, url: str, errors: dict[str, str], times: int, seed: int) -> Row:
    """The disk is full or fails -> the n-th calls return the error -> a refusal, then recovery; nothing half done."""
    row, dice = Row(f"the disk says {', '.join(errors.values())}: turns"), random.Random(seed)
    row.injection = " or ".join(f"{call} returns {error}" for call, error in errors.items()) + ", up to six times"
    row.holds = "a refusal, then recovery; nothing half done"
    new_house(folder)
    check_turns(folder, url, row, 0)  # makes the tables: the fault is to strike turns
    with Lives() as lives:
        for _ in range(times):
            call, nth = dice.choice(list(errors)), dice.randrange(10, 60)
            inject = f"{call}:error={errors[call]}:when={nth}..{nth + dice.randrange(1, LONGEST)}"
            life = lives.live("turns", folder, url, row.acknowledged, 12, inject=inject)
            row.tried += 1
            row.struck += bool(life.said.get("refused")) or life.ended != 0
            row.count("refusals", len(life.said.get("refused", [])))
            row.acknowledged = max([row.acknowledged, *(number + 1 for number in life.said.get("done", []))])
            check_turns(folder, url, row, row.acknowledged)
    return row


def refuse_printing(folder: Path, url: str, errors: dict[str, str], times: int, seed: int) -> Row:
    """The disk under tray and store refuses -> the n-th calls return the error -> each letter once, after all."""
    from tests.prove.kills import Clerk, finished

    row, dice, first = Row(f"the disk says {', '.join(sorted(set(errors.values())))}: printing"), random.Random(seed), 0
    row.injection = " or ".join(f"{call} returns {error}" for call, error in errors.items()) + ", up to six times"
    row.holds = "each paid letter in the tray once, outbox cleared, key gone"
    new_house(folder)
    (folder / "tray").mkdir()
    clerk = Clerk(folder / "tray", row)
    with Lives() as lives:
        lives.live("prints", folder, url, 0, 0, 0)
        reach, _ = lives.reach("prints", folder, url, 0, 3, 1, calls=list(errors))
        for turn in range(2, times + 2):
            call = dice.choice(sorted(reach))
            nth = dice.randrange(1, reach[call] + 1)
            inject = f"{call}:error={errors[call]}:when={nth}..{nth + dice.randrange(1, LONGEST)}"
            life = lives.live("prints", folder, url, first, 3, turn, inject=inject)
            first = max([first, *(number + 1 for number in life.said.get("done", []))])
            row.tried += 1
            row.struck += bool(life.said.get("refused")) or life.ended != 0 or bool(life.errors)
            clerk.takes()
        lives.live("prints", folder, url, first, 1, times + 2)
    clerk.takes()
    row.acknowledged = first + 1
    asyncio.run(finished(folder, url, row, clerk))
    return row


async def crash_server(folder: Path, server: Server, url: str, times: int, seed: int) -> Row:
    """PostgreSQL is stopped in the middle of transactions -> `stop -m immediate` -> no half turn; it recovers alone."""
    row, dice, number = Row("PostgreSQL crashed: turns"), random.Random(seed), 0
    row.injection, row.holds = "SIGQUIT amid 24 turns, then a start", "no half turn; found again without help"
    new_house(folder)
    async with opened(folder, url) as store:
        for _ in range(times):
            crash_at = dice.randrange(1, 12)
            tasks = [asyncio.create_task(serve(store, number + n)) for n in range(24)]
            for ended, done in enumerate(asyncio.as_completed(tasks), 1):
                try:
                    await done
                except StorageError:
                    row.struck += 1
                if ended == crash_at:
                    server.crash()
            acknowledged = {number + n for n, task in enumerate(tasks) if task.exception() is None}
            server.start()
            await check(store, row, acknowledged)  # the first look after the restart finds a living connection
            for n in range(24):
                await serve(store, number + n)  # brought again
            number += 24
            row.tried, row.acknowledged = row.tried + 24, number
            row.count("crashes")
            await check(store, row, set(range(number)))
    return row


# What must be there ---------------------------------------------------------------------------------------------------


def new_house(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    Keyring.init(folder / "master.key", folder / "keys.db").close()


def check_turns(folder: Path, url: str, row: Row, first: int) -> None:
    async def act() -> None:
        async with opened(folder, url) as store:
            await check(store, row, set(range(first)))

    asyncio.run(act())


async def check(store: Store, row: Row, acknowledged: set[int]) -> None:
    """Every turn is there whole: its key, its step of the conversation, its message, its invoice with the next number;
    or not at all."""
    keys = {int(key[1:]) for (key,) in await rows_of(store, "SELECT key FROM inbox")}
    ((messages,),) = await rows_of(store, "SELECT count(*) FROM message_outbox")
    if missing := len(acknowledged - keys) + max(0, len(keys) - messages):
        row.loses(f"{len(acknowledged)} acknowledged, {len(keys)} kept, {messages} messages", missing)
    if messages > len(keys):
        row.doubles(f"{len(keys)} kept, {messages} messages", messages - len(keys))
    issued = await rows_of(store, "SELECT number FROM invoice_document ORDER BY number")
    wanted = [f"MPX2026{nth:09}" for nth in range(1, len(keys) + 1)]
    if [number for (number,) in issued] != wanted:
        row.loses(f"{len(keys)} kept, the invoices are numbered otherwise: {len(issued)}")
    for person in range(PEOPLE):
        standing = await store.do(people.standing_of, person_of(person))
        steps = 0 if standing is None else standing.screen
        due = sum(key % PEOPLE == person for key in keys)
        if due > steps:
            row.loses(f"{due} turns of one person, {steps} steps", due - steps)
        if steps > due:
            row.doubles(f"{due} turns of one person, {steps} steps", steps - due)


async def rows_of(store: Store, sql: str) -> list[tuple[Any, ...]]:
    return await store.database.run(lambda conn: [tuple(row) for row in conn.exec_driver_sql(sql)])


@asynccontextmanager
async def opened(folder: Path, url: str) -> AsyncIterator[Store]:
    keyring = Keyring.open(folder / "master.key", folder / "keys.db")
    store = await Store.open(url, keyring)
    try:
        yield store
    finally:
        await store.close()
        keyring.close()
