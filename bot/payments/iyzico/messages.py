"""What iyzico answers, as far as it is read: amounts as Decimal, identifiers as text or number, all else left out."""

from __future__ import annotations

from decimal import Decimal

import msgspec

__all__ = [
    "Answer",
    "Cancelled",
    "Item",
    "Opened",
    "Paid",
    "Refunded",
    "Report",
    "Reported",
    "Result",
    "Reversal",
]


class Answer(msgspec.Struct, frozen=True, rename="camel"):
    """What each answer says. The words of an error are not read: they may repeat what a person has given."""

    status: str | None = None
    error_code: str | int | None = None
    retryable: bool | None = None
    system_time: int | None = None  # milliseconds since 1970
    conversation_id: str | None = None
    signature: str | None = None


class Opened(Answer, frozen=True, rename="camel"):
    """A page was made. token_expire_time: seconds."""

    token: str | None = None
    payment_page_url: str | None = None
    token_expire_time: int | None = None


class Result(Answer, frozen=True, rename="camel"):
    """What became of a page."""

    payment_status: str | None = None
    fraud_status: int | None = None
    payment_id: str | int | None = None
    currency: str | None = None
    basket_id: str | None = None
    paid_price: Decimal | None = None
    price: Decimal | None = None
    token: str | None = None


class Reversal(Answer, frozen=True, rename="camel"):
    """Money was sent back."""

    payment_id: str | int | None = None
    price: Decimal | None = None
    currency: str | None = None


class Refunded(msgspec.Struct, frozen=True, rename="camel"):
    """One refund, of a line of the basket. refund_status: 1 done; iyzico names no other value."""

    refund_conversation_id: str | None = None
    refund_price: Decimal | None = None
    refund_status: int | None = None


class Cancelled(msgspec.Struct, frozen=True, rename="camel"):
    """The whole payment was cancelled, by hand in the merchant panel: we ourselves never do."""

    refund_price: Decimal | None = None
    refund_status: int | None = None


class Item(msgspec.Struct, frozen=True, rename="camel"):
    """A line of the basket."""

    refunds: tuple[Refunded, ...] | None = None


class Reported(msgspec.Struct, frozen=True, rename="camel"):
    """A payment with all that was sent back of it. paid_price: what was collected."""

    payment_id: str | int | None = None
    paid_price: Decimal | None = None
    currency: str | None = None
    payment_conversation_id: str | None = None
    cancels: tuple[Cancelled, ...] | None = None
    item_transactions: tuple[Item, ...] | None = None


class Paid(msgspec.Struct, frozen=True, rename="camel"):
    """A line of the day's report, of which only the kind is read."""

    transaction_type: str | None = None


class Report(Answer, frozen=True, rename="camel"):
    """payments: of a question about one payment. transactions: of a day."""

    payments: tuple[Reported, ...] | None = None
    transactions: tuple[Paid, ...] | None = None
