"""Our own link opens the institution's page while the order can be paid; the way back says what is known."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.payments.provider import Institution, Needs, Payer, Reference
from bot.web.payment_pages import PaymentPages
from flows.core.events import Person
from flows.core.state import Draft, Order, Profile, Standing, State
from flows.invoice.party import InvoiceParty
from flows.words.text import Kurus
from storage.database.engine import StorageError
from storage.payments import own_links
from storage.senders import orders, people
from tests.fakes import NOON, FakeClock, FakeExecutor, FakeReferences, Purse, away, plain_logs  # noqa: F401

AYSE = Person("pigeon", "elm")
ORDER = "0" * 31 + "1"
PAGE = Reference("page", "tok-1")
UNTIL = NOON + timedelta(hours=24)
PLACED = Order(ORDER, State.AWAITING, Kurus(4850), "a" * 32, "f00d", 1, 1, "normal", NOON, "MX000123", url_until=UNTIL)
PROFILE = Profile(language="tr", name="Ayşe Nur Yılmaz", email="ayse@example.com")
PARTY = InvoiceParty("Ayşe Nur Yılmaz", "Moda Cad. No: 12, Kadıköy/İstanbul", il="İstanbul", ilce="Kadıköy")
DRAFT = Draft(order=ORDER, invoice=PARTY, national_id="10000000146")
pytestmark = pytest.mark.usefixtures("plain_logs")


class Returning(Purse):
    """A browser brings "token=tok-1" back from its page."""

    checkouts: list[Any]

    async def open_link(self, checkout: Any) -> Any:
        self.checkouts = [*getattr(self, "checkouts", []), checkout]
        return await super().open_link(checkout)

    def read_return(self, raw: bytes) -> Reference | None:
        return PAGE if raw == b"token=tok-1" else None


class Street(FakeExecutor):
    """The pages on a server, with one order behind them."""

    def __init__(self, needs: Needs) -> None:
        self.standing = Standing(AYSE, profile=PROFILE, draft=DRAFT, orders=(PLACED,))
        self.clock, self.purse, self.known, self.away = FakeClock(), Returning(), FakeReferences(), False
        self.asked: list[str] = []
        self.pages = PaymentPages(
            self, self.clock, Institution(lambda access: self.purse, needs=needs), self.purse, self.known,
            self._settle, self._chat,
        )  # fmt: skip

    def answers(self) -> Mapping[Any, Callable[..., Any]]:
        return {
            own_links.order_of: self._order,
            orders.person_of: lambda order: AYSE if order == ORDER else None,
            people.standing_of: lambda person: self.standing,
        }

    def _order(self, token: str) -> str:
        if self.away:
            raise StorageError("away")
        return token if token == ORDER else ""

    async def _chat(self) -> str:
        return "https://t.me/mektupx_bot"

    async def _settle(self, person: Person, order: str) -> None:
        self.asked.append(order)
        if self.purse.payments.get(order):
            self.becomes(State.QUEUED)

    def becomes(self, state: State) -> None:
        self.standing = replace(self.standing, orders=(replace(PLACED, state=state),))

    async def follow(self, token: str = ORDER, **headers: str) -> tuple[int, str, str]:
        async with self.session.get(f"{self.url}/pay/{token}", allow_redirects=False, headers=headers) as answer:
            return answer.status, answer.headers.get("Location", ""), await answer.text()

    async def comes_back(self, body: bytes = b"token=tok-1") -> tuple[int, str]:
        async with self.session.post(f"{self.url}/payments/purse/return", data=body) as answer:
            assert answer.headers["Cache-Control"] == "no-store"
            return answer.status, await answer.text()

    async def serve(self) -> AsyncIterator[Street]:
        app = web.Application()
        self.pages.add_link(app)
        self.pages.add_return(app)
        async with TestServer(app) as server, ClientSession() as self.session:
            self.url = str(server.make_url("")).rstrip("/")
            yield self


@pytest.fixture
async def street() -> AsyncIterator[Street]:
    async for found in Street(Needs()).serve():
        yield found


@pytest.fixture
async def curious() -> AsyncIterator[Street]:
    """Of an institution that demands to know who pays."""
    async for found in Street(Needs(national_id=True, ip=True, identity=True)).serve():
        yield found


async def test_the_link_opens_the_institutions_page(street: Street) -> None:
    assert (await street.follow())[:2] == (303, f"https://purse.example/{ORDER}")
    (checkout,) = street.purse.checkouts
    assert (checkout.order, checkout.amount, checkout.until) == (ORDER, Kurus(4850), UNTIL)
    assert checkout.payer == Payer()


async def test_an_institution_is_told_of_the_payer_what_it_demands(curious: Street) -> None:
    await curious.follow(**{"X-Forwarded-For": "203.0.113.7"})
    assert curious.purse.checkouts[0].payer == Payer(
        "Ayşe Nur", "Yılmaz", "ayse@example.com", "10000000146", "Moda Cad. No: 12, Kadıköy/İstanbul", "İstanbul",
        "203.0.113.7",
    )  # fmt: skip


async def test_two_taps_within_a_moment_open_one_page(street: Street) -> None:
    for _ in range(3):
        await street.follow()
    assert street.purse.calls.count(("open_link", ORDER)) == 1
    street.clock.travel(seconds=6)
    await street.follow()
    assert street.purse.calls.count(("open_link", ORDER)) == 2


# what has become of the order -> status, what the page says
SAYS: dict[State, tuple[int, str]] = {
    State.LINKING: (200, "şu anda açılamıyor"),
    State.HELD: (200, "tutarını kontrol ediyoruz"),
    State.QUEUED: (200, "Ödemenizi aldık, teşekkür ederiz"),
    State.POSTED: (200, "Ödemenizi aldık, teşekkür ederiz"),
    State.CANCELLED: (200, "iptal edilmiş"),
    State.EXPIRED: (200, "bağlantısı kapandı, sizden bir ücret alınmadı"),
}


@pytest.mark.parametrize("state", SAYS)
async def test_what_is_not_to_be_paid_opens_no_page(street: Street, state: State) -> None:
    street.becomes(state)
    status, _, page = await street.follow()
    assert (status, SAYS[state][1] in page) == (SAYS[state][0], True)
    assert 'href="https://t.me/mektupx_bot"' in page and "Sohbete dön" in page
    assert street.purse.calls == []


async def test_a_link_whose_time_is_over_says_so(street: Street) -> None:
    street.clock.travel(hours=24)
    status, _, page = await street.follow()
    assert status == 410 and "süresi doldu" in page and street.purse.calls == []


@pytest.mark.parametrize("trouble", [away(), StorageError("away")])
async def test_an_institution_that_does_not_answer_is_tried_again_by_the_payer(
    street: Street, trouble: Exception
) -> None:
    street.purse.trouble = {"open_link": [trouble]}
    status, _, page = await street.follow()
    assert status == 503 and "Siparişiniz duruyor" in page and f'href="/pay/{ORDER}"' in page
    assert (await street.follow())[0] == 303


@pytest.mark.parametrize("token", ["0" * 64, "x", "ş"])
async def test_a_link_that_is_none_of_ours_says_so_in_the_browsers_language(street: Street, token: str) -> None:
    status, _, page = await street.follow(token, **{"Accept-Language": "en-GB,en;q=0.8"})
    assert status == 404 and "There is no such payment link" in page


async def test_without_the_store_the_link_can_be_tried_again(street: Street) -> None:
    street.away = True
    assert (await street.follow())[0] == 503


async def test_whoever_comes_back_reads_what_the_institution_says(street: Street) -> None:
    await street.known.note(ORDER, PAGE)
    status, page = await street.comes_back()
    assert status == 200 and "Bize bir ödeme ulaşmadı" in page
    street.purse.pay(ORDER, 4850)
    street.clock.travel(seconds=5)
    status, page = await street.comes_back()
    assert status == 200 and "Ödemenizi aldık, teşekkür ederiz" in page and "t.me/mektupx_bot" in page
    assert street.asked == [ORDER, ORDER]


async def test_whoever_comes_back_again_and_again_costs_one_question(street: Street) -> None:
    """The payer knows the page's name, and a program can post it a thousand times."""
    await street.known.note(ORDER, PAGE)
    street.purse.pay(ORDER, 4850)
    told = await asyncio.gather(*(street.comes_back() for _ in range(5)))
    assert street.asked == [ORDER]
    assert all(status == 200 and "Ödemenizi aldık" in page for status, page in told)
    street.clock.travel(seconds=5)
    await street.comes_back()
    assert street.asked == [ORDER, ORDER]


@pytest.mark.parametrize("body", [b"", b"token=another", b"\xff\x00", b"x" * 100_000])
async def test_what_a_browser_invents_changes_nothing(street: Street, body: bytes) -> None:
    await street.known.note(ORDER, PAGE)
    assert (await street.comes_back(body))[0] == 404
    assert street.asked == []


async def test_an_institution_that_cannot_be_asked_leaves_it_to_the_chat(street: Street) -> None:
    await street.known.note(ORDER, PAGE)

    async def away_now(person: Person, order: str) -> None:
        raise away()

    street.pages._settle = away_now
    status, page = await street.comes_back()
    assert status == 200 and "ödeme kuruluşuna soruyoruz" in page
