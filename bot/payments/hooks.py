"""Where an institution knocks: its callback is verified, taken as a hint, and answered once it has been acted upon.

The callback and the reconciler that polls for lost ones share `findings`: what the institution itself says when asked.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_plus

from aiohttp import web
from prometheus_client import Counter

from bot.base.metrics import REGISTRY
from bot.base.streams import at_most
from bot.payments.provider import Forged, Hint, PaymentProvider, ProviderError
from bot.payments.unread import Unread
from flows.core.events import OrderEvent, PaymentDeclined, PaymentSettled
from flows.input.card_number import has_card_number
from storage.database.engine import StorageError

__all__ = ["CALLBACKS", "LARGEST", "Findings", "Unreadable", "body_of", "callback_handler", "findings"]

LARGEST: Final = 64 * 1024
"""Bytes of a callback we are willing to read; those of iyzico and PayTR are below two KiB."""

ANSWER_WITHIN: Final = 15.0
"""Seconds a caller has to send its body."""

CALLBACKS: Final = Counter(
    "mektupx_payment_callbacks", "Callbacks by outcome.", ["provider", "outcome"], registry=REGISTRY
)

_log = logging.getLogger("mektupx.payments")

OnHint = Callable[[Hint], Awaitable[None]]


def callback_handler(
    provider: PaymentProvider, on_hint: OnHint, taken: str = "OK"
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The handler of POST /payments/{provider.name}; taken: what the institution waits to read.

    200 with the institution's own word (PayTR repeats until it reads exactly OK) only after `on_hint` has returned, so
    that a callback we could not act upon is repeated. Repetitions are fine: `on_hint` gets the same `event_key`.
    400 compressed or broken off, 403 forged, 413 too large, 408 too slow, 404 about what can be no order of ours, 503
    when `on_hint` raises ProviderError or StorageError. A refusal never says why.
    """

    def answer(outcome: str, status: int, words: str = "") -> web.Response:
        CALLBACKS.labels(provider.name, outcome).inc()
        return web.Response(status=status, text=words, headers={"Cache-Control": "no-store"})

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            raw = await body_of(request)
        except TimeoutError:
            return answer("slow", 408)
        except Unreadable:
            _log.warning("a callback of %s could not be read", provider.name)
            return answer("unreadable", 400)
        if raw is None:
            return answer("too_large", 413)
        try:
            hint = provider.read_callback(request.headers, raw)
        except Forged:
            _log.warning("a callback of %s was not signed by it", provider.name)
            return answer("forged", 403)
        if "\0" in hint.order + hint.event_key:  # no text of PostgreSQL: it can be neither an order's nor kept
            return answer("unknown", 404)
        words = _without_names(raw, hint)
        if has_card_number(words) or has_card_number(unquote_plus(words)):  # as it is posted, and as a form means it
            _log.error("a callback of %s held what may be a card's number; nothing of it is kept", provider.name)
            hint = Hint(hint.order, hashlib.sha256(raw).hexdigest(), hint.reference, trouble="card")
        try:
            await on_hint(hint)
        except (ProviderError, StorageError):
            return answer("postponed", 503)
        return answer("taken", 200, taken)

    return handle


def _without_names(raw: bytes, hint: Hint) -> str:
    """The body without what it calls our order and its own payment: one such number in ten has a card's check digit."""
    words = raw.decode("utf-8", "replace")
    for name in filter(None, (hint.order, hint.reference.name if hint.reference else "")):
        words = words.replace(name, "")
    return words


class Unreadable(Exception):
    """A body that ends too early, or is packed: institutions send plain bytes, over which they sign."""


async def body_of(request: web.Request) -> bytes | None:
    """The body byte for byte; None as soon as it is known to exceed the limit. Errors: Unreadable, TimeoutError."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Unreadable
    if (request.content_length or 0) > LARGEST:
        return None
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            return await at_most(request.content, LARGEST)
    except (web.RequestPayloadError, ConnectionError):
        raise Unreadable from None


@dataclass(frozen=True, slots=True)
class Findings:
    """What one answer of an institution says of an order. events: with the keys of their envelopes. undecided: whether
    an attempt to pay is still on its way, of which nothing is told so far. unread: why there may be more."""

    events: tuple[tuple[str, OrderEvent], ...] = ()
    undecided: bool = False
    unread: Unread | None = None

    @property
    def paid(self) -> bool:
        return any(isinstance(event, PaymentSettled) for _, event in self.events)


async def findings(provider: PaymentProvider, order: str) -> Findings:
    """What the institution says about an order.

    A key names the payment and its status, so a callback, its repetitions and the reconciler all tell a fact once.
    Pending attempts are no fact yet. Raises ProviderError when the institution cannot be asked at all.
    """
    found: list[tuple[str, OrderEvent]] = []
    undecided, unread = False, None
    try:
        payments = await provider.query(order)
    except Unread as error:
        payments, unread = error.read, error
    for payment in payments:
        if payment.order != order:
            _log.error("%s answered with a payment of another order than it was asked for", provider.name)
            continue
        key = f"pay:{provider.name}:{payment.id}:{payment.status}"
        match payment.status:
            case "settled":
                settled = PaymentSettled(order, payment.id, payment.amount, payment.currency, provider.name)
                found.append((key, settled))
            case "declined":
                found.append((key, PaymentDeclined(order, payment.id)))
            case "pending":
                undecided = True
    return Findings(tuple(found), undecided, unread)
