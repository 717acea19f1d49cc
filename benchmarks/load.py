"""The load that every bot is put under: webhook posts with the secret, so many in flight, answered by the stub Bot API.

A turn counts once the stub has got the reply. All bots run at once and are asked in rounds one after the other, so that
a noisy machine is noisy for all of them.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import aiohttp

IN_FLIGHT = 16
USERS = 160
ROUNDS = 3
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": "bench"}
counter = iter(range(int(time.time()) % 100_000_000 * 10, 2**53))


@dataclass(frozen=True)
class Walk:
    """What one person does, how many messages each turn is answered with, and on which screen a button stands."""

    turns: tuple[str, ...]
    replies: tuple[int, ...]
    screens: tuple[int, ...]  # ours binds a button to its screen; -1: the bare word


ORDERING = ("/start", "tap:accept", "5.3.1990", "tap:yes", "Işıl İnci")
NEW = Walk(ORDERING, (2, 1, 1, 1, 1), (0, 0, 0, 2, 0))  # somebody whom the bot has never seen
PLAIN = Walk(ORDERING, (2, 1, 1, 1, 1), (-1,) * 5)  # the same on a peer
ADDRESS = "Caferağa Mah. Moda Cad. No: 12 D: 5, 34710 Kadıköy, İstanbul"
KNOWN = Walk(("/yeni", "tap:same", "Nermin Öztürk", ADDRESS, "tap:right"), (1,) * 5, (0, 8, 0, 0, 11))
"""Somebody of `benchmarks.senders`, who begins a letter."""


@dataclass
class Bot:
    """A bot under load: its port, and what was measured of it."""

    name: str
    port: int
    walk: Walk
    speeds: list[float] = field(default_factory=list)  # turns a second, a round each
    waits: list[float] = field(default_factory=list)  # seconds, a turn each

    @property
    def speed(self) -> float:
        return statistics.median(self.speeds)

    @property
    def p99(self) -> float:
        """Milliseconds."""
        return sorted(self.waits)[int(len(self.waits) * 0.99)] * 1000


def update(chat: int, words: str, screen: int) -> dict[str, object]:
    """What Telegram posts: a message, or a tap on the button "action" of the question `screen`."""
    number = next(counter)
    person = {"id": chat, "is_bot": False, "first_name": "A", "language_code": "tr"}
    message = {"message_id": number, "date": 1700000000, "chat": {"id": chat, "type": "private", "first_name": "A"}}
    if words.startswith("tap:"):
        action = words.removeprefix("tap:")
        data = f"{action}::{screen}" if screen >= 0 else action
        query = {"id": str(number), "from": person, "chat_instance": "1", "data": data, "message": message}
        return {"update_id": number, "callback_query": query}
    message |= {"from": person, "text": words}
    if words.startswith("/"):
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(words)}]
    return {"update_id": number, "message": message}


async def one_user(http: aiohttp.ClientSession, api: int, bot: Bot, chat: int) -> None:
    expected = 0
    for words, replies, screen in zip(bot.walk.turns, bot.walk.replies, bot.walk.screens, strict=True):
        expected += replies
        begun = time.perf_counter()
        url = f"http://127.0.0.1:{bot.port}/telegram/customer"
        async with http.post(url, json=update(chat, words, screen), headers=HEADERS) as answer:
            assert answer.status == 200, answer.status
        async with http.get(f"http://127.0.0.1:{api}/until/{chat}/{expected}") as answer:
            assert answer.status == 200, answer.status
        bot.waits.append(time.perf_counter() - begun)


async def round_of(http: aiohttp.ClientSession, api: int, bot: Bot, chats: Iterator[int], users: int = USERS) -> None:
    async def walk() -> None:
        for chat in mine:
            await one_user(http, api, bot, chat)

    mine = iter([next(chats) for _ in range(users)])
    begun = time.perf_counter()
    await asyncio.gather(*(walk() for _ in range(IN_FLIGHT)))
    bot.speeds.append(users * len(bot.walk.turns) / (time.perf_counter() - begun))


def begin(bot: Bot) -> None:
    """What was measured so far was the warm-up."""
    bot.speeds.clear()
    bot.waits.clear()


# Processes ------------------------------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(*command: str, env: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
    """A Python process that says nothing."""
    return subprocess.Popen(
        [sys.executable, *command],
        env={**os.environ, **(env or {})},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


@contextmanager
def ended(running: list[subprocess.Popen[bytes]]) -> Iterator[None]:
    """Whatever happens, no process stays behind."""
    try:
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


async def reachable(http: aiohttp.ClientSession, port: int, path: str, patience: float = 120.0) -> None:
    """Until something answers there, and with anything but 503."""
    over = time.perf_counter() + patience
    while time.perf_counter() < over:
        try:
            async with http.get(f"http://127.0.0.1:{port}{path}") as answer:
                if answer.status != 503:
                    return
        except aiohttp.ClientError:
            pass
        await asyncio.sleep(0.02)
    raise RuntimeError(f"nothing answers on port {port}")


async def figure(http: aiohttp.ClientSession, port: int, name: str) -> float:
    """A line of /metrics; 0.0 where it has not been counted yet."""
    async with http.get(f"http://127.0.0.1:{port}/metrics") as answer:
        found = re.search(rf"^{re.escape(name)} (\S+)$", await answer.text(), re.MULTILINE)
    return float(found[1]) if found else 0.0


def line(name: str, mine: float, theirs: float, digits: int = 0) -> None:
    """One figure: name, ours, the peer's or the bar, the ratio."""
    print(f"{name}\t{mine:.{digits}f}\t{theirs:.{digits}f}\t{mine / theirs:.2f}", flush=True)
