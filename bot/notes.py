"""What a postman notes in the outbox: which messages are about to go, have arrived or come back; many in one commit.

A message is noted twice: before it goes, with the newest number that the messenger had given by then, and when it has
arrived, which takes it off. One that was noted once only is looked for (bot.tracing).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.log import why
from bot.numbers import Numbers, chat_of
from flows.events import Person
from storage.store import Back, Begin, Sent, Store, StoredMessage

__all__ = ["Chat", "Notes", "chat"]

log = structlog.get_logger("mektupx.postman")

Chat = tuple[str, str]
AGAIN = timedelta(seconds=1)


def chat(person: Person) -> Chat:
    """Where messages stand below one another: a group with all its topics is one."""
    return person.channel, chat_of(person.handle)


@dataclass(slots=True)
class _Beginning:
    stored: StoredMessage
    noted: asyncio.Future[int | None]


class Notes:
    """noted: hears of each message that the outbox has taken off."""

    UNNOTED = 20  # messages that have arrived and are not noted, while others are sent; more would all be looked for

    def __init__(self, store: Store, clock: Clock, numbers: Numbers, noted: Callable[[Sent], None]) -> None:
        self._store = store
        self._clock = clock
        self._numbers = numbers
        self._noted = noted
        self._beginning: list[_Beginning] = []
        self._arrived: list[Sent] = []
        self._returned: list[tuple[Sequence[Back], asyncio.Future[None]]] = []
        self._flush = asyncio.Event()
        self.room = asyncio.Event()  # cleared while too much has arrived that is not noted
        self.room.set()

    @property
    def busy(self) -> bool:
        return bool(self._arrived)

    async def begin(self, stored: StoredMessage) -> int | None:
        """Returns the newest number that anybody knew when the outbox had it on record that this message is about to
        go, and that all that had arrived before has arrived; None if it is another's by now, or another message is on
        its way in the same group."""
        beginning = _Beginning(stored, asyncio.get_running_loop().create_future())
        self._beginning.append(beginning)
        self._flush.set()
        return await beginning.noted

    def arrived(self, sent: Sent) -> None:
        """It need not be in the outbox any more."""
        self._arrived.append(sent)
        if len(self._arrived) >= self.UNNOTED:
            self.room.clear()
        self._flush.set()

    def not_arrived(self, stored: StoredMessage, *, perhaps: bool) -> None:
        """It was about to go, and certainly has not arrived, unless it had before (`perhaps`): whatever waits for it
        in its group may go."""
        self.returned([Back(stored.id, stored.taker, begun=0 if perhaps else None)])

    def returned(self, back: Sequence[Back]) -> asyncio.Future[None]:
        """They are given back to the outbox; done when it has them."""
        noted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._returned.append((back, noted))
        self._flush.set()
        return noted

    async def run(self) -> None:
        """Writes for ever; what the database refuses, again after a second."""
        while True:
            await self._flush.wait()
            self._flush.clear()
            if not await self.write():
                await self._clock.until(self._clock.now() + AGAIN)
                self._flush.set()

    async def write(self) -> bool:
        """All that there is to note, in one commit; False if it could not be kept."""
        arrived = self._arrived[:]
        self._beginning = [one for one in self._beginning if not one.noted.done()]  # nobody waits for it any more
        beginning, returned = self._beginning[:], self._returned[:]
        if not (arrived or beginning or returned):
            return True
        begins, news = [self._begin(one.stored) for one in beginning], self._numbers.news()
        try:
            back = [one for given, _ in returned for one in given]
            begun = await self._store.messages_noted(arrived, begins, back, news)
        except Exception as error:  # sent, but not noted: better once more than never
            log.error("messages could not be noted", error=why(error))
            return False
        self._numbers.kept(news)
        del self._arrived[: len(arrived)]
        del self._beginning[: len(beginning)]
        del self._returned[: len(returned)]
        if len(self._arrived) < self.UNNOTED:
            self.room.set()
        for one, begin in zip(beginning, begins, strict=True):
            if not one.noted.done():
                one.noted.set_result(begun.get(begin.id))
        for _, noted in returned:
            if not noted.done():
                noted.set_result(None)
        for sent in arrived:
            self._noted(sent)
        return True

    def _begin(self, stored: StoredMessage) -> Begin:
        """In a group one message at a time is on its way, whichever process sends it; a private chat is one person's,
        whose messages one process sends anyway."""
        channel, chat_ = chat(stored.person)
        line = f"{channel}:{chat_}" if chat_.startswith("-") else ""
        handle = stored.person.handle
        return Begin(stored.id, stored.taker, self._numbers.newest(handle), line, self._numbers.series(handle))
