"""Periodic work on the one clock: dispatching, shredding, asking the bank, forgetting in time."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from bot.base import metrics
from bot.base.clock import Clock
from bot.payments.hooks import Findings, findings
from bot.payments.provider import PaymentProvider, ProviderError, TellsClosing
from flows.core.events import Envelope, LinkExpired, Moment, Person
from storage import retention
from storage.retention import access_log
from storage.senders import orders
from storage.store.executor import Executor

__all__ = ["Reconciler", "purge"]

log = structlog.get_logger("mektupx.work")

Receive = Callable[[Envelope], Awaitable[object]]


class Reconciler:
    """Callbacks get lost: every open link is asked about, and closed when its time is over."""

    ASK_EVERY = timedelta(minutes=5)  # an open link costs the institution one question in so much time

    def __init__(self, store: Executor, provider: PaymentProvider, clock: Clock, receive: Receive) -> None:
        self._store = store
        self._provider = provider
        self._clock = clock
        self._receive = receive
        self._asked: dict[str, datetime] = {}

    async def settle(self, person: Person, order: str) -> Findings:
        """What the institution says about an order becomes envelopes; told twice, a fact counts once.

        A page that it has closed before its time is closed here too, once it is certain that nothing was paid there at
        the last moment.
        """
        found = await self._told(person, order)
        if found.paid or not isinstance(self._provider, TellsClosing) or not await self._provider.page_closed(order):
            return found
        found = await self._told(person, order)
        if not found.paid:
            await self._over(person, order, closed=True)
        return found

    async def _told(self, person: Person, order: str) -> Findings:
        """Raises Unread where there may be more than was told."""
        found = await findings(self._provider, order)
        for key, event in found.events:
            moment = Moment(self._clock.now(), secrets.token_hex(16))
            await self._receive(Envelope(key, person, event, moment))
        if found.unread is not None:
            raise found.unread
        return found

    async def _over(self, person: Person, order: str, *, closed: bool) -> None:
        """Nothing more can be paid."""
        moment = Moment(self._clock.now(), secrets.token_hex(16))
        await self._receive(Envelope(f"expired:{order}", person, LinkExpired(order, closed), moment))

    async def run_once(self) -> int:
        now = self._clock.now()
        links = await self._store.do(orders.open_links)
        self._asked = {order: self._asked[order] for _, order, _ in links if order in self._asked}
        for person, order, until in links:
            if now < until and now - self._asked.get(order, now - self.ASK_EVERY) < self.ASK_EVERY:
                continue
            self._asked[order] = now
            try:
                await self._ask(person, order, over=now >= until)
            except ProviderError as error:
                log.warning("the institution gave no full answer", order=order, retry=error.retry, error=str(error))
            except Exception as error:  # one order's trouble must not keep the others' money waiting
                del self._asked[order]
                metrics.ERRORS.labels("reconcile").inc()
                log.error("an open link could not be settled", order=order, exc_info=error)
        return 0

    async def _ask(self, person: Person, order: str, *, over: bool) -> None:
        """The page is closed before the last question, so that nothing is paid between the two."""
        if not over:
            await self.settle(person, order)
            return
        await self._provider.expire(order)
        await self._told(person, order)
        await self._over(person, order, closed=False)


async def purge(store: Executor, clock: Clock) -> int:
    """One slice of forgetting (KVKK destruction by-law: periodically; here every hour); how much has gone. There may be
    more: the next slice comes after whoever waits to be served."""
    now = clock.now()
    gone = await store.do(retention.purge, now)
    if gone[access_log.USUAL.datum] or gone[access_log.OPENED.datum]:
        await store.do(access_log.note, now)
    if any(gone.values()):
        log.info("forgotten", **{name: count for name, count in gone.items() if count})
    return sum(gone.values())
