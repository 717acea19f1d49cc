"""The seller's side of the pretended iyzico: each request is checked as the real one checks it, then answered signed.

Strict in what a document or a public thread says the real one refuses:
1000 a signature over other bytes (iyzipay-python 47, 59, 85) · 1001 an unknown key (iyzipay-php 46) · 1004 no random
string, a comma in an amount, 5062 a basket of another sum, 5122 a page nobody paid on (docs, sss/hata-mesajlari) · 1007
no signature (iyzipay-php 204) · missing fields (specs of the Checkout Form) · 50000 too many (docs, limiters).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from tests.institutions.iyzico import oracle
from tests.institutions.iyzico.books import TOKEN_LIFE, Books, Paid, Refusal

__all__ = ["ENDPOINTS", "Amount", "Api"]

BUYER: Final = ("id", "name", "surname", "identityNumber", "email", "registrationAddress", "city", "country", "ip")
ADDRESS: Final = ("contactName", "city", "country", "address")
ITEM: Final = ("id", "name", "category1", "itemType", "price")
FORM: Final = ("price", "paidPrice", "currency", "callbackUrl")
CURRENCIES: Final = {"TRY", "USD", "EUR", "GBP", "NOK", "CHF"}

Body = dict[str, Any]


class Amount:
    """Kuruş that are written as iyzico writes them, in one of its ways; see `Api.decimals`."""

    def __init__(self, kurus: int) -> None:
        self.kurus = kurus

    def change(self, by: int) -> None:
        self.kurus += by

    def written(self, way: str) -> str:
        """ "long" 20.00000000 as a number, "short" 20.0 as a number, "words" "20.00" in quotes."""
        whole, part = divmod(self.kurus, 100)
        short = oracle.bare(self.kurus)
        return {
            "long": f"{whole}.{part:02}000000",
            "short": short if "." in short else f"{short}.0",
            "words": f'"{whole}.{part:02}"',
        }[way]


class Api:
    """decimals: how amounts are written. Each method takes what was sent and gives the answer, not signed yet."""

    def __init__(self, books: Books, key: str, secret: str, now: Callable[[], datetime]) -> None:
        self.books, self.key, self.secret, self.now = books, key, secret, now
        self.decimals = "long"  # as the samples of the documents are

    def ensure_signed(self, headers: Any, path: str, raw: bytes) -> None:
        given, random = headers.get("Authorization", ""), headers.get("x-iyzi-rnd", "")
        if not random:
            raise Refusal("1004", "Random string gönderilmesi zorunludur")
        if not given:
            raise Refusal("1007", "Signature gönderilmesi zorunludur")
        if given != oracle.authorization(self.key, self.secret, random, path, raw.decode()):
            mine = oracle.authorization(self.key, "", random, path, "")[:40]  # the key stands first
            raise Refusal(*(("1000", "Geçersiz imza") if given[:40] == mine else ("1001", "api bilgileri bulunamadı")))

    def initialize(self, body: Body, root: str) -> Body:
        for part, wanted in ((body, FORM), (body.get("buyer"), BUYER), (body.get("billingAddress"), ADDRESS)):
            _ensure(part, wanted)
        items = body.get("basketItems") or []
        for item in items:
            _ensure(item, ITEM)
        if any(item["itemType"] == "PHYSICAL" for item in items):
            _ensure(body.get("shippingAddress"), ADDRESS)
        price = _kurus(body["price"])
        if price <= 0 or price != sum(_kurus(item["price"]) for item in items):
            raise Refusal("5062", "Gönderilen tutar tüm kırılımların toplam tutarına eşit olmalıdır")
        back = urlsplit(body["callbackUrl"])
        if back.scheme != "https" and back.hostname not in ("127.0.0.1", "localhost"):
            raise Refusal("11", "callbackUrl geçerli bir ssl sertifikasına sahip olmalıdır")
        if body["currency"] not in CURRENCIES or body.get("locale", "tr") not in ("tr", "en"):
            raise Refusal("11", "Geçersiz istek")
        page = self.books.open(
            self.now(),
            conversation=body.get("conversationId", ""),
            basket=body.get("basketId", ""),
            price=_kurus(body["paidPrice"]),
            currency=body["currency"],
            callback=body["callbackUrl"],
            language=body.get("locale", "tr"),
            title=items[0]["name"],
        )
        return {
            "conversationId": page.conversation,
            "token": page.token,
            "checkoutFormContent": "",
            "tokenExpireTime": int(TOKEN_LIFE.total_seconds()),
            "paymentPageUrl": f"{root}/?token={page.token}&lang={page.language}",
        }

    def detail(self, body: Body, root: str) -> Body:
        page = self.books.pages.get(str(body.get("token", "")))
        if page is None or not page.attempts:
            raise Refusal("5122", "Gönderilen token'a ait ödeme kaydı bulunamadı")
        paid = page.attempts[-1]
        return {
            "conversationId": body.get("conversationId"),
            "price": Amount(page.price),
            "paidPrice": Amount(paid.amount),
            "installment": 1,
            "paymentId": paid.id,
            "fraudStatus": paid.fraud,
            "merchantCommissionRate": Amount(0),
            "cardType": "CREDIT_CARD",
            "cardFamily": "Axess",
            "binNumber": "552608",
            "lastFourDigits": "0006",
            "basketId": page.basket,
            "currency": paid.currency,
            "token": page.token,
            "callbackUrl": page.callback,
            "paymentStatus": paid.status,
        }

    def refund(self, body: Body, root: str) -> Body:
        _ensure(body, ("paymentId", "price"))
        amount = _kurus(body["price"])
        known = self.books.paid.get(str(body["paymentId"]))
        if known is not None and body.get("currency", known.currency) != known.currency:
            raise Refusal("11", "Geçersiz istek")
        paid = self.books.refund(str(body["paymentId"]), amount, str(body.get("conversationId", "")), self.now())
        return {
            "conversationId": body.get("conversationId"),
            "paymentId": paid.id,
            "price": Amount(amount),
            "currency": paid.currency,
        }

    def report(self, query: Body, root: str) -> Body:
        number, conversation = query.get("paymentId"), query.get("paymentConversationId")
        if not number and not conversation:
            raise Refusal("11", "Geçersiz istek")
        found = [
            one
            for one in self.books.paid.values()
            if one.status == "SUCCESS" and (one.id == number if number else one.page.conversation == conversation)
        ]
        return {"payments": [self._reported(one) for one in found]}

    def _reported(self, paid: Paid) -> Body:
        shown = [one for one in paid.refunds if one.shown <= self.now()]
        back = [
            {
                "cancelConversationId" if one.whole else "refundConversationId": one.conversation,
                "refundPrice": Amount(one.amount),
                "refundStatus": 1,
                "currencyCode": paid.currency,
            }
            for one in shown
        ]
        whole = [one.whole for one in shown]
        return {
            "paymentId": paid.id,
            "paymentStatus": 1,
            "price": Amount(paid.page.price),
            "paidPrice": Amount(paid.amount),
            "currency": paid.currency,
            "paymentConversationId": paid.page.conversation,
            "basketId": paid.page.basket,
            "fraudStatus": paid.fraud,
            "cancels": [one for one, cancelled in zip(back, whole, strict=True) if cancelled],
            "itemTransactions": [
                {"refunds": [one for one, cancelled in zip(back, whole, strict=True) if not cancelled]}
            ],
        }

    def transactions(self, query: Body, root: str) -> Body:
        try:
            day, page = date.fromisoformat(query["transactionDate"]), int(query["page"])
        except (KeyError, ValueError):
            raise Refusal("11", "Geçersiz istek") from None
        lines = self.books.statement(day)
        return {"transactions": lines if page == 1 else [], "currentPage": page, "totalPageCount": 1}

    def test(self, query: Body, root: str) -> Body:
        return {}

    def written(self, answer: Body) -> bytes:
        """As JSON, with each amount in the chosen way."""
        marked = json.dumps(answer, ensure_ascii=False, default=lambda one: f"\0{one.written(self.decimals)}\0")
        return re.sub(r'"\\u0000(.*?)\\u0000"', lambda found: found[1].replace('\\"', '"'), marked).encode()

    def signed(self, name: str, answer: Body) -> str:
        fields = (answer.get(one) for one in SIGNED[name])
        return oracle.answer_signature(self.secret, *map(_said, fields))


SIGNED: Final = {
    "initialize": ("conversationId", "token"),
    "detail": (
        *("paymentStatus", "paymentId", "currency", "basketId", "conversationId", "paidPrice", "price", "token"),
    ),
    "refund": ("paymentId", "price", "currency", "conversationId"),
}
"""https://docs.iyzico.com/en/advanced/response-signature-validation; the reports are not signed."""

ENDPOINTS: Final = {
    ("POST", "/payment/iyzipos/checkoutform/initialize/auth/ecom"): "initialize",
    ("POST", "/payment/iyzipos/checkoutform/auth/ecom/detail"): "detail",
    ("POST", "/v2/payment/refund"): "refund",
    ("GET", "/v2/reporting/payment/details"): "report",
    ("GET", "/v2/reporting/payment/transactions"): "transactions",
    ("GET", "/payment/test"): "test",
}


def _said(value: Any) -> str:
    if value is None:
        return ""
    return oracle.bare(value.kurus) if isinstance(value, Amount) else str(value)


def _ensure(part: Any, wanted: tuple[str, ...]) -> None:
    missing = [name for name in wanted if not isinstance(part, dict) or part.get(name) in (None, "")]
    if missing:
        raise Refusal("11", f"{missing[0]} gönderilmesi zorunludur")


def _kurus(price: Any) -> int:
    """A dot, and two decimals at most: with a comma the real one calls the request unreadable."""
    found = re.fullmatch(r"(\d{1,9})(?:\.(\d{1,2})0*)?", str(price))
    if found is None:
        raise Refusal("11", "Request message is not readable")
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
