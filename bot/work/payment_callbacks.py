"""A callback is kept and answered at once; afterwards the institution is asked about its order until it answers."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

import structlog

from bot.base import metrics
from bot.base.clock import Clock
from bot.payments.provider import Hint, ProviderError, References
from bot.work.reconcile import Reconciler
from storage.payments import callbacks
from storage.senders import orders
from storage.store.executor import Executor

__all__ = ["PaymentCallbacks"]

log = structlog.get_logger("mektupx.payments")

TAKEN_UP: Final = timedelta(minutes=1)
"""After which a callback that its own process has not asked about is anybody's."""


class PaymentCallbacks:
    """Hears one institution. What a crash cut off between the answer and the question is taken up by `run_once`."""

    def __init__(self, store: Executor, clock: Clock, provider: str, known: References, reconciler: Reconciler) -> None:
        self._store, self._clock, self._provider = store, clock, provider
        self._known, self._reconciler = known, reconciler
        self._asking: set[asyncio.Task[None]] = set()

    async def heard(self, hint: Hint) -> None:
        """Returns when the callback is kept. One about no order of ours is kept for a person to look at; whoever
        repeats it is answered as well. Errors: StorageError."""
        named = hint.reference
        order = hint.order or (await self._known.order_of(named.kind, named.name) if named else "")
        person = await self._store.do(orders.person_of, order)
        if person and named and hint.order:
            await self._known.note(order, named)
        await self._store.do(
            callbacks.note_callback,
            self._provider,
            hint.event_key,
            hint.kept,
            self._clock.now(),
            order=order if person else "",
            trouble=hint.trouble or ("" if person else "unknown_order"),
        )
        if person is None:
            log.warning("a callback is about no order of ours", provider=self._provider)
            return
        task = asyncio.create_task(self._ask(hint.event_key, order), name="payment-callback")
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)

    async def run_once(self) -> int:
        """Asks about what nobody has asked about for a while; how many there were."""
        waiting = await self._store.do(callbacks.unsettled, self._provider, self._clock.now() - TAKEN_UP)
        for event_key, order in waiting:
            await self._ask(event_key, order)
        return 0

    @property
    def busy(self) -> bool:
        return bool(self._asking)

    async def close(self) -> None:
        """What is being asked comes to its end."""
        await asyncio.gather(*self._asking, return_exceptions=True)

    async def _ask(self, event_key: str, order: str) -> None:
        try:
            person = await self._store.do(orders.person_of, order)
            if person is not None:
                await self._reconciler.settle(person, order)
            await self._store.do(callbacks.settled, self._provider, event_key, self._clock.now())
        except ProviderError as error:
            log.warning("the institution could not be asked about a callback", order=order, retry=error.retry)
        except Exception as error:  # it is asked again; one order's trouble must not keep the others waiting
            metrics.ERRORS.labels("callbacks").inc()
            log.error("a callback could not be settled", order=order, exc_info=error)
