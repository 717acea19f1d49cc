"""Ends what has waited for as long as it may (storage/retention/latest_ends.py), each order by its own event."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable

import structlog

from bot.base import metrics
from bot.base.clock import Clock
from flows.core.events import Envelope, LatestEndPassed, Moment, WorkGivenUp
from storage.retention import latest_ends
from storage.store.executor import Executor

__all__ = ["end_overdue"]

log = structlog.get_logger("mektupx.work")

Receive = Callable[[Envelope], Awaitable[object]]


async def end_overdue(store: Executor, clock: Clock, receive: Receive) -> int:
    """How much was ended."""
    return await _orders(store, clock, receive) + await _work(store, clock, receive)


async def _work(store: Executor, clock: Clock, receive: Receive) -> int:
    """Whoever waits for it is told, then its row goes; in between a crash tells nobody twice."""
    given_up = await store.do(latest_ends.given_up, clock.now())
    for one in given_up:
        if one.person is not None:
            moment = Moment(clock.now(), secrets.token_hex(16))
            await receive(Envelope(f"work:{one.id}:given_up", one.person, WorkGivenUp(one.kind), moment))
        await store.do(latest_ends.drop_work, one.id)
        log.warning("work was given up: it had been tried for too long", kind=one.kind)
    return len(given_up)


async def _orders(store: Executor, clock: Clock, receive: Receive) -> int:
    """How many orders were ended. The key is that of this stay in this state: a second round ends nothing twice."""
    ended = 0
    for one in await store.do(latest_ends.overdue, clock.now()):
        moment = Moment(clock.now(), secrets.token_hex(16))
        key = f"latest_end:{one.order}:{one.state}:{one.mark}"
        try:
            ended += bool(await receive(Envelope(key, one.person, LatestEndPassed(one.order), moment)))
        except Exception as error:  # one order's trouble must not keep the others waiting
            metrics.ERRORS.labels("latest_ends").inc()
            log.error("an order could not be ended", order=one.order, error=type(error).__name__)
            continue
        log.warning("an order was ended: it had waited for too long", order=one.order, state=str(one.state))
    return ended
