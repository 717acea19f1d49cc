"""Letters on their way to real print rooms, with kills on both sides: each is printed once or handed to a person, and
no file holds a plain byte of one.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from typing import Final

from bot.printer.folder import FolderSink
from bot.printer.opening_log import Act, opening_log
from bot.printer.sealing import new_identity
from tests.bot.printer.conformance import PaperPiece, piece
from tests.prove.lives import Life, Lives, places
from tests.prove.printing import pdf_of
from tests.prove.real_rooms import PrintRoom, struck
from tests.prove.report import Row
from tests.prove.sending import ROOM
from tests.prove.storage import new_house, opened, rows_of
from tests.prove.traced import Trace, traced, writing

__all__ = ["kill_sending", "kill_station"]

OURS: Final = ("pwrite64", "fdatasync", "sendto", "recvfrom")
"""Calls of the service to its disk and to the print room, before and after it has acted."""
STATION: Final = ("write", "fsync", "sendto", "recvfrom")
PIECES: Final = 3  # in one life
PLAIN: Final = (b"%PDF of letter", b"Sevgili Leyla")
"""What every letter says on its paper, and in its manuscript."""


# The service ----------------------------------------------------------------------------------------------------------


def kill_sending(folder: Path, room: PrintRoom, name: str, letters: int, seed: int) -> Row:
    """Orders, dispatching, clearing and shredding, with a real print room."""
    row, dice = _row(f"letters {name}", OURS, room), random.Random(seed)
    house, traces, url = folder / "house", folder / "traces", f"sqlite:///{folder}/house/mektupx.db"
    new_house(house)
    traces.mkdir()
    with Lives() as lives:
        _finds_plain(lives, folder / "plain", traces, row)
        (house / ROOM).write_text(json.dumps(room.told))
        lives.live("sends", house, url, 0, 0, 0)  # the tables are made in it
        with writing(traces / "writes", lives.pid, *([room.server.pid] if room.its_files else [])) as writes:
            first = _next(0, lives.live("sends", house, url, 0, 1, 0))
        row.lost += writes.into_files(PLAIN)
        with traced(traces / "calls", [room.server.pid], list(room.strikes)) as calls:
            reach, life = lives.reach("sends", house, url, first, PIECES, 0, calls=OURS)
        first, ours, theirs = _next(first, life), places(reach, dice), places(calls.reach(list(room.strikes)), dice)
        while first < letters and row.tried < letters:
            by_us, by_them = dice.choice([(True, False), (False, True), (True, True)])
            call, nth = next(ours)
            inject = f"{call}:signal=SIGKILL:when={nth}" if by_us else ""
            with struck(room, traces / "strike", next(theirs)) if by_them else nullcontext() as strike:
                life = lives.live("sends", house, url, first, PIECES, 0, inject=inject)
            _struck(row, room, life, call, strike)
            first = _next(first, life)
            _searched(row, house, *room.searched())
            room.printed()
        lives.live("sends", house, url, first, 1, 1)  # whoever comes next finishes what was left
    row.acknowledged = first + 1
    asyncio.run(_judged(house, url, row, room.printed()))
    return row


def _finds_plain(lives: Lives, house: Path, traces: Path, row: Row) -> None:
    """The search itself, where a letter does lie in the open: in a tray without a key."""
    new_house(house)
    (house / "tray").mkdir()
    (house / ROOM).write_text(json.dumps({"address": f"folder:{house}/tray"}))
    url = f"sqlite:///{house}/mektupx.db"
    lives.live("sends", house, url, 0, 0, 0)  # whoever is to be traced has imported everything by then
    with writing(traces / "plain", lives.pid) as writes:
        lives.live("sends", house, url, 0, 1, 0)
    found, written = len(_plain_in(house)), writes.into_files(PLAIN)
    if not (found and written):
        row.loses(f"the search does not find a letter in the open: {found} files, {written} writes")
    row.count("plain letters found where they lie in the open", found)


async def _judged(house: Path, url: str, row: Row, printed: Counter[int]) -> None:
    async with opened(house, url) as store:
        rows = await rows_of(store, "SELECT letter_id, state FROM print_outbox")
    for letter, state in rows:
        sheets = printed[int(letter, 16)]
        row.handed += state == "needs_human"
        if state not in ("cleared", "needs_human") or (state == "cleared" and not sheets):
            row.loses(f"letter {letter} is {state}, printed {sheets} times")
    row.lost += max(0, row.acknowledged - len(rows))
    _twice(row, printed)


# The station ----------------------------------------------------------------------------------------------------------


def kill_station(folder: Path, room: PrintRoom, letters: int, seed: int) -> Row:
    """`mektupx press print` and its printer: each letter is tried a second time, as a clerk does."""
    row, dice = _row("the print room's station", STATION, room), random.Random(seed)
    house, traces, printer = folder / "house", folder / "traces", str(room.told["address"])
    for made in (house, house / "tray", traces):
        made.mkdir()
    pieces = _sealed(house, letters)
    with Lives() as lives:
        _finds_plain(lives, folder / "plain", traces, row)
        with writing(traces / "writes", lives.pid) as writes:
            lives.live("presses", house, printer, 0, 1)
        row.lost += writes.into_files(PLAIN)
        with traced(traces / "calls", [room.server.pid], list(room.strikes)) as calls:
            reach, _ = lives.reach("presses", house, printer, 1, PIECES, calls=STATION)
        ours, theirs = places(reach, dice), places(calls.reach(list(room.strikes)), dice)
        for first in range(1 + PIECES, letters, PIECES):
            by_us, by_them = dice.choice([(True, False), (False, True), (True, True)])
            call, nth = next(ours)
            inject = f"{call}:signal=SIGKILL:when={nth}" if by_us else ""
            with struck(room, traces / "strike", next(theirs)) if by_them else nullcontext() as strike:
                life = lives.live("presses", house, printer, first, PIECES, inject=inject)
            _struck(row, room, life, call, strike)
            _searched(row, house)
            lives.live("presses", house, printer, first, PIECES)
            _searched(row, house)
    printed = room.printed()
    with opening_log(house / "openings") as log:
        for number, one in enumerate(pieces):
            acts, sheets = [entry.act for entry in log.of(one.letter)], printed[number]
            row.handed += Act.PRINTED not in acts
            if Act.OPENS not in acts or (Act.PRINTED in acts and not sheets):
                row.loses(f"{one.number} was printed {sheets} times, the record says {acts}")
    row.acknowledged = len(pieces)
    _twice(row, printed)
    return row


def _sealed(house: Path, letters: int) -> list[PaperPiece]:
    """A tray of letters, sealed to the station's key."""
    words, public = new_identity()
    (house / "station.key").write_text(words)
    (house / "station.key").chmod(0o600)
    pieces = [piece(number + 1, pdf_of(number)) for number in range(letters)]

    async def submit() -> None:
        sink = FolderSink(house / "tray", (public,))
        for one in pieces:
            await sink.submit(one)

    asyncio.run(submit())
    return pieces


