"""One signed call to iyzico, and what its refusals mean."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout
from yarl import URL

from bot.base.streams import at_most
from bot.payments.iyzico.messages import Answer
from bot.payments.iyzico.signatures import Field, answer_signature, authorization, same
from bot.payments.provider import ProviderError

__all__ = ["LIVE", "SANDBOX", "Client", "Refused"]

LIVE: Final = "https://api.iyzipay.com"
SANDBOX: Final = "https://sandbox-api.iyzipay.com"

TIMEOUT: Final = ClientTimeout(total=10)
"""Seconds for one call; afterwards its outcome is unknown."""

LARGEST: Final = 512 * 1024
"""Bytes of an answer we are willing to read; the longest, a form's HTML, has a few KiB."""

PASSING: Final = frozenset({401, 403, 408, 425, 429})
"""Of the statuses that refuse (4xx) those that may pass: rights, time, too much at once."""

T = TypeVar("T", bound=Answer)


class Refused(ProviderError):
    """iyzico read our request and said no; `code` is its errorCode. undone: it has surely done nothing."""

    def __init__(self, message: str, *, retry: bool, code: str = "", undone: bool = True) -> None:
        super().__init__(message, retry=retry)
        self.code, self.undone = code, undone


@dataclass(frozen=True, slots=True)
class _Meaning:
    sentence: str
    retry: bool = True
    undone: bool = True


_BANK: Final = _Meaning("The bank behind it could not be reached.", undone=False)  # its answer may have been lost

# https://docs.iyzico.com/en/add-ons/error-codes, …/sss/hata-mesajlari and …/preliminaries/limiters. What the operator
# mends (a key, a secret) is tried again until then. Its column "Retry" is for payers: it says true to a missing e-mail.
MEANINGS: Final[Mapping[str, _Meaning]] = {
    "1000": _Meaning("The secret of the payment credentials does not belong to their key: the signature is refused."),
    "1001": _Meaning(
        "It does not know the key of the payment credentials. Keys of the sandbox begin with sandbox- and are"
        " known there only."
    ),
    "50000": _Meaning("There were more requests than it takes in a minute."),
    "100001": _Meaning("It has a fault of its own.", undone=False),
    "10214": _BANK,
    "10219": _BANK,
    "10228": _BANK,
    "10240": _BANK,
    "10241": _BANK,
    "10242": _BANK,
    "10246": _Meaning("The bank takes no refund at this moment."),
}


class Client:
    """A seller's side of the interface. Usable from the event loop it first speaks in."""

    def __init__(self, key: str, secret: bytes, api: str) -> None:
        self._key, self._secret = key, secret
        self.api = api.rstrip("/") or (SANDBOX if key.startswith("sandbox-") else LIVE)
        self._session: ClientSession | None = None

    async def post(self, path: str, body: Mapping[str, Any], kind: type[T]) -> T:
        return await self._call("POST", path, body, kind)

    async def get(self, path: str, query: Mapping[str, str], kind: type[T]) -> T:
        # The official SDK for Python signs and sends the JSON null with a GET; so do we, byte for byte.
        return await self._call("GET", path, None, kind, query)

    def ensure_signed(self, what: str, signature: str | None, *fields: Field) -> None:
        """Over these fields of an answer. Raises ProviderError for good: a person has to look."""
        try:
            genuine = same(answer_signature(self._secret, *fields), signature or "")
        except ValueError:  # a number that is no amount
            genuine = False
        if not genuine:
            raise ProviderError(f"iyzico did not sign {what}.", retry=False)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        kind: type[T],
        query: Mapping[str, str] | None = None,
    ) -> T:
        """Raises Refused for what iyzico refuses, else ProviderError, worth a retry: its outcome is unknown."""
        raw = json.dumps(body).encode("ascii")  # once, and these bytes are signed; letters beyond ASCII are escaped
        random = secrets.token_hex(8)
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "Authorization": authorization(self._key, self._secret, random, path, raw),
            "x-iyzi-rnd": random,
        }
        url = URL(f"{self.api}{path}").with_query(query)
        self._session = self._session or ClientSession(timeout=TIMEOUT)
        try:
            async with self._session.request(method, url, data=raw, headers=headers, allow_redirects=False) as answer:
                status = answer.status
                said = await at_most(answer.content, LARGEST) or b""  # what is too long cannot be understood
        except (ClientError, TimeoutError) as error:
            raise ProviderError(f"iyzico did not answer {path}: {type(error).__name__}.", retry=True) from None
        return _understood(path, status, said, kind)


def _understood(path: str, status: int, said: bytes, kind: type[T]) -> T:
    """The answer, if it is one: a page of HTML, a redirect and a fault of the server leave open what was done."""
    if not (status == 200 or 400 <= status < 500):
        raise ProviderError(f"iyzico answered {path} with {status}.", retry=True)
    try:
        answer = msgspec.json.decode(said, type=kind)
    except (msgspec.MsgspecError, ArithmeticError, UnicodeError):
        answer = kind()
    match answer.status:
        case "success" if status == 200:
            return answer
        case "failure":
            raise _refusal(path, answer)
    lasting = status != 200 and status not in PASSING
    raise ProviderError(f"iyzico answered {path} with {status} and what cannot be read.", retry=not lasting)


def _refusal(path: str, answer: Answer) -> Refused:
    code = str(answer.error_code or "")
    code = code if code.isascii() and code.isalnum() and len(code) <= 20 else "no code"
    again = bool(answer.retryable)
    meaning = MEANINGS.get(code, _Meaning("", retry=again, undone=False))  # whoever does not know it is not sure
    words = f"iyzico refused {path} ({code}). {meaning.sentence}".rstrip()
    return Refused(words, retry=meaning.retry, code=code, undone=meaning.undone)
