"""How long an institution waits for the answer to a callback while fifty are in flight, each of them kept durably.

The institution answers our own questions slowly on purpose: what is asked after the answer must not delay it. Who
calls is a process of its own: `python -m benchmarks.callbacks fire URL ORDERS`.
"""

from __future__ import annotations

import asyncio
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import uvloop
from aiohttp import ClientSession, TCPConnector

from benchmarks.drawing import a_finished_letter
from benchmarks.ours import environment
from bot.base import log
from bot.base.settings import read
from bot.demo.environment import free_port
from bot.payments.provider import Access, Checkout, Hint, Institution, Link, Payment, Reference, SettledRefund
from bot.payments.registry import PROVIDERS
from bot.service.service import Service, service
from flows.core.events import Moment
from flows.core.state import Acceptance, Order, State, Turn
from flows.words.text import Kurus
from storage.store.store import KeptTurn

IN_FLIGHT: Final = 50
CALLBACKS: Final = 3000
SLOW: Final = 0.3  # seconds until the institution answers a question
BAR: Final = 50.0  # ms of the slowest hundredth


class SlowInstitution:
    """Signs nothing and takes its time. Whoever calls names an order and an event."""

    name = "slow"

    def __init__(self, access: Access) -> None:
        pass

    async def open_link(self, checkout: Checkout) -> Link:
        raise NotImplementedError

    def read_callback(self, headers: Mapping[str, str], raw: bytes) -> Hint:
        order, event = raw.decode().split()
        return Hint(order, event, kept={"order": order, "event": event})

    def read_return(self, raw: bytes) -> Reference | None:
        return None

    async def query(self, order: str) -> tuple[Payment, ...]:
        await asyncio.sleep(SLOW)
        return ()

    async def refund(self, payment: str, amount: Kurus, key: str) -> SettledRefund:
        raise NotImplementedError

    async def expire(self, order: str) -> None:
        """Nothing was opened."""

    async def probe(self) -> None:
        """It is there."""

    async def close(self) -> None:
        """Nothing is held."""


async def awaited(running: Service, many: int) -> list[str]:
    """As many orders that wait for their payment; their ids."""
    now = running.clock.now()
    before = [a_finished_letter(str(nth), Acceptance("1", "ab", now)) for nth in range(many)]
    async with running.store.transaction() as tx:
        await tx.keep([KeptTurn(None, Turn(one), (), Moment(now, secrets.token_hex(16))) for one in before])
    made = [
        Order(secrets.token_hex(16), State.LINKING, Kurus(4850), one.draft.letter, "f00d", 1, 1, "normal", now)
        for one in before
    ]
    async with running.store.transaction() as tx:
        await tx.standings_of([one.person for one in before])
        kept = [
            KeptTurn(one, Turn(one.with_order(order)), (), Moment(now, secrets.token_hex(16)))
            for one, order in zip(before, made, strict=True)
        ]
        await tx.keep(kept)
    return [order.id for order in made]


async def measure(folder: Path) -> list[float]:
    """Milliseconds of each answer, from the fastest to the slowest."""
    port = free_port()
    settings = environment(folder, 9, port) | {
        "MEKTUPX_PAYMENT_PROVIDER": "slow",
        "MEKTUPX_PAYMENT_CREDENTIALS": "a:b",
        "MEKTUPX_LISTEN": f"127.0.0.1:{port}",
    }
    async with service(read(settings), ("web",)) as running:
        orders = folder / "orders"
        orders.write_text("\n".join(await awaited(running, 100)))
        url = f"http://127.0.0.1:{port}/payments/slow"
        fire = [sys.executable, "-m", "benchmarks.callbacks", "fire", url, str(orders)]
        found = await asyncio.to_thread(subprocess.run, fire, check=True, capture_output=True, text=True)
    return sorted(map(float, found.stdout.split()))


async def fire(url: str, orders: list[str]) -> None:
    """Calls, fifty at a time, and prints how long each waited."""
    left = iter(range(CALLBACKS))
    async with ClientSession(connector=TCPConnector(limit=IN_FLIGHT)) as session:

        async def caller() -> None:
            for nth in left:
                body = f"{orders[nth % len(orders)]} e{nth}"
                began = time.perf_counter()
                async with session.post(url, data=body) as answer:
                    assert (answer.status, await answer.text()) == (200, "OK")
                print(f"{(time.perf_counter() - began) * 1000:.2f}")

        await asyncio.gather(*(caller() for _ in range(IN_FLIGHT)))


def main(wanted: list[str]) -> int:
    uvloop.install()
    if wanted[:1] == ["fire"]:
        asyncio.run(fire(wanted[1], Path(wanted[2]).read_text().split()))
        return 0
    PROVIDERS["slow"] = Institution(SlowInstitution)
    with tempfile.TemporaryDirectory(prefix="mektupx-bench-") as place:
        log.configure(Path(place) / "log")
        took = asyncio.run(measure(Path(place)))
    p99 = took[len(took) * 99 // 100]
    print(f"p99 of a callback with {IN_FLIGHT} in flight, beside the bar, ms\t{p99:.1f}\t{BAR}\t{p99 / BAR:.2f}")
    print(f"# median {took[len(took) // 2]:.1f} ms, slowest {took[-1]:.1f} ms", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
