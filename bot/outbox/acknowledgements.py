"""What a message sender notes in the outbox: which messages are about to go, have arrived or come back; many in one
commit.

A message is noted twice: before it goes, with the newest number that the messenger had given by then, and when it has
arrived, which takes it off. One that was noted once only is looked for (bot.outbox.lost_answers).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from bot.base.clock import Clock
from bot.base.log import why
from bot.messenger.message_ids import Numbers, chat_of
from flows.core.events import Person
from storage.queues import message_state
from storage.store.store import Arrival, Begin, Delivered, Store, StoredMessage, Undelivered

__all__ = ["Acknowledgements", "Chat", "chat"]

log = structlog.get_logger("mektupx.outbox")

Chat = tuple[str, str]
AGAIN = timedelta(seconds=1)
LINGER = 0.01  # seconds that a note for which nobody waits is left to the next commit of the door's


def chat(person: Person) -> Chat:
    """Where messages stand below one another: a group with all its topics is one."""
    return person.channel, chat_of(person.handle)


@dataclass(slots=True)
class _Beginning:
    stored: StoredMessage
    noted: asyncio.Future[int | None]


@dataclass(frozen=True, slots=True)
class Page:
    """What is noted with one commit."""

    arrived: Sequence[Delivered] = ()
    beginning: Sequence[_Beginning] = ()
    returned: Sequence[tuple[Sequence[Undelivered], asyncio.Future[None]]] = ()
    news: Mapping[str, int] = field(default_factory=dict)

    @property
    def back(self) -> list[Undelivered]:
        return [one for given, _ in self.returned for one in given]


class Acknowledgements:
    """numbers: what is known of the messenger's. noted: hears of each message that the outbox has taken off."""

    UNNOTED = 20  # messages that have arrived and are not noted, while others are sent; more would all be looked for

    def __init__(self, store: Store, clock: Clock, numbers: Numbers, noted: Callable[[Delivered], None]) -> None:
        self._store = store
        self._clock = clock
        self.numbers = numbers
        self._noted = noted
        self._beginning: list[_Beginning] = []
        self._arrived: list[Delivered] = []
        self._unnoted = 0
        self._returned: list[tuple[Sequence[Undelivered], asyncio.Future[None]]] = []
        self._flush = asyncio.Event()
        self._urgent = asyncio.Event()  # somebody waits for the note
        self._shared = False  # somebody else's commits carry what has arrived
        self.room = asyncio.Event()  # cleared while too much has arrived that is not noted
        self.room.set()

    @property
    def busy(self) -> bool:
        return self._unnoted > 0

    async def begin(self, stored: StoredMessage) -> int | None:
        """Returns the newest number that anybody knew when the outbox had it on record that this message is about to
        go, and that all that had arrived before has arrived; None if it is another's by now, or another message is on
        its way in the same group."""
        beginning = _Beginning(stored, asyncio.get_running_loop().create_future())
        self._beginning.append(beginning)
        self._hurry()
        return await beginning.noted

    def arrived(self, sent: Delivered) -> None:
        """It need not be in the outbox any more."""
        self._arrived.append(sent)
        self._unnoted += 1
        if self._unnoted >= self.UNNOTED:
            self.room.clear()
            self._urgent.set()
        self._flush.set()

    def not_arrived(self, stored: StoredMessage, arrival: Arrival) -> None:
        """It was about to go, and this try of it certainly has not arrived: whatever waits for it in its group may
        go."""
        self.returned([Undelivered(stored.id, stored.taker, arrival)])

    def returned(self, back: Sequence[Undelivered]) -> asyncio.Future[None]:
        """They are given back to the outbox; done when it has them."""
        noted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._returned.append((back, noted))
        self._hurry()
        return noted

    async def run(self) -> None:
        """Writes for ever; what the database refuses, again after a second."""
        while True:
            await self._flush.wait()
            if self._shared and not self._urgent.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._urgent.wait(), LINGER)
            self._flush.clear()
            self._urgent.clear()
            if not await self.write():
                await self._clock.until(self._clock.now() + AGAIN)
                self._flush.set()

    async def write(self) -> bool:
        """All that there is to note, in one commit; False if it could not be kept."""
        beginning = [one for one in self._beginning if not one.noted.done()]  # for the others nobody waits any more
        page = Page(self._arrived, beginning, self._returned, self.numbers.news())
        self._arrived, self._beginning, self._returned = [], [], []
        if not (page.arrived or page.beginning or page.returned):
            return True
        begins = [self._begin(one.stored) for one in page.beginning]
        try:
            begun = await self._store.do(message_state.note, page.arrived, begins, page.back, page.news)
        except BaseException as error:  # sent, but not noted: better looked for than lost
            self._torn(page)
            if not isinstance(error, Exception):
                raise
            log.error("messages could not be noted", error=why(error))
            return False
        self._kept(page, begun)
        return True

    @contextmanager
    def carried(self) -> Iterator[Callable[[], Page]]:
        """For somebody whose own commit notes what has arrived until they ask, or fails with it."""
        carried, self._shared = Page(), True

        def page() -> Page:
            nonlocal carried
            if self._arrived:
                carried, self._arrived = Page(self._arrived, news=self.numbers.news()), []
            return carried

        try:
            yield page
        except BaseException:
            self._torn(carried)
            raise
        self._kept(carried, {})

    def _hurry(self) -> None:
        self._urgent.set()
        self._flush.set()

    def _torn(self, page: Page) -> None:
        """It could not be kept, and is written again."""
        self._arrived[:0], self._beginning[:0], self._returned[:0] = page.arrived, page.beginning, page.returned
        self._flush.set()

    def _kept(self, page: Page, begun: Mapping[int, int]) -> None:
        """It is committed; `begun`: which messages may go, with the newest number that was known."""
        self.numbers.kept(page.news)
        self._unnoted -= len(page.arrived)
        if self._unnoted < self.UNNOTED:
            self.room.set()
        for one in page.beginning:
            if not one.noted.done():
                one.noted.set_result(begun.get(one.stored.id))
        for _, noted in page.returned:
            if not noted.done():
                noted.set_result(None)
        for sent in page.arrived:
            self._noted(sent)

    def _begin(self, stored: StoredMessage) -> Begin:
        """In a group one message at a time is on its way, whichever process sends it; a private chat is one person's,
        whose messages one process sends anyway."""
        channel, chat_ = chat(stored.person)
        line = f"{channel}:{chat_}" if chat_.startswith("-") else ""
        return Begin(stored.id, stored.taker, self.numbers.counted(stored.person.handle), line)
