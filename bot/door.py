"""The door: whatever happens to a person's letter comes in here, and is kept whole or not at all.

Envelopes that arrive together share one commit: one look for all standings, each turn advanced purely, one statement
for each kind of effect. A turn that fails is tried again alone, so that it cannot fail its neighbours.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import structlog

from bot import metrics
from bot.clock import Clock
from bot.speak import Speaker
from flows.effects import Effect
from flows.events import Envelope
from flows.outgoing import OutgoingMessage
from flows.standing import Profile, Standing, Turn
from locales import pick
from storage.engine import StorageError
from storage.store import Kept, Store, StoredMessage

__all__ = ["Door", "Listener"]

log = structlog.get_logger("mektupx.door")

Advance = Callable[[Standing, Envelope], Turn]


class Listener(Protocol):
    """Hears of what has been committed: messages to send, work to do."""

    def kept(self, messages: Sequence[StoredMessage], effects: Iterable[Effect]) -> None: ...


@dataclass(slots=True)
class _Waiting:
    envelope: Envelope
    done: asyncio.Future[bool]


class Door:
    """receive() returns once the envelope is committed: True if it was new, False if its key had been seen."""

    BATCH = 64  # envelopes a commit; more would let the first wait too long
    PENDING = 10_000  # envelopes waiting; beyond it senders of updates are asked to come again

    def __init__(
        self, store: Store, advance: Advance, speaker: Speaker, clock: Clock, listener: Listener, *, taker: str = ""
    ) -> None:
        self._store = store
        self._advance = advance
        self._speaker = speaker
        self._clock = clock
        self._listener = listener
        self._taker = taker  # whose messages are sent by this very process; others' wait for their postman
        self._waiting: asyncio.Queue[_Waiting] = asyncio.Queue(self.PENDING)
        self._worker: asyncio.Task[None] | None = None
        self._busy = 0

    async def start(self) -> None:
        self._worker = asyncio.create_task(self._serve(), name="door")

    async def stop(self) -> None:
        """Finishes what has come in; nothing is left half done."""
        await self._waiting.join()
        if self._worker is not None:
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)

    @property
    def busy(self) -> bool:
        return self._busy > 0

    async def receive(self, envelope: Envelope) -> bool:
        """Raises StorageError when nothing could be kept: the sender of the update must try again."""
        waiting = _Waiting(envelope, asyncio.get_running_loop().create_future())
        self._busy += 1
        try:
            await self._waiting.put(waiting)
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
            finally:
                for one in batch:
                    if not one.done.done():
                        one.done.set_exception(StorageError("The door was closed before this could be kept."))
                    self._waiting.task_done()

    async def _settle(self, batch: list[_Waiting]) -> None:
        """All together; if that fails each alone; what still fails because of us gets an apology."""
        try:
            with metrics.TURN_SECONDS.time():
                new = await self._keep([one.envelope for one in batch])
        except Exception as error:
            if len(batch) > 1:
                for one in batch:
                    await self._settle([one])
                return
            await self._failed(batch[0], error)
            return
        for one in batch:
            metrics.TURNS.labels(type(one.envelope.event).__name__).inc()
            if not one.done.done():
                one.done.set_result(one.envelope.key in new)

    async def _keep(self, envelopes: Sequence[Envelope], *, sorry: bool = False) -> set[str]:
        at = self._clock.now()
        async with self._store.transaction() as tx:
            new = await tx.first_sight(list(dict.fromkeys(envelope.key for envelope in envelopes)), at)
            fresh = _once(envelopes, new)
            found = await tx.standings_of({envelope.person for envelope in fresh}) if fresh else {}
            kept: list[Kept] = []
            for envelope in fresh:
                who = (envelope.person.channel, envelope.person.handle)
                before = found.get(who)
                standing = before or _stranger(envelope)
                said: tuple[OutgoingMessage, ...]
                if sorry:
                    turn, said = Turn(standing), (self._speaker.apology(standing),)
                else:
                    turn = self._advance(standing, envelope)
                    said = self._speaker.messages(turn, envelope.moment.at)
                found[who] = turn.standing
                kept.append(Kept(before, turn, said, envelope.moment))
            messages = await tx.keep(kept, taker=self._taker) if kept else []
        self._listener.kept(messages if self._taker else [], [effect for one in kept for effect in one.turn.effects])
        return new

    async def _failed(self, one: _Waiting, error: Exception) -> None:
        """A disk that is full is not the sender's matter; a mistake of ours is apologised for, once."""
        kind = type(one.envelope.event).__name__
        metrics.ERRORS.labels("door").inc()
        if isinstance(error, StorageError | OSError):
            log.error("storage refused a turn", event=kind, error=type(error).__name__)
            one.done.set_exception(error)
            return
        log.error("a turn failed", event=kind, exc_info=error)
        try:
            await self._keep([one.envelope], sorry=True)
            one.done.set_result(True)
        except Exception as again:
            log.error("the apology failed too", event=kind, error=type(again).__name__)
            one.done.set_exception(again)


def _once(envelopes: Sequence[Envelope], new: set[str]) -> list[Envelope]:
    """Each new key once, in order of arrival."""
    first: dict[str, Envelope] = {}
    for envelope in envelopes:
        if envelope.key in new:
            first.setdefault(envelope.key, envelope)
    return list(first.values())


def _stranger(envelope: Envelope) -> Standing:
    return Standing(
        replace(envelope.person, tongue="", given_name=""),
        profile=Profile(language=pick(envelope.person.tongue or None)),
    )
