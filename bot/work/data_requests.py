"""Carries out data subjects' requests: ends what has to end first, gives the answer, and lets the last traces go.

Each step can be repeated: a crash between any two leaves the request where it was, and the next round goes on.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from bot.base import metrics
from bot.base.clock import Clock
from bot.work.latest_ends import end_orders
from flows.core.events import AccountIdle, DraftEnding, Envelope, Event, Moment, Person, RequestAnswered
from flows.desk.requests.order_endings import ending
from flows.desk.requests.table import DataRequest, Kind
from flows.input.age import today_in_istanbul
from storage.access_log.audit import Purpose
from storage.retention import drafts
from storage.rights import erasure, idle, objections, request_ends, requests
from storage.rights.erasure import Waiting
from storage.rights.idle import GRACE
from storage.rights.requests import ErasureNotYet
from storage.store.store import Entry, Store

__all__ = ["Requests"]

log = structlog.get_logger("mektupx.requests")

Receive = Callable[[Envelope], Awaitable[object]]


class Requests:
    """Run in rounds (bot.work.supervisor); `receive` is the customers' door, by which a sender hears of everything."""

    def __init__(self, store: Store, clock: Clock, receive: Receive) -> None:
        self._store = store
        self._clock = clock
        self._receive = receive

    async def run_once(self) -> int:
        """Returns how many requests were answered or erasures finished."""
        now = self._clock.now()
        done = await self._store.do(request_ends.decide, now)
        for request in await self._store.do(requests.due):
            try:
                done += await self._carry_out(request, now)
            except ErasureNotYet:  # an order was placed, or the request taken back, at the same moment
                log.info("a request waits", request=request.number)
            except Exception as error:  # one person's trouble must not keep the others waiting
                metrics.ERRORS.labels("requests").inc()
                log.error("a request could not be carried out", request=request.number, error=type(error).__name__)
        return done + await self._store.do(erasure.finish, now)

    async def _carry_out(self, request: DataRequest, now: datetime) -> int:
        if request.kind is Kind.OBJECTION:
            await self._store.do(objections.carry_out, request, now)
            return 1
        person = await self._store.do(requests.person_of, request)
        if person is None:  # answered on paper, or forgotten meanwhile: there is no chat to answer in
            await self._store.do(requests.settle, request.number, (), now)
            return 1
        if request.kind is Kind.ERASURE:
            plan = await self._store.do(erasure.dry_run, request, now)
            if plan.waits:
                await self._end(request, person, plan.waits, now)
                return await self._postponed(request, now)
            await self._sign(request, now)
        kept = (await self._store.do(erasure.dry_run, request, now)).kept if request.kind is Kind.ERASURE else ()
        answer = RequestAnswered(request.number, str(request.kind), kept, today_in_istanbul(request.opened_at))
        await self._tell(f"request:{request.number}:answer", person, answer, now)
        return 1

    async def _end(self, request: DataRequest, person: Person, waits: tuple[Waiting, ...], now: datetime) -> None:
        """Open orders end by events of the order table, or are waited for."""
        events = [(one, ending(one.state, request.choice)) for one in waits if one.state is not None]
        if not any(event for _, event in events) or not await self._store.do(erasure.begin, request.number, now):
            return
        for one, event in events:
            if event is not None:
                await self._tell(f"request:{request.number}:{one.order}:{one.state}", person, event(one.order), now)

    async def _postponed(self, request: DataRequest, now: datetime) -> int:
        """On its last day it is answered with what is still on its way; it waits for what ends on that very day."""
        today = today_in_istanbul(now)
        if today < request.due:
            return 0
        waits = (await self._store.do(erasure.dry_run, request, now)).waits
        left = [one for one in waits if one.state is not None]
        past = any(one.until is not None and one.until < today for one in left)  # after a standstill, or an upgrade
        if past and await end_orders(self._store, self._clock, self._receive):
            return 0
        if not left or (today == request.due and all(one.until == today for one in left)):
            return 0
        return int(bool(await self._store.do(request_ends.postpone, request, left, now)))

    async def _sign(self, request: DataRequest, now: datetime) -> None:
        actor = request.confirmed_by or str(request.origin)
        entry = Entry(now, actor, "erase_person", request.person, Purpose.DATA_REQUEST, str(request.number))
        await self._store.note_access(entry)

    async def _tell(self, key: str, person: Person, event: Event, now: datetime) -> None:
        await self._receive(Envelope(key, person, event, Moment(now, secrets.token_hex(16))))

    async def look_for_idle(self) -> int:
        """Accounts nobody uses: told first, a month later a request is opened for them; returns how many. Letters that
        were left unfinished are told a week before they go."""
        now = self._clock.now()
        for one in await self._store.do(drafts.ending, now):
            if one.person is not None:
                await self._tell(one.key, one.person, DraftEnding(today_in_istanbul(now + drafts.WARNED)), now)
            await self._store.do(drafts.told, one.row, now)
        until = today_in_istanbul(now + GRACE)
        for row, person in await self._store.do(idle.unused, now):
            await self._tell(f"idle:{row}:{until}", person, AccountIdle(until), now)
            await self._store.do(idle.told, row, now)
        return await self._store.do(idle.end, now)
