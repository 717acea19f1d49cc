"""The callback address: what it believes, what it refuses without a word, and when it answers 200."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import cast

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.payments import hooks
from bot.payments.hooks import CALLBACKS, LARGEST, callback_handler, findings
from bot.payments.provider import Forged, Hint, Payment, PaymentProvider, ProviderError, Reference
from bot.payments.unread import Unread
from flows.core.events import PaymentDeclined, PaymentSettled
from flows.words.text import Kurus
from storage.database.engine import StorageError

ORDER = "0" * 31 + "1"
NUMBER = "5528790000000008"  # an institution's own number of a payment, by chance like a card's
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


class PlainInstitution:
    """Believes whoever says "it is me"; its books are what a test writes into them."""

    name = "plain"

    def __init__(self, payments: Sequence[Payment] = ()) -> None:
        self.payments = tuple(payments)
        self.unread: Unread | None = None

    def read_callback(self, headers: Mapping[str, str], raw: bytes) -> Hint:
        if headers.get("X-Word") != "it is me":
            raise Forged("the word is wrong")
        named = Reference("payment", NUMBER) if NUMBER.encode() in raw else None
        return Hint(ORDER, raw.decode(errors="replace")[:8], named, kept={"raw": raw.hex()[:64]})

    async def query(self, order: str) -> tuple[Payment, ...]:
        if self.unread is not None:
            raise self.unread
        return self.payments


def institution(*payments: Payment) -> PaymentProvider:
    return cast(PaymentProvider, PlainInstitution(payments))


class Desk:
    """Serves POST /payments/plain; `acting` is awaited for each hint, `hints` counts them."""

    def __init__(self) -> None:
        self.hints: list[Hint] = []
        self.trouble: Exception | None = None
        self.open = asyncio.Event()
        self.open.set()

    async def on_hint(self, hint: Hint) -> None:
        await self.open.wait()
        if self.trouble:
            raise self.trouble
        self.hints.append(hint)

    async def knock(self, body: object = b"{}", word: str = "it is me", coding: str = "") -> tuple[int, str]:
        headers = {"X-Word": word} | ({"Content-Encoding": coding} if coding else {})
        async with self.session.post(self.url, data=body, headers=headers) as answer:
            return answer.status, await answer.text()


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    made = Desk()
    app = web.Application()
    app.router.add_post("/payments/plain", callback_handler(institution(), made.on_hint))
    async with TestServer(app) as server, ClientSession() as made.session:
        made.url = server.make_url("/payments/plain")
        yield made


def counted(outcome: str) -> float:
    return CALLBACKS.labels("plain", outcome)._value.get()


async def test_a_hint_is_passed_on_with_the_very_bytes_and_answered_ok(desk: Desk) -> None:
    raw = b'{"a" :  1}\r\n\xff'
    assert await desk.knock(raw) == (200, "OK")
    assert [hint.kept["raw"] for hint in desk.hints] == [raw.hex()]


async def test_the_answer_waits_until_the_hint_was_acted_upon(desk: Desk) -> None:
    desk.open.clear()
    knocking = asyncio.create_task(desk.knock())
    done, _ = await asyncio.wait([knocking], timeout=0.1)
    assert not done
    desk.open.set()
    assert (await knocking)[0] == 200


async def test_repetitions_are_fine(desk: Desk) -> None:
    answers = await asyncio.gather(*(desk.knock(b"same") for _ in range(5)))
    assert set(answers) == {(200, "OK")}
    assert len({hint.event_key for hint in desk.hints}) == 1


async def test_a_forged_callback_is_refused_without_a_word_and_counted(desk: Desk) -> None:
    before = counted("forged")
    assert await desk.knock(word="trust me") == (403, "")
    assert desk.hints == []
    assert counted("forged") == before + 1


@pytest.mark.parametrize(
    ("trouble", "status"),
    [(ProviderError("later", retry=True), 503), (StorageError("away"), 503), (RuntimeError("ours"), 500)],
)
async def test_what_could_not_be_acted_upon_is_not_answered_200(desk: Desk, trouble: Exception, status: int) -> None:
    desk.trouble = trouble
    assert (await desk.knock())[0] == status


async def test_a_body_of_64_kib_is_read_and_not_a_byte_more(desk: Desk) -> None:
    async def unannounced() -> AsyncIterator[bytes]:
        for _ in range(LARGEST // 1024 + 1):
            yield b"x" * 1024

    assert (await desk.knock(b"x" * LARGEST))[0] == 200
    assert await desk.knock(b"x" * (LARGEST + 1)) == (413, "")
    assert await desk.knock(unannounced()) == (413, "")
    assert len(desk.hints) == 1


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "GZIP"])
async def test_a_packed_body_is_not_unpacked(desk: Desk, coding: str) -> None:
    before = counted("unreadable")
    assert await desk.knock(b"\x1f\x8b\x08\x00", coding=coding) == (400, "")
    assert desk.hints == [] and counted("unreadable") == before + 1


# body -> whether anything like a card's number stands in it
BODIES = {
    b'{"pan": "4111111111111111"}': True,
    b"card=5528 7900 0000 0008&status=success": True,
    b"card=9792-0303-9444-0796": True,
    b"status=success&card=4111+1111+1111+1111": True,  # a form's blanks
    b"status=success&card=%205528%207900%200000%200008": True,
    b'{"pan": 374427000000003}': True,
    "no=٤١١١١١١١١١١١١١١١".encode(): True,
    b'{"pan": "4111111111111112"}': False,  # its check digit is wrong
    b'{"at": 1764374400003}': False,  # milliseconds
    b'{"iban": "TR330006100519786457841326"}': False,
}


@pytest.mark.parametrize("body", BODIES)
async def test_a_callback_with_a_cards_number_is_heard_and_nothing_of_it_is_kept(desk: Desk, body: bytes) -> None:
    assert await desk.knock(body) == (200, "OK")
    (hint,) = desk.hints
    assert (hint.trouble == "card") is BODIES[body]
    assert bool(hint.kept) is not BODIES[body]
    assert hint.order == ORDER
    if BODIES[body]:
        assert hint.event_key == hashlib.sha256(body).hexdigest()


async def test_the_name_of_an_order_or_a_payment_is_no_card_whatever_its_digits(desk: Desk) -> None:
    assert await desk.knock(f'{{"order": "{ORDER}", "payment": "{NUMBER}"}}'.encode()) == (200, "OK")
    assert desk.hints[0].trouble == ""


async def test_a_caller_who_sends_too_slowly_is_let_go(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "ANSWER_WITHIN", 0.05)
    never = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"{"
        await never.wait()

    knocking = asyncio.create_task(desk.knock(slow()))
    assert (await knocking)[0] == 408


async def test_findings_are_facts_with_a_key_each() -> None:
    def payment(nth: str, status: str, order: str = ORDER) -> Payment:
        return Payment(nth, order, Kurus(9600), "TRY", status, AT)  # type: ignore[arg-type]

    asked = institution(
        payment("p1", "declined"),
        payment("p2", "pending"),
        payment("p3", "settled"),
        payment("p4", "settled", "another"),
    )
    assert (await findings(asked, ORDER)).events == (
        ("pay:plain:p1:declined", PaymentDeclined(ORDER, "p1")),
        ("pay:plain:p3:settled", PaymentSettled(ORDER, "p3", Kurus(9600), "TRY", provider="plain")),
    )


async def test_what_could_be_read_is_found_beside_what_could_not() -> None:
    paid, error = Payment("p1", ORDER, Kurus(9600), "TRY", "settled", AT), ProviderError("no", retry=False)
    plain = PlainInstitution([paid])
    plain.unread = Unread((paid,), [error])
    found = await findings(cast(PaymentProvider, plain), ORDER)
    assert found.paid and found.unread is not None and not found.unread.retry