# Inside ---------------------------------------------------------------------------------------------------------------


def _struck(row: Row, room: PrintRoom, life: Life, call: str, strike: Trace | None) -> None:
    row.tried += 1
    there = strike is not None and strike.struck
    row.struck += life.killed or there
    row.count(call, life.killed)
    row.count("at the print room", there)
    row.count("on both sides", there and life.killed)
    if there:
        room.server.kill()
        room.server.start()


def _searched(row: Row, *folders: Path) -> None:
    for file in (file for folder in folders for file in _plain_in(folder)):
        row.loses(f"{file.name} holds a letter in the open")


def _plain_in(folder: Path) -> list[Path]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return [file for file in files if any(mark in file.read_bytes() for mark in PLAIN)]


def _twice(row: Row, printed: Counter[int]) -> None:
    row.count("letters", row.acknowledged)
    row.count("letters printed", len(printed))
    for number, times in printed.items():
        if times > 1 or number < 0:
            row.doubles(f"letter {number} came out {times} times")


def _next(first: int, life: Life) -> int:
    return max([first, *(number + 1 for number in life.said.get("done", []))])


def _row(what: str, calls: tuple[str, ...], room: PrintRoom) -> Row:
    errors = [f"its {call} fails with {error}" for call, error in room.strikes.items() if error]
    theirs = ", or ".join([f"{', '.join(room.strikes)} of the print room", *errors])
    return Row(
        f"killed on both sides: {what}",
        injection=f"SIGKILL at the n-th {', '.join(calls)} of ours, {theirs}",
        holds="each letter is printed once or handed to a person; no file holds a plain byte of one",
    )
