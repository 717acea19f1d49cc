"""Turns a second under load: webhook posts with the secret, 16 in flight, beside plain bots doing the same steps.

A turn counts once the stub Bot API has got the reply. Ours keeps every turn durably and sealed before it acknowledges;
the postman's limits are off, as the peers have none. All bots run at once, in rounds one after the other, so that a
noisy machine is noisy for all of them.
"""

from __future__ import annotations

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import uvloop

IN_FLIGHT = 16
USERS = 160
ROUNDS = 3
TURNS = ("/start", "tap:accept:", "5.3.1990", "tap:yes:", "Işıl İnci")
REPLIES = (2, 1, 1, 1, 1)
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": "bench"}
counter = iter(range(int(time.time()) % 100_000_000 * 10, 2**53))


@dataclass
class Peer:
    name: str
    port: int
    screens: tuple[int, ...] = (0, 0, 0, 0, 0)  # ours binds a button to its screen
    speeds: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def update(chat: int, turn: int, screen: int) -> dict[str, object]:
    number = next(counter)
    person = {"id": chat, "is_bot": False, "first_name": "A", "language_code": "tr"}
    message = {"message_id": number, "date": 1700000000, "chat": {"id": chat, "type": "private", "first_name": "A"}}
    words = TURNS[turn]
    if words.startswith("tap:"):
        _, action, _ = words.split(":")
        data = f"{action}::{screen}" if screen >= 0 else action
        query = {"id": str(number), "from": person, "chat_instance": "1", "data": data, "message": message}
        return {"update_id": number, "callback_query": query}
    message |= {"from": person, "text": words}
    if words.startswith("/"):
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(words)}]
    return {"update_id": number, "message": message}


async def one_user(http: aiohttp.ClientSession, api: int, peer: Peer, chat: int) -> None:
    expected = 0
    for turn in range(len(TURNS)):
        expected += REPLIES[turn]
        begun = time.perf_counter()
        url = f"http://127.0.0.1:{peer.port}/telegram/customer"
        async with http.post(url, json=update(chat, turn, peer.screens[turn]), headers=HEADERS) as answer:
            assert answer.status == 200, answer.status
        async with http.get(f"http://127.0.0.1:{api}/until/{chat}/{expected}") as answer:
            assert answer.status == 200, answer.status
        peer.waits.append(time.perf_counter() - begun)


async def round_of(http: aiohttp.ClientSession, api: int, peer: Peer, chats: Iterator[int]) -> None:
    async def walk() -> None:
        for chat in mine:
            await one_user(http, api, peer, chat)

    mine = iter([next(chats) for _ in range(USERS)])
    begun = time.perf_counter()
    await asyncio.gather(*(walk() for _ in range(IN_FLIGHT)))
    peer.speeds.append(USERS * len(TURNS) / (time.perf_counter() - begun))


async def reachable(http: aiohttp.ClientSession, port: int, path: str) -> None:
    for _ in range(600):
        try:
            async with http.get(f"http://127.0.0.1:{port}{path}") as answer:
                if answer.status != 503:
                    return
        except aiohttp.ClientError:
            pass
        await asyncio.sleep(0.1)
    raise RuntimeError(f"nothing answers on port {port}")


def start(*command: str, env: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *command],
        env={**os.environ, **(env or {})},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


async def measure(folder: Path) -> list[Peer]:
    api = free_port()
    ours = Peer("mektupx", free_port(), screens=(0, 0, 0, 2, 0))
    memory = Peer("aiogram, MemoryStorage", free_port(), screens=(-1,) * 5)
    pickle = Peer("python-telegram-bot, PicklePersistence", free_port(), screens=(-1,) * 5)
    running = [
        start("-m", "benchmarks.peers.stub_api", str(api)),
        start("-m", "benchmarks.peers.aiogram_memory", str(api), str(memory.port)),
        start("-m", "benchmarks.peers.ptb_pickle", str(api), str(pickle.port), str(folder / "pickle")),
        start("-m", "benchmarks.ours", str(folder), str(api), str(ours.port)),
    ]
    chats = iter(range(1000, 10**9))
    try:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
            await reachable(http, api, "/bot1:a/getMe")
            for peer, path in ((memory, "/"), (pickle, "/"), (ours, "/readyz")):
                await reachable(http, peer.port, path)
            for peer in (ours, memory, pickle):  # a warm-up that does not count
                await round_of(http, api, peer, chats)
                peer.speeds.clear()
                peer.waits.clear()
            for _ in range(ROUNDS):
                for peer in (ours, memory, pickle):
                    await round_of(http, api, peer, chats)
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(20)
    return [ours, memory, pickle]


def main() -> int:
    uvloop.install()
    with tempfile.TemporaryDirectory() as folder:
        ours, *peers = asyncio.run(measure(Path(folder)))
    for peer in peers:
        mine, theirs = statistics.median(ours.speeds), statistics.median(peer.speeds)
        print(f"turns/s beside {peer.name}\t{mine:.0f}\t{theirs:.0f}\t{mine / theirs:.2f}")
    for peer in peers:
        mine, theirs = p99(ours) * 1000, p99(peer) * 1000
        print(f"p99 of a turn, ms, beside {peer.name}\t{mine:.0f}\t{theirs:.0f}\t{mine / theirs:.2f}")
    return 0


def p99(peer: Peer) -> float:
    return sorted(peer.waits)[int(len(peer.waits) * 0.99)]


if __name__ == "__main__":
    raise SystemExit(main())
