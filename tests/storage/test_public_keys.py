"""A zero byte in what a stranger sends to a public path: no text of PostgreSQL holds one, and it is an unknown key."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from aiohttp import ClientSession
from yarl import URL

from bot.payments.hooks import callback_handler
from bot.payments.provider import Hint
from bot.payments.sandbox.bank import SandboxBank
from bot.web.opening_page import FIELD
from bot.web.server import HEADER, Web
from flows.desk.openings.commands import PATH
from storage.payments import callbacks
from storage.payments.callbacks import Posted
from storage.senders import orders, seen_updates
from tests.fakes import FakeClock
from tests.storage.access_log.test_openings import ID, TOKEN, approved, page
from tests.storage.conftest import House

SECRET = "s" * 32
ZEROS = ["%00", f"%00.{TOKEN}", f"{ID}.%00", f"{ID}%00.{TOKEN}", f"{ID}.{TOKEN}%00", "a%00b"]


class Institution:
    """Whose callbacks are believed, whatever they say."""

    name = "trusting"

    def read_callback(self, headers: Mapping[str, str], raw: bytes) -> Hint:
        return Hint(*json.loads(raw))


class Street:
    """The web server with every public path, before a real store."""

    def __init__(self, house: House, session: ClientSession, port: int) -> None:
        self.house, self.session, self.port = house, session, port
        self.fed: list[Any] = []

    async def asks(self, method: str, path: str, **more: Any) -> int:
        """The status; the path and what is sent go out as they are written here."""
        address = URL(f"http://127.0.0.1:{self.port}{path}", encoded=True)
        async with self.session.request(method, address, allow_redirects=False, **more) as answer:
            return answer.status

    async def opens(self, key: str) -> int:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return await self.asks("POST", PATH, data=f"{FIELD}={key}".encode(), headers=headers)

    async def feed(self, update: dict[str, Any]) -> None:
        raise ValueError("not an update")


@pytest.fixture
async def street(house: House) -> AsyncIterator[Street]:
    async def ready() -> bool:
        return True

    async def hinted(hint: Hint) -> None:
        """As bot.service.payments does it."""
        await house.store.do(
            callbacks.hear, "trusting", [Posted(hint.event_key, hint.order, kept=hint.kept)], house.now
        )
        await house.store.do(orders.person_of, hint.order)

    async def set_aside(bot: str, number: str, error: str) -> None:
        await house.store.do(seen_updates.quarantine, bot, number, error, house.now)

    web = Web(ready)
    page(house).add_to(web.app)
    web.app.router.add_post("/payments/trusting", callback_handler(Institution(), hinted))  # type: ignore[arg-type]
    bank = SandboxBank(house.folder / "bank.db", "a:b", FakeClock(house.now))
    web.app.add_subapp("/sandbox", bank.app())
    async with ClientSession() as session:
        found = Street(house, session, 0)
        web.webhook("customer", SECRET, found.feed, set_aside)
        await web.start("127.0.0.1", 0)
        found.port = web.port
        yield found
        await web.stop()


async def test_a_zero_byte_in_the_key_of_an_opening_opens_nothing_and_breaks_nothing(street: Street) -> None:
    key = await approved(street.house)
    assert await street.opens("a.b") == 404  # an unknown key
    for zero in ZEROS:
        assert await street.opens(zero) == 404, zero
    assert await street.opens(key) == 200  # and the true one does


async def test_a_zero_byte_in_the_address_of_a_payment_page_is_an_unknown_page(street: Street) -> None:
    for token in ("unknown", *ZEROS):
        for method in ("GET", "POST"):
            assert await street.asks(method, f"/sandbox/pay/{token}") == 404, (method, token)


async def test_a_callback_about_an_order_with_a_zero_byte_is_about_none(street: Street) -> None:
    async def told(*hint: str) -> int:
        return await street.asks("POST", "/payments/trusting", data=json.dumps(hint).encode())

    assert await told("1" * 32, "event") == 200
    assert await told("\0", "event") == 404
    assert await told("1" * 32, "\0") == 404
    assert await street.house.scalar("SELECT count(*) FROM payment_event") == 1


async def test_an_update_whose_number_is_no_number_is_set_aside_all_the_same(street: Street) -> None:
    """With the secret; without it nothing is read."""
    for number in (7, "\0", {"a": "\0"}, None):
        body = json.dumps({"update_id": number}).encode()
        assert await street.asks("POST", "/telegram/customer", data=body) == 403
        assert await street.asks("POST", "/telegram/customer", data=body, headers={HEADER: SECRET}) == 200, number
    assert await street.house.rows("SELECT key FROM quarantine ORDER BY id") == [("7",), ("",), ("",), ("",)]


async def test_a_zero_byte_elsewhere_in_an_address_is_no_error_of_ours(street: Street) -> None:
    assert await street.asks("GET", "/gizlilik?lang=%00") == await street.asks("GET", "/gizlilik?lang=xx") == 200
    for path in ("/%00", f"{PATH}%00", "/telegram/%00", "/payments/%00", "/sandbox/%00", "/metrics%00"):
        for method in ("GET", "POST"):
            assert await street.asks(method, path) == 404, (method, path)
    assert await street.asks("GET", f"{PATH}?{FIELD}=%00") == 200
