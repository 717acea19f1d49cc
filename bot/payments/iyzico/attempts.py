"""What an answer about a page says of the order: money is there, on its way, refused, or nothing has happened yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.payments.iyzico.amounts import kurus
from bot.payments.iyzico.client import Client, Refused
from bot.payments.iyzico.messages import Result
from bot.payments.provider import Payment, PaymentStatus, ProviderError
from flows.words.text import Kurus

__all__ = ["Attempt", "ask"]

DETAIL: Final = "/payment/iyzipos/checkoutform/auth/ecom/detail"

FRAUD: Final[dict[int | None, PaymentStatus]] = {1: "settled", -1: "declined"}
"""fraudStatus of what was paid. 0 is under review, and a value that nobody has named is not paid either: pending."""

FRAUD_CODES: Final = frozenset({"6000", "6001"})
"""https://docs.iyzico.com/en/advanced/fraud-notifications: refused by rules, by the black list."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to pay on a page. taken: iyzico has the money, though perhaps it only holds it."""

    payment: Payment
    taken: bool = False

    @property
    def open(self) -> bool:
        """Whether the payer may still be at it."""
        return self.payment.status == "pending" and not self.taken


async def ask(client: Client, order: str, page: str, now: datetime) -> Attempt | None:
    """The attempt to pay on a page; None while iyzico knows of none. Raises ProviderError."""
    body = {"locale": "tr", "conversationId": order, "token": page}
    try:
        result = await client.post(DETAIL, body, Result)
    except Refused as refused:
        if _declined(refused.code):
            return Attempt(Payment(page, order, Kurus(0), "TRY", "declined", now))
        if refused.retry:
            raise
        return None  # 5122: nothing was paid on this page so far
    status = _status(result)
    if status is None:
        return None
    if result.payment_status == "SUCCESS" or result.signature:  # upon all else nothing is done but to say so
        _ensure_signed(client, result)
    _ensure_about(result, order, page)
    number, currency, amount = str(result.payment_id or ""), result.currency or "", _taken(result)
    if result.payment_status == "SUCCESS" and not (number and currency and amount):
        raise ProviderError("iyzico answered about a payment without its number, amount or currency.", retry=False)
    payment = Payment(number or page, order, amount or Kurus(0), currency or "TRY", status, now)
    return Attempt(payment, taken=result.payment_status == "SUCCESS" and status != "declined")


def _declined(code: str) -> bool:
    """Codes of banks have five digits and begin with 10 (docs, error codes): the attempt failed, not the question."""
    return code in FRAUD_CODES or (len(code) == 5 and code.startswith("10") and code.isdigit())


def _status(result: Result) -> PaymentStatus | None:
    match result.payment_status:
        case "SUCCESS":  # said also of money that is only held: the fraud check decides
            return FRAUD.get(result.fraud_status, "pending")
        case "FAILURE":
            return "declined"
        case None | "":
            return None
        case _:  # INIT_THREEDS, CALLBACK_THREEDS and their kind: the payer is still at the bank
            return "pending"


def _ensure_signed(client: Client, result: Result) -> None:
    client.ensure_signed(
        "what became of a page",
        result.signature,
        *(result.payment_status, result.payment_id, result.currency, result.basket_id),
        *(result.conversation_id, result.paid_price, result.price, result.token),
    )


def _ensure_about(result: Result, order: str, page: str) -> None:
    """conversationId may be null (iyzipay-php 194): then the page and the basket decide. So may all three be before
    anything was paid."""
    unsaid = None if result.payment_status == "SUCCESS" else ""
    pairs = ((result.token or unsaid, page), (result.basket_id or unsaid, order), (result.conversation_id or "", order))
    if any(said not in ("", meant) for said, meant in pairs):
        raise ProviderError("iyzico answered about another page than it was asked for.", retry=False)


def _taken(result: Result) -> Kurus | None:
    """What the payer really paid. Where it is not the order's price the order's own table holds it for a person."""
    if result.paid_price is None:
        return None
    try:
        return kurus(result.paid_price)
    except ValueError:
        raise ProviderError("iyzico answered with an amount that is none.", retry=False) from None
