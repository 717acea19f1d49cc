"""What iyzico posts when something happened to a payment: verified, and reduced to a reason to ask.

https://docs.iyzico.com/en/advanced/webhook: the "HPP format" of hosted pages, and the "direct format" without a page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from bot.payments.iyzico.signatures import same, webhook_signature
from bot.payments.provider import Forged, Hint, Reference

__all__ = ["SIGNATURE_HEADER", "hint_of", "is_token"]

SIGNATURE_HEADER: Final = "x-iyz-signature-v3"

_TOKEN: Final = re.compile(r"[!-~]{1,200}", re.ASCII)
_WORD: Final = re.compile(r"[!-~]{0,64}", re.ASCII)


class _Notice(msgspec.Struct, frozen=True, rename="camel"):
    """The listed fields; everything else in the body is neither read nor kept."""

    iyzi_event_type: str
    status: str
    iyzi_payment_id: str | int | None = None
    payment_id: str | int | None = None
    token: str | None = None
    payment_conversation_id: str | None = None
    iyzi_reference_code: str | None = None


def is_token(words: str) -> bool:
    """Whether it can be what iyzico calls a page: no space, nothing that controls, 200 characters at most."""
    return _TOKEN.fullmatch(words) is not None


def hint_of(raw: bytes, signature: str | None, secret: bytes) -> tuple[Hint, bool]:
    """The hint, and whether iyzico signed it: without the header nobody did. Raises Forged.

    The event's key is made of signed fields alone: a replay with another reference code is the same event.
    """
    try:
        notice = msgspec.json.decode(raw, type=_Notice)
    except (msgspec.MsgspecError, UnicodeError):
        raise Forged from None
    # A signature covers fields and not bytes, so they are read first. Nothing parts them: moved from one field into
    # the next they would still verify. So nothing but the page they name is believed, and that only as a question.
    order, token = notice.payment_conversation_id, notice.token
    number = notice.payment_id if token is None else notice.iyzi_payment_id
    fields = (notice.iyzi_event_type, number, *(() if token is None else (token,)), order, notice.status)
    if signature is not None and not same(webhook_signature(secret, *fields), signature):
        raise Forged
    words = (notice.iyzi_event_type, str(number or ""), order or "", notice.status)
    if not all(map(_WORD.fullmatch, words)) or not (is_token(token) if token is not None else order):
        raise Forged
    kept = {
        "iyziEventType": notice.iyzi_event_type,
        "iyziPaymentId": str(number or ""),
        "paymentConversationId": order or "",
        "status": notice.status,
        "token": token or "",
        "iyziReferenceCode": _sober(notice.iyzi_reference_code),
    }
    key = ":".join((notice.iyzi_event_type, str(number or ""), token or order or "", notice.status))
    if token is None:
        return Hint(order or "", key, kept=_filled(kept)), signature is not None
    return Hint("", key, Reference("page", token), _filled(kept)), signature is not None


def _sober(words: str | None) -> str:
    """It is not signed: anything else than a plain word is left out."""
    return words if words is not None and _WORD.fullmatch(words) else ""


def _filled(kept: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in kept.items() if value}
