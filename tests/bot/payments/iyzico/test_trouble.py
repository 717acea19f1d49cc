"""An iyzico that is away, slow, or says no: what is tried again, what is not, and what the operator reads."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp import ClientTimeout, web
from aiohttp.test_utils import TestServer

from bot.payments.iyzico import IYZICO, IyzicoProvider, client
from bot.payments.provider import Access, Needs, ProviderError
from bot.payments.registry import institution_named
from tests.bot.payments.iyzico.conftest import CREDENTIALS, ORDER, Shop
from tests.fakes import FakeClock, FakeReferences


def provider_at(api: str, credentials: str = CREDENTIALS, callback: str = "https://mektup.example/p") -> IyzicoProvider:
    return IyzicoProvider(Access(credentials, api, callback, FakeClock(), FakeReferences()))


async def said(provider: IyzicoProvider) -> tuple[str, bool]:
    """The words of a probe that fails, and whether trying again can help."""
    with pytest.raises(ProviderError) as error:
        await provider.probe()
    await provider.close()
    return str(error.value), error.value.retry


def test_iyzico_says_what_it_needs_and_can() -> None:
    assert institution_named("iyzico") is IYZICO
    assert IYZICO.needs == Needs(national_id=True, ip=True, identity=True)
    assert (IYZICO.lazily, IYZICO.by_order, IYZICO.partial_refunds, IYZICO.page) == (True, False, True, None)
    assert IYZICO.credentials == ""


@pytest.mark.parametrize(
    ("key", "given", "root"),
    [
        ("sandbox-a", "", "https://sandbox-api.iyzipay.com"),
        ("a", "", "https://api.iyzipay.com"),
        ("a", "http://127.0.0.1:9/", "http://127.0.0.1:9"),
    ],
)
def test_the_keys_say_which_iyzico_is_asked(key: str, given: str, root: str) -> None:
    assert client.Client(key, b"secret", given).api == root


async def test_good_credentials_are_tried_without_a_payment(shop: Shop) -> None:
    await shop.provider.probe()
    assert shop.asked == ["transactions"]


@pytest.mark.parametrize(
    ("credentials", "words"),
    [
        ("sandbox-anahtar:yanlış", "The secret of the payment credentials does not belong to their key"),
        ("başka:sandbox-çok gizli", "It does not know the key of the payment credentials"),
    ],
)
async def test_wrong_credentials_are_named_and_never_shown(shop: Shop, credentials: str, words: str) -> None:
    told, retry = await said(provider_at(shop.api, credentials))
    assert words in told
    assert retry  # the operator mends them, and what waits goes on
    assert not any(part in told for part in (*credentials.split(":"), *CREDENTIALS.split(":")))


async def test_a_clock_that_is_wrong_is_named(shop: Shop) -> None:
    ours = FakeClock(shop.clock.now() + timedelta(minutes=7))
    late = IyzicoProvider(Access(CREDENTIALS, shop.api, "https://mektup.example/p", ours, FakeReferences()))
    assert await said(late) == ("Our clock and iyzico's are 7 minutes apart.", False)


async def test_an_address_without_https_is_named_before_anything_is_sent() -> None:
    told, retry = await said(provider_at("https://api.iyzipay.invalid", callback="http://mektup.example/p"))
    assert ("iyzico posts to https only" in told, retry) == (True, False)


@pytest.mark.parametrize(
    ("status", "body", "retry"),
    [
        (500, "", True),
        (503, '{"status": "success"}', True),
        (302, "", True),
        (200, "<html>", True),
        (200, "", True),
        (200, "[]", True),
        (200, "null", True),
        (200, '{"status": "success"', True),
        (200, '{"status": "odd"}', True),
        (200, '{"status": "success", "systemTime": "x"}', True),
        (200, "[" * 100_000, True),
        (200, " " * 600_000, True),
        (401, "", True),
        (403, "<html>", True),
        (429, "", True),
        (404, "", False),
        (400, '{"status": "failure", "errorCode": "11"}', False),
        (400, '{"status": "failure", "errorCode": "11", "retryable": true}', True),
        (200, '{"status": "failure", "errorCode": 50000}', True),
        (200, '{"status": "failure", "errorCode": "100001"}', True),
        (422, '{"status": "failure"}', False),
        (200, '{"status": "failure", "errorCode": "Işıl İnci 5526080000000006"}', False),
    ],
)
async def test_an_answer_that_is_none_is_a_partners_error(status: int, body: str, retry: bool) -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=status, text=body, headers={"Location": "/elsewhere"})

    app = web.Application()
    app.router.add_route("*", "/{any:.*}", answer)
    async with TestServer(app) as server:
        told, again = await said(provider_at(str(server.make_url("")).rstrip("/")))
    assert again is retry
    assert "Işıl" not in told and "5526" not in told
    assert asked == ["/v2/reporting/payment/transactions"]  # a redirect is not followed, and nothing asked twice


async def test_an_iyzico_that_hangs_is_given_up(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    await shop.pay()
    monkeypatch.setattr(client, "TIMEOUT", ClientTimeout(total=0.05))
    await shop.restarts()
    shop.iyzico.spoil("slow", "detail")
    with pytest.raises(ProviderError) as error:
        await shop.provider.query(ORDER)
    assert error.value.retry


async def test_an_iyzico_that_is_not_there_is_asked_again_later(unused_tcp_port: int) -> None:
    assert (await said(provider_at(f"http://127.0.0.1:{unused_tcp_port}")))[1]
