"""Breaks a copy of the access log, its database or its key store, lets people work, and compares what is named."""

from __future__ import annotations

import asyncio
import random
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bot.base.clock import Clock
from bot.work.reconcile import purge
from storage.access_log import audit
from storage.access_log.audit import Entry, Purpose
from storage.access_log.verifying import Fault, Wrong
from storage.keys.keyring import Keyring
from storage.retention.access_log import OPENED, USUAL, note
from storage.retention.period import past
from storage.store.store import Store
from tests.fakes import FakeClock

__all__ = ["KINDS", "Archive", "Missed", "lived", "tried"]

BEGUN: Final = datetime(2023, 3, 1, 12, tzinfo=UTC)
STEP: Final = timedelta(days=30)
LINES: Final = 40
"""Written every 30 days: in the end the first are blank, and each fifth is an opened letter, which is not."""
OLDER: Final = (30, 34, 38)
"""After which lines database and key store were copied."""
FIELDS: Final = ("at", "actor", "action", "subject", "purpose", "ticket", "outcome")
BYTES: Final = ("prev", "row_hash", "h", "subject", "mark")
NUMBERS: Final = ("at", "seen", "blanked_at", "day")

Named = set[tuple[Wrong, int]]
"""What is named, line by line; a gap is named for each line in it, the key store as it is now as line 0."""
Mutation = Callable[["Broken"], Named]
"""Breaks a copy; returns what has to be named for ever."""


@dataclass(frozen=True)
class Archive:
    """A log that has lived: its folder, and how it was after some of its lines."""

    folder: Path
    now: datetime


@dataclass(frozen=True)
class Missed:
    """A mutation that was not named as it should have been, and when."""

    kind: str
    seed: int
    when: str
    expected: Named
    named: Named


class Broken:
    """A copy of the archive, open for whoever can write to its files."""

    def __init__(self, folder: Path, dice: random.Random) -> None:
        self.folder, self.dice = folder, dice
        self.db = sqlite3.connect(folder / "mektupx.db", isolation_level=None)
        self.keys = sqlite3.connect(folder / "keys.db", isolation_level=None)
        rows = self.db.execute("SELECT seq, at FROM audit ORDER BY seq").fetchall()
        self.full = [seq for seq, at in rows if at is not None]
        self.blank = [seq for seq, at in rows if at is None]
        self.last = rows[-1][0]

    def close(self) -> None:
        self.db.close()
        self.keys.close()

    def row(self, seq: int) -> dict[str, Any]:
        found = self.db.execute("SELECT * FROM audit WHERE seq = ?", (seq,))
        return dict(zip((one[0] for one in found.description), found.fetchone(), strict=True))

    def write(self, number: int, /, **values: Any) -> None:
        named = ", ".join(f"{name} = ?" for name in values)
        self.db.execute(f"UPDATE audit SET {named} WHERE seq = ?", (*values.values(), number))

    def older(self, lines: int, name: str) -> Path:
        return self.folder / f"{lines}.{name}"


# What somebody does ---------------------------------------------------------------------------------------------------


def flipped(b: Broken) -> Named:
    """One bit, one number or one word of one line."""
    seq = b.dice.choice(b.full + b.blank)
    row = b.row(seq)
    column = b.dice.choice([name for name, value in row.items() if value is not None and name != "seq"])
    value = row[column]
    if isinstance(value, bytes):
        place = b.dice.randrange(len(value))
        fresh: Any = value[:place] + bytes([value[place] ^ 1 << b.dice.randrange(8)]) + value[place + 1 :]
    elif isinstance(value, int):
        fresh = value + b.dice.choice((-1, 1, 86_400_000_000))
    else:
        fresh = value + "x" if b.dice.random() < 0.5 else value[:-1]
    b.write(seq, **{column: fresh})
    return {(Wrong.CHANGED, seq)}


def emptied(b: Broken) -> Named:
    """One field of a full line is taken away."""
    seq = b.dice.choice(b.full)
    b.write(seq, **{b.dice.choice((*FIELDS, "seen")): None})
    return {(Wrong.CHANGED, seq)}


def swapped_numbers(b: Broken) -> Named:
    one, other = b.dice.sample(b.full + b.blank, 2)
    for come, go in ((one, -7), (other, one), (-7, other)):
        b.write(come, seq=go)
    return {(Wrong.CHANGED, one), (Wrong.CHANGED, other)}


def swapped_fields(b: Broken) -> Named:
    """What one line says is said by another, and the other way round."""
    one, other = b.dice.sample(b.full, 2)
    first, second = b.row(one), b.row(other)
    for seq, taken in ((one, second), (other, first)):
        b.write(seq, **{name: taken[name] for name in FIELDS})
    return {(Wrong.CHANGED, one), (Wrong.CHANGED, other)}


