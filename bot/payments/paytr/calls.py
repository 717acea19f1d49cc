"""Calls of PayTR: one signed form posted, one JSON object read; refusals told from failures."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.base.streams import at_most
from bot.payments.paytr import wire
from bot.payments.provider import ProviderError

__all__ = ["Calls", "Refused", "answered"]

TIMEOUT: Final = ClientTimeout(total=20)
"""Seconds for one call, as in PayTR's own samples; afterwards its outcome is unknown."""

LARGEST: Final = 256 * 1024
"""Bytes of an answer we are willing to read; a payment with all its refunds has a few thousand."""

_READABLE: Final = re.compile(r"[\w .,:;()'/-]{1,160}")
_LONG_NUMBER: Final = re.compile(r"\d{6}")


class Refused(Exception):
    """PayTR read the call, and has not done it. code: its err_no; reason: its words, for the operator; "" without."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code} {reason}".strip() or "no reason given")
        self.code, self.reason = code, reason

    def about(self, *words: str) -> bool:
        """Whether the reason has one of these words."""
        return any(word in self.reason.casefold() for word in words)


class Calls:
    """Usable from the event loop it first speaks in."""

    def __init__(self, credentials: wire.Credentials, api: str) -> None:
        self._credentials, self._api = credentials, api.rstrip("/")
        self._session: ClientSession | None = None

    async def post(self, path: str, **form: str) -> dict[str, Any]:
        """What `answered` makes of the answer; a ProviderError worth another try where there is none."""
        self._session = self._session or ClientSession(timeout=TIMEOUT)
        data = wire.signed(self._credentials, path, form)
        try:
            async with self._session.post(self._api + path, data=data, allow_redirects=False) as answer:
                status = answer.status
                said = await at_most(answer.content, LARGEST) or b""  # what is too long is no answer
        except (ClientError, TimeoutError) as error:
            raise ProviderError(f"PayTR did not answer {path}: {type(error).__name__}.", retry=True) from None
        return answered(path, status, said)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None


def answered(path: str, status: int, said: bytes) -> dict[str, Any]:
    """What PayTR says when it says "success"; Refused, or a ProviderError worth another try.

    PayTR refuses in JSON, with 200. Any other status comes from something before it, and says nothing of the call.
    """
    if status != 200:
        raise ProviderError(f"PayTR answered {path} with {status}.", retry=True)
    try:
        read = json.loads(said, parse_float=str, parse_int=str)  # no amount is ever a float
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        raise ProviderError(f"PayTR's answer to {path} is no JSON object.", retry=True)
    if read.get("status") == "success":
        return read
    if read.get("status") in ("error", "failed"):
        raise Refused(_words(read, "err_no"), _words(read, "reason") or _words(read, "err_msg"))
    raise ProviderError(f"PayTR's answer to {path} says neither that it was done nor that it was not.", retry=True)


def _words(answer: dict[str, Any], field: str) -> str:
    """What an answer says there, if an operator may read it in a log: a sentence without long numbers."""
    said = answer.get(field)
    if isinstance(said, str) and _READABLE.fullmatch(said) and not _LONG_NUMBER.search(said):
        return said
    return ""
