"""Fetches a file somebody has sent to one of our two bots; a file's name means nothing to the other one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import aiohttp

from bot.base.partner import PartnerError
from bot.base.streams import at_most
from bot.messenger.protocol import Files
from storage.store.store import Store
from storage.support import pictures

__all__ = ["FileError", "TelegramFiles", "nowhere", "picture"]

LARGEST: Final = 20 * 1024 * 1024  # Bot API, getFile
TIMEOUT: Final = aiohttp.ClientTimeout(total=60, connect=10)


class FileError(PartnerError):
    """A file could not be fetched."""


async def nowhere(bot: str, file: str) -> bytes:
    """For a process that has no messenger."""
    raise FileError("no messenger to fetch files from", retry=False)


async def picture(store: Store, mark: str) -> Files:
    """Of a ticket; no file where it has been erased meanwhile: the words that go with it are said all the same."""
    held = await store.do(pictures.read, mark)
    return Files((held,)) if held else Files()


class TelegramFiles:
    """Two plain requests of the Bot API; the worker that makes them needs nothing else of a bot's library.

    tokens: by the name of the bot, "customer" and "staff".
    """

    def __init__(self, api: str, tokens: Mapping[str, str]) -> None:
        self._api = api
        self._tokens = tokens

    async def fetch(self, bot: str, file: str) -> bytes:
        """The whole file. Errors: FileError."""
        token = self._tokens[bot]
        try:
            async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
                path = await self._path(session, token, file)
                async with session.get(f"{self._api}/file/bot{token}/{path}") as answer:
                    if answer.status != 200:
                        raise FileError(f"download answered {answer.status}", retry=answer.status != 404)
                    content = await at_most(answer.content, LARGEST)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise FileError(f"Telegram could not be reached: {type(error).__name__}", retry=True) from None
        if not content:
            raise FileError("an empty file, or too large a one", retry=False)
        return content

    async def _path(self, session: aiohttp.ClientSession, token: str, file: str) -> str:
        """A path that is good for an hour (Bot API, File). 400: too big, or no file of this bot; all else may pass."""
        async with session.post(f"{self._api}/bot{token}/getFile", json={"file_id": file}) as answer:
            if answer.status != 200:
                raise FileError(f"getFile answered {answer.status}", retry=answer.status != 400)
            said: Any = await answer.json(content_type=None)
        path = said.get("result", {}).get("file_path") if isinstance(said, dict) else None
        if not isinstance(path, str):
            raise FileError("getFile named no path", retry=True)
        return path
