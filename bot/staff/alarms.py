"""The alarm watch of the staff: looks once a minute, tells the staff chat what is new, lasting or over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from bot.base.clock import Clock
from flows.desk.admin import alarms
from flows.words.text import Lines, Text
from storage.monitoring import alarms as alarm_state
from storage.store.executor import Executor

__all__ = ["AlarmWatch"]

log = structlog.stdlib.get_logger("mektupx.staff")

EVERY: Final = timedelta(minutes=1)


class Announce(Protocol):
    """Says something to the staff, or to each admin in private; False if nobody could be reached."""

    async def __call__(self, words: Text | Lines, *, private: bool = False) -> bool: ...


class AlarmWatch:
    """announce: where nobody could be reached it is said at the next round."""

    def __init__(self, store: Executor, announce: Announce, clock: Clock) -> None:
        self._store, self._announce, self._clock = store, announce, clock
        self._next: datetime | None = None

    async def tick(self) -> None:
        """Called as often as one likes. What cannot be looked at now is looked at next time."""
        now = self._clock.now()
        if self._next is not None and now < self._next:
            return
        self._next = now + EVERY
        try:
            await self._round(now)
        except Exception as error:
            log.warning("the alarms could not be looked at", error=type(error).__name__)

    async def _round(self, now: datetime) -> None:
        """Claimed first, told afterwards: several staff processes tell an alarm once; a crash between the two leaves it
        for the next day. What nobody heard is claimed anew."""
        counts = await self._store.do(alarm_state.counts, now)
        fresh, gone = alarms.due(counts, await self._store.do(alarm_state.known), now)
        unheard = bool(counts.get(alarms.UNHEARD))
        for name in fresh:
            log.warning("alarm", alarm=name, count=counts[name])
            if not await self._store.do(alarm_state.claim, name, now, alarms.AGAIN):
                continue
            # What was told before in the group may be waiting there as well.
            told = [one for one in alarms.ALARMS if one == name or (name == alarms.UNHEARD and counts.get(one))]
            if not await self._announce(alarms.told_together(told, counts), private=unheard):
                await self._store.do(alarm_state.unclaim, name)
        if over := [name for name in gone if await self._store.do(alarm_state.ended, name)]:
            await self._announce(alarms.over(over))

    async def troubles(self) -> tuple[Text, ...]:
        """What is wrong at this moment, for /status."""
        counts = await self._store.do(alarm_state.counts, self._clock.now())
        return tuple(alarms.told(name, count) for name, count in counts.items() if count)
