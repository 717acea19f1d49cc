"""Letters on their way to real print rooms, with kills on both sides: each is printed once or handed to a person, and
no file holds a plain byte of one.

The print rooms are the model printer of the Printer Working Group and OpenSSH. A printer keeps what it prints in its
memory (/dev/shm), which is searched by nobody; everything else is.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final, Protocol

from pyrage import decrypt, x25519

from bot.printer.folder import FolderSink
from bot.printer.opening_log import Act, opening_log
from bot.printer.sealing import new_identity
from tests.bot.printer.conformance import PaperPiece, piece
from tests.bot.printer.print_servers import IppPrinter, Server, SshServer, folder_for, private_bus
from tests.prove.lives import Life, Lives, places
from tests.prove.printing import pdf_of
from tests.prove.report import Row
from tests.prove.sending import ROOM
from tests.prove.storage import new_house, opened, rows_of
from tests.prove.traced import Trace, traced, writing

__all__ = ["kill_sending", "kill_station", "over_ipp", "over_sftp"]

OURS: Final = ("pwrite64", "fdatasync", "sendto", "recvfrom")
"""Calls of the service to its disk and to the print room, before and after it has acted."""
STATION: Final = ("write", "fsync", "sendto", "recvfrom")
PIECES: Final = 3  # in one life
PLAIN: Final = (b"%PDF of letter", b"Sevgili Leyla")
"""What every letter says on its paper, and in its manuscript."""


class PrintRoom(Protocol):
    """A print room with its server. told: what the service is told of it. strikes: the server's calls, and how each is
    struck: killed, or refused with an error of its disk. its_files: whether what its server writes must be sealed."""

    server: Server
    told: Mapping[str, object]
    strikes: Mapping[str, str]
    its_files: bool

    def searched(self) -> list[Path]: ...

    def printed(self) -> Counter[int]:
        """Letters by how often they came out on paper, so far."""


class Ipp:
    """A printer that writes down the fingerprint of all that it has printed."""

    its_files = False
    strikes: Final[Mapping[str, str]] = dict.fromkeys(("recvfrom", "sendto", "write", "openat", "close"), "")

    def __init__(self, memory: Path, bus: str) -> None:
        work, self._paper = memory / "work", memory / "paper"
        work.write_text(f'#!/bin/sh\nsha256sum < "$1" >> {self._paper}\n')
        work.chmod(0o755)
        self._paper.touch()
        self.server = IppPrinter(memory, bus, work=str(work))
        self.told = {"address": self.server.address}

    def searched(self) -> list[Path]:
        return []

    def printed(self) -> Counter[int]:
        sheets = Counter(line.split()[0] for line in self._paper.read_text().splitlines())
        known = {hashlib.sha256(pdf_of(number)).hexdigest(): number for number in range(10_000)}
        return Counter({known.get(sheet, -1): times for sheet, times in sheets.items()})


class Sftp:
    """A print house whose clerk takes every letter that is complete; its manifest stays."""

    its_files = True
    strikes: Final[Mapping[str, str]] = {"read": "", "write": "", "link": "", "unlink": "", "fsync": "EIO", "ppoll": ""}

    def __init__(self, folder: Path) -> None:
        self.server, self._folder, self._key = SshServer(folder), folder, x25519.Identity.generate()
        self._taken: Counter[int] = Counter()
        self.told = {
            "address": self.server.address,
            "recipients": [str(self._key.to_public())],
            "ssh_key": str(self.server.key_file),
            "known_hosts": str(self.server.known_hosts),
        }

    def searched(self) -> list[Path]:
        return [self._folder]

    def printed(self) -> Counter[int]:
        for manifest in self.server.tray.glob("*.json"):
            sealed, said = manifest.with_suffix(".pdf.age"), json.loads(manifest.read_text())
            if sealed.exists():
                whole = hashlib.sha256(pdf := decrypt(sealed.read_bytes(), [self._key])).hexdigest() == said["sha256"]
                number = int(said["piece"], 16)
                self._taken[number if whole and pdf == pdf_of(number) else -1] += 1
                sealed.unlink()
        return self._taken


@contextmanager
def over_ipp() -> Iterator[PrintRoom]:
    with private_bus() as bus, folder_for(memory=True) as memory:
        yield from _open(Ipp(memory, bus))


@contextmanager
def over_sftp() -> Iterator[PrintRoom]:
    with folder_for() as folder:
        yield from _open(Sftp(folder))


def _open(room: PrintRoom) -> Iterator[PrintRoom]:
    try:
        room.server.start()
        yield room
    finally:
        room.server.kill()


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
            with _strike(room, traces / "strike", next(theirs)) if by_them else nullcontext() as strike:
                life = lives.live("sends", house, url, first, PIECES, 0, inject=inject)
            _struck(row, room, life, call, strike)
            first = _next(first, life)
            room.printed()
            _searched(row, house, *room.searched())
        lives.live("sends", house, url, first, 1, 1)  # whoever comes next finishes what was left
    row.acknowledged = first + 1
    asyncio.run(_judged(house, url, row, room.printed()))
    return row


def _finds_plain(lives: Lives, house: Path, traces: Path, row: Row) -> None:
    """The search itself, where a letter does lie in the open: in a tray without a key."""
    new_house(house)
    (house / "tray").mkdir()
    (house / ROOM).write_text(json.dumps({"address": f"folder:{house}/tray"}))
    with writing(traces / "plain", lives.pid) as writes:
        lives.live("sends", house, f"sqlite:///{house}/mektupx.db", 0, 1, 0)
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
            with _strike(room, traces / "strike", next(theirs)) if by_them else nullcontext() as strike:
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


@contextmanager
def _strike(room: PrintRoom, place: Path, where: tuple[str, int]) -> Iterator[Trace]:
    call, nth = where
    error = room.strikes[call]
    how = f"error={error}" if error else "signal=SIGKILL"
    with traced(place, [room.server.pid], [call], "-e", f"inject={call}:{how}:when={nth}") as trace:
        yield trace


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
    row.count("letters printed", len(printed))
    for number, times in printed.items():
        if times > 1 or number < 0:
            row.doubles(f"letter {number} came out {times} times")


def _next(first: int, life: Life) -> int:
    return max([first, *(number + 1 for number in life.said.get("done", []))])


def _row(what: str, calls: tuple[str, ...], room: PrintRoom) -> Row:
    theirs: dict[str, Any] = {call: error for call, error in room.strikes.items() if error}
    errors = "".join(f", or its {call} fails with {error}" for call, error in theirs.items())
    return Row(
        f"killed on both sides: {what}",
        injection=f"SIGKILL at the n-th {', '.join(calls)} of ours, {', '.join(room.strikes)} of the print room{errors}",
        holds="each letter is printed once or handed to a person; no file holds a plain byte of one",
    )
