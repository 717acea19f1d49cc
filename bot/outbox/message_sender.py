"""Carries messages from the outbox to people: in order for each, within the messenger's limits, until they arrive.

A message leaves the outbox only when the messenger has taken it. Where nobody knows whether it has, because its answer
was lost or its process died, it is looked for (bot.outbox.lost_answers); only where that says nothing it is sent
again and says so: a question asked twice is better than a question that never came.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import structlog

from bot.base import metrics
from bot.base.clock import Clock
from bot.base.log import why
from bot.base.periodic import Periodic
from bot.messenger.message_ids import Numbers, chat_of
from bot.messenger.protocol import Away, MessageRefused, Messenger, Moved, NotNow, TooFast, Unreachable
from bot.messenger.rate_limits import RATES, Limits, Rates
from bot.outbox.acknowledgements import Acknowledgements
from bot.outbox.delivery import Attach, Delivery, OnShown, Outlived, Unmade, nothing
from bot.outbox.held import Held, MessageEvent
from bot.outbox.undeliverable import OnRefused, unsaid
from flows.core.events import Person
from storage.database.engine import StorageError
from storage.queues import message_state
from storage.queues import messages as message_outbox
from storage.queues.messages import STAFF
from storage.senders import people
from storage.store.store import Delivered, GivenBack, Store, StoredMessage

__all__ = ["RATES", "MessageSender", "Rates"]

log = structlog.get_logger("mektupx.outbox")

OnBlocked = Callable[[Person], Awaitable[object]]
Who = tuple[str, str]


@dataclass(slots=True)
class _Round:
    """One person's messages, carried one after the other. `names`: whose they are; two names after a move."""

    names: list[Who]
    waiting: deque[Held] = field(default_factory=deque)


