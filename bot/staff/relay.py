"""Carries words between the two bots: a sender's to the ticket's topic, the desk's decisions to the sender's door."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from bot.base import metrics
from bot.base.clock import Clock
from bot.staff.door import StaffDoor
from bot.staff.topics import SERVICE, Topics
from flows.core.events import Envelope, Moment
from flows.desk.base.turns import does
from flows.desk.printing.refunds import became
from flows.desk.support.effects import MarkRead
from flows.desk.support.relayed import CLOSE, WARN, back, closed_by_silence, closed_unanswered, relayed, warned
from storage.printing import refund_requests
from storage.queues import desk_events
from storage.retention import latest_ends
from storage.store.requested import By
from storage.store.store import Store
from storage.support import tickets

__all__ = ["Relay"]

log = structlog.stdlib.get_logger("mektupx.relay")

Receive = Callable[[Envelope], Awaitable[bool]]


class Relay:
    """Any number of processes may have one: whatever it does is kept once. group: the staff chat, None without."""

    MANY = 50
    LOOK = timedelta(
        minutes=1
    )  # between looks for senders who have been silent for days, and for what is left of erased tickets

    def __init__(
        self,
        store: Store,
        desk: StaffDoor,
        topics: Topics,
        receive: Receive,
        clock: Clock,
        group: Callable[[], int | None],
    ) -> None:
        self._store = store
        self._desk = desk
        self._topics = topics
        self._receive = receive
        self._clock = clock
        self._group = group
        self._next: datetime | None = None

    async def run_once(self) -> int:
        """Everything that waits now; how much of it was carried."""
        done = await self._desk_events()
        for number in await self._store.do(tickets.unread, self.MANY, self._clock.now()):
            done += await self._tell_staff(number)
        for number in await self._store.do(refund_requests.decided, self.MANY):
            done += await self._tell_refund(number)
        now = self._clock.now()
        if self._next is None or now >= self._next:
            self._next = now + self.LOOK
            done += await self._silent_ones(now)
            done += await self._topics.sweep()
        return done

    # To the sender ----------------------------------------------------------------------------------------------------

    async def _desk_events(self) -> int:
        """In their order for each person; one that fails holds up nobody else's."""
        done, failed = 0, set[str]()
        for one in await self._store.do(desk_events.waiting, self.MANY):
            if one.person.handle in failed:
                continue
            moment = Moment(self._clock.now(), secrets.token_hex(16))
            try:
                await self._receive(Envelope(one.key, one.person, one.event, moment))
            except Exception as error:
                failed.add(one.person.handle)
                metrics.ERRORS.labels("relay").inc()
                log.error("a desk event was not brought", kind=type(one.event).__name__, error=type(error).__name__)
                continue
            await self._store.do(desk_events.done, one.id)
            done += 1
        return done

    # To the staff -----------------------------------------------------------------------------------------------------

    async def _tell_staff(self, number: int) -> int:
        group = self._group()
        if group is not None and not await self._topics.settled(number, group):
            return 0
        at = self._clock.now()
        async with self._store.transaction() as tx:
            ticket, said = await tx.do(tickets.to_relay, number, at)
            if ticket is None or not said:
                return 0
            turn = does(*relayed(ticket, said), MarkRead(tuple(one.mark for one in said)))
            stored, signed = await self._desk.keep(tx, turn, By(SERVICE, "", at))
        await self._desk.told(stored, signed)
        return len(said)

    async def _tell_refund(self, order: int) -> int:
        """Whoever asked for it hears whether the stop or the print has won."""
        async with self._store.transaction() as tx:
            wish = await tx.do(refund_requests.take, order, self._desk.admins)
            turn = does() if wish is None else became(wish)
            stored, signed = await self._desk.keep(tx, turn, By(SERVICE, "", self._clock.now()))
        await self._desk.told(stored, signed)
        return int(wish is not None)

    # Silence ----------------------------------------------------------------------------------------------------------

    async def _silent_ones(self, now: datetime) -> int:
        async with self._store.transaction() as tx:
            to_warn, to_close = await tx.do(tickets.silent, now, warn=WARN, close_after=CLOSE)
            turns = [warned(one, now) for one in to_warn] + [closed_by_silence(one) for one in to_close]
            turns += [back(one) for one in await tx.do(tickets.woken, now)]
            closing = {one.number for one in to_close}
            for number in await tx.do(latest_ends.unanswered_tickets, now):
                one = await tx.do(tickets.about, number)
                turns += [closed_unanswered(one)] if one is not None and number not in closing else []
            turn = does(*(effect for one in turns for effect in one.effects))
            stored, signed = await self._desk.keep(tx, turn, By(SERVICE, "", now)) if turns else ([], False)
        await self._desk.told(stored, signed)
        return len(turns)
