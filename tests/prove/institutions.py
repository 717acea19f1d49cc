"""The two pretended institutions as a history of money meets them: payers, callbacks, faults, and their books."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Protocol

from aiohttp import ClientSession, web
from yarl import URL

from bot.base.clock import Clock
from bot.payments.iyzico import IYZICO
from bot.payments.paytr import PAYTR
from bot.payments.paytr.wire import reference_no
from bot.payments.provider import Institution
from tests.institutions.iyzico import FakeIyzico
from tests.institutions.iyzico.books import Refusal
from tests.institutions.paytr import PayTR
from tests.institutions.paytr.books import Return

__all__ = ["HOUSES", "House", "Sum"]


@dataclass(frozen=True, slots=True)
class Sum:
    """A payment as the institution's books have it, in kuruş."""

    number: str
    paid: int
    currency: str
    refunds: tuple[int, ...]


class House(Protocol):
    """An institution, and what a history does there."""

    institution: Institution
    credentials: str
    callback: str
    app: web.Application

    def page(self, url: str) -> str:
        """Which page an address leads to."""

    def act(self, page: str, dice: random.Random) -> str:
        """What a payer does there; its name."""

    def spoil(self, dice: random.Random) -> None:
        """One of the next answers goes wrong."""

    def fall_silent(self, dice: random.Random) -> None:
        """The next answer to a refund is lost, whether or not it is made; and the list of refunds lags from now on."""

    def calm(self) -> None:
        """From here on everything is answered, and listed at once."""

    async def call(self, dice: random.Random) -> None:
        """Some of the callbacks that are owed are made, in any order, some twice; some are lost for good."""

    async def forge(self, order: str, http: ClientSession) -> list[int]:
        """Somebody else calls; the answers' status."""

    def sums(self, order: str) -> list[Sum]:
        """What was paid for an order, and what went back."""

    # What a person sees and does in the merchant panel, which lags behind nothing.

    def made(self, payment: str, key: str) -> bool:
        """Whether a refund of that key was made."""

    def give_back(self, payment: str, amount: int) -> bool:
        """Makes a refund by hand; False where less is left."""


LAGS: Final = (0, 1, 60, 180)
"""Minutes by which a list may lag; refunds that were not answered wait for two (bot.payments.refund_attempts)."""


class IyzicoHouse:
    institution = IYZICO
    credentials = "sandbox-key:sandbox-secret"
    ACTS: Final = ("pay",) * 6 + ("decline", "hold", "less", "more", "currency", "lost", "late", "twice", "unsigned")
    FAULTS: Final = ("html", "html_done", "error", "error_done", "redirect", "unheard", "lost", "limit")
    SILENT: Final = ("html", "html_done", "error", "error_done", "unheard", "lost")

    def __init__(self, clock: Clock, callback: str) -> None:
        self.callback, self._clock = callback, clock
        self._fake = FakeIyzico(self.credentials, clock, webhook=callback)
        self.app = self._fake.app()

    def page(self, url: str) -> str:
        return URL(url).query["token"]

    def act(self, page: str, dice: random.Random) -> str:
        name = dice.choice(self.ACTS)
        self._fake.act(page, name)
        return name

    def spoil(self, dice: random.Random) -> None:
        self._fake.spoil(dice.choice(self.FAULTS), dice.choice(("initialize", "detail", "refund", "report", "")))

    def fall_silent(self, dice: random.Random) -> None:
        self._fake.books.lag = timedelta(minutes=dice.choice(LAGS))
        self._fake.spoil(dice.choice(self.SILENT), "refund")

    def calm(self) -> None:
        self._fake.books.lag = timedelta(0)
        self._fake._spoilt.clear()
        for paid in self._fake.books.paid.values():
            if paid.fraud == 0:
                self._fake.review(paid.id, approved=True)

    async def call(self, dice: random.Random) -> None:
        owed = self._fake.owed
        dice.shuffle(owed)
        self._fake.owed = [one for one in owed if dice.random() > 0.2]  # a fifth is lost
        self._fake.owed += [one for one in self._fake.owed if dice.random() < 0.3]
        await self._fake.deliver()

    async def forge(self, order: str, http: ClientSession) -> list[int]:
        tokens = [page.token for page in self._fake.books.pages.values() if page.conversation == order]
        token = tokens[-1] if tokens else "0" * 36
        body = {
            "iyziEventType": "CHECKOUT_FORM_AUTH", "status": "SUCCESS", "token": token, "iyziPaymentId": 1,
            "paymentConversationId": order,
        }  # fmt: skip
        return await _posted(http, self.callback, json.dumps(body), {"X-IYZ-SIGNATURE-V3": "f" * 64})

    def sums(self, order: str) -> list[Sum]:
        return [
            Sum(paid.id, paid.amount, paid.currency, tuple(one.amount for one in paid.refunds))
            for paid in self._fake.books.paid.values()
            if paid.page.conversation == order and paid.status == "SUCCESS"
        ]

    def made(self, payment: str, key: str) -> bool:
        return any(one.conversation == key for one in self._fake.books.paid[payment].refunds)

    def give_back(self, payment: str, amount: int) -> bool:
        with suppress(Refusal):
            self._fake.books.refund(payment, amount, "", self._clock.now())
            return True
        return False


