"""The dispatcher: claims paid letters, hands each to the print sink once, and reports what became of it.

A piece goes ready -> leased -> submitting -> submitted -> cleared. The intent ("submitting") is committed before the
sink is spoken to, so whoever follows a crashed dispatcher knows to ask the sink first: of all schedules with one or two
crashes none loses a letter and none prints it twice. Claim, clearing and parking are decided behind the door, where the
sender's cancel is decided too.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeVar

from prometheus_client import Counter

from bot.base.clock import Clock
from bot.base.metrics import REGISTRY
from bot.printer.sink import PrintSink, Receipt, SinkAway, SinkError, SinkUnsure
from flows.core.events import (
    Envelope,
    LetterDispatched,
    Moment,
    OrderEvent,
    Person,
    PrintClaimed,
    PrintStuck,
    PrintWithheld,
)
from storage.printing import outbox as print_outbox
from storage.printing.outbox import Piece
from storage.store.executor import Executor

__all__ = ["LEASE", "PIECES", "Dispatcher", "Gate", "Receive"]

LEASE: Final = timedelta(minutes=2)
"""How long a claim lasts without news of its dispatcher."""

REST: Final = (timedelta(seconds=5), timedelta(seconds=15), timedelta(minutes=1), timedelta(minutes=5))
"""How long an unreachable sink is left alone after the first, second … failure in a row."""

PIECES: Final = Counter(
    "mektupx_print_pieces", "Pieces by what became of them.", ["sink", "outcome"], registry=REGISTRY
)

_log = logging.getLogger("mektupx.printer")

Receive = Callable[[Envelope], Awaitable[object]]
Gate = Callable[[bytes, int], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Lease:
    """What one round claimed, until when; `people`: whose each order is."""

    token: str
    until: datetime
    people: Mapping[str, Person]


class _Reports:
    """Reports while the next letter is handed over: what was handed over during one report shares the next."""

    def __init__(self, report: Callable[[Sequence[tuple[Piece, Receipt]]], Awaitable[int]]) -> None:
        self._report = report
        self._waiting: list[tuple[Piece, Receipt]] = []
        self._tasks: list[asyncio.Task[int]] = []

    def add(self, piece: Piece, receipt: Receipt) -> None:
        self._waiting.append((piece, receipt))
        if not self._tasks or self._tasks[-1].done():
            self._tasks.append(asyncio.create_task(self._work()))

    async def _work(self) -> int:
        told = 0
        while self._waiting:
            handed, self._waiting = self._waiting, []
            told += await self._report(handed)
        return told

    async def all(self) -> int:
        """Returns when everything is reported: how many. Errors: those of the store."""
        return sum(await asyncio.gather(*self._tasks))

    async def drop(self) -> None:
        """Nothing goes on behind the back of a round that has failed."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class Dispatcher:
    """One dispatcher; any number may work on one print outbox.

    receive: the door. gate: raises when bytes are no printable letter of that many pages; runs in a thread.
    fresh: 32 new hexadecimal digits at each call.
    """

    def __init__(
        self,
        store: Executor,
        sink: PrintSink,
        clock: Clock,
        receive: Receive,
        gate: Gate,
        *,
        lease: timedelta = LEASE,
        fresh: Callable[[], str] = lambda: secrets.token_hex(16),
    ) -> None:
        self._store, self._sink, self._clock, self._receive = store, sink, clock, receive
        self._gate, self._lease, self._fresh = gate, lease, fresh
        self._since = clock.now()
        self._failures = 0
        self._resting_until: datetime | None = None

    async def run_once(self, limit: int = 16) -> int:
        """One round: claims up to `limit` pieces and dispatches them in order; returns how many were dispatched.

        While the sink is away it is tried with one piece at a time: of a claimed letter a cancel is no more certain.
        Errors about one piece are logged and leave it to the end of its lease; errors of the store are raised.
        """
        now = self._clock.now()
        if self._resting_until is not None and now < self._resting_until:
            return 0
        ready = await self._store.do(print_outbox.ready, now, 1 if self._failures else limit, self._since)
        if not ready:
            return 0
        lease = _Lease(self._fresh(), now + self._lease, {order: person for person, order in ready})
        await self._claim(ready, lease)
        self._resting_until = None
        reports = _Reports(partial(self._report, lease))
        try:
            await self._hand_over(await self._store.do(print_outbox.pieces, lease.token), lease, reports)
            return await reports.all()
        finally:
            await reports.drop()

    async def _claim(self, ready: Sequence[tuple[Person, str]], lease: _Lease) -> None:
        """Asks for all at once, so that the door can decide them in one commit; the outbox then tells what we got."""
        claims = (self._tell("print", lease, PrintClaimed(order, lease.token, lease.until)) for _, order in ready)
        for (_, order), outcome in zip(ready, await asyncio.gather(*claims, return_exceptions=True), strict=True):
            if isinstance(outcome, Exception):
                _log.error("claiming order %s failed", order, exc_info=outcome)
            elif isinstance(outcome, BaseException):
                raise outcome

    async def _hand_over(self, pieces: Sequence[Piece], lease: _Lease, reports: _Reports) -> None:
        """Every piece at the sink, in their order. One commit records the intent to submit all of them."""
        known = [found async for found in self._each(pieces, self._earlier, lease)]
        new = [piece for piece, receipt in known if receipt is None]
        for piece, receipt in known:
            if receipt is not None:
                reports.add(piece, receipt)
        if not new or self._resting_until is not None:
            return
        ours = await self._store.do(print_outbox.submitting, [piece.order for piece in new], lease.token)
        self._count("fenced", len(new) - len(ours))
        for piece in new:
            if piece.order not in ours:  # to be stopped, or somebody else's by now: the order knows which
                await self._tell("withheld", lease, PrintWithheld(piece.order, lease.token))
        free = set(ours)
        async for piece, receipt in self._each(
            [one for one in new if one.order in ours], partial(self._submit, free), lease
        ):
            reports.add(piece, receipt)
        if free:
            await self._store.do(print_outbox.not_submitted, free, lease.token)

    async def _each(
        self, pieces: Iterable[Piece], act: Callable[[Piece], Awaitable[T]], lease: _Lease
    ) -> AsyncIterator[tuple[Piece, T]]:
        """What an act says of each piece: until the lease ends (then somebody else may hold the rest), or the sink is
        away: the others would fail too, and must not overtake this one."""
        for piece in pieces:
            if self._clock.now() >= lease.until:
                return
            try:
                said = await act(piece)
            except SinkAway as away:
                self._rest(away)
                return
            except SinkError as refusal:
                await self._park(piece, lease, str(refusal))
            except Exception:
                self._count("failed")
                _log.exception("dispatching order %s failed", piece.order)
            else:
                yield piece, said

    async def _earlier(self, piece: Piece) -> Receipt | None:
        """The receipt of an earlier holder's try; None for a piece that is fit to be submitted now."""
        if piece.state in ("submitting", "submitted"):
            receipt = await self._sink.lookup(piece)
            if receipt is not None:
                return receipt
            if piece.state == "submitted":
                raise SinkUnsure(f"The sink acknowledged {piece.number} and does not know it any more.")
        await self._inspect(piece)
        return None

    async def _submit(self, free: set[str], piece: Piece) -> Receipt:
        """free: orders that the sink surely does not hold. A printer that was off cannot be asked about them later."""
        free.remove(piece.order)
        try:
            receipt = await self._sink.submit(piece)
        except SinkAway:
            free.add(piece.order)
            raise
        except SinkError as answer:
            self._failures = 0  # whatever it says, it is there
            found = await self._sink.lookup(piece) if isinstance(answer, SinkUnsure) else None
            if found is None:
                raise
            return found
        self._failures = 0
        return receipt

    async def _report(self, lease: _Lease, handed: Sequence[tuple[Piece, Receipt]]) -> int:
        """Tells the door of letters the sink holds; returns how many were still ours to report. Whoever holds the
        others now finds them at the sink, and reports them."""
        new = [piece.order for piece, _ in handed if piece.state != "submitted"]
        ours = await self._store.do(print_outbox.submitted, new, lease.token) if new else set()
        mine = [(piece, receipt) for piece, receipt in handed if piece.state == "submitted" or piece.order in ours]
        self._count("fenced", len(handed) - len(mine))
        tellings = (
            self._tell("dispatched", lease, LetterDispatched(piece.order, lease.token, receipt.sink, receipt.reference))
            for piece, receipt in mine
        )
        told = 0
        for (piece, _), outcome in zip(mine, await asyncio.gather(*tellings, return_exceptions=True), strict=True):
            if isinstance(outcome, Exception):
                self._count("failed")
                _log.error("reporting order %s failed", piece.order, exc_info=outcome)
            elif isinstance(outcome, BaseException):
                raise outcome
            else:
                told += 1
        self._count("dispatched", told)
        return told

    async def _inspect(self, piece: Piece) -> None:
        """The last look before paper: whatever the gate holds against the bytes is for a person to judge."""
        try:
            await asyncio.to_thread(self._gate, piece.pdf, piece.pages)
        except Exception as objection:
            raise SinkError(f"{piece.number} did not pass the gate: {type(objection).__name__}.") from objection

    async def _park(self, piece: Piece, lease: _Lease, why: str) -> None:
        _log.error("order %s needs a person: %s", piece.order, why)
        self._count("stuck")
        await self._tell("stuck", lease, PrintStuck(piece.order, lease.token))

    async def _tell(self, what: str, lease: _Lease, event: OrderEvent) -> None:
        moment = Moment(self._clock.now(), self._fresh())
        person = lease.people[event.order]
        await self._receive(Envelope(f"{what}:{lease.token}:{event.order}", person, event, moment))

    def _rest(self, away: SinkAway) -> None:
        """What was claimed waits for the end of its lease, the sink for a growing while."""
        self._count("away")
        _log.warning("the print sink %s is away: %s", self._sink.name, away)
        self._resting_until = self._clock.now() + REST[min(self._failures, len(REST) - 1)]
        self._failures += 1

    def _count(self, outcome: str, pieces: int = 1) -> None:
        PIECES.labels(self._sink.name, outcome).inc(pieces)
