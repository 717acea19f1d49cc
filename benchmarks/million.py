"""The same load with a million senders in the tables and the key store, beside a house that is nearly empty.

New senders come to both, and old ones: known people who begin a letter. The nearly empty house holds as many people as
its old senders need. What a round takes is compared, so the ratio is the time with a million over the time without.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
from pathlib import Path

import aiohttp
import uvloop

from benchmarks import load, senders
from benchmarks.load import KNOWN, NEW, USERS, Bot
from benchmarks.ours import environment
from storage.migrations import migrate

ROUNDS = 5
OLD = USERS * (ROUNDS + 1)  # each comes once
HOUSES = {"few": range(10**9, 10**9 + OLD), "many": range(2 * 10**9, 2 * 10**9 + 1_000_000)}
"""The chats of the people in each."""
PARTS = ("customers", "web")


def seeded(folder: Path, api: int, port: int, chats: range) -> float:
    """Makes a house; seconds it took."""
    folder.mkdir()
    url = environment(folder, api, port)["MEKTUPX_DATABASE_URL"]
    asyncio.run(migrate(url))
    return asyncio.run(senders.seed(folder, url, chats))


async def measure(folder: Path, api: int, ports: dict[str, int]) -> dict[tuple[str, str], Bot]:
    """Loads both houses in turns; what was measured by (house, new or old)."""
    running = [load.start("-m", "benchmarks.peers.stub_api", str(api))]
    bots = {}
    for name, port in ports.items():
        running.append(load.start("-m", "benchmarks.ours", str(folder / name), str(api), str(port), *PARTS))
        bots[name, "new"], bots[name, "old"] = Bot(name, port, NEW), Bot(name, port, KNOWN)
    coming = {(name, "old"): iter(random.sample(chats, OLD)) for name, chats in HOUSES.items()}
    new = iter(range(1000, 10**8))
    with load.ended(running):
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
            await load.reachable(http, api, "/bot1:a/getMe")
            for port in ports.values():
                await load.reachable(http, port, "/readyz", 120)
            for nth in range(ROUNDS + 1):
                for key, bot in bots.items():
                    await load.round_of(http, api, bot, coming.get(key, new))
                    if nth == 0:  # a warm-up that does not count
                        load.begin(bot)
    return bots


def main() -> int:
    uvloop.install()
    with tempfile.TemporaryDirectory() as name:
        folder, api = Path(name), load.free_port()
        ports = {house: load.free_port() for house in HOUSES}
        for house, chats in HOUSES.items():
            took = seeded(folder / house, api, ports[house], chats)
            print(f"{len(chats)} senders seeded in {took:.0f} s", file=sys.stderr)
        bots = asyncio.run(measure(folder, api, ports))
    for who in ("new", "old"):
        few, many = bots["few", who], bots["many", who]
        load.line(
            f"turn of {who} senders, ms, with a million / few in the tables", 1000 / many.speed, 1000 / few.speed, 2
        )
        load.line(f"p99 of {who} senders, ms, with a million / few in the tables", many.p99, few.p99)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