class PayTRHouse:
    institution = PAYTR
    credentials = "123456:key-of-the-store:salt-of-the-store"
    ACTS: Final = ("pay",) * 6 + ("decline", "twice", "wrong", "instalments")
    FAULTS: Final = ("lost", "truncated", "unavailable", "html", "redirect")
    SILENT: Final = ("lost", "lost", "truncated", "unavailable")
    CALLS: Final = ("link/create", "link/delete", "durum-sorgu", "iade")

    def __init__(self, clock: Clock, callback: str) -> None:
        self.callback, self._clock = callback, clock
        self._fake = PayTR(self.credentials, clock)
        self._fake.holding = True
        self.app = self._fake.app()

    def page(self, url: str) -> str:
        return URL(url).name

    def act(self, page: str, dice: random.Random) -> str:
        name = dice.choice(self.ACTS)
        self._fake.pay(page, name, anyway=dice.random() < 0.1)
        return name

    def spoil(self, dice: random.Random) -> None:
        self._fake.fail(dice.choice(self.CALLS), dice.choice(self.FAULTS))

    def fall_silent(self, dice: random.Random) -> None:
        self._fake.books.lag = timedelta(minutes=dice.choice(LAGS))
        self._fake.fail("iade", dice.choice(self.SILENT))

    def calm(self) -> None:
        self._fake.books.lag = timedelta(0)
        for waiting in self._fake._faults.values():
            waiting.clear()

    async def call(self, dice: random.Random) -> None:
        """None is lost for good: PayTR repeats each until it reads OK."""
        owed = list(self._fake.waiting)
        dice.shuffle(owed)
        for notice in owed[: dice.randrange(len(owed) + 1)]:
            for _ in range(dice.choice((1, 1, 2, 3))):
                await self._fake.knock(notice)

    async def forge(self, order: str, http: ClientSession) -> list[int]:
        form = {"callback_id": order, "merchant_oid": "PTFORGED", "status": "success", "total_amount": "4850"}
        return await _posted(http, self.callback, {**form, "hash": "A" * 44}, {})

    def sums(self, order: str) -> list[Sum]:
        return [
            Sum(sale.oid, sale.amount, "TRY", tuple(one.amount for one in sale.returns))
            for sale in self._fake.books.sales.values()
            if sale.link.order == order
        ]

    def made(self, payment: str, key: str) -> bool:
        return any(one.reference == reference_no(key) for one in self._fake.books.sales[payment].returns)

    def give_back(self, payment: str, amount: int) -> bool:
        sale, now = self._fake.books.sales[payment], self._clock.now()
        if enough := amount <= sale.left:
            sale.returns.append(Return(amount, now, "", now))
        return enough


async def _posted(http: ClientSession, url: str, body: Any, headers: Mapping[str, str]) -> list[int]:
    found = []
    for _ in range(2):
        async with http.post(url, data=body, headers=headers) as answer:
            found.append(answer.status)
    return found


HOUSES: Final[Mapping[str, type[IyzicoHouse] | type[PayTRHouse]]] = {"iyzico": IyzicoHouse, "paytr": PayTRHouse}
