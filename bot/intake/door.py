"""The door: whatever happens to a person's letter comes in here, and is kept whole or not at all.

Envelopes that arrive together share one commit: one look for all standings, each turn advanced purely, one statement
for each kind of effect. A turn that fails is tried again alone, so that it cannot fail its neighbours.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Protocol

import structlog

from bot.base import metrics
from bot.base.clock import Clock
from bot.base.log import why
from bot.outbox.acknowledgements import Acknowledgements, Page
from bot.wording.speak import Speaker, keyboard_after
from flows.core import events as ev
from flows.core.effects import Effect
from flows.core.events import Envelope, Person
from flows.core.outgoing import OutgoingMessage
from flows.core.state import Profile, Standing, Turn
from locales import pick
from storage.database.engine import StorageError
from storage.queues import message_state
from storage.senders import seen_updates
from storage.store.store import KeptTurn, Store, StoredMessage

__all__ = ["Closed", "Crowded", "Door", "Listener"]

log = structlog.get_logger("mektupx.door")

Advance = Callable[[Standing, Envelope], Turn[Standing]]


class Crowded(StorageError):
    """More is waiting than can be kept soon; the update must come again."""


class Closed(StorageError):
    """The service is stopping; the update must come again."""


class Listener(Protocol):
    """Hears of what has been committed: messages to send, work to do."""

    def kept(self, messages: Sequence[StoredMessage], effects: Iterable[Effect]) -> None: ...


@dataclass(slots=True)
class _Waiting:
    """An envelope, and whoever brought it. They may have gone: what has come in is kept all the same."""

    envelope: Envelope
    done: asyncio.Future[bool]

    def settle(self, outcome: bool | Exception) -> None:
        if self.done.done():
            return
        if isinstance(outcome, Exception):
            self.done.set_exception(outcome)
        else:
            self.done.set_result(outcome)


@dataclass(slots=True)
class _Batch:
    """What one commit has kept."""

    new: set[str]
    kept: list[KeptTurn]
    messages: list[StoredMessage]


class Door:
    """receive() returns once the envelope is committed: True if it was new, False if its key had been seen."""

    BATCH = 64  # envelopes a commit; more would let the first wait too long

    def __init__(
        self,
        store: Store,
        advance: Advance,
        speaker: Speaker,
        clock: Clock,
        listener: Listener,
        *,
        taker: str = "",
        room: int = 10_000,
    ) -> None:
        """taker: whose messages are sent by this very process, others' wait for their message sender. room: for how
        many."""
        self._store = store
        self._advance = advance
        self._speaker = speaker
        self._clock = clock
        self._listener = listener
        self._name = self._taker = taker
        # Of the message sender of this very process: they share the door's commits.
        self.notes: Acknowledgements | None = None
        self._doubts = 0
        self._waiting: asyncio.Queue[_Waiting] = asyncio.Queue(room)
        self._worker: asyncio.Task[None] | None = None
        self._closed = False
        self._busy = 0

    async def start(self) -> None:
        self._worker = asyncio.create_task(self._serve(), name="door")

    async def stop(self) -> None:
        """Finishes what has come in; nothing is left half done."""
        self._closed = True
        if self._worker is not None:
            await self._waiting.join()
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)

    @property
    def busy(self) -> bool:
        return self._busy > 0 or not self._waiting.empty()

    async def receive(self, envelope: Envelope) -> bool:
        """Raises StorageError when nothing could be kept: the update must come again, and is safe to."""
        if self._closed:
            raise Closed("The service is stopping.")
        waiting = _Waiting(envelope, asyncio.get_running_loop().create_future())
        try:
            self._waiting.put_nowait(waiting)
        except asyncio.QueueFull:
            metrics.ERRORS.labels("door").inc()
            raise Crowded("Too much is waiting at the door.") from None
        self._busy += 1
        try:
            return await waiting.done
        finally:
            self._busy -= 1

    async def _serve(self) -> None:
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < self.BATCH and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            try:
                await self._settle(batch)
            except Exception as error:  # whatever goes wrong with a batch, the door stays open
                log.critical("a batch was lost", exc_info=error)
            finally:
                for one in batch:
                    one.settle(Closed("The door was closed before this could be kept."))
                    self._waiting.task_done()

    async def _settle(self, batch: list[_Waiting]) -> None:
        """All together; if that fails each alone; what still fails because of us gets an apology."""
        try:
            with metrics.TURN_SECONDS.time():
                done = await self._keep([one.envelope for one in batch])
        except (StorageError, OSError) as error:  # nobody's turn is to blame: trying each would only take longer
            metrics.ERRORS.labels("door").inc()
            log.error("storage refused turns", turns=len(batch), error=why(error))
            self._doubt()
            for one in batch:
                one.settle(error)
        except Exception as error:
            if len(batch) > 1:
                for one in batch:
                    await self._settle([one])
            else:
                await self._failed(batch[0], error)
        else:
            self._tell(done)
            for one in batch:
                metrics.TURNS.labels(type(one.envelope.event).__name__).inc()
                one.settle(one.envelope.key in done.new)

    def _doubt(self) -> None:
        """It may be committed, and only the answer lost. Its messages then wait under the old name until their hold is
        over; under a new one nothing that these people are told later is sent before them."""
        if self._name:
            self._doubts += 1
            self._taker = f"{self._name}~{self._doubts}"

    async def _keep(self, envelopes: Sequence[Envelope], *, sorry: bool = False) -> _Batch:
        """One transaction. Several envelopes of one person fold: each turn begins where the one before it ended."""
        at = self._clock.now()
        kept: list[KeptTurn] = []
        with self.notes.carried() if self.notes else nullcontext(Page) as page:
            async with self._store.transaction() as tx:
                new = await tx.do(seen_updates.first_sight, [envelope.key for envelope in envelopes], at)
                fresh = _once(envelopes, new)
                arrived = page()
                if arrived.arrived:
                    await tx.do(message_state.note, arrived.arrived, news=arrived.news)
                found = await tx.standings_of({_bare(envelope.person) for envelope in fresh}) if fresh else {}
                for envelope in fresh:
                    who = (envelope.person.channel, envelope.person.handle)
                    before = found.get(who)
                    turn, said = self._turn(before or _stranger(envelope.person), envelope, sorry)
                    found[who] = turn.standing
                    kept.append(KeptTurn(before, turn, said, envelope.moment))
                counted = self.notes.numbers.counted() if self.notes else None
                messages = await tx.keep(kept, taker=self._taker, counted=counted) if kept else []
        return _Batch(new, kept, messages if self._taker else [])

    def _turn(
        self, standing: Standing, envelope: Envelope, sorry: bool
    ) -> tuple[Turn[Standing], tuple[OutgoingMessage, ...]]:
        if not sorry:
            turn = self._advance(standing, envelope)
            said = self._speaker.messages(turn)
            shown = keyboard_after(turn.standing.keyboard, said)
            return replace(turn, standing=replace(turn.standing, keyboard=shown)), said
        tap = envelope.event.tap if isinstance(envelope.event, ev.ButtonTapped) else ""
        toasts = (OutgoingMessage("toast", tap=tap),) if tap else ()
        return Turn(standing), (*toasts, self._speaker.apology(standing))

    def _tell(self, done: _Batch) -> None:
        """After the commit nothing may look like a failure any more: what is not heard of now is found by looking."""
        try:
            self._listener.kept(done.messages, [effect for one in done.kept for effect in one.turn.effects])
        except Exception as error:
            metrics.ERRORS.labels("door").inc()
            log.error("a commit could not be told", exc_info=error)

    async def _failed(self, one: _Waiting, error: Exception) -> None:
        """A mistake of ours. A sender who waits for an answer gets an apology, and the event is done with.

        All else, a payment or a finished preview, is kept before it is done with: whoever brings it brings it again.
        """
        kind = type(one.envelope.event)
        metrics.ERRORS.labels("door").inc()
        log.error("a turn failed", kind=kind.__name__, exc_info=error)
        if not isinstance(one.envelope.event, ev.FromSender):
            one.settle(error)
            return
        try:
            done = await self._keep([one.envelope], sorry=True)
        except Exception as again:
            log.error("the apology failed too", kind=kind.__name__, error=type(again).__name__)
            one.settle(again)
        else:
            self._tell(done)
            one.settle(one.envelope.key in done.new)


def _once(envelopes: Sequence[Envelope], new: set[str]) -> list[Envelope]:
    """Each new key once, in order of arrival."""
    first: dict[str, Envelope] = {}
    for envelope in envelopes:
        if envelope.key in new:
            first.setdefault(envelope.key, envelope)
    return list(first.values())


def _bare(person: Person) -> Person:
    """Only the address: what a messenger tells besides is not a part of who somebody is, and is not kept."""
    return replace(person, tongue="", given_name="")


def _stranger(person: Person) -> Standing:
    return Standing(_bare(person), profile=Profile(language=pick(person.tongue or None)))
