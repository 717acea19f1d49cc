"""Looks after the forum topics of tickets: made when first needed, made anew when they vanish, deleted with the ticket.

The Bot API lists no topics. So what is about to be made is noted first: after a crash between Telegram's answer and our
note of it the ticket gets another topic, and whoever answers it is told that an empty one may stand beside it.
"""

from __future__ import annotations

import structlog
from telegram import Bot
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.base.clock import Clock
from bot.messenger.protocol import Away, MessageRefused
from bot.staff.door import StaffDoor
from bot.staff.telegram.messenger import place
from flows.core.outgoing import OutgoingMessage
from flows.desk.base.effects import Say
from flows.desk.base.turns import does
from flows.desk.support import topics as say
from flows.desk.support.relayed import heading
from flows.desk.support.ticket import Ticket
from storage.store.requested import By
from storage.store.store import Store
from storage.support import staff, tickets, topics

__all__ = ["SERVICE", "Topics"]

log = structlog.stdlib.get_logger("mektupx.topics")

SERVICE = "house"  # who does what nobody has asked for, in the access log


class Topics:
    """desk: the staff's door, by whose hand everything is said. group: the staff chat, None without."""

    MANY = 500

    def __init__(self, store: Store, desk: StaffDoor, bot: Bot, clock: Clock) -> None:
        self._store = store
        self._desk = desk
        self._bot = bot
        self._clock = clock

    async def settled(self, number: int, group: int) -> bool:
        """Whether the ticket has its place by now; False while Telegram cannot be reached, or somebody is at it."""
        now = self._clock.now()
        async with self._store.transaction() as tx:
            ticket = await tx.do(tickets.about, number)
            if ticket is None or ticket.desk:
                return True
            begun = await tx.do(topics.begin, number, now)
        if not begun.ours:
            return False
        handle = await self._made(ticket, group)
        if not handle:
            return False
        async with self._store.transaction() as tx:
            ours = await tx.do(topics.settle, number, handle, now)
            if not ours and "/" in handle:  # somebody was faster after all
                await tx.do(staff.post, [(handle, OutgoingMessage("delete"))], at=now, taker="")
        if ours and begun.again and "/" in handle:
            log.warning("an empty topic may be left over", ticket=number)
            await self._says(Say(say.empty_beside(number), to=handle))
        return True

    async def _made(self, ticket: Ticket, group: int) -> str:
        """ "<chat>/<thread>"; the group itself where it has no topics, or we may not make any; "" for "not now"."""
        try:
            made = await self._bot.create_forum_topic(group, heading(ticket).lstrip("#")[:128])
        except (BadRequest, Forbidden) as error:
            log.warning("no topic can be made; the group itself is used", reason=error.message[:80])
            return str(group)
        except TelegramError as error:
            log.warning("a topic could not be made; trying again", error=type(error).__name__)
            if isinstance(error, RetryAfter) or "httpx.ConnectError" in error.message:  # it has certainly not been made
                async with self._store.transaction() as tx:
                    await tx.do(topics.not_begun, ticket.number)
            return ""
        return f"{group}/{made.message_thread_id}"

    # For the messenger ------------------------------------------------------------------------------------------------

    async def anew(self, handle: str) -> str:
        """Where the words for a topic go that is gone: a new one of the same ticket. Errors: Refused, Away."""
        now = self._clock.now()
        async with self._store.transaction() as tx:
            number = await tx.do(tickets.of_desk, handle)
            ticket = await tx.do(tickets.about, number) if number else None
            begun = await tx.do(topics.begin, number, now) if ticket else None
        if ticket is None or begun is None:
            raise MessageRefused("the topic is gone, and no ticket needs it")
        found = await self._made(ticket, place(handle)[0]) if begun.ours else ""
        if not found:
            raise Away("no topic")
        async with self._store.transaction() as tx:
            await tx.do(topics.anew, number, handle, found)
        log.warning("a topic had vanished and was made anew", ticket=number)
        await self._says(Say(say.made_anew(number), to=found))
        return found

    async def deleted(self, handle: str, messages: int) -> None:
        """On record."""
        async with self._store.transaction() as tx:
            await tx.do(topics.gone, handle, messages, "", self._clock.now())

    async def left(self, handle: str, messages: int, reason: str) -> None:
        """On record, and told: a person can delete what a bot may not."""
        log.warning("Telegram does not delete what was about an erased ticket", reason=reason, messages=messages)
        async with self._store.transaction() as tx:
            await tx.do(topics.gone, handle, messages, reason, self._clock.now())
        await self._says(say.not_deleted(handle, messages, reason))

    # What is left of erased tickets -----------------------------------------------------------------------------------

    async def sweep(self) -> int:
        """Deleted by the outbox, after all that is still to be said there; returns in how many chats."""
        now = self._clock.now()
        async with self._store.transaction() as tx:
            found = await tx.do(topics.leftovers, now, self.MANY)
            said = [
                (one.handle, OutgoingMessage("delete") if one.topic else OutgoingMessage("unsay", gone=one.messages))
                for one in found
            ]
            if said:
                await tx.do(staff.post, said, at=now, taker="")
        return len(found)

    async def _says(self, said: Say) -> None:
        async with self._store.transaction() as tx:
            stored, signed = await self._desk.keep(tx, does(said), By(SERVICE, "", self._clock.now()))
        await self._desk.told(stored, signed)
