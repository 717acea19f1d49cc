"""Ends what has waited for as long as it may (storage/retention/latest_ends.py), each order by its own event."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

import structlog

from bot.base import metrics
from bot.base.clock import Clock
from flows.core.events import Envelope, LatestEndPassed, Moment, WorkGivenUp
from storage.retention import latest_ends
from storage.retention.latest_ends import GivenUp
from storage.store.executor import Executor

__all__ = ["end_orders", "end_overdue"]

log = structlog.get_logger("mektupx.work")

Receive = Callable[[Envelope], Awaitable[object]]

HOLD: Final = timedelta(minutes=5)
"""How long work that is being given up is kept from the workers; after a crash they may try it again."""


async def end_overdue(store: Executor, clock: Clock, receive: Receive) -> int:
    """How much was ended."""
    return await end_orders(store, clock, receive) + await _work(store, clock, receive)


async def _work(store: Executor, clock: Clock, receive: Receive) -> int:
    """Whoever waits for it is told, then its row goes; in between a crash tells nobody twice. From before they are told
    no worker takes it any more: a refund is not made at the moment at which it is said that it was not."""
    ended = 0
    for one in await store.do(latest_ends.given_up, clock.now()):
        try:
            ended += await _give_up(store, clock, receive, one)
        except Exception as error:  # one sender's trouble must not keep the others waiting
            _failed("work could not be given up", error, kind=one.kind)
    return ended


async def _give_up(store: Executor, clock: Clock, receive: Receive, one: GivenUp) -> bool:
    if not await store.do(latest_ends.take_from_workers, one.id, clock.now(), clock.now() + HOLD):
        return False
    if one.person is not None:
        moment = Moment(clock.now(), secrets.token_hex(16))
        await receive(Envelope(f"work:{one.id}:given_up", one.person, WorkGivenUp(one.kind), moment))
    await store.do(latest_ends.drop_work, one.id)
    log.warning("work was given up: it had been tried for too long", kind=one.kind)
    return True


async def end_orders(store: Executor, clock: Clock, receive: Receive) -> int:
    """How many orders had come to their latest end. What moves on before its turn at the door is not ended, nor twice
    what two processes end: the event names the stay that it is about."""
    ended = 0
    for one in await store.do(latest_ends.overdue, clock.now()):
        moment = Moment(clock.now(), secrets.token_hex(16))
        key = f"latest_end:{one.order}:{moment.fresh}"
        try:
            ended += bool(await receive(Envelope(key, one.person, LatestEndPassed(one.order, one.since), moment)))
        except Exception as error:  # one order's trouble must not keep the others waiting
            _failed("an order could not be ended", error, order=one.order)
        else:
            log.warning("an order had waited for too long", order=one.order, state=str(one.state))
    return ended


def _failed(what: str, error: Exception, **about: str) -> None:
    metrics.ERRORS.labels("latest_ends").inc()
    log.error(what, error=type(error).__name__, **about)
