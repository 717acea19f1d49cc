"""The loop that waits: an act that is repeated for as long as the service runs, sooner when somebody rings."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from bot.base import metrics
from bot.base.clock import Clock
from bot.base.log import why
from bot.base.waiting import first_of
from storage.database.engine import StorageError

__all__ = ["Periodic"]

log = structlog.get_logger("mektupx.work")


class Periodic:
    """Repeats an act: as soon as somebody rings, at once while there is more to do, otherwise every so many seconds."""

    def __init__(self, name: str, act: Callable[[], Awaitable[int]], clock: Clock, seconds: float) -> None:
        """act: returns how much it has done. seconds: from the end of an act that did nothing to the next."""
        self._name = name
        self._act = act
        self._clock = clock
        self._seconds = seconds
        self._bell = asyncio.Event()
        self._stopping = False
        self._ended = asyncio.Event()
        self._ended.set()
        self.busy = False

    def ring(self) -> None:
        """There is something to do."""
        self._bell.set()

    async def stop(self) -> None:
        """Lets the act at hand come to its end: a letter handed to the printer is also reported."""
        self._stopping = True
        self._bell.set()
        await self._ended.wait()

    async def run(self) -> None:
        """Until stop(). An act that fails is logged and tried again in its time."""
        self._ended.clear()
        try:
            while not self._stopping:
                self._bell.clear()
                if not await self._once() and not self._stopping:
                    await self._rest()
        finally:
            self._ended.set()

    async def _once(self) -> int:
        self.busy = True
        try:
            done = await self._act()
        except Exception as error:
            metrics.ERRORS.labels(self._name).inc()
            ours = None if isinstance(error, StorageError) else error
            log.error("a round failed", round=self._name, error=why(error), exc_info=ours)
            return 0
        finally:
            self.busy = False
        metrics.ROUND_ENDED.labels(self._name).set(self._clock.now().timestamp())
        return done

    async def _rest(self) -> None:
        """Until somebody rings, or the clock (which may have travelled) says that it is time."""
        await first_of(self._bell.wait(), self._clock.until(self._clock.now() + timedelta(seconds=self._seconds)))
