"""One try to bring one message to one person: its files, its place in the schedule, the call itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.base import metrics
from bot.base.clock import Clock
from bot.base.locks import NamedLocks
from bot.base.waiting import first_of
from bot.messenger.message_ids import Numbers
from bot.messenger.protocol import Away, Files, LineGone, Messenger, PictureRefused, SendError, TooFast
from bot.messenger.rate_limits import Limits
from bot.outbox.acknowledgements import Acknowledgements, Chat, chat
from bot.outbox.held import Held, MessageEvent, MessageState
from bot.outbox.lost_answers import Trace, Tracer
from bot.wording.speak import words
from flows.core.effects import Attachment
from flows.core.events import Person
from flows.core.outgoing import OutgoingMessage
from flows.words.text import Text, text, units
from storage.senders import people
from storage.store.store import Delivered, Store, StoredMessage

__all__ = ["Attach", "Delivery", "OnShown", "Outlived", "Unmade", "nothing"]

log = structlog.get_logger("mektupx.delivery")

Attach = Callable[[Person, Attachment], Awaitable[Files | None]]
OnShown = Callable[[StoredMessage, bytes], Awaitable[object]]
"""A message that has arrived, and the document that stands with it. Told more than once where the outbox did not hear
of it."""

AT_ONCE = 20
"""Calls that are on the wire at the same time. Only what is on the wire when a process dies has to be looked for;
thirty a second (bot.messenger.rate_limits) at a tenth of a second each are three."""
AGAIN = text("machine", "(perhaps a repetition)")
WITHOUT_PICTURE = text("machine", "(Telegram did not take the picture that belongs here.)")
FRESH = timedelta(seconds=1)  # what goes later is noted anew: the newer the number, the fewer have to be asked
BUSY = 1.0  # seconds until it is asked again whether the chat is free
LONGEST, CAPTION = 4096, 1024  # UTF-16 units (Bot API, sendMessage, sendPhoto)


async def nothing(stored: StoredMessage, document: bytes) -> None:
    """Nobody waits for a document."""


class Outlived(SendError):
    """What the message shows does not exist any more; nobody waits for it."""


class Unmade(SendError):
    """The file of a message could not be made. reason: without a word of it. final: another try would end the same;
    otherwise a few are made, because later messages of that person wait for it."""

    def __init__(self, reason: str, *, final: bool) -> None:
        super().__init__(reason)
        self.tries = 1 if final else 4


class Delivery:
    """`attach` fetches the files of a message, None if it has outlived them. `shown` hears of documents that have
    arrived. `stopping` ends every wait."""

    def __init__(
        self,
        store: Store,
        messenger: Messenger,
        clock: Clock,
        attach: Attach,
        limits: Limits,
        stopping: asyncio.Event,
        notes: Acknowledgements,
        numbers: Numbers,
        bot: str = "customer",
        shown: OnShown = nothing,
    ) -> None:
        self._store = store
        self._messenger = messenger
        self._clock = clock
        self._attach = attach
        self._limits = limits
        self._stopping = stopping
        self._notes = notes
        self._numbers = numbers
        self._bot = bot
        self._shown = shown
        self._tracer = Tracer(messenger, numbers, self._may_ask)
        self._wire = asyncio.Semaphore(AT_ONCE)
        self._chats: NamedLocks[Chat] = NamedLocks()
        self._lines: dict[int, tuple[Chat, int]] = {}  # running lines that the outbox has not noted yet

    async def bring(self, held: Held) -> None:
        """Returns when the messenger has taken it, and the notes know. Errors: SendError and its kinds, Outlived and
        Unmade; whatever attach raises.

        What becomes a new message of a chat goes alone there, so that it can be found if its answer is lost.
        """
        message, where = held.stored.message, chat(held.stored.person)
        if message.attachment is not None and held.files is None:
            held.files = await self._attach(held.stored.person, message.attachment)
            if held.files is None:
                raise Outlived("what it shows is gone")
        former = await self._line(held.stored, where) if message.running else None
        running = None if message.anew else former
        if message.kind != "say" or running is not None:
            if not message.fleeting:
                await self._place(held, 1)
            try:
                return self._arrived(held.stored, await self._call(held, message, held.files or Files(), running))
            except LineGone:
                held.as_new_line()
        async with self._chats.of(where):
            if not held.stands:
                held.number, held.stands = await self._new(held), True
        if former is not None and former != held.number:  # before the outbox forgets which one it was
            async with self._wire:
                await self._messenger.unsay(held.stored.person.handle, former)
        if held.files is not None and held.files.document:
            await self._shown(held.stored, held.files.document)  # before the outbox forgets it
        self._arrived(held.stored, held.number)

    def noted(self, sent: Delivered) -> None:
        """The outbox knows of it now."""
        self._lines.pop(sent.id, None)

    def _arrived(self, stored: StoredMessage, number: int | None) -> None:
        message, running = stored.message, stored.message.running and number is not None
        if number is not None:
            self._numbers.seen(stored.person.handle, number)
        if running and number is not None:
            self._lines[stored.id] = chat(stored.person), number
        own = len(message.about) == 1 and "/" in stored.person.handle  # a ticket's topic is deleted as a whole
        about = () if own else message.about
        self._notes.arrived(Delivered(stored.id, number, running, about))

    async def _line(self, stored: StoredMessage, where: Chat) -> int | None:
        """The running line to replace: the newest there is, noted or not yet."""
        known = [number for theirs, number in self._lines.values() if theirs == where]
        return known[-1] if known else await self._store.do(people.running_message, stored.person)

    async def _new(self, held: Held) -> int | None:
        """The number under which it stands in its chat, sent now or before.

        Pictures go before the document whose pages they show, and are not repeated where only the document failed.
        """
        while True:
            if held.in_doubt and (number := await self._looked_for(held)) is not None:
                return number
            try:
                return await self._sent(held)
            except PictureRefused as refused:
                if not held.plainer():
                    raise
                metrics.MESSAGES_FAILED.labels(self._bot, "picture").inc()
                log.warning("a message goes without its picture, or with it as a file", reason=refused.reason)

    async def _looked_for(self, held: Held) -> int | None:
        """The number under which it stands already; None where it is to be sent."""
        where, message = held.stored.person.handle, held.stored.message
        trace, number = await self._tracer.find(held.sought, where, message, held.files or Files())
        metrics.MESSAGES_TRACED.labels(self._bot, trace).inc()
        log.info("a message was looked for", trace=trace.value, numbers=max(0, held.sought.asked - held.sought.begun))
        if trace is Trace.FOUND:
            return number
        held.note(MessageEvent.LOST if trace is Trace.UNSURE else MessageEvent.SETTLED)
        return None

    async def _sent(self, held: Held) -> int | None:
        message, files, language = held.stored.message, held.files or Files(), held.stored.language
        captioned = bool(files.pictures or files.document)
        if held.bare:
            message = _adding(message, WITHOUT_PICTURE, language, captioned)
        if held.repeated:
            message = _adding(message, AGAIN, language, captioned)
        if files.document and files.pictures:
            last = await self._begun(held, OutgoingMessage("say"), Files(files.pictures))
            if last is not None:
                self._numbers.seen(held.stored.person.handle, last)
            held.without_pictures()
        return await self._begun(held, message, held.files or Files())

    async def _begun(self, held: Held, message: OutgoingMessage, files: Files) -> int | None:
        """Sends it, with the outbox knowing. Where nobody knows whether it arrived, it is looked for the next time."""
        await self._place(held, max(1, len(files.pictures)))
        recorded = held.state is MessageState.RECORDED and self._clock.now() - held.at < FRESH
        begun = held.sought.begun if recorded else await self._notes.begin(held.stored)
        if begun is None:
            raise TooFast(BUSY)
        held.begins(begun)
        try:
            number = await self._call(held, message, files, None)
        except SendError as error:
            if not (isinstance(error, Away) or (isinstance(error, PictureRefused) and error.doubtful)):
                held.note(MessageEvent.SETTLED)
                self._notes.not_arrived(held.stored, held.arrival)
            raise
        held.note(MessageEvent.SETTLED)
        return number

    async def _place(self, held: Held, count: int) -> None:
        """Its place in the schedule."""
        left = (held.until - self._clock.now()).total_seconds()
        wait = self._limits.wait(held.stored.person.handle, self._clock.now(), count, most=left)
        if wait > left:
            raise TooFast(wait)
        await self.rest(wait)
        if self._stopping.is_set() or self._clock.now() > held.until:  # it may be another's by now
            raise TooFast(0.0)

    async def _may_ask(self) -> None:
        await self.rest(self._limits.ask(self._clock.now()))
        if self._stopping.is_set():
            raise TooFast(0.0)

    async def _call(self, held: Held, message: OutgoingMessage, files: Files, running: int | None) -> int | None:
        async with self._wire:
            await self._notes.room.wait()
            if not message.fleeting and self._clock.now() > held.until:
                raise TooFast(0.0)
            with metrics.SEND_SECONDS.labels(self._bot).time():
                return await self._messenger.say(held.stored.person.handle, message, files, running)

    async def rest(self, seconds: float) -> None:
        """Waits out a limit, or until the message sender stops."""
        if seconds > 0:
            await first_of(self._clock.pause(seconds), self._stopping.wait())


def _adding(message: OutgoingMessage, more: Text, language: str, captioned: bool) -> OutgoingMessage:
    """Says something besides, where there is room."""
    said = f"{message.text}\n\n{words(more, language)}"
    fits = units(said) <= (CAPTION if captioned else LONGEST)
    return replace(message, text=said) if message.kind == "say" and message.text and fits else message
