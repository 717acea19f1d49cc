"""One try to bring one message to one person: its files, its place in the schedule, the call itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot import metrics
from bot.clock import Clock
from bot.limits import Limits
from bot.messenger import Files, Messenger, SendError, TooFast
from bot.speak import words
from flows.desk.ticket import units
from flows.effects import Attachment
from flows.events import Person
from flows.outgoing import OutgoingMessage
from flows.text import text
from storage.store import Sent, Store, StoredMessage

__all__ = ["Attach", "Delivery", "Held", "Outlived", "Who", "who"]

Attach = Callable[[Person, Attachment], Awaitable[Files | None]]
Who = tuple[str, str]


AT_ONCE = 20
"""Calls that are on the wire at the same time. Only what is on the wire when a process dies can arrive twice; thirty a
second (bot.limits) at a tenth of a second each are three."""
AGAIN = text("machine", "(perhaps a repetition)")
LONGEST, CAPTION = 4096, 1024  # UTF-16 units (Bot API, sendMessage, sendPhoto)


class Outlived(SendError):
    """What the message shows does not exist any more; nobody waits for it."""


@dataclass(slots=True)
class Held:
    """A message in hand. No try begins after `until`; `files` and `shown` remember what a failed try had done."""

    stored: StoredMessage
    until: datetime
    tries: int
    files: Files | None = None
    shown: bool = False


class Delivery:
    """`attach` fetches the files of a message, None if it has outlived them. `stopping` ends every wait."""

    def __init__(
        self,
        store: Store,
        messenger: Messenger,
        clock: Clock,
        attach: Attach,
        limits: Limits,
        stopping: asyncio.Event,
        bot: str = "customer",
    ) -> None:
        self._store = store
        self._messenger = messenger
        self._clock = clock
        self._attach = attach
        self._limits = limits
        self._stopping = stopping
        self._bot = bot
        self._wire = asyncio.Semaphore(AT_ONCE)
        self.room = asyncio.Event()  # cleared while too much has arrived that the outbox has not noted
        self.room.set()
        self._lines: dict[int, tuple[Who, int]] = {}  # running lines that the outbox has not noted yet

    async def bring(self, held: Held) -> Sent:
        """Returns when the messenger has taken it. Errors: SendError and its kinds, Outlived; whatever attach raises.

        Pictures go before the document whose pages they show, and are not repeated where only the document failed.
        """
        message = held.stored.message
        if message.attachment is not None and held.files is None:
            held.files = await self._attach(held.stored.person, message.attachment)
            if held.files is None:
                raise Outlived("what it shows is gone")
        files = held.files or Files()
        if files.document and files.pictures:
            if not held.shown:
                await self._say(held, OutgoingMessage("say"), Files(files.pictures), None)
                held.shown = True
            files = replace(files, pictures=())
        running = await self._line(held.stored) if message.running and not message.anew else None
        number = await self._say(held, message, files, running)
        if message.running and number is not None:
            self._lines[held.stored.id] = who(held.stored.person), number
        own = len(message.about) == 1 and "/" in held.stored.person.handle  # a ticket's topic is deleted as a whole
        about = () if own else message.about
        return Sent(held.stored.id, number, message.running and number is not None, about)

    def noted(self, sent: Sent) -> None:
        """The outbox knows of it now."""
        self._lines.pop(sent.id, None)

    async def _line(self, stored: StoredMessage) -> int | None:
        """The running line to replace: the newest there is, noted or not yet."""
        known = [number for theirs, number in self._lines.values() if theirs == who(stored.person)]
        return known[-1] if known else await self._store.running_message(stored.person)

    async def _say(self, held: Held, message: OutgoingMessage, files: Files, running: int | None) -> int | None:
        handle = held.stored.person.handle
        if not message.fleeting:
            left = (held.until - self._clock.now()).total_seconds()
            wait = self._limits.wait(handle, self._clock.now(), max(1, len(files.pictures)), most=left)
            if wait > left:
                raise TooFast(wait)
            await self.rest(wait)
            if self._stopping.is_set() or self._clock.now() > held.until:
                raise TooFast(0.0)
        if held.stored.again and running is None:  # an edit done twice is done once
            message = _perhaps_again(message, held.stored.again, bool(files.pictures or files.document))
        async with self._wire:
            await self.room.wait()
            if not message.fleeting and self._clock.now() > held.until:  # it may be another's by now
                raise TooFast(0.0)
            with metrics.SEND_SECONDS.labels(self._bot).time():
                return await self._messenger.say(handle, message, files, running)

    async def rest(self, seconds: float) -> None:
        """Waits out a limit, or until the postman stops."""
        if seconds <= 0:
            return
        tasks = (
            asyncio.ensure_future(self._clock.pause(seconds)),
            asyncio.ensure_future(self._stopping.wait()),
        )
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def _perhaps_again(message: OutgoingMessage, language: str, captioned: bool) -> OutgoingMessage:
    """The Bot API knows no key by which a message sent twice is one: so a second sending says that it may be one."""
    said = f"{message.text}\n\n{words(AGAIN, language)}"
    fits = units(said) <= (CAPTION if captioned else LONGEST)
    return replace(message, text=said) if message.kind == "say" and message.text and fits else message


def who(person: Person) -> Who:
    """What a person's messages are put in order by."""
    return person.channel, person.handle
