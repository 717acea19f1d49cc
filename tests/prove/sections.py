"""What the proof consists of: sections, each a list of jobs that can run side by side in processes of their own."""

from __future__ import annotations

import asyncio
import importlib.util
import io
import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.prove import conversations, kills, money_kills, print_rooms, real_rooms, storage
from tests.prove import money as histories
from tests.prove.institutions import HOUSES
from tests.prove.paper import prove_paper
from tests.prove.report import Row
from tests.prove.tickets import prove
from tests.storage.access_log.mutations import KINDS, all_tried
from tests.storage.postgres import Server

__all__ = ["FULL", "SAMPLE", "SECTIONS", "Counts", "Job", "quiet", "sections"]


@dataclass(frozen=True)
class Counts:
    """How often each fault is tried."""

    people: int  # conversations on SQLite, half of them in each of two processes
    people_pg: int
    turns: int  # kills that strike
    printing: int
    handing: int
    keys: int
    first_start: int
    moving: int
    turns_pg: int
    printing_pg: int
    moving_pg: int
    refusals: int
    crashes: int
    tickets: int
    bots: int  # kills of each of the two
    histories: int  # of money, at each institution
    paying: int  # kills at each institution
    letters: int  # to each print room
    paper: int  # letters drawn and looked at, half of them in each of two processes
    log: int  # mutations of the access log, half of them in each of two processes


FULL = Counts(9_000, 1_000, 250, 160, 60, 100, 30, 70, 180, 120, 50, 50, 30, 200, 30, 5_000, 100, 200, 1_000, 2_000)
SAMPLE = Counts(120, 20, 6, 6, 4, 6, 3, 3, 4, 4, 2, 2, 2, 4, 1, 60, 3, 12, 20, 36)

Job = Callable[[], list[Row]]
MEMORY = Path("/dev/shm")
"""Where the conversations' stores lie, if it is there: they prove what is kept, the kills prove that it lasts."""


@contextmanager
def _folder(*, memory: bool = False) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(
        prefix="mektupx-prove-", dir=MEMORY if memory and MEMORY.is_dir() else None
    ) as place:
        yield Path(place)


@contextmanager
def _server() -> Iterator[Server]:
    server = Server()
    try:
        yield server
    finally:
        server.stop()


def talk(people: int, seed: int, name: str) -> list[Row]:
    with _folder(memory=True) as folder:
        return [conversations.run(folder, f"sqlite:///{folder}/mektupx.db", people, seed, name)]


def talk_pg(people: int, seed: int) -> list[Row]:
    with _folder() as folder, _server() as server:
        return [conversations.run(folder, server.url(server.new()), people, seed, "PostgreSQL")]


def kill(what: str, times: int, seed: int) -> list[Row]:
    """One of the kinds of kills on SQLite."""
    with _folder() as folder:
        url = f"sqlite:///{folder}/mektupx.db"
        match what:
            case "turns":
                return [kills.kill_turns(folder, url, kills.DISK, times, seed)]
            case "printing":
                return [kills.kill_printing(folder, url, (*kills.DISK, *kills.TRAY), times, seed)]
            case "handing over":
                return [kills.kill_printing(folder, url, kills.HANDED_OVER, times, seed, what="handing over")]
            case "keys":
                return [kills.kill_keys(folder, times, seed)]
            case "first start":
                return [kills.kill_first_start(folder, times, seed)]
            case _:
                return [kills.kill_moving(folder, kills.sqlite_urls(folder), kills.DISK, times, seed)]


def kill_pg(what: str, times: int, seed: int) -> list[Row]:
    with _folder() as folder, _server() as server:
        match what:
            case "turns":
                return [kills.kill_turns(folder, server.url(server.new()), kills.NETWORK, times, seed)]
            case "printing":
                calls = (*kills.NETWORK, *kills.TRAY)
                return [kills.kill_printing(folder, server.url(server.new()), calls, times, seed)]
            case _:
                urls = lambda: server.url(server.new())  # noqa: E731
                return [kills.kill_moving(folder, urls, kills.NETWORK, times, seed)]


def access_log(number: int, seed: int, which: str) -> list[Row]:
    """Mutations of log, database and key store; each is named, line by line, after ordinary work and a month later."""
    with _folder(memory=True) as folder:
        tried, missed = all_tried(folder, number, seed)
    row = Row(
        f"access log: {which} of the mutations",
        tried,
        tried,
        tried,
        injection=f"{len(KINDS)} kinds: flip, swap, delete, insert, blank, truncate, roll back, replay",
        holds="the right lines and gaps are named, and no others, a month later too",
    )
    for one in missed:
        row.loses(f"{one.kind}, seed {one.seed}, {one.when}: {one.expected ^ one.named}")
    return [row]


