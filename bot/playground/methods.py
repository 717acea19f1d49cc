"""The methods this Telegram plays; every other one of the Bot API is answered with a refusal, never with a fake ok."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .acts_bot import ABOUT_BOT
from .acts_chats import ABOUT_CHATS
from .acts_messages import MESSAGES
from .call import Call
from .updates import UPDATES

__all__ = ["HANDLERS"]

Handler = Callable[[Call], Any]

HANDLERS: dict[str, Handler] = {**UPDATES, **MESSAGES, **ABOUT_BOT, **ABOUT_CHATS}
