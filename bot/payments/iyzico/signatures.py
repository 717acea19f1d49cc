"""The three signatures of iyzico: over what we ask (IYZWSv2), over what it answers, over what it posts (V3).

https://docs.iyzico.com/en/getting-started/preliminaries/authentication/hmacsha256-auth,
https://docs.iyzico.com/en/advanced/response-signature-validation, https://docs.iyzico.com/en/advanced/webhook
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from decimal import Decimal

from bot.payments.iyzico.amounts import plain

__all__ = ["Field", "answer_signature", "authorization", "request_signature", "same", "webhook_signature"]

Field = str | int | Decimal | None


def request_signature(secret: bytes, random: str, path: str, raw: bytes) -> str:
    """raw: the exact bytes that are sent. path: without the query, which is not signed."""
    return _hmac(secret, f"{random}{path}".encode() + raw)


def authorization(key: str, secret: bytes, random: str, path: str, raw: bytes) -> str:
    """The value of the header Authorization; `random` stands in x-iyzi-rnd, too."""
    signature = request_signature(secret, random, path, raw)
    words = f"apiKey:{key}&randomKey:{random}&signature:{signature}"
    return f"IYZWSv2 {base64.b64encode(words.encode()).decode()}"


def answer_signature(secret: bytes, *fields: Field) -> str:
    """Over the fields that iyzico lists for a call, in its order; nothing stands for null."""
    return _hmac(secret, ":".join(map(_written, fields)).encode("utf-8", "surrogatepass"))


def webhook_signature(secret: bytes, *fields: Field) -> str:
    """The secret stands before the fields, too, and nothing between them."""
    return _hmac(secret, secret + "".join(map(_written, fields)).encode("utf-8", "surrogatepass"))


def same(expected: str, given: str) -> bool:
    """Compares two signatures as bytes, in a time that does not depend on where they differ."""
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "surrogateescape"))


def _written(field: Field) -> str:
    if field is None:
        return ""
    return plain(field) if isinstance(field, Decimal) else str(field)


def _hmac(secret: bytes, words: bytes) -> str:
    return hmac.new(secret, words, hashlib.sha256).hexdigest()
