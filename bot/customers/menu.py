"""The commands and descriptions Telegram shows, registered for each language and once as default."""

from __future__ import annotations

from aiogram import Bot
from aiogram.types import BotCommand

from flows.conversation.commands import COMMANDS
from flows.words.text import text
from locales import LANGUAGES, say

__all__ = ["register"]

DEFAULT = "tr"
SHORT = text("menu", "Write a letter here; we print it, put it in an envelope and post it.")
LONG = text(
    "menu",
    "Write a real paper letter from this chat. We print it, put it in an envelope and post it. Nobody here reads"
    " it, and once it is printed we erase it. To begin, tap Start.",
)


async def register(bot: Bot) -> None:
    """Idempotent; Telegram keeps what was set."""
    for language in LANGUAGES:
        code = None if language == DEFAULT else language
        menu = [
            BotCommand(
                command=command.name if language == DEFAULT else command.twin, description=say(command.help, language)
            )
            for command in COMMANDS
        ]
        await bot.set_my_commands(menu, language_code=code)
        await bot.set_my_short_description(say(SHORT, language), language_code=code)
        await bot.set_my_description(say(LONG, language), language_code=code)
