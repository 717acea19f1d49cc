"""A process is killed at any call to the disk or the network: what was acknowledged is there, once, and whole.

Each way of killing is one function that returns one row. It goes on until so many kills have really struck; the same
store bears them all, and what was not acknowledged comes again, as Telegram brings it.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect

from storage.database.engine import create
from storage.keys.keyring import Keyring, KeyStoreError
from tests.prove.lives import Lives, places
from tests.prove.printing import pdf_of
from tests.prove.report import Row
from tests.prove.storage import check_turns, new_house, opened, rows_of

__all__ = ["DISK", "HANDED_OVER", "NETWORK", "TRAY"]
__all__ += ["kill_first_start", "kill_keys", "kill_moving", "kill_printing", "kill_turns"]

DISK, NETWORK = ("pwrite64", "fdatasync", "ftruncate"), ("sendto",)
TRAY = ("write", "fsync", "link", "linkat", "unlink", "unlinkat")
HANDED_OVER = ("fsync", "unlink")
"""Calls of the tray around and after a letter's appearance: many of these kills fall between sink and clear."""
BETWEEN = "of these while a letter lay between sink and clear"
KEYS = ("pwrite64", "fdatasync", "fsync", "unlink", "write")
TURNS, PIECES, MADE = 12, 3, 12  # in one life


def kill_turns(folder: Path, url: str, calls: tuple[str, ...], times: int, seed: int) -> Row:
    """Turns of conversations, from the opening of the store to its closing."""
    row, dice = (
        _row("turns", url, calls, "acknowledged updates are stored once, with step and message"),
        random.Random(seed),
    )
    new_house(folder)
    with Lives() as lives:
        reach, _ = lives.reach("turns", folder, url, 0, 0, calls=calls)  # the tables are made in it
        reach, life = lives.reach("turns", folder, url, 0, TURNS, calls=calls)
        row.acknowledged = _next(row.acknowledged, life.said)
        for call, nth in places(reach, dice):
            if row.struck >= times or row.tried >= 3 * times:
                break
            life = lives.live("turns", folder, url, row.acknowledged, TURNS, inject=f"{call}:signal=SIGKILL:when={nth}")
            row.tried, row.struck = row.tried + 1, row.struck + life.killed
            row.count(call, life.killed)
            row.acknowledged = _next(row.acknowledged, life.said)
            check_turns(folder, url, row, row.acknowledged)
    return row


def kill_printing(
    folder: Path, url: str, calls: tuple[str, ...], times: int, seed: int, *, what: str = "printing"
) -> Row:
    """Orders, dispatching into a real tray, clearing, shredding; a clerk takes letters away between the lives."""
    row, dice = (
        _row(what, url, calls, "each paid letter in the tray once, outbox cleared, key gone"),
        random.Random(seed),
    )
    new_house(folder)
    (folder / "tray").mkdir()
    clerk, turn = Clerk(folder / "tray", row), 0
    with Lives() as lives:
        reach, life = lives.reach("prints", folder, url, 0, 0, 0, calls=calls)  # the tables are made in it
        reach, life = lives.reach("prints", folder, url, 0, PIECES, 1, calls=calls)
        first = _next(0, life.said)
        for call, nth in places(reach, dice):
            if row.struck >= times or row.tried >= 3 * times:
                break
            turn = row.tried + 2
            life = lives.live("prints", folder, url, first, PIECES, turn, inject=f"{call}:signal=SIGKILL:when={nth}")
            first = _next(first, life.said)
            row.tried, row.struck = row.tried + 1, row.struck + life.killed
            row.count(call, life.killed)
            row.count(BETWEEN, life.killed and asyncio.run(_between(folder, url, clerk)))
            clerk.takes()
        lives.live("prints", folder, url, first, 1, turn + 1)  # whoever comes next finishes what was left
    clerk.takes()
    row.acknowledged = first + 1
    asyncio.run(finished(folder, url, row, clerk))
    return row


