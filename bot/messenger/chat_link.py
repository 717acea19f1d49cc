"""The address that leads from a browser back into the chat with the customer bot."""

from __future__ import annotations

import re

import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout

__all__ = ["ChatLink"]

log = structlog.get_logger("mektupx.messenger")

TIMEOUT = ClientTimeout(total=5)


class ChatLink:
    """Asks Telegram once what the bot is called (Bot API, getMe); "" until it has answered."""

    def __init__(self, token: str, api: str) -> None:
        self._asked, self._address = f"{api}/bot{token}/getMe", ""

    async def __call__(self) -> str:
        self._address = self._address or await self._ask()
        return self._address

    async def _ask(self) -> str:
        try:
            async with ClientSession(timeout=TIMEOUT) as session, session.get(self._asked) as answer:
                name = (await answer.json())["result"]["username"]
        except (ClientError, TimeoutError, ValueError, KeyError, TypeError) as error:
            log.warning("Telegram did not say what the bot is called", error=type(error).__name__)
            return ""
        return f"https://t.me/{name}" if re.fullmatch(r"\w{1,64}", str(name), re.ASCII) else ""
