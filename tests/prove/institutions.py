"""The two pretended institutions as a history of money meets them: payers, callbacks, faults, and their books."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from aiohttp import ClientSession, web
from yarl import URL

from bot.base.clock import Clock
from bot.payments.iyzico import IYZICO
from bot.payments.paytr import PAYTR
from bot.payments.provider import Institution
from tests.institutions.iyzico import FakeIyzico
from tests.institutions.paytr import PayTR

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

    def calm(self) -> None:
        """From here on everything is answered."""

    async def call(self, dice: random.Random) -> None:
        """Some of the callbacks that are owed are made, in any order, some twice; some are lost for good."""

    async def forge(self, order: str, http: ClientSession) -> list[int]:
        """Somebody else calls; the answers' status."""

    def sums(self, order: str) -> list[Sum]:
        """What was paid for an order, and what went back."""


class IyzicoHouse:
    institution = IYZICO
    credentials = "sandbox-key:sandbox-secret"
    ACTS: Final = ("pay",) * 6 + ("decline", "hold", "less", "more", "currency", "lost", "late", "twice", "unsigned")
    FAULTS: Final = ("html", "html_done", "error", "error_done", "redirect", "unheard", "lost", "limit")

    def __init__(self, clock: Clock, callback: str) -> None:
        self.callback = callback
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

    def calm(self) -> None:
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


class PayTRHouse:
    institution = PAYTR
    credentials = "123456:key-of-the-store:salt-of-the-store"
    ACTS: Final = ("pay",) * 6 + ("decline", "twice", "wrong", "instalments")
    FAULTS: Final = ("lost", "truncated", "unavailable", "html", "redirect")
    CALLS: Final = ("link/create", "link/delete", "durum-sorgu", "iade")

    def __init__(self, clock: Clock, callback: str) -> None:
        self.callback = callback
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

    def calm(self) -> None:
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


async def _posted(http: ClientSession, url: str, body: Any, headers: Mapping[str, str]) -> list[int]:
    found = []
    for _ in range(2):
        async with http.post(url, data=body, headers=headers) as answer:
            found.append(answer.status)
    return found


HOUSES: Final[Mapping[str, type[IyzicoHouse] | type[PayTRHouse]]] = {"iyzico": IyzicoHouse, "paytr": PayTRHouse}
