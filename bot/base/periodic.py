"""A round: an act that is repeated for as long as the service runs, sooner when somebody rings."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from bot.base import metrics
from bot.base.clock import Clock
from bot.base.log import why
from storage.database.engine import StorageError

__all__ = ["Round"]

log = structlog.get_logger("mektupx.work")


class Round:
    """Repeats an act: as soon as somebody rings, at once while there is more to do, otherwise every so many seconds."""

    def __init__(self, name: str, act: Callable[[], Awaitable[int]], clock: Clock, seconds: float) -> None:
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
        self._bell.set()

    async def stop(self) -> None:
        """Lets the act at hand come to its end: a letter handed to the printer is also reported."""
        self._stopping = True
        self._bell.set()
        await self._ended.wait()

    async def run(self) -> None:
        """Until stop(). An act that fails is logged and tried again at the next round."""
        self._ended.clear()
        try:
            await self._run()
        finally:
            self._ended.set()

    async def _run(self) -> None:
        while not self._stopping:
            self._bell.clear()
            self.busy = True
            try:
                done = await self._act()
            except Exception as error:
                done = 0
                metrics.ERRORS.labels(self._name).inc()
                ours = None if isinstance(error, StorageError) else error
                log.error("a round failed", round=self._name, error=why(error), exc_info=ours)
            else:
                metrics.ROUND_ENDED.labels(self._name).set(self._clock.now().timestamp())
            finally:
                self.busy = False
            if not done and not self._stopping:
                await self._rest()

    async def _rest(self) -> None:
        bell = asyncio.create_task(self._bell.wait())
        tick = asyncio.create_task(self._clock.until(self._clock.now() + timedelta(seconds=self._seconds)))
        try:
            await asyncio.wait({bell, tick}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            bell.cancel()
            tick.cancel()
            await asyncio.gather(bell, tick, return_exceptions=True)
