"""The address that leads from a browser back into the chat with the customer bot."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.base.clock import Clock

__all__ = ["ChatLink"]

log = structlog.get_logger("mektupx.messenger")

TIMEOUT = ClientTimeout(total=5)
PAUSE: Final = timedelta(minutes=1)
"""Between two questions while Telegram does not answer: whoever opens a page waits for none of them meanwhile."""


class ChatLink:
    """Asks Telegram once what the bot is called (Bot API, getMe); "" until it has answered."""

    def __init__(self, token: str, api: str, clock: Clock) -> None:
        self._question, self._clock, self._address = f"{api}/bot{token}/getMe", clock, ""
        self._asked: datetime | None = None

    async def __call__(self) -> str:
        now = self._clock.now()
        if not self._address and (self._asked is None or now - self._asked >= PAUSE):
            self._asked = now
            self._address = await self._ask()
        return self._address

    async def _ask(self) -> str:
        try:
            async with ClientSession(timeout=TIMEOUT) as session, session.get(self._question) as answer:
                name = (await answer.json())["result"]["username"]
        except (ClientError, TimeoutError, ValueError, KeyError, TypeError) as error:
            log.warning("Telegram did not say what the bot is called", error=type(error).__name__)
            return ""
        return f"https://t.me/{name}" if re.fullmatch(r"\w{1,64}", str(name), re.ASCII) else ""
