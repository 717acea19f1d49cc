"""Joins the parts: the only place that says in which order they start. One process can hold all, or only some."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

import structlog

from bot.base.clock import Clock
from bot.base.settings import Settings
from bot.base.startup import PARTS, CannotStart
from bot.intake.door import Door
from bot.outbox.message_sender import RATES, Rates
from bot.payments.provider import PaymentProvider
from bot.service.core import Listeners, core, serving
from bot.service.customers import customers
from bot.service.drawing import WORKERS, drawing
from bot.service.payments import payments
from bot.service.staff import staff
from bot.service.web import draining, listening, opening_page, server
from bot.service.work import work
from locales import say
from storage.monitoring import figures
from storage.store.store import Store

__all__ = ["PARTS", "CannotStart", "Service", "service"]

log = structlog.get_logger("mektupx.service")


class Part(Protocol):
    """Something that has work in flight, or has not."""

    @property
    def busy(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Service:
    """A running MektupX. port: of its web server, 0 where it has none. listeners: whoever hears of a commit."""

    clock: Clock
    store: Store
    door: Door
    provider: PaymentProvider
    listeners: Listeners
    port: int
    parts: tuple[Part, ...]
    desk: bool

    async def busy(self) -> bool:
        """Whether anything is in flight: an update, an effect, a message, a print job."""
        if any(part.busy for part in self.parts):
            return True
        if self.desk and await self.store.do(figures.desk_busy):
            return True
        return await self.store.do(figures.busy, self.clock.now())


@asynccontextmanager
async def service(
    settings: Settings,
    parts: Collection[str] = PARTS,
    *,
    clock: Clock | None = None,
    rates: Rates = RATES,
    render_workers: int = WORKERS,
) -> AsyncIterator[Service]:
    """Everything up, in the order in which it is needed; what fails leaves nothing behind. `parts` out of PARTS;
    `rates` are the message sender's limits.

    At the end it takes nothing new, finishes what has begun, and closes in the opposite order of the start.

    Errors, each a sentence: CannotStart, StorageError, KeyStoreError, ValueError for what the settings name.
    """
    up = asyncio.Event()
    async with AsyncExitStack() as opening:
        running = await _started(opening, settings, frozenset(parts), up, clock, rates, render_workers)
        opened = opening.pop_all()
    up.set()
    for warning in settings.warnings():
        log.warning("a setting is hardly meant", says=say(warning, "en"))
    log.info("started", parts=sorted(parts), port=running.port, journal=running.store.journal)
    try:
        yield running
    finally:
        up.clear()
        await opened.aclose()
        log.info("stopped")


async def _started(
    opening: AsyncExitStack,
    settings: Settings,
    parts: frozenset[str],
    up: asyncio.Event,
    clock: Clock | None,
    rates: Rates,
    render_workers: int,
) -> Service:
    """What is opened first is closed last: while anything can still be said, the message sender carries it."""
    enter = opening.enter_async_context
    drawn = await enter(drawing(render_workers)) if parts & {"customers", "worker"} else None
    pool = drawn.pool if drawn else None
    rooms = await enter(core(settings, clock, taker=secrets.token_hex(4) if "customers" in parts else ""))
    if pool is not None:
        rooms.listeners.add(lambda messages, effects: pool.wake())
    web = server(rooms, up)
    paid = await enter(payments(rooms, web if "web" in parts else None))
    if "web" in parts:
        opening_page(rooms, pool, web)
    senders = await enter(customers(rooms, pool, rates)) if "customers" in parts and pool else None
    desk = await enter(staff(rooms, rates)) if "staff" in parts else None
    await enter(serving(rooms.door))
    feeds = ({"customer": senders.bot.feed} if senders else {}) | ({"staff": desk.desk.feed} if desk else {})
    port = await enter(listening(rooms, web, feeds, always="web" in parts))
    if drawn is not None:
        await drawn.warm()
    supervisor = await enter(work(rooms, pool, paid)) if "worker" in parts and pool else None
    if desk is not None:
        await enter(desk.updates(rooms))
    if senders is not None:
        await enter(senders.updates(rooms))
    await enter(draining(web))
    sender, staffed = senders.message_sender if senders else None, desk.desk if desk else None
    busy: tuple[Part | None, ...] = (rooms.door, supervisor, sender, *paid.callbacks, paid.page, staffed)
    return Service(
        clock=rooms.clock,
        store=rooms.store,
        door=rooms.door,
        provider=paid.provider,
        listeners=rooms.listeners,
        port=port,
        parts=tuple(part for part in busy if part is not None),
        desk=desk is not None,
    )
