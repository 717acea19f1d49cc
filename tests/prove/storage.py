"""The proof of the archive: breaks it on purpose, as often as asked, and counts what was lost or done twice.

Each way of breaking is one function (fault -> injection -> what must hold) that returns one row of the report. The
counts decide how often; the seed decides where. The suite runs samples, `make prove` the full counts.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.engine import StorageError
from storage.keyring import Keyring
from storage.store import Store
from tests.prove.child import PEOPLE, person_of, serve
from tests.storage.postgres import Server

__all__ = ["Counts", "Row", "can_trace", "crash_server", "kill_printing", "kill_turns", "prove", "refuse_turns"]

ROOM = Path(__file__).parents[2]
DISK, NETWORK = ("pwrite64", "fdatasync", "ftruncate"), ("sendto",)
REACH = {"pwrite64": 400, "fdatasync": 70, "ftruncate": 15, "sendto": 150}
"""About how often a child makes each call: kills fall on the whole of its life, the migration included."""
LIMIT = 120.0  # seconds for one child


@dataclass(frozen=True)
class Counts:
    """How often each fault is tried, and the seed of where."""

    kills: int = 200
    prints: int = 100
    refusals: int = 50
    crashes: int = 30
    seed: int = 1


@dataclass
class Row:
    """What a fault did: how often it was tried and struck, what was acknowledged, and what of that was wrong after."""

    fault: str
    tried: int = 0
    struck: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    handed: int = 0

    @property
    def good(self) -> bool:
        return not (self.lost or self.doubled)


def can_trace() -> str:
    """Why no child can be traced here; "" if it can."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    tried = subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True, check=False)
    return "this system does not permit ptrace" if tried.returncode else ""


def kill_turns(folder: Path, url: str, calls: tuple[str, ...], times: int, seed: int) -> Row:
    """A process is killed at any write -> SIGKILL at the n-th call -> what was acknowledged is stored, once, whole."""
    row, dice = Row(f"killed at {', '.join(calls)}: turns"), random.Random(seed)
    _new_house(folder)
    for _ in range(times):
        call = dice.choice(calls)
        _turns(row, folder, url, f"{call}:signal=SIGKILL:when={dice.randrange(1, REACH[call])}")
    return row


def refuse_turns(folder: Path, url: str, errors: dict[str, str], times: int, seed: int) -> Row:
    """The disk is full or fails -> the n-th calls return the error -> a refusal, then recovery; nothing half done."""
    row, dice = Row(f"disk says {', '.join(errors.values())}: turns"), random.Random(seed)
    _new_house(folder)
    _check_turns(folder, url, row, 0)  # makes the drawers: the fault is to strike turns
    for _ in range(times):
        call, nth = dice.choice(list(errors)), dice.randrange(10, 60)
        _turns(row, folder, url, f"{call}:error={errors[call]}:when={nth}..{nth + dice.randrange(1, 6)}")
    return row


def _turns(row: Row, folder: Path, url: str, inject: str) -> None:
    """One more life of the process. The same archive bears all the faults; what was not acknowledged comes again."""
    ended, said = _child("turns", folder, url, row.acknowledged, 12, inject=inject)
    row.tried += 1
    row.struck += bool(said["refused"]) or ended != 0
    row.acknowledged = max([row.acknowledged, *(number + 1 for number in said["done"])])
    _check_turns(folder, url, row, row.acknowledged)


def kill_printing(folder: Path, url: str, calls: tuple[str, ...], times: int, seed: int) -> Row:
    """A dispatcher is killed anywhere, also between sink and clear -> SIGKILL at the n-th call -> one letter each."""
    row, dice, first, turn = Row(f"killed at {', '.join(calls)}: printing"), random.Random(seed), 0, 0
    _new_house(folder)
    for _ in range(times):
        call = dice.choice(calls)
        nth = dice.randrange(1, REACH[call])
        inject = f"{call}:signal=SIGKILL:when={nth}"
        ended, said = _child("prints", folder, url, first, 3, turn, inject=inject)
        first = max([first, *(number + 1 for number in said["done"])])
        row.tried, row.struck, turn = row.tried + 1, row.struck + (ended != 0), turn + 1
    ended, said = _child("prints", folder, url, first, 1, turn)  # whoever comes next finishes what was left
    assert not ended
    row.acknowledged = first + 1
    printed = Counter((folder / "ledger").read_text().split())
    row.doubled += sum(count - 1 for count in printed.values())
    row.lost += max(0, row.acknowledged - len(printed))
    row.lost += asyncio.run(_unfinished(folder, url))
    return row


