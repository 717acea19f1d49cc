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
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from prometheus_client import Counter

from bot.clock import Clock
from bot.metrics import REGISTRY
from bot.printer.sink import Piece, PrintSink, Receipt, SinkAway, SinkError, SinkUnsure
from flows.events import Envelope, LetterDispatched, Moment, OrderEvent, Person, PrintClaimed, PrintStuck

__all__ = ["LEASE", "PIECES", "Dispatcher", "Gate", "PrintShelf", "Receive", "ShelfPiece"]

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


class ShelfPiece(Piece, Protocol):
    """A piece as it stands on the shelf; `state` is leased, submitting or submitted."""

    @property
    def state(self) -> str: ...


class PrintShelf(Protocol):
    """The print outbox as the dispatcher sees it; storage implements it. Every call is one committed transaction."""

    async def print_ready(self, now: datetime, limit: int) -> Sequence[tuple[Person, str]]:
        """(person, order) of pieces that may be claimed: due and ready, or with a lease that ended. Oldest first."""

    async def pieces(self, token: str) -> Sequence[ShelfPiece]:
        """The pieces leased under this token, oldest first, their bytes unsealed."""

    async def submitting(self, order: str, token: str) -> bool:
        """Records the intent to submit, over an earlier holder's too. False when the token does not hold the piece."""

    async def submitted(self, order: str, token: str) -> bool:
        """Records that the sink took it. False when the token no longer holds the piece."""


class Dispatcher:
    """One dispatcher; any number may work on one shelf.

    receive: the door. gate: raises when bytes are no printable letter of that many pages; runs in a thread.
    fresh: 32 new hexadecimal digits at each call.
    """

    def __init__(
        self,
        store: PrintShelf,
        sink: PrintSink,
        clock: Clock,
        receive: Receive,
        gate: Gate,
        *,
        lease: timedelta = LEASE,
        fresh: Callable[[], str] = lambda: secrets.token_hex(16),
    ) -> None:
        self._shelf, self._sink, self._clock, self._receive = store, sink, clock, receive
        self._gate, self._lease, self._fresh = gate, lease, fresh
        self._failures = 0
        self._resting_until: datetime | None = None

    async def run_once(self, limit: int = 16) -> int:
        """One round: claims up to `limit` pieces and dispatches them in order; returns how many were dispatched.

        While the sink is away it is tried with one piece at a time: a claimed letter cannot be cancelled any more.
        Errors about one piece are logged and leave it to the end of its lease; errors of the shelf are raised.
        """
        now = self._clock.now()
        if self._resting_until is not None and now < self._resting_until:
            return 0
        ready = await self._shelf.print_ready(now, 1 if self._failures else limit)
        if not ready:
            return 0
        token, until = self._fresh(), now + self._lease
        await self._claim(ready, token, until)
        people = {order: person for person, order in ready}
        dispatched = 0
        for piece in await self._shelf.pieces(token):
            if self._clock.now() >= until:
                break  # somebody else may hold the rest by now
            try:
                dispatched += await self._dispatch(piece, people[piece.order], token)
            except SinkAway as away:
                self._rest(away)
                break  # the others would fail too, and must not overtake this one
            except Exception:
                self._count("failed")
                _log.exception("dispatching order %s failed", piece.order)
            else:
                self._failures, self._resting_until = 0, None
        return dispatched

    async def _claim(self, ready: Sequence[tuple[Person, str]], token: str, until: datetime) -> None:
        """Asks for all at once, so that the door can decide them in one commit; the shelf then tells what we got."""
        claims = (self._tell("print", person, PrintClaimed(order, token, until), token) for person, order in ready)
        for (_, order), outcome in zip(ready, await asyncio.gather(*claims, return_exceptions=True), strict=True):
            if isinstance(outcome, Exception):
                _log.error("claiming order %s failed", order, exc_info=outcome)
            elif isinstance(outcome, BaseException):
                raise outcome

    async def _dispatch(self, piece: ShelfPiece, person: Person, token: str) -> bool:
        """Brings one piece as far as it goes; True when it was dispatched."""
        try:
            receipt = await self._hand_over(piece, token)
        except SinkAway:
            raise
        except SinkError as refusal:
            return await self._park(piece, person, token, str(refusal))
        known = piece.state == "submitted"
        if receipt is None or not (known or await self._shelf.submitted(piece.order, token)):
            # Our lease ended meanwhile. Whoever holds the piece now finds it at the sink, and reports it.
            self._count("fenced")
            return False
        await self._tell(
            "dispatched", person, LetterDispatched(piece.order, token, receipt.sink, receipt.reference), token
        )
        self._count("dispatched")
        return True

    async def _hand_over(self, piece: ShelfPiece, token: str) -> Receipt | None:
        """The sink's receipt, from now or from an earlier holder's try; None when the token is worth nothing now."""
        if piece.state in ("submitting", "submitted"):
            receipt = await self._sink.lookup(piece)
            if receipt is not None:
                return receipt
            if piece.state == "submitted":
                raise SinkUnsure(f"The sink acknowledged {piece.number} and does not know it any more.")
        await self._inspect(piece)
        if not await self._shelf.submitting(piece.order, token):
            return None
        try:
            return await self._sink.submit(piece)
        except SinkUnsure:
            receipt = await self._sink.lookup(piece)
            if receipt is None:
                raise
            return receipt

    async def _inspect(self, piece: Piece) -> None:
        """The last look before paper: whatever the gate holds against the bytes is for a person to judge."""
        try:
            await asyncio.to_thread(self._gate, piece.pdf, piece.pages)
        except Exception as objection:
            raise SinkError(f"{piece.number} did not pass the gate: {type(objection).__name__}.") from objection

    async def _park(self, piece: Piece, person: Person, token: str, why: str) -> bool:
        _log.error("order %s needs a person: %s", piece.order, why)
        self._count("stuck")
        await self._tell("stuck", person, PrintStuck(piece.order, token), token)
        return False

    async def _tell(self, what: str, person: Person, event: OrderEvent, token: str) -> None:
        moment = Moment(self._clock.now(), self._fresh())
        await self._receive(Envelope(f"{what}:{token}:{event.order}", person, event, moment))

    def _rest(self, away: SinkAway) -> None:
        """What was claimed waits for the end of its lease, the sink for a growing while."""
        self._count("away")
        _log.warning("the print sink %s is away: %s", self._sink.name, away)
        self._resting_until = self._clock.now() + REST[min(self._failures, len(REST) - 1)]
        self._failures += 1

    def _count(self, outcome: str) -> None:
        PIECES.labels(self._sink.name, outcome).inc()