def kill_keys(folder: Path, times: int, seed: int) -> Row:
    """Keys made ahead, handed out, destroyed; the head of the access log signed."""
    row, dice = (
        _row("the key store", "", KEYS, "keys handed out open, destroyed ones are gone, the head is signed"),
        random.Random(seed),
    )
    new_house(folder)
    with Lives() as lives:
        reach, life = lives.reach("keys", folder, "", 0, MADE, calls=KEYS)
        said = _gathered({}, life.said)
        for call, nth in places(reach, dice):
            if row.struck >= times or row.tried >= 3 * times:
                break
            first = 1 + max(int(line.split()[0]) for line in (folder / "ids").read_text().splitlines())
            life = lives.live("keys", folder, "", first, MADE, inject=f"{call}:signal=SIGKILL:when={nth}")
            row.tried, row.struck = row.tried + 1, row.struck + life.killed
            row.count(call, life.killed)
            _check_keys(folder, row, _gathered(said, life.said))
    return row


def kill_first_start(folder: Path, times: int, seed: int) -> Row:
    """`mektupx keys init`: whoever finds what it left is told so, or has a key store that works."""
    row, dice = _row("the first key store", "", KEYS, "it works, or is refused with a sentence"), random.Random(seed)
    with Lives() as lives:
        (folder / "0").mkdir(parents=True)
        reach, _ = lives.reach("init", folder / "0", "", calls=KEYS)
        for call, nth in places(reach, dice):
            if row.struck >= times or row.tried >= 3 * times:
                break
            row.tried += 1
            place = folder / str(row.tried)
            place.mkdir()
            life = lives.live("init", place, "", inject=f"{call}:signal=SIGKILL:when={nth}")
            row.struck += life.killed
            row.acknowledged += bool(life.said.get("made"))
            try:
                Keyring.open(place / "master.key", place / "keys.db").close()
                row.count("opened afterwards")
            except KeyStoreError:
                row.count("refused with a sentence afterwards")
                if life.said.get("made"):
                    row.loses("a key store that was said to be made does not open")
            except Exception as error:
                row.loses(f"a half-made key store is not refused with a sentence: {type(error).__name__}")
    return row


def kill_moving(folder: Path, new_url: Callable[[], str], calls: tuple[str, ...], times: int, seed: int) -> Row:
    """The first migration: all tables or none, and the next start finishes it."""
    row, dice = _row("migration", "", calls, "all tables or none; the next start completes them"), random.Random(seed)
    new_house(folder)
    with Lives() as lives:
        reach, life = lives.reach("open", folder, new_url(), calls=calls)
        for call, nth in places(reach, dice):
            if row.struck >= times or row.tried >= 3 * times:
                break
            url = new_url()
            life = lives.live("open", folder, url, inject=f"{call}:signal=SIGKILL:when={nth}")
            row.tried, row.struck = row.tried + 1, row.struck + life.killed
            row.count(call, life.killed)
            row.acknowledged += bool(life.said.get("opened"))
            row.fault = row.fault if row.fault.endswith(")") else f"{row.fault} ({_name(url)})"
            asyncio.run(_moved(folder, url, row))
    return row


# What must be there ---------------------------------------------------------------------------------------------------


class Clerk:
    """Takes away what has a manifest, as the print room does: the PDF goes, the manifest stays until all is cleared."""

    def __init__(self, tray: Path, row: Row) -> None:
        self._tray, self._row = tray, row
        self.taken: Counter[str] = Counter()

    def takes(self) -> None:
        for manifest in self.manifests():
            facts = json.loads(manifest.read_text())
            pdf = manifest.with_suffix(".pdf")
            if not pdf.exists():
                if not self.taken[facts["piece"]]:
                    self._row.loses(f"{manifest.name} has no letter")
                continue
            if pdf.read_bytes() != pdf_of(int(facts["piece"], 16)):
                self._row.loses(f"{pdf.name} is not what was approved")
            self.taken[facts["piece"]] += 1
            pdf.unlink()

    def manifests(self) -> list[Path]:
        return sorted(self._tray.glob("*.json"))


