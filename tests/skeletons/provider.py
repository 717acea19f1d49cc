"""A payment institution with a signed JSON interface: the smallest whole PaymentProvider."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.payments.provider import (
    Access,
    Checkout,
    Forged,
    Hint,
    Link,
    Payment,
    ProviderError,
    Reference,
    SettledRefund,
    split_credentials,
)
from flows.words.text import Kurus

__all__ = ["ExampleProvider"]

API: Final = "https://api.example"
"""Where the institution is reached; a test gives another one."""


class ExampleProvider:
    """The PaymentProvider named "example"."""

    name: Final = "example"

    def __init__(self, access: Access) -> None:
        self._key, self._secret = split_credentials(access.credentials)
        self._api, self._callback = access.api or API, access.callback
        self._session: ClientSession | None = None

    async def open_link(self, checkout: Checkout) -> Link:
        wanted = {
            "id": checkout.order,
            "title": f"{checkout.number}: {checkout.description}",
            "amount": checkout.amount.amount,
            "until": checkout.until.isoformat(),
            "callback": self._callback,
        }
        made = await self._call("PUT", f"/links/{checkout.order}", wanted)
        return Link(made["url"], made["reference"], checkout.until)

    def read_callback(self, headers: Mapping[str, str], raw: bytes) -> Hint:
        """The signature first, over the very bytes that came; nothing is read before it."""
        given = {name.lower(): value for name, value in headers.items()}
        wanted = hmac.new(self._secret, raw, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(wanted.encode(), given.get("x-signature", "").encode()):
            raise Forged
        try:
            said = json.loads(raw)
            kept = {name: str(said[name]) for name in ("order", "event")}
        except (ValueError, TypeError, KeyError):
            raise Forged from None
        return Hint(kept["order"], kept["event"], kept=kept)

    def read_return(self, raw: bytes) -> Reference | None:
        return None  # its page leads nobody back

    async def query(self, order: str) -> tuple[Payment, ...]:
        found = await self._call("GET", f"/links/{order}/payments")
        return tuple(
            Payment(
                one["id"],
                order,
                Kurus(one["amount"]),
                one["currency"],
                one["status"],
                datetime.fromisoformat(one["at"]),
            )
            for one in found
        )

    async def refund(self, payment: str, amount: Kurus, key: str) -> SettledRefund:
        """PUT under our own key: the institution itself keeps a second call from paying twice."""
        done = await self._call("PUT", f"/refunds/{key}", {"payment": payment, "amount": amount.amount})
        return SettledRefund(done["payment"], Kurus(done["amount"]))

    async def expire(self, order: str) -> None:
        await self._call("DELETE", f"/links/{order}")

    async def probe(self) -> None:
        await self._call("GET", "/account")

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _call(self, method: str, path: str, body: object = None) -> Any:
        """One call. What they refuse (4xx) is refused for good; all else is worth another try."""
        self._session = self._session or ClientSession(timeout=ClientTimeout(total=10))
        headers = {"Authorization": f"Bearer {self._key}:{self._secret.decode()}"}
        try:
            async with self._session.request(method, self._api + path, json=body, headers=headers) as answer:
                if answer.status != 200:
                    lasting = 400 <= answer.status < 500 and answer.status not in (401, 408, 425, 429)
                    raise ProviderError(f"example answered {method} with {answer.status}.", retry=not lasting)
                return await answer.json()
        except (ClientError, TimeoutError, ValueError) as error:
            raise ProviderError(f"example did not answer {method}: {type(error).__name__}.", retry=True) from None
