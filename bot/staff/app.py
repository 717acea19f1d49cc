"""The staff bot as a running thing: python-telegram-bot handles commands, our own loop or the web server feeds it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping
from contextlib import suppress
from typing import Any, Final

import structlog
from telegram import Bot, Message, Update
from telegram.constants import ChatType, ParseMode
from telegram.error import Forbidden, RetryAfter, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    ApplicationHandlerStop,
    CommandHandler,
    ContextTypes,
    JobQueue,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.clock import Clock
from bot.metrics import MESSAGES_FAILED, MESSAGES_SENT
from bot.polling import Polling
from bot.staff.access import STRANGER, Access, Admins
from bot.staff.commands import COMMANDS, Asked, House, StaffCommand, find, menu, misspelt, no_command, not_yours
from bot.staff.fetch import ptb_fetch, seconds_of
from bot.staff.lanes import PerChat
from flows.text import Text, text
from locales import LANGUAGES, pick, say

__all__ = ["StaffBot"]

log = structlog.stdlib.get_logger("mektupx.staff")

App = Application[Any, Any, Any, Any, Any, Any]
Context = ContextTypes.DEFAULT_TYPE
Figures = Callable[[], Awaitable[Mapping[str, int]]]
Troubles = Callable[[], Awaitable[tuple[Text, ...]]]

WANTED: Final = ["message", "callback_query", "my_chat_member"]
SORRY: Final = text("staff", "Something went wrong on our side, we are sorry. Could you try again in a few minutes?")


async def _no_troubles() -> tuple[Text, ...]:
    return ()


async def _only_logged(update: int | None, error: str) -> None:
    log.error("an update was set aside", update=update, error=error)


class StaffBot:
    """Starts at once and goes on trying where Telegram cannot be reached: senders are served meanwhile."""

    def __init__(
        self,
        token: str,
        api: str,
        *,
        figures: Figures,
        admins: Collection[int],
        clock: Clock,
        staff_chat: int | None = None,
        troubles: Troubles = _no_troubles,
        access: Access | None = None,
        quarantine: Callable[[int | None, str], Awaitable[None]] = _only_logged,
        tick: Callable[[], Awaitable[None]] | None = None,
        tick_every: float = 1.0,
        webhook: tuple[str, str] | None = None,
    ) -> None:
        self._clock = clock
        self._webhook = webhook  # (address, secret) that Telegram is to call; without it the bot asks for updates
        self._staff_chat = staff_chat
        self._admins = tuple(admins)
        self._access: Access = access or Admins(admins)
        self._house = House(figures, troubles, clock.now)
        self._quarantine = quarantine
        self._tick, self._tick_every = tick, tick_every
        self._application = self._built(token, api)
        self._polling: Polling | None = None
        self._life: asyncio.Task[None] | None = None
        self._awake = asyncio.Event()

    def _built(self, token: str, api: str) -> App:
        application: App = (
            ApplicationBuilder()
            .token(token)
            .base_url(f"{api}/bot")
            .base_file_url(f"{api}/file/bot")
            .updater(None)
            .job_queue(JobQueue())
            .concurrent_updates(PerChat())
            .build()
        )
        application.add_handler(TypeHandler(Update, self._at_the_gate), group=-1)
        for command in COMMANDS:
            application.add_handler(
                CommandHandler(list(command.names), self._runs(command), filters.UpdateType.MESSAGE)
            )
        # Telegram marks no command where a Turkish letter stands in it: /yardım is told by its slash.
        slash = filters.UpdateType.MESSAGE & (filters.COMMAND | filters.Regex(r"^/\w"))
        application.add_handler(MessageHandler(slash, self._unknown_command))
        private = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE
        application.add_handler(MessageHandler(private & ~filters.StatusUpdate.ALL, self._no_command))
        application.add_error_handler(self._failed)
        return application

    # Its life ---------------------------------------------------------------------------------------------------------

    @property
    def bot(self) -> Bot:
        """python-telegram-bot's own bot, for the sender of this token."""
        return self._application.bot  # type: ignore[no-any-return]

    async def start(self, *, poll: bool = True) -> None:
        """Returns at once. With `poll` the bot asks for updates itself, otherwise feed() brings them."""
        self._life = asyncio.create_task(self._live(poll), name="staff bot")

    async def ready(self) -> None:
        """Returns when Telegram has answered for the first time."""
        await self._awake.wait()

    async def stop(self) -> None:
        """Finishes what is at hand, confirms it, and closes the connections."""
        if self._polling is not None:
            await self._polling.stop()
        if self._life is not None:
            self._life.cancel()
            with suppress(asyncio.CancelledError):
                await self._life
            self._life = None
        if self._application.running:
            await self._application.stop()
        await self._application.shutdown()
        self._awake.clear()

    async def announce(self, words: Text) -> bool:
        """Says something to the staff chat, or where there is none to each admin; False if nobody could be reached."""
        said = say(words, pick(None), escape=True)
        chats = (self._staff_chat,) if self._staff_chat is not None else self._admins
        return any([await self._reaches(chat, said) for chat in chats])

    async def _reaches(self, chat: int, said: str) -> bool:
        try:
            await self.bot.send_message(chat, said, parse_mode=ParseMode.HTML)
        except TelegramError as error:
            MESSAGES_FAILED.labels("staff", "announcement").inc()
            log.warning("the staff could not be reached", error=type(error).__name__)
            return False
        MESSAGES_SENT.labels("staff").inc()
        return True

    async def feed(self, raw: dict[str, Any]) -> None:
        """One update as Telegram sent it; returns when it is handled, in the order of its chat."""
        await self._awake.wait()
        update = Update.de_json(raw, self.bot)
        await self._application.update_processor.process_update(update, self._application.process_update(update))

    async def _live(self, poll: bool) -> None:
        pauses = iter(Polling.PATIENCE)
        while not self._awake.is_set():
            try:
                await self._wake()
            except TelegramError as error:
                log.warning("Telegram cannot be reached; trying again", bot="staff", error=type(error).__name__)
                await self._clock.pause(next(pauses, Polling.PATIENCE[-1]))
        if poll:
            fetch = ptb_fetch(self.bot, WANTED)
            self._polling = Polling(fetch, self.feed, self._quarantine, self._clock, name="staff")
            await self._polling.run()

    async def _wake(self) -> None:
        await self._application.initialize()
        if self._webhook:
            address, secret = self._webhook
            await self.bot.set_webhook(address, secret_token=secret, allowed_updates=WANTED)
        else:
            await self.bot.delete_webhook()
        await self._register_commands()
        if not self._application.running:
            await self._application.start()
            self._start_ticking()
        self._awake.set()

    def _start_ticking(self) -> None:
        tick, queue = self._tick, self._application.job_queue
        if tick is None or queue is None:
            return

        async def beat(_: Context) -> None:
            await tick()

        queue.run_repeating(beat, self._tick_every, first=0, name="tick", job_kwargs={"max_instances": 1})

    async def _register_commands(self) -> None:
        for language in LANGUAGES:
            rows = [(name, say(what, language)) for name, what in menu(language)]
            await self.bot.set_my_commands(rows, language_code=language)
        default = pick(None)
        await self.bot.set_my_commands([(name, say(what, default)) for name, what in menu(default)])

    # What it answers --------------------------------------------------------------------------------------------------

    async def _at_the_gate(self, update: Update, _: Context) -> None:
        """Before every handler: whoever holds no role gets no further."""
        person = update.effective_user
        if person is None or person.is_bot:
            raise ApplicationHandlerStop
        if await self._access.roles_of(person.id):
            return
        message = update.message
        if message is not None and message.chat.type == ChatType.PRIVATE:
            await self._answer(message, STRANGER)
        raise ApplicationHandlerStop

    def _runs(self, command: StaffCommand) -> Callable[[Update, Context], Coroutine[Any, Any, None]]:
        async def handle(update: Update, context: Context) -> None:
            await self._run(command, update, " ".join(context.args or ()))

        return handle

    async def _run(self, command: StaffCommand, update: Update, words: str) -> None:
        message, person = update.message, update.effective_user
        if message is None or person is None:
            return
        language = pick(person.language_code)
        roles = await self._access.roles_of(person.id)
        if not roles & command.roles:
            await self._answer(message, not_yours(command, language))
            return
        await self._answer(message, await command.run(Asked(person.id, roles, language, words, self._house)))

    async def _unknown_command(self, update: Update, _: Context) -> None:
        message, person = update.message, update.effective_user
        if message is None or person is None:
            return
        typed, _space, words = (message.text or "").lstrip("/").partition(" ")
        name, at, bot = typed.partition("@")
        if at and bot.lower() != self.bot.username.lower():
            return  # a group with several bots: this one was not asked
        if not at and message.chat.type != ChatType.PRIVATE and message.chat.id != self._staff_chat:
            return
        command = find(name)
        if command is not None:
            await self._run(command, update, words)
            return
        roles = await self._access.roles_of(person.id)
        await self._answer(message, misspelt(name, roles, pick(person.language_code)))

    async def _no_command(self, update: Update, _: Context) -> None:
        message, person = update.message, update.effective_user
        if message is None or person is None:
            return
        await self._answer(message, no_command(pick(person.language_code)))

    async def _failed(self, update: object, context: Context) -> None:
        """Ours: an apology to the agent, the place of the error to the operator."""
        error = context.error
        number = update.update_id if isinstance(update, Update) else None
        log.error("a staff command failed", update=number, exc_info=error)
        if isinstance(update, Update) and update.message is not None and not isinstance(error, TelegramError):
            await self._answer(update.message, SORRY)

    async def _answer(self, message: Message, words: Text) -> None:
        """Says it where it was asked, in the asker's language."""
        person = message.from_user
        language = pick(person.language_code if person else None)
        said = say(words, language, escape=True)
        for _ in range(3):
            try:
                await message.reply_text(said, parse_mode=ParseMode.HTML)
            except RetryAfter as limit:
                await self._clock.pause(seconds_of(limit))
            except Forbidden:
                MESSAGES_FAILED.labels("staff", "forbidden").inc()
                return
            else:
                MESSAGES_SENT.labels("staff").inc()
                return
        MESSAGES_FAILED.labels("staff", "limit").inc()
