"""The staff bot as a running thing: python-telegram-bot speaks to Telegram, our own loop or the web server feeds it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Final, Protocol

import structlog
from telegram import Bot, ChatMember, Update
from telegram.constants import ChatMemberStatus
from telegram.error import TelegramError
from telegram.ext import Application, ApplicationBuilder, ContextTypes, JobQueue

from bot.base.clock import Clock
from bot.messenger.flood_guard import Flood
from bot.messenger.message_ids import Numbers
from bot.messenger.polling import Polling, Slower
from bot.messenger.readable import read
from bot.staff.telegram.fetch import ptb_fetch
from bot.staff.telegram.lanes import PerChat
from bot.staff.telegram.translate import Me, migrated, to_asked
from flows.desk.base.request import Asked

__all__ = ["StaffBot", "StaffHooks"]

log = structlog.stdlib.get_logger("mektupx.staff")

App = Application[Any, Any, Any, Any, Any, Any]
WANTED: Final = ["message", "edited_message", "callback_query", "my_chat_member"]
INSIDE: Final = frozenset({ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.MEMBER})


class StaffHooks(Protocol):
    """What the bot tells of what it hears, and what it asks."""

    def group(self) -> int | None:
        """The staff chat, None without one."""

    async def receive(self, asked: Asked) -> None:
        """Somebody has asked for something; returns after its commit."""

    async def moved(self, old: int, new: int) -> None:
        """A group has become a supergroup."""

    async def let_in(self) -> None:
        """The bot was let in or unblocked."""

    async def of_staff(self, user: int) -> bool:
        """Whether a user is of the staff."""

    async def offer(self) -> None:
        """Shows the menus, at start. Errors: TelegramError."""

    async def set_aside(self, update: int | None, error: str) -> None:
        """An update could not be read or served."""

    async def tick(self) -> None:
        """A second has passed."""


class StaffBot:
    """Starts at once and goes on trying where Telegram cannot be reached: senders are served meanwhile.

    webhook: the address and the secret with which Telegram is to call; without it the bot asks for updates.
    """

    TICK = 1.0  # seconds

    def __init__(
        self, token: str, api: str, hooks: StaffHooks, clock: Clock, webhook: tuple[str, str] | None = None
    ) -> None:
        self._hooks = hooks
        self._clock = clock
        self._flood = Flood(clock.now)
        self._webhook = webhook
        self._application: App = (
            ApplicationBuilder()
            .token(token)
            .base_url(f"{api}/bot")
            .base_file_url(f"{api}/file/bot")
            .updater(None)
            .job_queue(JobQueue())
            .concurrent_updates(PerChat())
            # The library gives up after five seconds: what came a moment later would have to be looked for. Together
            # less than bot.outbox.message_sender.MessageSender.CALL.
            .connect_timeout(10)
            .read_timeout(30)
            .write_timeout(10)
            .pool_timeout(5)
            .build()
        )
        self.numbers = Numbers(f"staff {token.partition(':')[0]}")
        self._polling: Polling | None = None
        self._life: asyncio.Task[None] | None = None
        self._awake = asyncio.Event()

    # Its life ---------------------------------------------------------------------------------------------------------

    @property
    def bot(self) -> Bot:
        """python-telegram-bot's own bot, for whoever speaks with this token."""
        return self._application.bot  # type: ignore[no-any-return]

    async def start(self, *, poll: bool = True) -> None:
        """Returns at once. With `poll` the bot asks for updates itself, otherwise feed() brings them."""
        self._life = asyncio.create_task(self._live(poll), name="staff bot")

    async def ready(self) -> None:
        """Returns when Telegram has answered for the first time."""
        await self._awake.wait()

    async def stop(self) -> None:
        """Takes nothing new; returns when the updates at hand are committed and confirmed. The voice stays."""
        if self._polling is not None:
            await self._polling.stop()
        if self._life is not None:
            self._life.cancel()
            with suppress(asyncio.CancelledError):
                await self._life
            self._life = None
        if self._application.running:
            await self._application.stop()
        self._awake.clear()

    async def close(self) -> None:
        """Ends the connections, when nothing is left to be said."""
        await self._application.shutdown()

    async def _live(self, poll: bool) -> None:
        pauses = iter(Polling.BACKOFF)
        while not self._awake.is_set():
            try:
                await self._wake()
            except TelegramError as error:
                log.warning("Telegram cannot be reached; trying again", bot="staff", error=type(error).__name__)
                await self._clock.pause(next(pauses, Polling.BACKOFF[-1]))
        if poll:
            fetch = ptb_fetch(self.bot, WANTED)
            self._polling = Polling(fetch, self.feed, self._hooks.set_aside, self._clock, name="staff")
            await self._polling.run()

    async def _wake(self) -> None:
        await self._application.initialize()
        if self._webhook:
            address, secret = self._webhook
            await self.bot.set_webhook(address, secret_token=secret, allowed_updates=WANTED)
        else:
            await self.bot.delete_webhook()
        await self._hooks.offer()
        if not self._application.running:
            await self._application.start()
            self._start_ticking()
        self._awake.set()

    def _start_ticking(self) -> None:
        queue = self._application.job_queue
        assert queue is not None

        async def beat(_: ContextTypes.DEFAULT_TYPE) -> None:
            await self._hooks.tick()

        queue.run_repeating(beat, self.TICK, first=0, name="tick", job_kwargs={"max_instances": 1})

    # What comes in ----------------------------------------------------------------------------------------------------

    async def feed(self, raw: dict[str, Any]) -> None:
        """One update as Telegram sent it; returns after its commit, in the order of its chat. Slower where a member of
        the staff sends too fast; what a stranger sends too fast is thrown away, before anything is written.

        Not by Application.process_update, which logs what a handler raises and goes on: what could not be kept must
        come again.
        """
        await self._awake.wait()
        person = _person(raw)
        try:
            self._flood.admit(person)
        except Slower:
            if person is None or await self._hooks.of_staff(person):
                raise
            return
        update = read(raw, lambda one: Update.de_json(one, self.bot))
        await self._application.update_processor.process_update(update, self._handle(update))

    async def _handle(self, update: Update) -> None:
        for message in (update.message, update.edited_message):
            if message is not None:
                self.numbers.seen(str(message.chat.id), message.message_id)
        if (move := migrated(update)) is not None:
            await self._hooks.moved(*move)
        if update.my_chat_member is not None and _inside(update.my_chat_member.new_chat_member):
            await self._hooks.let_in()
        asked = to_asked(update, Me(self.bot.id, self.bot.username, self._hooks.group()))
        if asked is not None:
            await self._hooks.receive(asked)


def _person(raw: dict[str, Any]) -> int | None:
    """Who has done it, whatever it is: in the group everybody has a bucket of their own."""
    found = next((body.get("from") for body in raw.values() if isinstance(body, dict)), None)
    number = found.get("id") if isinstance(found, dict) else None
    return number if isinstance(number, int) else None


def _inside(member: ChatMember) -> bool:
    return member.status in INSIDE