REFUSALS: dict[str, dict[str, str]] = {
    "full": {"pwrite64": "ENOSPC"},
    "failing": {"fdatasync": "EIO"},
    "tray": {"pwrite64": "ENOSPC", "link": "ENOSPC", "fsync": "EIO", "ftruncate": "EIO"},
}


def refuse(what: str, times: int, seed: int) -> list[Row]:
    with _folder() as folder:
        act = storage.refuse_printing if what == "tray" else storage.refuse_turns
        return [act(folder, f"sqlite:///{folder}/mektupx.db", REFUSALS[what], times, seed)]


def crash(times: int, seed: int) -> list[Row]:
    with _folder() as folder, _server() as server:
        return [asyncio.run(storage.crash_server(folder, server, server.url(server.new()), times, seed))]


def money(name: str, many: int, seed: int) -> list[Row]:
    with _folder(memory=True) as folder:
        return [histories.prove_money(folder, f"sqlite:///{folder}/mektupx.db", name, many, seed)]


def to_print_rooms(what: str, letters: int, seed: int) -> list[Row]:
    with _folder() as folder, real_rooms.over_sftp() if what == "SFTP" else real_rooms.over_ipp() as room:
        if what == "station":
            return [print_rooms.kill_station(folder, room, letters, seed)]
        return [print_rooms.kill_sending(folder, room, f"over {what}", letters, seed)]


def kill_paying(name: str, times: int, seed: int) -> list[Row]:
    with _folder() as folder:
        return [money_kills.kill_money(folder, f"sqlite:///{folder}/mektupx.db", name, times, seed)]


def desk(tickets: int, kills_: int, seed: int) -> list[Row]:
    with _folder() as folder:
        return [asyncio.run(prove(folder, tickets=tickets, each=5, kills=kills_, seed=seed)).row]


def paper(first: int, last: int, seed: int, name: str) -> list[Row]:
    return [prove_paper(first, last, seed, name)]


def cluster(seed: int, small: bool) -> list[Row]:
    """Several processes on one PostgreSQL: `full` or `sample` of tests/prove/cluster.py."""
    from tests.prove.cluster import full, sample  # type: ignore[import-not-found]

    with _folder() as folder:
        rows: list[Row] = (sample if small else full)(folder, seed)
        return rows


def sections(counts: Counts, seed: int) -> dict[str, list[Job]]:
    """By name, the longest job of each first."""
    half = counts.people // 2
    sample = counts.people < FULL.people
    found: dict[str, list[Job]] = {
        "conversations": [
            partial(talk_pg, counts.people_pg, seed + 2),
            partial(talk, counts.people - half, seed, "SQLite, one half"),
            partial(talk, half, seed + 1, "SQLite, the other half"),
        ],
        "money": [
            *(partial(money, name, counts.histories, seed) for name in HOUSES),
            *(partial(kill_paying, name, counts.paying, seed) for name in HOUSES),
        ],
        "kills": [
            partial(kill, "turns", counts.turns, seed),
            partial(kill_pg, "turns", counts.turns_pg, seed),
            partial(kill, "printing", counts.printing, seed),
            partial(kill_pg, "printing", counts.printing_pg, seed),
            partial(kill, "handing over", counts.handing, seed + 1),
            partial(kill, "moving", counts.moving, seed),
            partial(kill_pg, "moving", counts.moving_pg, seed),
            partial(kill, "keys", counts.keys, seed),
            partial(kill, "first start", counts.first_start, seed),
        ],
        "print rooms": [partial(to_print_rooms, what, counts.letters, seed) for what in ("IPP", "SFTP", "station")],
        "paper": [
            partial(paper, 0, counts.paper // 2, seed, "one half"),
            partial(paper, counts.paper // 2, counts.paper, seed, "the other half"),
        ],
        "access log": [partial(access_log, counts.log // 2, seed + half, f"half {half + 1}") for half in (0, 1)],
        "refusals": [partial(refuse, what, counts.refusals, seed) for what in REFUSALS],
        "crashes": [partial(crash, counts.crashes, seed)],
        "desk": [partial(desk, counts.tickets, counts.bots, seed)],
    }
    if importlib.util.find_spec("tests.prove.cluster") is not None:
        found["cluster"] = [partial(cluster, seed, sample)]
    return found


def quiet() -> None:
    """What is broken on purpose need not be told line by line."""
    from bot.base import log

    log.configure(io.StringIO())
    logging.disable(logging.CRITICAL)


SECTIONS = tuple(sections(FULL, 0))