async def finished(folder: Path, url: str, row: Row, clerk: Clerk) -> None:
    """Every letter that was paid is printed once, cleared, recorded, and its key destroyed."""
    async with opened(folder, url) as store:
        rows = await rows_of(store, "SELECT order_id, letter_id, key_id, state, pdf FROM print_outbox")
        recorded = {order for (order,) in await rows_of(store, "SELECT order_id FROM dispatch")}
        for order, letter, key, state, pdf in rows:
            if state == "needs_human":
                row.handed += 1
                continue
            if state != "cleared" or pdf is not None or order not in recorded or store.vault.keyring.holds(key):
                row.loses(f"letter {letter} is {state}, not wiped, recorded and shredded")
            if not clerk.taken[letter]:
                row.loses(f"letter {letter} is not in the tray")
    row.lost += max(0, row.acknowledged - len(rows))
    row.count("letters", len(rows))
    for letter, times in clerk.taken.items():
        if times > 1:
            row.doubles(f"letter {letter} lay in the tray {times} times", times - 1)


async def _between(folder: Path, url: str, clerk: Clerk) -> bool:
    """Whether the tray has a letter that the store does not know to be there yet."""
    there = {json.loads(manifest.read_text())["piece"] for manifest in clerk.manifests()}
    async with opened(folder, url) as store:
        cleared = await rows_of(store, "SELECT letter_id FROM print_outbox WHERE state = 'cleared'")
    return bool(there - {letter for (letter,) in cleared})


def _check_keys(folder: Path, row: Row, said: dict[str, set[int]]) -> None:
    ids = dict(line.split() for line in (folder / "ids").read_text().splitlines())
    ring = Keyring.open(folder / "master.key", folder / "keys.db")
    try:
        for number in said["made"] - said["destroyed"]:
            if number % 2 == 0 and not ring.holds(ids[str(number)]):
                row.loses(f"key {number} was handed out and is gone")
        for number in said["destroyed"]:
            if ring.holds(ids[str(number)]):
                row.doubles(f"key {number} was destroyed and is there")
        head = ring.signed_head()
        if said["signed"] and (head is None or head[0] < max(said["signed"])):
            row.loses("the signed head went back")
    finally:
        ring.close()
    row.acknowledged = sum(len(numbers) for numbers in said.values())


async def _moved(folder: Path, url: str, row: Row) -> None:
    database = create(url)
    try:
        tables = set(await database.run(_tables))
    finally:
        await database.close()
    async with opened(folder, url) as store:
        whole = set(await store.database.run(_tables))
        await rows_of(store, "SELECT count(*) FROM inbox")
    if tables and tables != whole:
        row.loses(f"half moved: {len(tables)} of {len(whole)} tables")


def _tables(conn: Connection) -> list[str]:
    return inspect(conn).get_table_names()


# Inside ---------------------------------------------------------------------------------------------------------------


def _row(what: str, url: str, calls: tuple[str, ...], holds: str) -> Row:
    name = f"killed: {what}" + (f" ({_name(url)})" if url else "")
    return Row(name, injection=f"SIGKILL at the n-th {', '.join(calls)}", holds=holds)


def _name(url: str) -> str:
    return "SQLite" if url.startswith("sqlite") else "PostgreSQL"


def _next(first: int, said: dict[str, list[int]]) -> int:
    return max([first, *(number + 1 for number in said.get("done", []))])


def _gathered(known: dict[str, set[int]], said: dict[str, list[int]]) -> dict[str, set[int]]:
    for word in ("made", "destroyed", "signed"):
        known.setdefault(word, set()).update(said.get(word, []))
    return known


def sqlite_urls(folder: Path) -> Callable[[], str]:
    """A new file each time."""
    numbers: Any = iter(range(1_000_000))
    return lambda: f"sqlite:///{folder}/moved{next(numbers)}.db"
