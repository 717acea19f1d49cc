"""The methods this Telegram plays; every other one of the Bot API is answered with a refusal, never with a fake ok."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.playground.bot_api.call import Call
from bot.playground.bot_api.methods.bot import ABOUT_BOT
from bot.playground.bot_api.methods.chats import ABOUT_CHATS
from bot.playground.bot_api.methods.messages import MESSAGES
from bot.playground.bot_api.methods.updates import UPDATES

__all__ = ["HANDLERS"]

Handler = Callable[[Call], Any]

HANDLERS: dict[str, Handler] = {**UPDATES, **MESSAGES, **ABOUT_BOT, **ABOUT_CHATS}
