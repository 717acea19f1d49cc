"""How the customer bot asks Telegram for updates: aiogram's connection, Telegram's own words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramConflictError, TelegramRetryAfter
from aiogram.methods import TelegramMethod

from bot.messenger.polling import Conflict, Slower

__all__ = ["aiogram_fetch"]


class GetRawUpdates(TelegramMethod[Any]):
    """getUpdates without aiogram's types: one update it cannot read would fail the whole batch, for ever."""

    __returning__ = Any
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int = 0
    allowed_updates: list[str] | None = None


def aiogram_fetch(bot: Bot, allowed_updates: list[str] | None = None) -> Callable[[int | None, int], Awaitable[Any]]:
    """The `fetch` of bot.messenger.polling for an aiogram bot."""

    async def fetch(offset: int | None, seconds: int) -> Any:
        asked = GetRawUpdates(offset=offset, timeout=seconds, allowed_updates=allowed_updates)
        try:
            return await bot(asked, request_timeout=seconds + 10)
        except TelegramConflictError as error:
            raise Conflict from error
        except TelegramRetryAfter as error:
            raise Slower(error.retry_after) from error

    return fetch
