"""Carries messages from the outbox to people: in order for each, within the messenger's limits, until they arrive.

A message leaves the outbox only when the messenger has taken it. After an answer that was lost it is sent again: a
question asked twice is better than a question that never came.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from bot import metrics
from bot.clock import Clock
from bot.messenger import Away, Files, Messenger, Moved, Refused, TooFast, Unreachable
from flows.effects import Attachment
from flows.events import Person
from storage.store import Sent, Store, StoredMessage

__all__ = ["RATES", "Limits", "Postman", "Rates"]

log = structlog.get_logger("mektupx.postman")


@dataclass(frozen=True, slots=True)
class Rates:
    """Messages a second: 1 a chat after a short burst, 30 in all (core.telegram.org/bots/faq, "hitting limits")."""

    chat: float = 1.0
    burst: int = 3
    overall: float = 30.0


RATES = Rates()


class Limits:
    """Says how long to wait before the next message; a virtual schedule for each chat and one for all (GCRA)."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates
        self._chats: dict[str, datetime] = {}
        self._overall: datetime | None = None

    def wait(self, chat: str, now: datetime) -> float:
        """Seconds until this chat's next message may go; takes its place in the schedule."""
        step = timedelta(seconds=1 / self._rates.chat)
        due = max(self._chats.get(chat, now), now)
        self._chats[chat] = due + step
        ready = due - step * (self._rates.burst - 1)
        gap = timedelta(seconds=1 / self._rates.overall)
        line = max(self._overall or now, now - gap * (self._rates.overall - 1))
        self._overall = line + gap
        if len(self._chats) > 10_000:
            self._chats = {known: at for known, at in self._chats.items() if at > now}
        return max((ready - now).total_seconds(), (line - now).total_seconds(), 0.0)


@dataclass(slots=True)
class _Round:
    """One person's messages, carried one after the other."""

    waiting: deque[StoredMessage] = field(default_factory=deque)
    running: int | None = None  # the messenger's id of the last running line
    looked: bool = False


Attach = Callable[[Person, Attachment], Awaitable[Files]]
Blocked = Callable[[Person], Awaitable[object]]


