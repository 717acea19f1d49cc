"""What a licensed payment institution is to MektupX: it shows a page, takes the money, answers questions about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from aiohttp import web

from bot.base.clock import Clock
from bot.base.partner import PartnerError
from flows.words.text import Kurus

__all__ = [
    "Access",
    "Factory",
    "Forged",
    "Hint",
    "Hosting",
    "Institution",
    "Link",
    "OwnPage",
    "Payment",
    "PaymentProvider",
    "PaymentStatus",
    "ProviderError",
    "SettledRefund",
    "split_credentials",
]

PaymentStatus = Literal["settled", "declined", "pending"]


class ProviderError(PartnerError):
    """The institution did not do what was asked."""


class Forged(Exception):
    """A callback that the institution did not sign, or signed too long ago. Nobody is told what was wrong with it."""


@dataclass(frozen=True, slots=True)
class Link:
    """A hosted page. `reference` is the institution's own name for it; `until` is aware, in UTC."""

    url: str
    reference: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Hint:
    """What a verified callback is worth: ask about this order. `event_key` is the same each time it is repeated."""

    order: str
    event_key: str


@dataclass(frozen=True, slots=True)
class Payment:
    """One attempt to pay, as the institution's books have it. `id` is its number, unique within the institution."""

    id: str
    order: str
    amount: Kurus
    currency: str
    status: PaymentStatus
    at: datetime


@dataclass(frozen=True, slots=True)
class SettledRefund:
    """Money on its way back to the payer."""

    payment: str
    amount: Kurus


@dataclass(frozen=True, slots=True)
class Access:
    """How an institution is reached.

    credentials: what it gave the seller, as one string ("key:secret"); never logged, hence absent from the repr.
    api: where we show its page, root of its interface, without a slash at the end; "" for one that knows its own.
    callback: our own public address for its callbacks.
    """

    credentials: str
    api: str
    callback: str
    clock: Clock

    def __repr__(self) -> str:
        return f"Access(api={self.api!r}, callback={self.callback!r})"


def split_credentials(credentials: str) -> tuple[str, bytes]:
    """ "key:secret" in its two halves; a ValueError says what is expected without repeating what was given."""
    key, colon, secret = credentials.partition(":")
    if not (key and colon and secret):
        raise ValueError(
            "The payment credentials must read key:secret, as the institution's merchant panel shows them."
        )
    return key, secret.encode()


class PaymentProvider(Protocol):
    """One institution. Every call but `read_callback` may raise ProviderError; none is made inside a transaction."""

    @property
    def name(self) -> str:
        """As in the settings, in /payments/{name} and in the keys of events: lower case, ASCII."""

    async def open_link(self, order: str, number_text: str, amount: Kurus, until: datetime, description: str) -> Link:
        """The page on which exactly `amount` can be paid until `until` (aware).

        Idempotent by `order` (its id, stored before this call): asking again, after a time-out or a restart, gives the
        same page. `number_text` ("MX000123") and `description` are what the payer reads; neither names a person.
        """

    def read_callback(self, headers: Mapping[str, str], raw: bytes) -> Hint:
        """Verifies the signature over these very bytes, in constant time, before reading them; else raises Forged."""

    async def query(self, order: str) -> tuple[Payment, ...]:
        """All attempts to pay for an order, oldest first; () without any. This answer, and no callback, decides."""

    async def refund(self, payment: str, amount: Kurus, key: str) -> SettledRefund:
        """Sends `amount` of a payment back, once for each `key`.

        Looks the key up first, so that a call whose answer was lost can be made again. More than was paid is refused
        for good.
        """

    async def expire(self, order: str) -> None:
        """Closes the page: from now on it takes no money. Closing a closed or unknown page is fine."""

    async def close(self) -> None:
        """Lets go of connections when the service stops."""


Factory = Callable[[Access], PaymentProvider]


class OwnPage(Protocol):
    """The page of an institution that has none of its own: our web server shows it."""

    @property
    def busy(self) -> bool:
        """Whether a callback of it is still to be made."""

    def app(self) -> web.Application:
        """What is shown under /{name}."""


@dataclass(frozen=True, slots=True)
class Hosting:
    """What such a page is given: a folder for its books, the credentials that it checks, the clock, who sells, and the
    address under which we show it."""

    folder: Path
    credentials: str
    clock: Clock
    seller: str
    address: str

    def __repr__(self) -> str:
        return f"Hosting(address={self.address!r})"


@dataclass(frozen=True, slots=True)
class Institution:
    """A line of the registry. page: for one whose page we show ourselves, its api is there too. credentials: those of
    one that needs none of the operator, else ""."""

    provider: Factory
    page: Callable[[Hosting], OwnPage] | None = None
    credentials: str = ""