def deleted(b: Broken) -> Named:
    first = b.dice.randint(1, b.last)
    last = min(b.last, first + b.dice.choice((0, 0, 1, 3)))
    b.db.execute("DELETE FROM audit WHERE seq BETWEEN ? AND ?", (first, last))
    return {(Wrong.GAP, seq) for seq in range(first, last + 1)}


def truncated(b: Broken) -> Named:
    left = b.dice.choice((0, *range(b.last - 6, b.last)))
    b.db.execute("DELETE FROM audit WHERE seq > ?", (left,))
    return {(Wrong.GAP, seq) for seq in range(left + 1, b.last + 1)}


def inserted(b: Broken) -> Named:
    """A line that nobody wrote: a copy of another, with links of its own or the one the next line would have."""
    at = b.dice.choice((b.last + 1, b.last + 1, b.last + 9, 2**62, 0, -3))
    row = b.row(b.dice.choice(b.full + b.blank)) | {"seq": at}
    row["prev"] = b.dice.choice((b.row(b.last)["h"], b.dice.randbytes(32)))
    b.db.execute(f"INSERT INTO audit ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", tuple(row.values()))
    return {(Wrong.CHANGED, at)}


def blanked(b: Broken) -> Named:
    """What was done today's way: nothing keyed stays."""
    seq = b.dice.choice(b.full)
    b.write(seq, **dict.fromkeys(FIELDS))
    return {(Wrong.UNMARKED, seq)}


def blanked_with_another_mark(b: Broken) -> Named:
    seq, of = b.dice.choice(b.full), b.row(b.dice.choice(b.blank))
    b.write(seq, **dict.fromkeys(FIELDS), **{name: of[name] for name in ("blanked_at", "day", "kept", "mark")})
    return {(Wrong.CHANGED, seq)}


def unmarked(b: Broken) -> Named:
    seq = b.dice.choice(b.blank)
    b.write(seq, mark=None, seen=b.dice.choice((None, 3)))
    return {(Wrong.UNMARKED, seq)}


def filled(b: Broken) -> Named:
    """A blank line is played back from an older copy, word for word."""
    seq = b.dice.choice(b.blank)
    with closing(sqlite3.connect(b.older(OLDER[0], "db"))) as older:
        found = older.execute(f"SELECT {', '.join(FIELDS)} FROM audit WHERE seq = ?", (seq,)).fetchone()
    if found[0] is None:  # it was blank then already: from the copy's own words nothing comes back
        return flipped(b)
    b.write(seq, **dict(zip(FIELDS, found, strict=True)), blanked_at=None, day=None, kept=None, mark=None)
    return {(Wrong.BACK, seq)}


def database_played_back(b: Broken) -> Named:
    lines = b.dice.choice(OLDER)
    older = b.older(lines, "db")
    with closing(sqlite3.connect(older)) as copy:
        full = {seq for (seq,) in copy.execute("SELECT seq FROM audit WHERE at IS NOT NULL")}
        copy.backup(b.db)
    return {(Wrong.GAP, seq) for seq in range(lines + 1, b.last + 1)} | {
        (Wrong.BACK, seq) for seq in b.blank if seq in full
    }


def keys_played_back(b: Broken) -> Named:
    with closing(sqlite3.connect(b.older(b.dice.choice(OLDER), "keys"))) as copy:
        copy.backup(b.keys)
    return {(Wrong.OLDER_KEYS, b.last + 1)}


def head_played_back(b: Broken) -> Named:
    with closing(sqlite3.connect(b.older(b.dice.choice(OLDER), "keys"))) as copy:
        (value,) = copy.execute("SELECT value FROM meta WHERE name = 'audit'").fetchone()
    b.keys.execute("UPDATE meta SET value = ? WHERE name = 'audit'", (value,))
    return {(Wrong.OLDER_KEYS, b.last + 1)}


def head_deleted(b: Broken) -> Named:
    b.keys.execute("DELETE FROM meta WHERE name = 'audit'")
    return {(Wrong.OLDER_KEYS, b.last + 1)}


def head_flipped(b: Broken) -> Named:
    (value,) = b.keys.execute("SELECT value FROM meta WHERE name = 'audit'").fetchone()
    place = b.dice.randrange(len(value))
    fresh = b.dice.choice((value[:place] + bytes([value[place] ^ 1 << b.dice.randrange(8)]) + value[place + 1 :], b""))
    b.keys.execute("UPDATE meta SET value = ? WHERE name = 'audit'", (fresh,))
    return {(Wrong.FOREIGN_HEAD, b.last + 1)}


