"""How the staff bot asks Telegram for updates: python-telegram-bot's connection, Telegram's own words."""

from __future__ import annotations

import warnings
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from telegram import Bot
from telegram.error import Conflict as TelegramConflict
from telegram.error import RetryAfter
from telegram.warnings import PTBDeprecationWarning, PTBUserWarning

from bot.messenger.polling import Conflict, Slower

__all__ = ["ptb_fetch", "seconds_of"]

# The library would rather see Bot.get_updates, which parses, and a timedelta, which `seconds_of` takes as well.
warnings.filterwarnings("ignore", r"\s*Please use 'Bot\.getUpdates'", PTBUserWarning)
warnings.filterwarnings("ignore", r".*attribute `retry_after`", PTBDeprecationWarning)


def ptb_fetch(bot: Bot, allowed_updates: list[str] | None = None) -> Callable[[int | None, int], Awaitable[Any]]:
    """The `fetch` of bot.messenger.polling for a bot of python-telegram-bot, whose own updater runs hot on a
    malformed update."""

    async def fetch(offset: int | None, seconds: int) -> Any:
        asked: dict[str, Any] = {"timeout": seconds}
        if offset is not None:
            asked["offset"] = offset
        if allowed_updates is not None:
            asked["allowed_updates"] = allowed_updates
        try:
            return await bot.do_api_request("getUpdates", api_kwargs=asked, read_timeout=seconds + 10)
        except TelegramConflict as error:
            raise Conflict from error
        except RetryAfter as error:
            raise Slower(seconds_of(error)) from error

    return fetch


def seconds_of(limit: RetryAfter) -> float:
    """How long Telegram asks us to wait; the library changes from a number to a timedelta."""
    wait = limit.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else wait
