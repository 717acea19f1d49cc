"""Letters a second from the print outbox to the tray: claimed, opened, gated, handed over, cleared and their keys gone.

The real service with its worker part works off a backlog of paid letters: every letter sealed with a key of its own,
every file and every commit durable (fsync) before the next step. A letter counts when its key is destroyed and its
sender's news stored. The bytes are a page's: some drawn letters take turns, since drawing is measured elsewhere.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import uvloop

from benchmarks import load
from benchmarks.drawing import a_finished_letter
from benchmarks.ours import UNLIMITED, environment
from bot.base import log
from bot.base.settings import read
from bot.service.service import Service, service
from flows.core.effects import Effect, QueueForPrint
from flows.core.events import Moment
from flows.core.state import Acceptance, Order, Standing, State, Turn
from flows.words.text import Kurus
from rendering import pdf
from rendering.sample import LETTER
from storage.monitoring import figures
from storage.senders import previews
from storage.store.store import KeptTurn

LETTERS = 640
DRAWN = 16
ROUNDS = 3
BAR = 100.0


async def paid(service: Service, drawn: Sequence[bytes], first: int) -> list[Effect]:
    """As many senders with a paid letter each, their approved bytes sealed and queued; the effects nobody rang for."""
    now = service.clock.now()
    effects: list[Effect] = []
    async with service.store.transaction() as tx:
        people = [a_finished_letter(f"{first + nth}", Acceptance("1", "ab", now)) for nth in range(LETTERS)]
        await tx.keep([KeptTurn(None, Turn(one), (), Moment(now, secrets.token_hex(16))) for one in people])
    for nth, one in enumerate(people):
        bytes_ = drawn[nth % len(drawn)]
        await service.store.do(previews.keep, one.draft.letter, bytes_, hashlib.sha256(bytes_).hexdigest(), 1)
    async with service.store.transaction() as tx:
        kept = []
        for nth, before in enumerate(people):
            order = _order(before, drawn[nth % len(drawn)], service)
            after = replace(before, orders=(order,), step="home")
            effects.append(QueueForPrint(order.id))
            moment = Moment(now, secrets.token_hex(16))
            kept.append(KeptTurn(before, Turn(after, (effects[-1],)), (), moment))
        await tx.standings_of([one.person for one in people])
        await tx.keep(kept)
    return effects


def _order(standing: Standing, approved: bytes, service: Service) -> Order:
    return Order(
        id=secrets.token_hex(16),
        state=State.QUEUED,
        amount=Kurus(4850),
        letter=standing.draft.letter,
        sha256=hashlib.sha256(approved).hexdigest(),
        pages=1,
        sheets=1,
        product="normal",
        created_at=service.clock.now(),
        payment="sandbox:1",
        paid=Kurus(4850),
        paid_at=service.clock.now(),
    )


async def measure(folder: Path) -> list[float]:
    """Letters a second, a round each."""
    drawn = [pdf.draw(replace(LETTER, piece_id=f"{nth:08}")).pdf for nth in range(DRAWN)]
    settings = read(environment(folder, load.free_port(), load.free_port()))
    speeds = []
    async with service(settings, ("worker",), rates=UNLIMITED) as running:
        for nth in range(ROUNDS):
            effects = await paid(running, drawn, nth * LETTERS)
            begun = time.perf_counter()
            running.listeners.kept((), effects)
            while (waiting := await running.store.do(figures.count)).get("orders_erased", 0) < (nth + 1) * LETTERS:
                if waiting["prints_needs_human"]:
                    raise RuntimeError("a letter was parked")
                await asyncio.sleep(0.2)  # looking costs too
            speeds.append(LETTERS / (time.perf_counter() - begun))
            if len(list((folder / "tray").glob("*.pdf"))) != (nth + 1) * LETTERS or waiting["prints_ready"]:
                raise RuntimeError("a letter is missing")
    return speeds


def main() -> int:
    sys.setswitchinterval(0.0005)
    uvloop.install()
    with tempfile.TemporaryDirectory() as folder:
        log.configure(Path(folder) / "ours.log")
        speeds = asyncio.run(measure(Path(folder)))
    load.line("letters/s from outbox to tray, beside the bar", sorted(speeds)[len(speeds) // 2], BAR)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
