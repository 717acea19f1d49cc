"""What an institution is asked: about each callback, which is kept and answered first, and each page after its end."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.base import metrics
from bot.base.clock import Clock
from bot.payments.hooks import Findings
from bot.payments.provider import Hint, ProviderError
from bot.work.reconcile import Reconciler
from storage.payments import callbacks, references
from storage.payments.callbacks import Posted
from storage.senders import orders
from storage.store.executor import Executor

__all__ = ["PaymentCallbacks"]

log = structlog.get_logger("mektupx.payments")

AT_ONCE: Final = 100  # callbacks in one transaction
ASKED_AT_ONCE: Final = 8  # orders
AGAIN: Final = timedelta(minutes=5)  # between two questions about an undecided payment
TAKEN_UP: Final = timedelta(minutes=1)
"""After which a callback that its own process has not asked about is anybody's, and a question that failed is asked
anew: meanwhile the next orders have their turn."""


class PaymentCallbacks:
    """Hears one institution, by its name. What a crash cut off between answer and question is taken up by `run_once`.

    Callbacks that come while others are being kept are kept together: one commit for all of them.
    """

    def __init__(self, store: Executor, clock: Clock, provider: str, reconciler: Reconciler) -> None:
        self._store, self._clock, self._reconciler, self.provider = store, clock, reconciler, provider
        self._waiting: list[tuple[Posted, asyncio.Future[str]]] = []
        self._keeping: asyncio.Task[None] | None = None
        self._unasked: dict[str, set[str]] = {}  # order -> its events
        self._asking: set[asyncio.Task[None]] = set()
        self._later: dict[str, datetime] = {}  # orders that nobody is asked about before then

    async def heard(self, hint: Hint) -> None:
        """Returns when the callback is kept. One about no order of ours is kept for a person to look at; whoever
        repeats it is answered as well. Errors: StorageError."""
        named = (hint.reference.kind, hint.reference.name) if hint.reference else None
        posted = Posted(hint.event_key, hint.order, named, hint.kept, hint.trouble)
        kept: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting.append((posted, kept))
        if self._keeping is None or self._keeping.done():
            self._keeping = asyncio.create_task(self._keep(), name="payment-callbacks")
        order = await kept
        if not order:
            log.warning("a callback is about no order of ours", provider=self.provider)
            return
        self._unasked.setdefault(order, set()).add(hint.event_key)
        if len(self._asking) < ASKED_AT_ONCE:
            task = asyncio.create_task(self._ask_all(), name="payment-callback")
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)

    async def _keep(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            try:
                found = await self._store.do(
                    callbacks.hear, self.provider, [posted for posted, _ in batch], self._clock.now()
                )
            except Exception as error:
                for _, kept in batch:
                    if not kept.done():
                        kept.set_exception(error)
                continue
            for (_, kept), order in zip(batch, found, strict=True):
                if not kept.done():
                    kept.set_result(order)

    async def run_once(self) -> int:
        """Asks about what nobody has asked about for a while, whoever was asked about in vain comes last."""
        now = self._clock.now()
        self._later = {order: then for order, then in self._later.items() if now < then}
        waiting = await self._store.do(callbacks.unsettled, self.provider, now - TAKEN_UP, tuple(self._later))
        for order in dict.fromkeys(order for _, order in waiting):
            await self._ask(order, {event for event, of in waiting if of == order})
        await self._ask_about_ended_pages()
        return 0

    async def _ask_about_ended_pages(self) -> None:
        """Whatever has become of the order: a page that cannot be closed takes money until its end, and the callback of
        that may be lost. While a payment is undecided there, it is asked about again: the answer that was told is the
        one that decides, for the next may know more."""
        now = self._clock.now()
        for order in await self._store.do(references.ended, self.provider, now, tuple(self._later)):
            found = await self._ask(order, ())
            if found is None:
                continue
            if found.undecided:
                self._later[order] = now + AGAIN
            else:
                await self._store.do(references.asked, self.provider, order, now)

    @property
    def busy(self) -> bool:
        return bool(self._asking) or (self._keeping is not None and not self._keeping.done())

    async def close(self) -> None:
        """What is being kept or asked comes to its end."""
        while self.busy:
            tasks = [*self._asking, *([self._keeping] if self._keeping else [])]
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _ask_all(self) -> None:
        """One order after the other; whatever has come about it meanwhile is one question."""
        while self._unasked:
            order = next(iter(self._unasked))
            await self._ask(order, self._unasked.pop(order))

    async def _ask(self, order: str, events: Collection[str]) -> Findings | None:
        """What the institution has answered, and we have told; None where it has not."""
        try:
            person = await self._store.do(orders.person_of, order)
            found = Findings() if person is None else await self._reconciler.settle(person, order)
            await self._store.do(callbacks.settled, self.provider, events, self._clock.now())
        except ProviderError as error:
            log.warning("the institution gave no full answer", order=order, retry=error.retry, error=str(error))
        except Exception as error:  # it is asked again; one order's trouble must not keep the others waiting
            metrics.ERRORS.labels("callbacks").inc()
            log.error("a callback could not be settled", order=order, exc_info=error)
        else:
            return found
        self._later[order] = self._clock.now() + TAKEN_UP
        return None
