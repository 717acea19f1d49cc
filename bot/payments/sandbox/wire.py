"""The sandbox institution's manual: the headers, signatures and messages that seller and bank agree upon."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

__all__ = [
    "IDEMPOTENCY_HEADER",
    "KEY_HEADER",
    "SIGNATURE_HEADER",
    "TIME_HEADER",
    "TOLERANCE",
    "CloseRequest",
    "LinkAnswer",
    "LinkRequest",
    "LinkState",
    "Notice",
    "PaymentAnswer",
    "RefundAnswer",
    "RefundRequest",
    "call_signature",
    "callback_signature",
    "same",
    "stamp",
    "timely",
]

KEY_HEADER: Final = "X-Sandbox-Key"
TIME_HEADER: Final = "X-Sandbox-Timestamp"
SIGNATURE_HEADER: Final = "X-Sandbox-Signature"
IDEMPOTENCY_HEADER: Final = "Idempotency-Key"

TOLERANCE: Final = timedelta(minutes=5)
"""How far a signature's time may lie from the reader's clock: an overheard message is of no use tomorrow."""


@dataclass(frozen=True, slots=True)
class LinkRequest:
    """POST /api/links. `amount` in kuruş; `callback` is where the bank reports; `order` names the link for good."""

    order: str
    number: str
    amount: int
    currency: str
    until: datetime
    description: str
    callback: str


@dataclass(frozen=True, slots=True)
class LinkAnswer:
    url: str
    token: str
    until: datetime


@dataclass(frozen=True, slots=True)
class LinkState:
    """GET /api/links?order=, which is 404 for an order without one."""

    open: bool


@dataclass(frozen=True, slots=True)
class CloseRequest:
    """POST /api/links/close"""

    order: str


@dataclass(frozen=True, slots=True)
class PaymentAnswer:
    """One of the list that GET /api/payments?order= answers."""

    id: str
    order: str
    amount: int
    currency: str
    status: Literal["settled", "declined"]
    at: datetime


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """POST /api/refunds, named by its Idempotency-Key."""

    payment: str
    amount: int


@dataclass(frozen=True, slots=True)
class RefundAnswer:
    """Also answers GET /api/refunds?key=, which is 404 for an unknown key."""

    payment: str
    amount: int


@dataclass(frozen=True, slots=True)
class Notice:
    """The body of a callback. `event` is the same each time it is repeated; no amount: the seller has to ask."""

    event: str
    kind: Literal["payment.settled", "payment.declined", "link.expired"]
    order: str


def stamp(now: datetime) -> str:
    """An aware instant as the time header carries it: whole seconds since 1970."""
    return str(int(now.timestamp()))


def timely(given: str, now: datetime) -> bool:
    """Whether a time header lies within the tolerance; anything but a plain number does not."""
    if not (given.isascii() and given.isdigit() and len(given) <= 12):
        return False
    return abs(int(given) - int(now.timestamp())) <= TOLERANCE.total_seconds()


# The first word differs, so that a signed call can never be passed off as a signed callback.
def callback_signature(secret: bytes, time: str, raw: bytes) -> str:
    """hex(HMAC-SHA256(secret, "callback" LF time LF raw body))"""
    return hmac.new(secret, b"\n".join((b"callback", time.encode(), raw)), hashlib.sha256).hexdigest()


def call_signature(secret: bytes, *, time: str, method: str, path: str, idempotency: str, raw: bytes) -> str:
    """hex(HMAC-SHA256(secret, "call" LF time LF method LF path?query LF idempotency key LF raw body))"""
    head = (part.encode("utf-8", "surrogateescape") for part in ("call", time, method, path, idempotency))
    return hmac.new(secret, b"\n".join((*head, raw)), hashlib.sha256).hexdigest()


def same(expected: str, given: str) -> bool:
    """Compares two signatures as bytes, in a time that does not depend on where they differ."""
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "surrogateescape"))
