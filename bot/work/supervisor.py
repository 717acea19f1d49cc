"""What goes on behind the counter: slow work, printing, shredding, asking the bank, forgetting in time."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from functools import partial
from typing import Any

import structlog

from bot.base import metrics
from bot.base.periodic import Periodic
from bot.printer.dispatch import Dispatcher
from bot.printer.shred import shred_once
from bot.printer.sink import SinkAway
from bot.printer.tray import clear_overdue, sweep
from bot.work.data_requests import Requests
from bot.work.handlers import WorkContext
from bot.work.latest_ends import end_overdue
from bot.work.payment_callbacks import PaymentCallbacks
from bot.work.reconcile import Reconciler, purge
from bot.work.worker import Receive, Worker
from flows.core import effects as fx
from flows.core.state import State
from flows.order.order import OVER
from rendering.gate import gate
from storage.keys.keyring import Keyring
from storage.monitoring import figures

__all__ = ["Supervisor"]

log = structlog.get_logger("mektupx.work")

RINGS: dict[type[fx.Effect], tuple[str, ...]] = {
    fx.QueueForPrint: ("dispatch",),
    fx.RequeuePrint: ("dispatch",),
    fx.ClearOutbox: ("shred", "dispatch"),
    fx.ShredLetter: ("shred",),
    fx.EraseEverything: ("shred",),
    fx.ForgetInvoice: ("shred",),
}
"""Which act need not wait for its time when an effect has been committed."""


class Supervisor:
    """The worker and the rounds of one process; any number of processes may have one."""

    LAST = 20.0  # seconds for the act at hand when the service stops

    def __init__(
        self,
        context: WorkContext,
        keyring: Keyring,
        reconciler: Reconciler,
        callbacks: Iterable[PaymentCallbacks],
        receive: Receive,
    ) -> None:
        store, clock = context.store, context.clock
        self._store = store
        self._clock = clock
        self._sink, self._away = context.sink, False
        self._worker = Worker(context, receive, name=f"worker-{secrets.token_hex(4)}")
        dispatcher = Dispatcher(store, context.sink, clock, receive, gate)
        requests = Requests(store, clock, receive)
        self._rounds = {
            "dispatch": Periodic("dispatch", dispatcher.run_once, clock, 2.0),
            "shred": Periodic("shred", lambda: shred_once(store, keyring, clock, receive), clock, 5.0),
            "reconcile": Periodic("reconcile", reconciler.run_once, clock, 15.0),
            **{
                f"callbacks_{one.provider}": Periodic(f"callbacks_{one.provider}", one.run_once, clock, 15.0)
                for one in callbacks
            },
            "tray": Periodic("tray", partial(self._tidy, receive), clock, 60.0),
            "requests": Periodic("requests", requests.run_once, clock, 2.0),
            "idle": Periodic("idle", requests.look_for_idle, clock, 3600.0),
            "latest_ends": Periodic("latest_ends", partial(end_overdue, store, clock, receive), clock, 600.0),
            "purge": Periodic("purge", partial(purge, store, clock), clock, 3600.0),
            "figures": Periodic("figures", self._watch, clock, 15.0),
        }
        self._loops: list[tuple[asyncio.Task[None], Callable[[], Awaitable[None]]]] = []

    async def start(self) -> None:
        """Errors: SinkAway when the print room cannot be used."""
        await self._sink.start()
        self._spawn("worker", self._worker.run(), self._worker.stop)
        for name, act in self._rounds.items():
            self._spawn(name, act.run(), act.stop)

    async def stop(self) -> None:
        """Everything at hand comes to its end; what does not within a while is cut off and taken up again later."""
        stopping = [asyncio.ensure_future(stop()) for _, stop in self._loops]
        if stopping:
            await asyncio.wait(stopping, timeout=self.LAST)
        tasks = [*stopping, *(task for task, _ in self._loops)]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._sink.close()

    @property
    def busy(self) -> bool:
        return self._worker.busy or self._rounds["dispatch"].busy or self._rounds["shred"].busy

    def ring(self, effects: Iterable[fx.Effect]) -> None:
        """These have been committed: whoever has work with them begins at once."""
        for effect in effects:
            if isinstance(effect, fx.Work):
                self._worker.ring()
            for name in RINGS.get(type(effect), ()):
                self._rounds[name].ring()

    async def _tidy(self, receive: Receive) -> int:
        """The tray: what has been there for a week leaves it, and what should not be there at all."""
        await clear_overdue(self._store, receive, self._clock)
        try:
            await sweep(self._store, self._sink)
        except SinkAway as away:  # a printer may be off for a weekend; the dispatcher waits for it, too
            if not self._away:
                log.warning("the print sink is not tidied up before it is back", sink=self._sink.name, why=str(away))
            self._away = True
        else:
            self._away = False
        return 0

    async def _watch(self) -> int:
        found = await self._store.do(figures.waiting)
        metrics.WAITING.clear()  # a state in which no order is any more is not told of
        none = {f"orders_{state}": 0 for state in State if state not in OVER}
        for name, count in (none | found).items():
            metrics.WAITING.labels(name).set(count)
        for name, seconds in (await self._store.do(figures.ages, self._clock.now())).items():
            metrics.OLDEST.labels(name).set(seconds)
        return 0

    def _spawn(self, name: str, loop: Coroutine[Any, Any, None], stop: Callable[[], Awaitable[None]]) -> None:
        task = asyncio.create_task(loop, name=name)
        task.add_done_callback(partial(_ended, name))
        self._loops.append((task, stop))


def _ended(name: str, task: asyncio.Task[None]) -> None:
    """A loop that ends by itself is a mistake somebody must hear of."""
    if not task.cancelled() and task.exception() is not None:
        metrics.ERRORS.labels(name).inc()
        log.error("a loop has ended", loop=name, exc_info=task.exception())
