"""Killed while it takes money or gives it back: each payment counts once, and whatever is owed goes back once.

Where a part was sent and the kill has swallowed the answer, a person is called (tests/prove/by_hand.py) and counted.
"""

from __future__ import annotations

import asyncio
import json
import random
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from flows.core.state import State
from tests.dialogue import START
from tests.fakes import FakeClock
from tests.prove.by_hand import refunds_by_hand
from tests.prove.institutions import HOUSES, House
from tests.prove.lives import Lives, places
from tests.prove.paying import PART, TURN, order_of
from tests.prove.report import Row
from tests.prove.storage import new_house, opened

__all__ = ["CALLS", "kill_money"]

CALLS: Final = ("pwrite64", "fdatasync", "sendto")
"""Calls to the disk and to the institution."""
ORDERS: Final = 4  # of one life
REPEATS: Final = 8
T = TypeVar("T")


class Elsewhere:
    """The institution in a thread of its own: it outlives every life of the service."""

    def __init__(self, name: str) -> None:
        self.clock, self.port = FakeClock(START), unused_port()
        self.house: House = HOUSES[name](self.clock, f"http://127.0.0.1:{self.port}/payments/{name}")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.house.app.router.add_post("/deliver", self._deliver)
        self._server = TestServer(self.house.app)

    @contextmanager
    def opened(self) -> Iterator[str]:
        self._thread.start()
        self._does(self._server.start_server(loop=self._loop))
        try:
            yield str(self._server.make_url("")).rstrip("/")
        finally:
            self._does(self._server.close())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def _does(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    async def _deliver(self, request: web.Request) -> web.Response:
        """Again and again: PayTR repeats a callback until it is answered."""
        for nth in range(REPEATS):
            await self.house.call(random.Random(nth))
        return web.Response()


def kill_money(folder: Path, url: str, name: str, times: int, seed: int) -> Row:
    """Lives of a till at one institution, each killed at a call; the same store and the same books bear them all."""
    row = Row(
        f"killed: paying and refunding at {name}",
        injection=f"SIGKILL at the n-th {', '.join(CALLS)}",
        holds="each payment counts once; a cancelled order is refunded once, and whole; a part once, or by a person",
    )
    dice, there = random.Random(seed), Elsewhere(name)
    new_house(folder)
    with there.opened() as api, Lives() as lives:
        (folder / "institution.json").write_text(json.dumps({"name": name, "api": api, "port": there.port}))
        reach, _ = lives.reach("pays", folder, url, 0, 0, 0, calls=CALLS)  # the tables are made in it
        reach, life = lives.reach("pays", folder, url, 0, ORDERS, 1, calls=CALLS)
        first, turn = _next(0, life.said), 1
        for call, nth in places(reach, dice):
            if row.struck >= times or row.tried >= 3 * times:
                break
            turn += 1
            there.clock.travel(seconds=TURN.total_seconds())
            life = lives.live("pays", folder, url, first, ORDERS, turn, inject=f"{call}:signal=SIGKILL:when={nth}")
            first = _next(first, life.said)
            row.tried, row.struck = row.tried + 1, row.struck + life.killed
            row.count(call, life.killed)
        for more in (1, 2, 3):  # whoever comes next finishes what was left
            lives.live("pays", folder, url, first, 0, turn + more)
        asyncio.run(_judged(folder, url, name, there.house, row, first, there.clock.now()))
    return row


def _next(first: int, said: dict[str, list[int]]) -> int:
    return max([first, *(number + 1 for number in said.get("done", []))])


async def _judged(folder: Path, url: str, name: str, house: House, row: Row, first: int, now: datetime) -> None:
    async with opened(folder, url) as store:
        for number in range(first):
            order = await order_of(store, number, name)
            if order is None:
                row.loses(f"order {number} was done, and is not there")
                continue
            await refunds_by_hand(store, house, order, row, now)
            sums = house.sums(order.id)
            kept = [one.refunds for one in sums if one.refunds != (one.paid,)]
            part = (PART.amount,) if number % 4 else ()
            wanted, left = (State.CANCELLED, []) if number % 2 else (State.QUEUED, [part])
            if order.state is not wanted or kept != left:
                row.loses(f"order {number} is {order.state}; its payments: {sums}")
            for one in sums:
                if len(one.refunds) > 1:
                    row.doubles(f"order {number}: a payment went back as {one.refunds} of {one.paid}")
            row.acknowledged += 1
            row.count("payments", len(sums))
            row.count("refunds", sum(len(one.refunds) for one in sums))
