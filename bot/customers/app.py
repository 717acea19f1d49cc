"""The customer bot as a running thing: aiogram speaks to Telegram, our own loop or the web server feeds it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer

from bot.base.clock import Clock
from bot.customers.feed import UPDATES, Receive, feed
from bot.customers.fetch import aiogram_fetch
from bot.customers.menu import register
from bot.customers.plain import JsonSession
from bot.customers.send import TelegramMessenger
from bot.messenger.flood_guard import Flood
from bot.messenger.message_ids import Numbers
from bot.messenger.polling import Polling, chat_of
from flows.core.events import Moment

__all__ = ["CustomerBot"]

log = structlog.get_logger("mektupx.customers")

AGAIN = 5.0  # seconds until Telegram is tried again


class CustomerBot:
    """Starts at once and goes on trying where Telegram cannot be reached. `messenger` is its voice."""

    def __init__(
        self,
        token: str,
        api: str,
        *,
        receive: Receive,
        moment: Callable[[], Moment],
        clock: Clock,
        quarantine: Callable[[int | None, str], Awaitable[None]],
    ) -> None:
        self._bot = Bot(token, session=JsonSession(api=TelegramAPIServer.from_base(api)))
        self._receive, self._moment = receive, moment
        self._clock = clock
        self._flood = Flood(clock.now)
        self._quarantine = quarantine
        self._polling: Polling | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self.messenger = TelegramMessenger(self._bot)
        self.numbers = Numbers(f"customer {self._bot.id}")

    async def feed(self, raw: dict[str, Any]) -> None:
        """One update as Telegram sent it; returns after its commit. Slower when its sender sends too fast."""
        self._flood.admit(chat_of(raw))
        await feed(self._receive, self._moment, raw, self.numbers)

    async def start(self, webhook: str = "", secret: str | None = None) -> None:
        """Returns at once. With an address Telegram is asked to call it; otherwise the bot asks for updates itself."""
        self._tasks.append(asyncio.create_task(self._introduce(webhook, secret), name="customer-menu"))
        if not webhook:
            fetch = aiogram_fetch(self._bot, UPDATES)
            self._polling = Polling(fetch, self.feed, self._quarantine, self._clock, name="customer")
            self._tasks.append(asyncio.create_task(self._polling.run(), name="customer-polling"))

    async def stop(self) -> None:
        """Takes nothing new; returns when the updates at hand are committed and confirmed. The voice stays."""
        if self._polling is not None:
            await self._polling.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """Ends the connections, when nothing is left to be said."""
        await self._bot.session.close()

    async def _introduce(self, webhook: str, secret: str | None) -> None:
        """How updates come, then commands and descriptions; where Telegram cannot be reached, again later."""
        while True:
            try:
                if webhook:
                    await self._bot.set_webhook(webhook, secret_token=secret, allowed_updates=UPDATES)
                else:
                    await self._bot.delete_webhook()
                await register(self._bot)
            except Exception as error:
                log.warning("Telegram cannot be reached; trying again", bot="customer", error=type(error).__name__)
                await self._clock.pause(AGAIN)
            else:
                return
