"""The books of the pretended iyzico: pages, payments and what was sent back. They live as long as the object."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

__all__ = ["TOKEN_LIFE", "Books", "Page", "Paid", "Refund", "Refusal"]

TOKEN_LIFE: Final = timedelta(seconds=1800)
HERE: Final = ZoneInfo("Europe/Istanbul")


class Refusal(Exception):
    """What iyzico says no to: an errorCode and its sentence. retryable: its own word on that, None for none."""

    def __init__(self, code: str, words: str, *, retryable: bool | None = None) -> None:
        super().__init__(words)
        self.code, self.words, self.retryable = code, words, retryable


@dataclass
class Page:
    """A Checkout Form. price in kuruş."""

    token: str
    conversation: str
    basket: str
    price: int
    currency: str
    callback: str
    language: str
    title: str
    until: datetime
    attempts: list[Paid] = field(default_factory=list)

    def takes_money(self, now: datetime) -> bool:
        return now < self.until and not self.attempts


@dataclass
class Refund:
    """conversation: the seller's name for it. shown: from when the report has it."""

    id: str
    conversation: str
    amount: int
    at: datetime
    shown: datetime
    whole: bool = False  # a cancellation of the same day, made in the merchant panel


@dataclass
class Paid:
    """An attempt to pay; amount in kuruş. fraud: 1 approved, 0 under review, -1 refused, None not said."""

    id: str
    page: Page
    amount: int
    currency: str
    status: Literal["SUCCESS", "FAILURE", "INIT_THREEDS"]
    fraud: int | None
    at: datetime
    refunds: list[Refund] = field(default_factory=list)

    @property
    def left(self) -> int:
        """What can still be sent back."""
        taken = self.amount if self.status == "SUCCESS" and self.fraud == 1 else 0
        return taken - sum(one.amount for one in self.refunds)


class Books:
    """lag: how long the report hides a refund that was made."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.paid: dict[str, Paid] = {}
        self.lag = timedelta(0)
        self._number = 24_000_000

    def _next(self) -> str:
        self._number += 1
        return str(self._number)

    def open(self, now: datetime, **told: Any) -> Page:
        page = Page(str(uuid.uuid4()), until=now + TOKEN_LIFE, **told)
        self.pages[page.token] = page
        return page

    def pay(self, page: Page, now: datetime, status: Any, fraud: int | None, amount: int, currency: str) -> Paid:
        paid = Paid(self._next(), page, amount, currency, status, fraud, now)
        self.paid[paid.id] = paid
        page.attempts.append(paid)
        return paid

    def refund(self, number: str, amount: int, conversation: str, now: datetime) -> Paid:
        """Not once for each conversation: the same again is paid again while money is left, as at the real one."""
        paid = self.paid.get(number)
        if paid is None:
            raise Refusal("5008", "Ödeme kaydı bulunamadı")  # the documents name no code for it
        if not 0 < amount <= paid.left:
            raise Refusal("5093", "İade tutarı kalan tutardan büyük olamaz")  # nor for this
        paid.refunds.append(Refund(self._next(), conversation, amount, now, now + self.lag))
        return paid

    def cancel(self, number: str, now: datetime) -> None:
        """What an operator does by hand in the merchant panel on the same day."""
        paid = self.paid[number]
        paid.refunds.append(Refund(self._next(), "", paid.left, now, now + self.lag, whole=True))

    def statement(self, day: date) -> list[dict[str, Any]]:
        """A day in Türkiye as `/v2/reporting/payment/transactions` tells it: what was taken and what was sent back."""
        return [line for at, line in sorted(self._lines(), key=lambda one: one[0]) if at.astimezone(HERE).date() == day]

    def _lines(self) -> Iterator[tuple[datetime, dict[str, Any]]]:
        for paid in self.paid.values():
            if paid.status != "SUCCESS" or paid.fraud == -1:
                continue
            yield paid.at, _line("PAYMENT", paid, paid.id, paid.amount, paid.at, paid.page.conversation)
            for one in paid.refunds:
                kind = "CANCEL" if one.whole else "REFUND"
                yield one.at, _line(kind, paid, one.id, one.amount, one.at, one.conversation)


def _line(kind: str, paid: Paid, number: str, amount: int, at: datetime, conversation: str) -> dict[str, Any]:
    price = f"{amount // 100}.{amount % 100:02}000000"
    return {
        "transactionType": kind,
        "transactionDate": f"{at.astimezone(HERE):%Y-%m-%d %H:%M:%S}",
        "transactionId": number,
        "transactionStatus": paid.fraud,
        "afterSettlement": 0,
        "paymentId": paid.id,
        "conversationId": conversation,
        "basketId": paid.page.basket,
        "price": price,
        "paidPrice": price,
        "transactionCurrency": paid.currency,
        "installment": 1,
    }
