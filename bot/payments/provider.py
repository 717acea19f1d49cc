"""What a licensed payment institution is to MektupX: it shows a page, takes the money, answers questions about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

from aiohttp import web

from bot.base.clock import Clock
from bot.base.partner import PartnerError
from flows.words.text import Kurus

__all__ = [
    "Access",
    "Checkout",
    "Factory",
    "Forged",
    "Hint",
    "Hosting",
    "Institution",
    "Link",
    "Needs",
    "OwnPage",
    "Payer",
    "Payment",
    "PaymentProvider",
    "PaymentStatus",
    "ProviderError",
    "Reference",
    "References",
    "SettledRefund",
    "TellsClosing",
    "split_credentials",
]

PaymentStatus = Literal["settled", "declined", "pending"]


class ProviderError(PartnerError):
    """The institution did not do what was asked."""


class Forged(Exception):
    """A callback that the institution did not sign, or signed too long ago. Nobody is told what was wrong with it."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What an institution demands to know of the payer beyond the order.

    Only then is it asked for, kept and named in the notice (KVKK m.4: as much as the purpose needs).
    """

    national_id: bool = False  # TCKN, eleven digits
    ip: bool = False
    identity: bool = False  # name, e-mail, address of the invoice


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays, with what the institution `Needs`; all else is empty. `ip`: of the browser that opens the page.

    address: of the invoice, in one line; city: its il.
    """

    name: str = ""
    surname: str = ""
    email: str = ""
    national_id: str = ""
    address: str = ""
    city: str = ""
    ip: str = ""

    def __repr__(self) -> str:
        return "Payer(…)"


@dataclass(frozen=True, slots=True)
class Checkout:
    """What is to be paid for. `order` is its id, `number` ("MX000123") and `description` what the payer reads; neither
    names a person. The page takes exactly `amount`, in TRY, until `until` (aware). language: of the page, "tr" or "en".
    """

    order: str
    number: str
    amount: Kurus
    until: datetime
    description: str
    language: str = "tr"
    payer: Payer = field(default_factory=Payer)


@dataclass(frozen=True, slots=True)
class Link:
    """A hosted page. `reference` is the institution's own name for it; `until` is aware, in UTC."""

    url: str
    reference: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Reference:
    """What an institution calls something of an order: kind "page" is a page it shows, "payment" an attempt to pay.

    name: at most 200 characters, unique within institution and kind. url, until: of a page.
    """

    kind: Literal["page", "payment"]
    name: str
    url: str = ""
    until: datetime | None = None


class References(Protocol):
    """What is remembered of an institution's references, for one that cannot be asked by our own order ids."""

    async def note(self, order: str, reference: Reference) -> bool:
        """Remembers it durably, and says whether it is new; noting the same one again changes nothing."""

    async def of(self, order: str) -> tuple[Reference, ...]:
        """Those of an order, oldest first."""

    async def order_of(self, kind: str, name: str) -> str:
        """The order that a reference belongs to, "" for an unknown one."""


@dataclass(frozen=True, slots=True)
class Hint:
    """What a verified callback is worth: ask about this order. `event_key` is the same each time it is repeated.

    order: "" where the callback names only a `reference`. kept: the listed fields of the callback, all that is kept of
    it. trouble: "card" where the body held a card's number; then nothing of it is kept.
    """

    order: str
    event_key: str
    reference: Reference | None = None
    kept: Mapping[str, str] = field(default_factory=dict)
    trouble: Literal["", "card"] = ""


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
    api: root of its interface, without a slash at the end; "" for one that knows its own. Of one whose page we show,
    it is there too. callback: our own public address for its callbacks; "/return" below it is where a browser comes
    back to. references: what it calls our orders.
    """

    credentials: str
    api: str
    callback: str
    clock: Clock
    references: References

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

    async def open_link(self, checkout: Checkout) -> Link:
        """The page on which the order can be paid.

        Asking again, after a time-out or a restart, gives the same page while it lives: by the order's id, which is
        stored before this call, or by the page that was noted in `References`.
        """

    def read_callback(self, headers: Mapping[str, str], raw: bytes) -> Hint:
        """Verifies the signature over these very bytes, in constant time, before reading them; else raises Forged."""

    def read_return(self, raw: bytes) -> Reference | None:
        """What the payer's browser brings back from the page: nothing signed, only a reason to ask. None: nothing."""

    async def query(self, order: str) -> tuple[Payment, ...]:
        """All attempts to pay for an order, oldest first; () without any. This answer, and no callback, decides.

        Where one of several cannot be read, `Unread` carries the others.
        """

    async def refund(self, payment: str, amount: Kurus, key: str) -> SettledRefund:
        """Sends `amount` of a payment back, once for each `key`.

        Looks the key up first, so that a call whose answer was lost can be made again. More than was paid is refused
        for good.
        """

    async def expire(self, order: str) -> None:
        """Closes the page: from now on it takes no money. Closing a closed or unknown page is fine. Where the
        institution cannot close it, it ends by itself, and what is paid there meanwhile is given back."""

    async def probe(self) -> None:
        """Asks something harmless with our credentials; ProviderError says what is wrong with them or the clock."""

    async def close(self) -> None:
        """Lets go of connections when the service stops."""


@runtime_checkable
class TellsClosing(Protocol):
    """An institution that can say whether a page takes no more money, by its time or by somebody in its panel."""

    async def page_closed(self, order: str) -> bool:
        """False for a page that was never opened."""


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
    """A line of the registry, and what the institution says of itself.

    page: for one whose page we show ourselves. credentials: those of one that needs none of the operator, else "".
    needs: what it demands to know of the payer. lazily: its pages end sooner than our 24 hours, so our own link opens
    one when it is followed. partial_refunds: a part of a payment can be given back. by_order: it can be asked about an
    order without one of its own references. callback_answer: the exact words it waits for.
    """

    provider: Factory
    page: Callable[[Hosting], OwnPage] | None = None
    credentials: str = ""
    needs: Needs = Needs()
    lazily: bool = False
    partial_refunds: bool = True
    by_order: bool = True
    callback_answer: str = "OK"
