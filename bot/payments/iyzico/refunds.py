"""Money sent back once: looked up before it is sent, noted before it is sent, and looked up again after a silence.

iyzico has no idempotency keys (https://docs.iyzico.com/en/getting-started/preliminaries/idempotency): the same refund
asked for twice is paid twice while money is left. So our key travels as its conversationId, and the report of the
payment tells whether it was there before (https://docs.iyzico.com/en/advanced/reporting-service).

The cancellation of the same day (/payment/cancel) is not used: it gives back all or nothing, and is answered unsigned.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from bot.payments.iyzico.amounts import kurus
from bot.payments.iyzico.client import Client, Refused
from bot.payments.iyzico.messages import Report, Reported, Reversal
from bot.payments.provider import ProviderError, References, SettledRefund
from bot.payments.refund_attempts import RefundAttempts
from flows.words.text import Kurus

__all__ = ["Refunds"]

REPORT: Final = "/v2/reporting/payment/details"
REFUND: Final = "/v2/payment/refund"

DONE: Final = 1
UNDER_WAY: Final = frozenset({None, 0})
"""refundStatus; the documents name no values, 1 is seen for a refund that was made."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What the report says of a payment. paid: None while it is not there yet. ours: sent back under our key; others:
    under another, or by hand. unsure: how far refunds of our key are that are not made."""

    order: str = ""
    paid: Kurus | None = None
    currency: str = "TRY"
    ours: int = 0
    others: int = 0
    unsure: frozenset[int | None] = frozenset()

    @property
    def left(self) -> int | None:
        return None if self.paid is None else self.paid.amount - self.others


class Refunds:
    """references: where an attempt is noted, so that a crash between sending and hearing does not pay twice."""

    def __init__(self, client: Client, references: References) -> None:
        self._client, self._references = client, references
        self._attempts = RefundAttempts("iyzico", references)

    async def refund(self, payment: str, amount: Kurus, key: str, now: datetime) -> SettledRefund:
        """Once for each key. Raises ProviderError: for good when less is left than asked for."""
        if amount.amount <= 0:
            raise ProviderError("A refund of nothing was asked of iyzico.", retry=False)
        order = await self._references.order_of("payment", payment)
        async with self._attempts.in_doubt(payment, key, order):
            return await self._refund(payment, amount, key, now, order)

    async def _refund(self, payment: str, amount: Kurus, key: str, now: datetime, order: str) -> SettledRefund:
        told = await self._told(payment, key)
        if (done := self._done(told, payment, amount)) is not None:
            return done
        order = order or told.order
        if not order and told.paid is None:
            raise ProviderError("iyzico knows no such payment, nor do we.", retry=False)
        if told.left is not None and amount.amount > told.left:
            raise ProviderError("More was to be refunded at iyzico than is left of the payment.", retry=False)
        before = await self._attempts.unanswered(payment, key, order)
        if before and told.paid is None:
            raise ProviderError("A refund at iyzico went unanswered; its report is not there yet.", retry=True)
        whole = told.paid == amount
        attempt = await self._attempts.begin(payment, key, now, whole=whole, order=order)
        try:
            return await self._send(payment, amount, told.currency, key)
        except Refused as refused:
            if refused.undone:
                await self._attempts.refused(payment, attempt)
            if not before or refused.retry:
                raise
            # It may have been ours that was made and emptied the payment.
            if (done := self._done(await self._told(payment, key), payment, amount)) is None:
                raise self._attempts.refused_again() from None
            return done

    async def _told(self, payment: str, key: str) -> _Told:
        """Of all payments the report may have, the one that was asked for."""
        report = await self._client.get(REPORT, {"paymentId": payment}, Report)
        found = next((one for one in report.payments or () if str(one.payment_id or "") == payment), None)
        if found is None:
            return _Told()
        back = tuple(_back(found))
        ours = sum(sent for name, sent, status in back if name == key and status == DONE)
        others = sum(sent for name, sent, status in back if name != key and status in {DONE} | UNDER_WAY)
        unsure = frozenset(status for name, _, status in back if name == key and status != DONE)
        paid, currency = _kurus(found.paid_price), found.currency or "TRY"
        return _Told(found.payment_conversation_id or "", paid, currency, ours, others, unsure)

    @staticmethod
    def _done(told: _Told, payment: str, amount: Kurus) -> SettledRefund | None:
        """The refund that was made before; None if there is none. Raises ProviderError for one that is not this."""
        if told.ours == amount.amount:
            return SettledRefund(payment, amount)
        if told.ours:
            raise ProviderError("iyzico knows this refund key for another amount.", retry=False)
        if told.unsure:
            raise ProviderError("iyzico has this refund, and has not made it so far.", retry=told.unsure <= UNDER_WAY)
        return None

    async def _send(self, payment: str, amount: Kurus, currency: str, key: str) -> SettledRefund:
        body = {
            "locale": "tr",
            "conversationId": key,
            "paymentId": payment,
            "price": amount.lira,
            "currency": currency,  # of the payment: one in dollars goes back in dollars
            "ip": "127.0.0.1",  # no person's browser is behind a refund: the service itself asks
        }
        made = await self._client.post(REFUND, body, Reversal)
        fields = (made.payment_id, made.price, made.currency, made.conversation_id)
        self._client.ensure_signed("a refund", made.signature, *fields)
        # A refund once gave everything back because a field had another name (kasapay 60): the answer is compared.
        if (str(made.payment_id), _kurus(made.price), made.conversation_id or key) != (payment, amount, key):
            raise ProviderError("iyzico made another refund than it was asked for.", retry=False)
        return SettledRefund(payment, amount)


def _back(payment: Reported) -> Iterator[tuple[str, int, int | None]]:
    """All that was sent back of a payment: under which name, how many kuruş, and how far it is."""
    found = [("", one.refund_price, one.refund_status) for one in payment.cancels or ()]
    for item in payment.item_transactions or ():
        found += [(one.refund_conversation_id or "", one.refund_price, one.refund_status) for one in item.refunds or ()]
    for name, price, status in found:
        if (sent := _kurus(price)) is not None:
            yield name, sent.amount, status


def _kurus(price: Decimal | None) -> Kurus | None:
    try:
        return None if price is None else kurus(price)
    except ValueError:
        raise ProviderError("iyzico named an amount that is none.", retry=False) from None
