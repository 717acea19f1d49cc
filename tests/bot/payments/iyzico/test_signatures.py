"""What is signed, byte for byte: the vectors of the documents, and the official SDK building the same requests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from bot.payments.iyzico import signatures
from bot.payments.iyzico.signatures import answer_signature, authorization, request_signature, webhook_signature
from flows.words.text import Kurus
from tests.bot.payments.iyzico.conftest import CREDENTIALS, ORDER, PAYER, Shop
from tests.institutions.iyzico import oracle

KEY, _, SECRET = CREDENTIALS.partition(":")


@pytest.mark.parametrize(
    ("secret", "random", "path", "body", "signature"),
    [
        (
            *("secret_key", "random_string", "uri", '"body"'),
            "017508921a29ee5601bcd1fbe83efd2e2be43af02eceff30cf2e91a539aab355",
        ),
        (
            *("test", "123456789", "/v2/subscription/initialize", ""),
            "bc44b2f4dfb8df74147b1f527ff636444c3b3d3a1ff97dcb3366bc293facf298",
        ),
    ],
)
def test_a_request_is_signed_as_in_the_samples(secret: str, random: str, path: str, body: str, signature: str) -> None:
    assert request_signature(secret.encode(), random, path, body.encode()) == signature
    assert authorization("k", secret.encode(), random, path, body.encode()) == oracle.authorization(
        "k", secret, random, path, body
    )


def test_an_answer_is_signed_as_in_the_documents() -> None:
    """https://docs.iyzico.com/en/advanced/response-signature-validation, with its secret."""
    secret = b"sandbox-qaIiLIxhjMgx3LSKIVvp6j17NunHOFtD"
    fields = ("22416032", "TRY", "basketId", "conversationId", Decimal("10.50"), Decimal("10.5"))
    assert answer_signature(secret, *fields) == "836c3a6c8db86c81043f2ca74edb13518b54a813f454f8dd762f0dd658610173"


@pytest.mark.parametrize(
    ("field", "written"),
    [(None, ""), ("", ""), (22416032, "22416032"), (Decimal("20.00000000"), "20"), (Decimal("0E-8"), "0")],
)
def test_null_is_nothing_and_a_price_has_no_zeros_at_its_end(field: Any, written: str) -> None:
    assert answer_signature(b"secret", "a", field, "b") == oracle.answer_signature("secret", "a", written, "b")


def test_a_webhook_is_signed_as_in_the_documents() -> None:
    secret = b"sandbox-UuLnD7wZa0a3DmytfIrwHQqAMfqCNJrs"
    token = "e828c62d-fd12-4b1a-ad5a-380f15fe6596"
    given = webhook_signature(secret, "CHECKOUT_FORM_AUTH", 22483975, token, "conversationId", "SUCCESS")
    assert given == "4031c575763486a2d2bf3f7ace0baebfcd6bed65393ab4df3fe80c00d5fd6878"


@pytest.mark.parametrize("given", ["", "0" * 63, "é" * 64, "\udcff", "A" * 64])
def test_any_other_signature_is_not_the_same(given: str) -> None:
    assert signatures.same("a" * 64, "a" * 64)
    assert not signatures.same("a" * 64, given)


# The official SDK -----------------------------------------------------------------------------------------------------


class Recorder:
    """Stands in for http.client: what the SDK would send, sent nowhere."""

    def __init__(self, sent: list[tuple[str, str, bytes, dict[str, str]]]) -> None:
        self.sent = sent

    def HTTPSConnection(self, host: str) -> Recorder:
        return self

    def request(self, method: str, url: str, body: str, headers: dict[str, str]) -> None:
        self.sent.append((method, url, body.encode(), dict(headers)))

    def getresponse(self) -> None:
        return None


def by_sdk(method: str, path: str, random: str, body: dict[str, Any] | None) -> tuple[str, str, bytes, str]:
    """Method, path with query, body and signature as the SDK's own builder makes them of the same values."""
    resource, sent = oracle.SDK(), []
    resource.httplib, resource.generate_random_string = Recorder(sent), lambda size: random
    resource.connect(method, path, {"api_key": KEY, "secret_key": SECRET, "base_url": "x"}, body)
    ((sent_method, url, raw, headers),) = sent
    return sent_method, url, raw, headers["Authorization"]


def test_the_sdk_is_what_the_pretended_iyzico_verifies_with() -> None:
    assert oracle.SDK is not None


async def test_each_request_is_the_sdks_byte_for_byte(shop: Shop) -> None:
    page = (await shop.link()).reference
    number = shop.iyzico.act(page, "pay")
    assert number is not None
    await shop.provider.query(ORDER)
    await shop.provider.refund(number.id, Kurus(2550), "refund:1")
    await shop.provider.probe()
    address = {
        "contactName": "Işıl İnci",
        "city": "Ankara",
        "country": "Turkey",
        "address": "Kızılay Mah. Ihlamur Sok. No: 3",
    }
    form = {
        "locale": "tr",
        "conversationId": ORDER,
        "price": "96.00",
        "paidPrice": "96.00",
        "currency": "TRY",
        "basketId": ORDER,
        "paymentGroup": "PRODUCT",
        "callbackUrl": "http://127.0.0.1:9/payments/iyzico/return",
        "enabledInstallments": [1],
        "buyer": {
            "id": ORDER,
            "name": "Işıl",
            "surname": "İnci",
            "identityNumber": "10000000146",
            "email": "isil@example.com",
            "registrationAddress": "Kızılay Mah. Ihlamur Sok. No: 3",
            "city": "Ankara",
            "country": "Turkey",
            "ip": "192.0.2.7",
        },
        "shippingAddress": address,
        "billingAddress": address,
        "basketItems": [
            {
                "id": "MX000123",
                "name": "Mektup, sipariş MX000123",
                "category1": "Mektup",
                "itemType": "PHYSICAL",
                "price": "96.00",
            }
        ],
    }
    refund = {
        "locale": "tr",
        "conversationId": "refund:1",
        "paymentId": number.id,
        "price": "25.50",
        "currency": "TRY",
        "ip": "127.0.0.1",
    }
    detail = {"locale": "tr", "conversationId": ORDER, "token": page}
    wanted = [
        ("POST", "/payment/iyzipos/checkoutform/initialize/auth/ecom", form),
        ("POST", "/payment/iyzipos/checkoutform/auth/ecom/detail", detail),
        ("GET", f"/v2/reporting/payment/details?paymentId={number.id}", None),
        ("POST", "/v2/payment/refund", refund),
        ("GET", "/v2/reporting/payment/transactions?transactionDate=2026-01-15&page=1", None),
    ]
    assert len(shop.iyzico.calls) == len(wanted)
    for call, (method, path, body) in zip(shop.iyzico.calls, wanted, strict=True):
        made = by_sdk(method, path, call.headers["x-iyzi-rnd"], body)
        assert (method, call.path, call.raw, call.headers["Authorization"]) == made
        assert call.raw.isascii()
    assert PAYER.ip == "192.0.2.7"


async def test_no_two_requests_share_their_random_string(shop: Shop) -> None:
    for _ in range(5):
        await shop.provider.probe()
    assert len({call.headers["x-iyzi-rnd"] for call in shop.iyzico.calls}) == 5