def both_played_back_unevenly(b: Broken) -> Named:
    """Database and key store from two days: the older one shows. From the same day only an anchor outside tells."""
    database, keys = b.dice.choice([(30, 34), (30, 38), (34, 38), (34, 30), (38, 30), (38, 34)])
    with closing(sqlite3.connect(b.older(database, "db"))) as copy:
        full = {seq for (seq,) in copy.execute("SELECT seq FROM audit WHERE at IS NOT NULL")}
        copy.backup(b.db)
    with closing(sqlite3.connect(b.older(keys, "keys"))) as copy:
        copy.backup(b.keys)
        blank = set(b.blank) & full if keys > database else set()
    if keys < database:
        return {(Wrong.OLDER_KEYS, database + 1)}
    with closing(sqlite3.connect(b.older(keys, "db"))) as then:
        blank &= {seq for (seq,) in then.execute("SELECT seq FROM audit WHERE at IS NULL")}
    return {(Wrong.GAP, seq) for seq in range(database + 1, keys + 1)} | {(Wrong.BACK, seq) for seq in blank}


def cut_and_head_deleted(b: Broken) -> Named:
    """Numbers are given anew, and the first of them says that the head was gone."""
    left = b.dice.randint(3, b.last - 1)
    b.db.execute("DELETE FROM audit WHERE seq > ?", (left,))
    b.keys.execute("DELETE FROM meta WHERE name = 'audit'")
    return {(Wrong.OLDER_KEYS, left + 1)}


KINDS: Final[Mapping[str, Mutation]] = {
    one.__name__.replace("_", " "): one
    for one in (
        flipped, emptied, swapped_numbers, swapped_fields, deleted, truncated, inserted, blanked,
        blanked_with_another_mark, unmarked, filled, database_played_back, keys_played_back, head_played_back,
        head_deleted, head_flipped, both_played_back_unevenly, cut_and_head_deleted,
    )
}  # fmt: skip

# How it is tried ------------------------------------------------------------------------------------------------------


async def lived(folder: Path) -> Archive:
    """Three years of lines, cleared every month as retention clears them; copied now and then."""
    keyring = Keyring.init(folder / "master.key", folder / "keys.db")
    store = await Store.open(f"sqlite:///{folder}/mektupx.db", keyring)
    clock = FakeClock(BEGUN)
    for n in range(1, LINES + 1):
        await worked(store, clock, n)
        await purge(store, clock)
        clock.time += STEP
        if n in OLDER:
            for name, file in (("db", "mektupx.db"), ("keys", "keys.db")):
                with (
                    closing(sqlite3.connect(folder / file)) as one,
                    closing(sqlite3.connect(folder / f"{n}.{name}")) as copy,
                ):
                    one.backup(copy)
    assert await store.do(audit.verify, clock.now()) == ()
    await store.close()
    keyring.close()
    return Archive(folder, clock.now())


async def worked(store: Store, clock: Clock, n: int) -> None:
    """Ordinary work: somebody looks."""
    action = "open_letter" if n % 5 == 0 else "answer_ticket"
    entry = Entry(clock.now(), f"staff:{n % 3}", action, f"{n}" * 8, Purpose.SERVICE, f"MX{n:06}", "done")
    await store.note_access(entry)


async def forgotten(store: Store, clock: Clock) -> None:
    """What `purge` does to this log, without what it does to everything else."""
    now = clock.now()
    for rule in (USUAL, OPENED):
        await store.do(rule.clear, past(now, rule.period), now)
    await store.do(note, now)


async def tried(archive: Archive, place: Path, kind: str, seed: int) -> list[Missed]:
    """One mutation in a copy of its own: looked at after the next line, and again a month later."""
    shutil.copytree(archive.folder, place)
    broken = Broken(place, random.Random(f"{kind}/{seed}"))
    try:
        expected = KINDS[kind](broken)
    finally:
        broken.close()
    missed, clock = [], FakeClock(archive.now)
    for when, days in (("at once", 0), ("a month later", 31)):
        clock.time += timedelta(days=days)
        keyring = Keyring.open(place / "master.key", place / "keys.db")
        store = await Store.open(f"sqlite:///{place}/mektupx.db", keyring)
        try:
            await worked(store, clock, 1)
            await forgotten(store, clock)
            await worked(store, clock, 2)
            named = lines(await store.do(audit.verify, clock.now()))
        finally:
            await store.close()
            keyring.close()
        if named != expected:
            missed.append(Missed(kind, seed, when, expected, named))
    shutil.rmtree(place)
    return missed


def lines(faults: tuple[Fault, ...]) -> Named:
    return {(fault.wrong, seq) for fault in faults for seq in range(fault.first, fault.last + 1)}


def all_tried(folder: Path, number: int, seed: int) -> tuple[int, list[Missed]]:
    """So many mutations, each kind as often as the others; (how many were tried, those that were missed)."""

    async def run() -> list[Missed]:
        home = folder / "archive"
        home.mkdir()
        archive = await lived(home)
        names = list(KINDS)
        return [
            one
            for n in range(number)
            for one in await tried(archive, folder / str(n), names[n % len(names)], seed * 1_000_000 + n)
        ]

    return number, asyncio.run(run())