class Postman:
    """`attach` fetches the files of a message; `blocked` tells the door that a person cannot be reached."""

    PATIENCE = (1, 2, 5, 15, 60, 300)  # seconds before the next try; then every five minutes
    HOLD = timedelta(minutes=2)
    LOOK = 5.0  # seconds between looks for messages of other processes

    def __init__(
        self,
        store: Store,
        messenger: Messenger,
        clock: Clock,
        attach: Attach,
        blocked: Blocked,
        rates: Rates = RATES,
    ) -> None:
        self._store = store
        self._messenger = messenger
        self._clock = clock
        self._attach = attach
        self._blocked = blocked
        self._limits = Limits(rates)
        self._rounds: dict[tuple[str, str], _Round] = {}
        self._carrying: set[asyncio.Task[None]] = set()
        self._delivered: list[Sent] = []
        self._flush = asyncio.Event()
        self._loops: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        self._loops = [
            asyncio.create_task(self._flushing(), name="postman-flush"),
            asyncio.create_task(self._looking(), name="postman-look"),
        ]

    async def stop(self) -> None:
        """Lets messages on their way arrive; the rest stays in the outbox for the next start."""
        for found in self._rounds.values():
            found.waiting.clear()
        if self._carrying:
            await asyncio.wait(self._carrying, timeout=10)
        for task in (*self._carrying, *self._loops):
            task.cancel()
        await asyncio.gather(*self._carrying, *self._loops, return_exceptions=True)
        await self._note()

    @property
    def busy(self) -> bool:
        return bool(self._carrying or self._delivered)

    def take(self, messages: Iterable[StoredMessage]) -> None:
        """Messages that are this postman's to deliver; each person's in order, people side by side."""
        for message in messages:
            who = (message.person.channel, message.person.handle)
            found = self._rounds.get(who)
            if found is None:
                found = self._rounds[who] = _Round()
                task = asyncio.create_task(self._carry(who, found))
                self._carrying.add(task)
                task.add_done_callback(self._carrying.discard)
            found.waiting.append(message)

    async def _carry(self, who: tuple[str, str], found: _Round) -> None:
        try:
            while found.waiting:
                message = found.waiting.popleft()
                if not await self._deliver(found, message):
                    found.waiting.clear()  # what comes after waits in the outbox behind it
        finally:
            self._rounds.pop(who, None)

    async def _deliver(self, found: _Round, stored: StoredMessage) -> bool:
        """True when the message has arrived or can never arrive."""
        message = stored.message
        running = await self._running(found, stored) if message.running and not message.anew else None
        try:
            files = await self._attach(stored.person, message.attachment) if message.attachment else Files()
            if message.kind == "say":
                await self._clock.pause(self._limits.wait(stored.person.handle, self._clock.now()))
            with metrics.SEND_SECONDS.labels("customer").time():
                number = await self._messenger.say(stored.person.handle, message, files, running)
        except TooFast as slow:
            metrics.MESSAGES_FAILED.labels("customer", "too_fast").inc()
            await self._clock.pause(slow.seconds)
            found.waiting.appendleft(stored)
            return True
        except Moved as moved:
            await self._store.replace_handle(stored.person, moved.handle)
            found.waiting.appendleft(replace(stored, person=replace(stored.person, handle=moved.handle)))
            return True
        except Unreachable:
            metrics.MESSAGES_FAILED.labels("customer", "unreachable").inc()
            await self._blocked(stored.person)
            await self._later(stored)
            return False
        except Refused as refused:
            metrics.MESSAGES_FAILED.labels("customer", "refused").inc()
            log.error("a message was refused", reason=refused.reason, kind=message.kind)
            self._arrived(Sent(stored.id))
            return True
        except Exception as error:
            reason = "away" if isinstance(error, Away) else "error"
            metrics.MESSAGES_FAILED.labels("customer", reason).inc()
            log.warning("a message could not be sent", error=type(error).__name__, attempts=stored.attempts + 1)
            await self._later(stored)
            return False
        metrics.MESSAGES_SENT.labels("customer").inc()
        if message.running:
            found.running, found.looked = number, True
        self._arrived(Sent(stored.id, number, message.running))
        return True

    async def _running(self, found: _Round, stored: StoredMessage) -> int | None:
        if not found.looked:
            found.running, found.looked = await self._store.running_message(stored.person), True
        return found.running

    def _arrived(self, sent: Sent) -> None:
        self._delivered.append(sent)
        self._flush.set()

    async def _later(self, stored: StoredMessage) -> None:
        patience = self.PATIENCE[min(stored.attempts, len(self.PATIENCE) - 1)]
        try:
            await self._store.message_failed(stored.id, self._clock.now() + timedelta(seconds=patience))
        except Exception as error:  # its hold runs out and it is taken again
            log.error("a failed message could not be put back", error=type(error).__name__)

    # In the background ------------------------------------------------------------------------------------------------

    async def _flushing(self) -> None:
        """Takes delivered messages off the outbox, many in one commit."""
        while True:
            await self._flush.wait()
            self._flush.clear()
            await self._note()

    async def _note(self) -> None:
        noted, self._delivered = self._delivered, []
        if not noted:
            return
        try:
            await self._store.messages_sent(noted)
        except Exception as error:  # sent, but not noted: better once more than never
            self._delivered = noted + self._delivered
            log.error("sent messages could not be noted", error=type(error).__name__)
            await asyncio.sleep(1)
            self._flush.set()

    async def _looking(self) -> None:
        """What other processes stored, what an earlier run left, what waits for its retry."""
        while True:
            now = self._clock.now()
            try:
                self.take(await self._store.take_messages("postman", now, now + self.HOLD, 200))
            except Exception as error:
                log.error("the outbox could not be read", error=type(error).__name__)
            await self._clock.until(now + timedelta(seconds=self.LOOK))
