"""Resident memory of `mektupx run` when nobody writes, of one more `mektupx run worker`, and after 20,000 turns.

Figures are MB of PSS (shared pages counted in part, /proc/PID/smaps_rollup) over the whole process group: the service,
its drawing process while there is one, and multiprocessing's tracker. Idle is when the drawing process was let go.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path

import aiohttp
import uvloop

from benchmarks import load
from benchmarks.load import NEW, Bot
from benchmarks.ours import environment
from bot.service.service import PARTS
from rendering.processes.pool import IDLE

ONE_PROCESS, ONE_WORKER = 280.0, 90.0  # the bars, MB
TURNS = 20_000
WARM = 4_000
REST = 3.0  # seconds until what has begun is over
SLEEPY = IDLE + 60.0  # seconds until an unused drawing process must be gone


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in family(int(child)))]


def pss(pid: int) -> float:
    """MB of one process."""
    for found in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if found.startswith("Pss:"):
            return int(found.split()[1]) / 1024
    return 0.0


def resident(pid: int) -> float:
    """MB of a process and its descendants; what each of them holds goes to stderr."""
    each = {one: pss(one) for one in family(pid)}
    print("MB PSS", [round(size, 1) for size in each.values()], file=sys.stderr)
    return sum(each.values())


def command(*parts: str) -> tuple[str, ...]:
    return ("-m", "bot.cli.main", "run", *parts)


async def members(pid: int, wanted: int) -> None:
    """Returns when a process and its descendants are so many."""
    for _ in range(int(SLEEPY / 0.2)):
        if len(family(pid)) == wanted:
            break
        await asyncio.sleep(0.2)
    else:
        raise RuntimeError(f"{len(family(pid))} processes where {wanted} were awaited")
    await asyncio.sleep(REST)


async def idle(folder: Path) -> tuple[float, float, float]:
    """(all parts in one process, a further worker process beside it, the first while it can draw at once), MB."""
    api, port = load.free_port(), load.free_port()
    settings = environment(folder, api, port)
    running = [
        load.start("-m", "benchmarks.peers.stub_api", str(api)),
        load.start(*command(), env=settings),
    ]
    with load.ended(running):
        async with aiohttp.ClientSession() as http:
            await load.reachable(http, port, "/readyz", 300)
            await members(running[1].pid, 3)
            ready = resident(running[1].pid)
            await members(running[1].pid, 2)
            alone = resident(running[1].pid)
            running.append(load.start(*command("worker"), env=settings))
            await members(running[2].pid, 3)
            await members(running[2].pid, 2)
            both = resident(running[1].pid) + resident(running[2].pid)
            return alone, both - alone, ready


async def loaded(folder: Path) -> tuple[float, float]:
    """(after the first turns, after all of them), MB."""
    api, port = load.free_port(), load.free_port()
    running = [
        load.start("-m", "benchmarks.peers.stub_api", str(api)),
        load.start("-m", "benchmarks.ours", str(folder), str(api), str(port), *PARTS),
    ]
    bot, chats = Bot("mektupx", port, NEW), iter(range(1000, 10**9))
    with load.ended(running):
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
            await load.reachable(http, port, "/readyz", 300)
            await load.round_of(http, api, bot, chats, WARM // len(NEW.turns))
            await asyncio.sleep(REST)
            early = resident(running[1].pid)
            for _ in range(4):
                await load.round_of(http, api, bot, chats, (TURNS - WARM) // 4 // len(NEW.turns))
                await asyncio.sleep(REST)
                late = resident(running[1].pid)
            return early, late


def main() -> int:
    uvloop.install()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as name:
        os.environ["PYTHONPYCACHEPREFIX"] = f"{name}/pycache"
        for part in ("idle", "loaded"):
            Path(name, part).mkdir()
        alone, worker, ready = asyncio.run(idle(Path(name, "idle")))
        early, late = asyncio.run(loaded(Path(name, "loaded")))
    load.line("MB idle, all parts in one process, beside the bar", alone, ONE_PROCESS)
    load.line("MB more for a drawing worker, while there is one, beside the bar", ready - alone, ONE_WORKER)
    load.line("MB more for a further process with the part worker, idle, beside the bar", worker, ONE_WORKER)
    load.line("MB after 20,000 turns, beside those after 4,000", late, early)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
