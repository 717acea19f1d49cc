"""Turns a second under load, beside plain bots doing the same steps; the second time while previews are being drawn.

Ours keeps every turn durably and sealed before it acknowledges; the message sender's limits are off, as the peers
have none. While previews are drawn, one letter after the other goes the whole way: measured, drawn, gated, kept
sealed, pictured and sent; the peers draw nothing, neither during their own rounds nor during ours.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import tempfile
from pathlib import Path

import aiohttp
import uvloop

from benchmarks import load
from benchmarks.load import NEW, PLAIN, ROUNDS, Bot

DRAWN = 'mektupx_work_done_total{kind="DrawPreview"}'


async def measure(folder: Path, *, drawing: bool) -> tuple[list[Bot], float]:
    """The bots, ours first, and how many previews were drawn a second of our rounds."""
    api = load.free_port()
    ours = Bot("mektupx", load.free_port(), NEW)
    memory = Bot("aiogram, MemoryStorage", load.free_port(), PLAIN)
    pickle = Bot("python-telegram-bot, PicklePersistence", load.free_port(), PLAIN)
    parts = ("customers", "web", "worker") if drawing else ("customers", "web")
    running = [
        load.start("-m", "benchmarks.peers.stub_api", str(api)),
        load.start("-m", "benchmarks.peers.aiogram_memory", str(api), str(memory.port)),
        load.start("-m", "benchmarks.peers.ptb_pickle", str(api), str(pickle.port), str(folder / "pickle")),
        load.start("-m", "benchmarks.ours", str(folder), str(api), str(ours.port), *parts),
    ]
    service = running[-1]
    chats = iter(range(1000, 10**9))
    drawn, seconds = 0.0, 0.0

    async def our_round(http: aiohttp.ClientSession) -> None:
        nonlocal drawn, seconds
        if drawing:
            service.send_signal(signal.SIGUSR1)
        before = await load.figure(http, ours.port, DRAWN)
        await load.round_of(http, api, ours, chats)
        drawn += await load.figure(http, ours.port, DRAWN) - before
        seconds += load.USERS * len(NEW.turns) / ours.speeds[-1]
        if drawing:
            service.send_signal(signal.SIGUSR2)
            await asyncio.sleep(1.0)  # the last letter in hand comes to its end before a peer is asked

    with load.ended(running):
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
            await load.reachable(http, api, "/bot1:a/getMe")
            for bot, path in ((memory, "/"), (pickle, "/"), (ours, "/readyz")):
                await load.reachable(http, bot.port, path)
            for nth in range(ROUNDS + 1):
                for bot in (ours, memory, pickle):
                    await (our_round(http) if bot is ours else load.round_of(http, api, bot, chats))
                    if nth == 0:  # a warm-up that does not count
                        load.begin(bot)
                if nth == 0:
                    drawn, seconds = 0.0, 0.0
    return [ours, memory, pickle], drawn / seconds


def report(*, drawing: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (ours, *peers), drawn = asyncio.run(measure(Path(folder), drawing=drawing))
    meanwhile = f" while {drawn:.1f} previews/s are drawn" if drawing else ""
    for peer in peers:
        load.line(f"turns/s{meanwhile}, beside {peer.name}", ours.speed, peer.speed)
    for peer in peers:
        load.line(f"p99 of a turn, ms{meanwhile}, beside {peer.name}", ours.p99, peer.p99)


def main(wanted: list[str]) -> int:
    uvloop.install()
    report(drawing=wanted == ["previews"])
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