class MessageSender:
    """`blocked` tells the door of a person who cannot be reached; `refused` tells whoever has written what will never
    arrive; `taker` is the name under which the door stores
    messages for this message sender."""

    BACKOFF = (1, 2, 5, 15, 60, 300)  # seconds before the next try; then every five minutes
    GIVING_UP = 10  # tries of a message that fails because of us, not of the messenger
    HOLD = timedelta(minutes=2)  # how long messages are ours; storage.queues.messages.HELD is the same for the door's
    CALL = timedelta(minutes=1)  # the longest that one call may take
    LOOK = 1.0  # seconds between looks for messages that nobody has handed to us
    MANY = 200  # messages taken at one look

    def __init__(
        self,
        store: Store,
        messenger: Messenger,
        clock: Clock,
        attach: Attach,
        blocked: OnBlocked,
        rates: Rates = RATES,
        *,
        refused: OnRefused = unsaid,
        shown: OnShown = nothing,
        numbers: Numbers | None = None,
        taker: str = "message sender",
        bot: str = "customer",
    ) -> None:
        """numbers: what whoever hears the messenger knows of its numbers."""
        self._store, self._clock = store, clock
        self._blocked, self._refused = blocked, refused
        self._taker = taker
        self._bot = bot  # "staff": carries what is said to the staff, and nothing else
        self._stopping = asyncio.Event()
        self._numbers = numbers or Numbers(bot)
        self.notes = Acknowledgements(store, clock, self._numbers, self._noted)
        self._delivery = Delivery(
            store, messenger, clock, attach, Limits(rates), self._stopping, self.notes, self._numbers, bot, shown
        )
        self._rounds: dict[Who, _Round] = {}
        self._in_hand: set[int] = set()  # until the outbox has noted them
        self._carrying: set[asyncio.Task[None]] = set()
        self._looking = Periodic(f"outbox {bot}", self._look, clock, self.LOOK)
        self._loops: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        self._loops = [
            asyncio.create_task(self.notes.run(), name="outbox-acknowledgements"),
            asyncio.create_task(self._looking.run(), name="outbox-look"),
        ]

    async def stop(self) -> None:
        """Lets messages on their way arrive; the rest goes back to the outbox for the next start."""
        self._stopping.set()
        if self._carrying:
            await asyncio.wait(self._carrying, timeout=10)
        tasks = (*self._carrying, *self._loops)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for found in self._rounds.values():
            self.notes.returned(self._emptied(found))
        await self.notes.write()

    @property
    def busy(self) -> bool:
        return bool(self._carrying or self.notes.busy)

    def take(self, messages: Iterable[StoredMessage]) -> None:
        """Messages that are this message sender's to deliver; each person's in order, people side by side."""
        now = self._clock.now()
        until = now + self.HOLD - self.CALL
        for message in messages:
            if message.id in self._in_hand:  # its time in the outbox ran out while we were still at it
                continue
            self._in_hand.add(message.id)
            name = _who(message.person)
            found = self._rounds.get(name)
            if found is None:
                found = self._rounds[name] = _Round([name])
                if not self._stopping.is_set():
                    self._begin(found)
            found.waiting.append(Held(message, now, until, message.attempts))

    # One person's round -----------------------------------------------------------------------------------------------

    def _begin(self, found: _Round) -> None:
        task = asyncio.create_task(self._walk(found))
        self._carrying.add(task)
        task.add_done_callback(self._carrying.discard)

    async def _walk(self, found: _Round) -> None:
        """Until everything has arrived, or a wait is longer than the messages are ours."""
        while found.waiting and not self._stopping.is_set():
            held = found.waiting[0]
            if self._clock.now() > held.until:
                return await self._put_back(found)
            try:
                wait = await self._try(found, held)
            except Unreachable:
                self._count("unreachable")
                held.tries += 1
                held.note(MessageEvent.LOST)  # while nobody is let in it cannot be looked for; its group must not wait
                await self._unreachable(held.stored.person)
                return await self._put_back(found, self._patience(held))
            if wait is None:
                found.waiting.popleft()
            elif self._clock.now() + timedelta(seconds=wait) > held.until:
                return await self._put_back(found, wait)
            else:
                await self._delivery.rest(wait)
        if not found.waiting:
            self._forget(found)

    async def _try(self, found: _Round, held: Held) -> float | None:
        """None when the message has arrived or never will; otherwise seconds until the next try."""
        message = held.stored.message
        try:
            await self._delivery.bring(held)
            metrics.MESSAGES_SENT.labels(self._bot).inc()
            return None
        except Unreachable:
            raise
        except Moved as moved:
            return await self._moved(found, held, moved.handle)
        except Outlived:
            self._count("outlived")
        except MessageRefused as refused:
            if (wait := await self._never(held, refused.reason)) is not None:
                return wait
        except NotNow as error:
            self._count(error.kind)
            held.tries += 1
            if held.waits_out(error):
                return self._patience(held)
            if (wait := await self._never(held, error.reason)) is not None:
                return wait
        except (TooFast, Away) as error:
            self._count("too_fast" if isinstance(error, TooFast) else "away")
            held.tries += isinstance(error, Away)
            if not message.fleeting:
                return error.seconds if isinstance(error, TooFast) else self._patience(held)
        except StorageError as error:  # nobody's message is to blame; it waits for the database
            log.error("a message waits for the database", kind=message.kind, error=why(error))
            return self._patience(held)
        except Exception as error:
            most = error.tries if isinstance(error, Unmade) else self.GIVING_UP
            self._count("unmade" if isinstance(error, Unmade) else "error")
            held.tries += 1
            log.error("a message could not be sent", kind=message.kind, tries=held.tries, exc_info=error)
            if held.tries < most:  # a mistake of ours must not block a person for ever
                return self._patience(held)
            if (wait := await self._never(held, type(error).__name__)) is not None:
                return wait
        self.notes.arrived(Delivered(held.stored.id))  # it never will
        return None

    async def _never(self, held: Held, reason: str) -> float | None:
        """It will never arrive. Seconds until what is said in its place goes; None where nothing is."""
        kind = held.stored.message.kind
        self._count("refused")
        log.error("a message was refused", reason=reason, kind=kind)
        if kind != "say":
            return None
        try:
            instead = await self._refused(held.stored, reason)
        except Exception as error:
            log.error("that a message was refused could not be told", error=why(error))
            held.tries += 1
            return self._patience(held)
        if instead is not None:
            held.replaced(instead)
        return None if instead is None else 0.0

    def _noted(self, sent: Delivered) -> None:
        self._in_hand.discard(sent.id)
        self._delivery.noted(sent)

    def _patience(self, held: Held) -> float:
        return self.BACKOFF[min(max(held.tries, 1), len(self.BACKOFF)) - 1]

    async def _moved(self, found: _Round, held: Held, handle: str) -> float:
        """The chat has another address: everything still to be said goes there."""
        self._count("moved")
        held.tries += 1
        person = held.stored.person
        try:
            await self._store.do(people.replace_handle, person, handle)
        except Exception as error:
            log.error("a moved chat could not be noted", error=type(error).__name__)
            return self._patience(held)
        for one in found.waiting:
            if chat_of(handle) != chat_of(person.handle):  # messages there have numbers of their own
                one.note(MessageEvent.LOST)
            one.stored = replace(one.stored, person=replace(one.stored.person, handle=handle))
        if self._rounds.setdefault((person.channel, handle), found) is found:
            found.names.append((person.channel, handle))
        return 0.0 if held.tries == 1 else self._patience(held)

    async def _unreachable(self, person: Person) -> None:
        try:
            await self._blocked(person)
        except Exception as error:  # told again when the message is tried again
            log.error("a blocked chat could not be noted", error=type(error).__name__)

    # Back to the outbox -----------------------------------------------------------------------------------------------

    async def _put_back(self, found: _Round, wait: float = 0.0) -> None:
        """In their order; the first is due again after `wait`, the others stand behind it.

        What is stored for this person meanwhile must not overtake: the round stays theirs until all of it is back.
        """
        while found.waiting:
            back = self._emptied(found, wait)
            await self.notes.returned(back)
            self._in_hand -= {one.id for one in back}
            wait = 0.0
        self._forget(found)

    def _emptied(self, found: _Round, wait: float = 0.0) -> list[GivenBack]:
        first, now = self._clock.now() + timedelta(seconds=wait), self._clock.now()
        held = [found.waiting.popleft() for _ in range(len(found.waiting))]
        return [
            GivenBack(one.stored.id, one.stored.taker, one.arrival, due=now if nth else first)
            for nth, one in enumerate(held)
        ]

    def _forget(self, found: _Round) -> None:
        for name in found.names:
            if self._rounds.get(name) is found:
                del self._rounds[name]

    # In the background ------------------------------------------------------------------------------------------------

    async def _look(self) -> int:
        """What other processes stored, what an earlier run left, what waits for its retry."""
        now = self._clock.now()
        self._numbers.told(await self._store.do(message_state.series))
        until, staff = now + self.HOLD, self._bot == STAFF
        self.take(await self._store.do(message_outbox.take, self._taker, now, until, self.MANY, staff=staff))
        return 0  # what there is more of is taken when these have gone

    def _count(self, reason: str) -> None:
        metrics.MESSAGES_FAILED.labels(self._bot, reason).inc()


def _who(person: Person) -> Who:
    """What a person's messages are put in order by."""
    return person.channel, person.handle
