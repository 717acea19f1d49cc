"""Does what a turn has asked for outside its transaction, and hands the result back through the door.

Work is performed at least once: a crash, or a result that could not be kept, brings it back. Its result counts once,
because the number of the work is the key of the envelope.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

import structlog

from bot.base import metrics
from bot.base.log import why
from bot.base.partner import PartnerError
from bot.base.periodic import Periodic
from bot.work.handlers import GIVING_UP, HANDLERS, REFUSED, UNDONE, WorkContext
from flows.core import events as ev
from rendering.processes.pool import RenderFailed
from storage.database.engine import StorageError
from storage.queues import jobs
from storage.store.store import WorkItem

__all__ = ["WorkContext", "Worker"]

log = structlog.get_logger("mektupx.worker")

Receive = Callable[[ev.Envelope], Awaitable[bool]]


class Worker:
    """Takes due work, performs it side by side, hands results to the door."""

    AT_ONCE = 8
    HOLD = timedelta(minutes=5)
    LOOK = 1.0  # seconds between looks when nobody rings
    BACKOFF = (1, 5, 15, 60, 300, 900, 3600)  # seconds before the next try; then every hour
    GIVING_UP = GIVING_UP
    LAST = 20.0  # seconds for what has begun when the service stops

    def __init__(self, context: WorkContext, receive: Receive, name: str = "worker") -> None:
        self._context = context
        self._receive = receive
        self._name = name
        self._loop = Periodic("worker", self._take, context.clock, self.LOOK)
        self._running: set[asyncio.Task[None]] = set()
        self._unreturned: dict[int, tuple[WorkItem, bool]] = {}  # what could not even be put back

    def ring(self) -> None:
        """There is new work."""
        self._loop.ring()

    @property
    def busy(self) -> bool:
        return bool(self._running)

    async def run(self) -> None:
        """Until stop()."""
        await self._loop.run()

    async def stop(self) -> None:
        """Lets what has begun come to its end; what does not is taken up again by the next start."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self.LAST):
                await self._loop.stop()
                if self._running:
                    await asyncio.wait(self._running)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _take(self) -> int:
        room = self.AT_ONCE - len(self._running)
        if room <= 0:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
            return 1
        now = self._context.clock.now()
        items = await self._context.store.do(jobs.take, self._name, now, now + self.HOLD, room)
        for item in items:
            task = asyncio.create_task(self._do(item))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        for item, parked in list(self._unreturned.values()):  # storage answers again: nobody need wait for the hold
            await self._put_back(item, parked=parked)
        return len(items)

    # One piece of work ------------------------------------------------------------------------------------------------

    async def _do(self, item: WorkItem) -> None:
        kind = type(item.effect)
        try:
            with metrics.WORK_SECONDS.labels(kind.__name__).time():
                event = await HANDLERS[kind](self._context, item, item.effect)
        except Exception as error:
            await self._failed(item, error)
        else:
            await self._report(item, event)

    async def _report(self, item: WorkItem, event: ev.Event | None, *, parked: bool = False) -> None:
        """The result, then the row. Where the door cannot keep it the work is done again, and nobody is blamed.

        parked: whoever waited is told, and the row stays for a person.
        """
        kind = type(item.effect).__name__
        try:
            if event is not None:
                moment = ev.Moment(self._context.clock.now(), secrets.token_hex(16))
                await self._receive(ev.Envelope(f"work:{item.id}", item.person, event, moment))
            if parked:
                await self._context.store.do(jobs.failed, item.id, None, self._name, "refused")
                return
            await self._context.store.do(jobs.done, [item.id])
        except Exception as error:
            metrics.WORK_FAILED.labels(kind).inc()
            log.error("a result could not be kept", kind=kind, error=why(error))
            await self._put_back(item, parked=False)
        else:
            metrics.WORK_DONE.labels(kind).inc()

    async def _failed(self, item: WorkItem, error: Exception) -> None:
        """What may pass is tried again, less and less often. Who waits for it is told when it does not pass; what
        nobody waits for and never passes stays for a person to look at."""
        kind = type(item.effect)
        passing = _may_pass(error)
        metrics.WORK_FAILED.labels(kind.__name__).inc()
        stored = isinstance(error, StorageError)  # the database is away: that passes, and nobody is told of it
        ours = None if stored or isinstance(error, PartnerError | RenderFailed) else error
        told = error.reason if isinstance(error, RenderFailed) else why(error)  # it holds no word of a letter
        log.warning("work failed", kind=kind.__name__, error=told, tries=item.attempts + 1, exc_info=ours)
        refused = REFUSED.get(kind) if isinstance(error, RenderFailed) and not passing else None
        undone = None if stored else UNDONE.get(kind)
        if refused is not None:
            await self._report(item, refused(item.effect), parked=True)
        elif undone is not None and (not passing or item.attempts + 1 >= self.GIVING_UP):
            await self._report(item, undone(item.effect))
        else:
            await self._put_back(item, parked=not passing, said=_said(error))

    async def _put_back(self, item: WorkItem, *, parked: bool, said: str = "") -> None:
        wait = timedelta(seconds=self.BACKOFF[min(item.attempts, len(self.BACKOFF) - 1)])
        try:
            again = None if parked else self._context.clock.now() + wait
            await self._context.store.do(jobs.failed, item.id, again, self._name, said)
        except Exception as error:
            log.error("work could not be put back", kind=type(item.effect).__name__, error=why(error))
            self._unreturned[item.id] = item, parked
        else:
            self._unreturned.pop(item.id, None)


def _may_pass(error: Exception) -> bool:
    """A partner says so itself, and so does the drawing room; our own mistakes are mended one day."""
    if isinstance(error, RenderFailed):
        return not error.final
    return not isinstance(error, PartnerError) or error.retry


def _said(error: Exception) -> str:
    """The answer as the staff is told it: a key of flows.desk.printing.refund_wording.ANSWERS, "" where no partner
    was asked."""
    if isinstance(error, StorageError):
        return ""
    if isinstance(error, PartnerError) and error.said:
        return error.said
    if isinstance(error, PartnerError | RenderFailed):
        return "away" if _may_pass(error) else "refused"
    return "ours"
