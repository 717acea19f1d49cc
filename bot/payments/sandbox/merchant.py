"""MektupX as a customer of the sandbox: opens links, checks callbacks, asks for payments, sends money back."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Final, TypeVar

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout
from yarl import URL

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
from bot.payments.sandbox import wire
from flows.words.text import Kurus

__all__ = ["SandboxProvider"]

TIMEOUT: Final = ClientTimeout(total=10)
"""Seconds for one call; afterwards its outcome is unknown and the same call is made again with the same key."""

T = TypeVar("T")


class SandboxProvider:
    """The PaymentProvider named "sandbox". Usable from the event loop it first speaks in."""

    name: Final = "sandbox"

    def __init__(self, access: Access) -> None:
        self._key, self._secret = split_credentials(access.credentials)
        self._api, self._callback, self._clock = access.api.rstrip("/"), access.callback, access.clock
        self._session: ClientSession | None = None

    async def open_link(self, checkout: Checkout) -> Link:
        wanted = wire.LinkRequest(
            checkout.order,
            checkout.number,
            checkout.amount.amount,
            "TRY",
            checkout.until,
            checkout.description,
            self._callback,
        )
        made = await self._call("POST", "/links", wire.LinkAnswer, body=wanted, key=f"link:{checkout.order}")
        return Link(made.url, made.token, made.until)

    def read_callback(self, headers: Mapping[str, str], raw: bytes) -> Hint:
        given = {name.lower(): value for name, value in headers.items()}
        time = given.get(wire.TIME_HEADER.lower(), "")
        # The time is judged first only because a signature can be computed over plain digits alone.
        if not wire.timely(time, self._clock.now()):
            raise Forged
        signature = wire.callback_signature(self._secret, time, raw)
        if not wire.same(signature, given.get(wire.SIGNATURE_HEADER.lower(), "")):
            raise Forged
        try:
            notice = msgspec.json.decode(raw, type=wire.Notice)
        except msgspec.MsgspecError:
            raise Forged from None
        return Hint(notice.order, notice.event, kept=dataclasses.asdict(notice))

    def read_return(self, raw: bytes) -> Reference | None:
        return None  # its own page says how it went

    async def query(self, order: str) -> tuple[Payment, ...]:
        found = await self._call("GET", "/payments", list[wire.PaymentAnswer], query={"order": order})
        return tuple(Payment(p.id, p.order, Kurus(p.amount), p.currency, p.status, p.at) for p in found)

    async def refund(self, payment: str, amount: Kurus, key: str) -> SettledRefund:
        done = await self._call("GET", "/refunds", wire.RefundAnswer, query={"key": key}, absent=True)
        if done is None:
            wanted = wire.RefundRequest(payment, amount.amount)
            done = await self._call("POST", "/refunds", wire.RefundAnswer, body=wanted, key=key)
        if (done.payment, done.amount) != (payment, amount.amount):
            raise ProviderError("The sandbox knows this refund key for another refund.", retry=False)
        return SettledRefund(done.payment, Kurus(done.amount))

    async def expire(self, order: str) -> None:
        await self._call("POST", "/links/close", dict[str, bool], body=wire.CloseRequest(order), key=f"close:{order}")

    async def page_closed(self, order: str) -> bool:
        found = await self._call("GET", "/links", wire.LinkState, query={"order": order}, absent=True)
        return found is not None and not found.open

    async def probe(self) -> None:
        await self.query("")

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _call(
        self,
        method: str,
        path: str,
        kind: type[T],
        *,
        body: object = None,
        query: Mapping[str, str] | None = None,
        key: str = "",
        absent: bool = False,
    ) -> Any:
        """One signed call; with `absent` a 404 is None. Raises ProviderError, worth a retry unless refused (4xx)."""
        url = URL(f"{self._api}/api{path}").with_query(query)
        raw = b"" if body is None else msgspec.json.encode(body)
        time = wire.stamp(self._clock.now())
        headers = {
            "Content-Type": "application/json",
            wire.KEY_HEADER: self._key,
            wire.TIME_HEADER: time,
            wire.IDEMPOTENCY_HEADER: key,
            wire.SIGNATURE_HEADER: wire.call_signature(
                self._secret, time=time, method=method, path=url.raw_path_qs, idempotency=key, raw=raw
            ),
        }
        self._session = self._session or ClientSession(timeout=TIMEOUT)
        try:
            async with self._session.request(method, url, data=raw, headers=headers, allow_redirects=False) as answer:
                status, said = answer.status, await answer.read()
        except (ClientError, TimeoutError) as error:
            raise ProviderError(
                f"The sandbox did not answer {method} {path}: {type(error).__name__}.", retry=True
            ) from None
        if absent and status == 404:
            return None
        if status != 200:
            lasting = 400 <= status < 500 and status not in (401, 408, 425, 429)
            raise ProviderError(f"The sandbox answered {method} {path} with {status}.", retry=not lasting)
        try:
            return msgspec.json.decode(said, type=kind)
        except msgspec.MsgspecError:
            raise ProviderError(f"The sandbox's answer to {method} {path} cannot be read.", retry=True) from None
