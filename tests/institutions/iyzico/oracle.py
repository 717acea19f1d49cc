"""What a signature has to be: by the official SDK's own functions, or where it is not installed by its construction.

`iyzipay` is a development dependency; the demo runs without it. The SDK has no function for webhooks: the documents'
vector stands in the tests (https://docs.iyzico.com/en/advanced/webhook).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any, Final

try:
    from iyzipay.iyzipay_resource import IyzipayResource
except ModuleNotFoundError:  # the demo
    IyzipayResource = None

__all__ = ["SDK", "answer_signature", "authorization", "bare", "webhook_signature"]

SDK: Final[Any] = IyzipayResource


def authorization(key: str, secret: str, random: str, path: str, body: str) -> str:
    """The header Authorization."""
    if SDK is not None:
        return f"IYZWSv2 {SDK.generate_v2_hash(key, path, secret, random, body)}"
    words = f"apiKey:{key}&randomKey:{random}&signature:{_hex(secret, random + path + body)}"
    return f"IYZWSv2 {base64.b64encode(words.encode()).decode()}"


def answer_signature(secret: str, *fields: str) -> str:
    if SDK is not None:
        return str(SDK.calculate_hmac_sha256_signature(fields, secret))
    return _hex(secret, ":".join(fields))


def webhook_signature(secret: str, *fields: str) -> str:
    return _hex(secret, secret + "".join(fields))


def bare(kurus: int) -> str:
    """An amount as it is signed: without zeros at the end."""
    whole, part = divmod(kurus, 100)
    return f"{whole}.{part:02}".rstrip("0").rstrip(".")


def _hex(secret: str, words: str) -> str:
    return hmac.new(secret.encode(), words.encode(), hashlib.sha256).hexdigest()