async def crash_server(folder: Path, server: Server, url: str, times: int, seed: int) -> Row:
    """PostgreSQL is stopped in the middle of transactions -> `stop -m immediate` -> no half turn; it recovers alone."""
    row, dice, number = Row("PostgreSQL crashed: turns"), random.Random(seed), 0
    _new_house(folder)
    async with _store(folder, url) as store:
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
            await _check(store, row, acknowledged)  # the first look after the restart finds a living connection
            for n in range(24):
                await serve(store, number + n)  # brought again
            number += 24
            row.tried, row.acknowledged = row.tried + 1, number
            await _check(store, row, set(range(number)))
    return row


def prove(counts: Counts, folder: Path) -> list[Row]:
    """Everything, on SQLite and on a real PostgreSQL. Needs strace."""
    assert not can_trace(), can_trace()
    server = Server()
    try:
        urls = {name: server.url(server.new()) for name in ("turns", "printing", "crashes")}

        def files(name: str) -> tuple[Path, str]:
            return folder / name, f"sqlite:///{folder / name}/mektupx.db"

        return [
            kill_turns(*files("turns"), DISK, counts.kills, counts.seed),
            kill_printing(*files("printing"), DISK, counts.prints, counts.seed),
            refuse_turns(*files("full"), {"pwrite64": "ENOSPC"}, counts.refusals, counts.seed),
            refuse_turns(*files("failing"), {"fdatasync": "EIO"}, counts.refusals, counts.seed),
            kill_turns(folder / "turns-pg", urls["turns"], NETWORK, counts.kills, counts.seed),
            kill_printing(folder / "printing-pg", urls["printing"], NETWORK, counts.prints, counts.seed),
            asyncio.run(crash_server(folder / "crashes", server, urls["crashes"], counts.crashes, counts.seed)),
        ]
    finally:
        server.stop()


# Inside ---------------------------------------------------------------------------------------------------------------


def _new_house(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    Keyring.init(folder / "master.key", folder / "keys.db").close()


def _child(what: str, folder: Path, url: str, *numbers: int, inject: str = "") -> tuple[int, dict[str, list[int]]]:
    """Runs tests.prove.child: how it ended, and what it said was done or refused."""
    program = [sys.executable, "-m", "tests.prove.child", what, str(folder), url, *map(str, numbers)]
    if inject:
        call = inject.partition(":")[0]
        program = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={inject}", *program]
    ran = subprocess.run(program, cwd=ROOM, capture_output=True, text=True, check=False, timeout=LIMIT)
    if ran.returncode and not inject:
        raise AssertionError(ran.stderr[-2000:])
    said: dict[str, list[int]] = {"done": [], "refused": []}
    for line in ran.stdout.splitlines():
        word, _, number = line.partition(" ")
        if word in said and number.isdigit():
            said[word].append(int(number))
    return ran.returncode, said


def _check_turns(folder: Path, url: str, row: Row, first: int) -> None:
    async def check() -> None:
        async with _store(folder, url) as store:
            await _check(store, row, set(range(first)))

    asyncio.run(check())


async def _check(store: Store, row: Row, acknowledged: set[int]) -> None:
    """Every turn is there whole: its key, its step of the conversation, its message; or not at all."""
    keys = {int(key[1:]) for (key,) in await _rows(store, "SELECT key FROM inbox")}
    ((messages,),) = await _rows(store, "SELECT count(*) FROM message_outbox")
    row.lost += len(acknowledged - keys) + max(0, len(keys) - messages)
    row.doubled += max(0, messages - len(keys))
    for person in range(PEOPLE):
        standing = await store.standing_of(person_of(person))
        steps = 0 if standing is None else standing.screen
        due = sum(key % PEOPLE == person for key in keys)
        row.lost += max(0, due - steps)
        row.doubled += max(0, steps - due)


async def _unfinished(folder: Path, url: str) -> int:
    """Letters that were paid and are not wiped, recorded and shredded."""
    async with _store(folder, url) as store:
        ((left,),) = await _rows(store, "SELECT count(*) FROM print_outbox WHERE state <> 'cleared' OR pdf IS NOT NULL")
        ((unrecorded,),) = await _rows(
            store, "SELECT count(*) FROM print_outbox WHERE order_id NOT IN (SELECT order_id FROM dispatch)"
        )
        keys = await _rows(store, "SELECT key_id FROM print_outbox")
        return int(left) + int(unrecorded) + sum(store.vault.keyring.holds(key) for (key,) in keys)


async def _rows(store: Store, sql: str) -> list[tuple[Any, ...]]:
    return await store.database.run(lambda conn: [tuple(row) for row in conn.exec_driver_sql(sql)])


@asynccontextmanager
async def _store(folder: Path, url: str) -> AsyncIterator[Store]:
    keyring = Keyring.open(folder / "master.key", folder / "keys.db")
    store = await Store.open(url, keyring)
    try:
        yield store
    finally:
        await store.close()
        keyring.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        for found in prove(Counts(*map(int, sys.argv[1:])), Path(place)):
            print(found)
