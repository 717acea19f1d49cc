"""The web server: who is let in, what is kept, what comes again, and the pages anybody may read."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession, web

from bot.base import metrics
from bot.intake.door import Crowded
from bot.messenger.polling import Slower
from bot.web import server as web_module
from bot.web.server import HEADER, LARGEST, Web
from locales import document
from storage.database.engine import StorageError
from tests.fakes import PATIENCE, plain_logs  # noqa: F401

SECRET = "a-secret_of-webhooks"
UPDATE = {"update_id": 7, "message": {"text": "Canım anneannem"}}
pytestmark = pytest.mark.usefixtures("plain_logs")


class Site:
    """The server on a free port, with what it feeds."""

    def __init__(self) -> None:
        self.fed: list[dict[str, Any]] = []
        self.aside: list[tuple[str, str, str]] = []
        self.trouble: list[Exception] = []
        self.quarantine_trouble: list[Exception] = []
        self.ready = True
        self.web = Web(self._ready)
        self.web.webhook("customer", SECRET, self._feed, self._quarantine)
        self.session: ClientSession

    async def _ready(self) -> bool:
        return self.ready

    async def _feed(self, update: dict[str, Any]) -> None:
        if self.trouble:
            raise self.trouble.pop(0)
        self.fed.append(update)

    async def _quarantine(self, bot: str, key: str, error: str) -> None:
        if self.quarantine_trouble:
            raise self.quarantine_trouble.pop(0)
        self.aside.append((bot, key, error))

    async def post(self, body: bytes | dict[str, Any], secret: str | None = SECRET) -> int:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {} if secret is None else {HEADER: secret}
        url = f"http://127.0.0.1:{self.web.port}/telegram/customer"
        async with self.session.post(url, data=raw, headers=headers) as answer:
            return answer.status

    async def get(self, path: str) -> tuple[int, str, Any]:
        async with self.session.get(f"http://127.0.0.1:{self.web.port}{path}") as answer:
            return answer.status, await answer.text(), answer.headers


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    found = Site()
    await found.web.start("127.0.0.1", 0)
    async with ClientSession() as session:
        found.session = session
        yield found
    await found.web.stop()


# The webhook ----------------------------------------------------------------------------------------------------------


async def test_an_update_is_acknowledged_after_it_was_fed(site: Site) -> None:
    assert await site.post(UPDATE) == 200
    assert site.fed == [UPDATE]


async def test_the_same_update_twice_is_fed_twice_and_the_door_knows_its_key(site: Site) -> None:
    assert [await site.post(UPDATE), await site.post(UPDATE)] == [200, 200]
    assert site.fed == [UPDATE, UPDATE]


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], SECRET + "x", "ş" * 9, SECRET.upper()])
async def test_without_the_secret_nothing_is_let_in(site: Site, secret: str | None) -> None:
    before = metrics.FORGED_CALLBACKS.labels("telegram_customer")._value.get()
    assert await site.post(UPDATE, secret) == 403
    assert (site.fed, site.aside) == ([], [])
    assert metrics.FORGED_CALLBACKS.labels("telegram_customer")._value.get() == before + 1


async def test_the_secret_is_compared_as_bytes_in_constant_time(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []
    real = hmac.compare_digest

    def watched(a: bytes, b: bytes) -> bool:
        compared.append((a, b))
        return real(a, b)

    monkeypatch.setattr(web_module.hmac, "compare_digest", watched)
    await site.post(UPDATE, "wrong")
    assert compared == [(b"wrong", SECRET.encode())]


async def test_a_stranger_is_refused_before_the_body_is_read(site: Site) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.web.port)
    writer.write(b"POST /telegram/customer HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{")  # and no more
    await writer.drain()
    async with asyncio.timeout(PATIENCE):
        assert b" 403 " in await reader.readline()
    writer.close()


BROKEN = [b"", b"{", b"[]", b"7", b'"x"', b"\xff\xfe", b"null", b"[" * 200_000]


@pytest.mark.parametrize("body", BROKEN, ids=range(len(BROKEN)))
async def test_what_is_no_update_is_set_aside_and_not_brought_for_ever(site: Site, body: bytes) -> None:
    assert await site.post(body) == 200
    assert site.fed == []
    ((bot, key, _),) = site.aside
    assert (bot, key) == ("customer", "")


@pytest.mark.parametrize("error", [ValueError("Canım anneannem"), KeyError("ours"), RuntimeError("ours")])
async def test_what_will_never_be_readable_is_set_aside_by_its_number_without_its_words(
    site: Site,
    error: Exception,
    plain_logs: Any,  # noqa: F811
) -> None:
    site.trouble = [error]
    assert await site.post(UPDATE) == 200
    assert site.aside == [("customer", "7", type(error).__name__)]
    assert "set aside" in plain_logs.getvalue()
    assert "Canım" not in plain_logs.getvalue()


@pytest.mark.parametrize("error", [StorageError("The disk is full"), Crowded("full"), OSError("gone")])
async def test_what_could_not_be_kept_comes_again(site: Site, error: Exception) -> None:
    site.trouble = [error]
    assert await site.post(UPDATE) == 503
    assert site.aside == []
    assert await site.post(UPDATE) == 200
    assert site.fed == [UPDATE]


async def test_what_could_not_even_be_set_aside_comes_again(site: Site) -> None:
    site.quarantine_trouble = [StorageError("The disk is full")]
    assert await site.post(b"{") == 503
    assert await site.post(b"{") == 200


async def test_a_body_that_is_no_message_by_its_size_is_not_read(site: Site) -> None:
    assert await site.post(b" " * (LARGEST + 1)) == 413
    assert site.fed == []
    largest = json.dumps(UPDATE | {"x": "y" * (LARGEST - 200)}).encode()
    assert await site.post(largest) == 200


@pytest.mark.parametrize("number", ["9" * 500, None, {"x": 1}, "Canım anneannem"])
async def test_a_forged_number_is_cut_short(site: Site, number: Any) -> None:
    site.trouble = [ValueError("never readable")]
    assert await site.post({"update_id": number}) == 200
    assert len(site.aside[0][1]) <= 20


async def test_only_bots_of_this_process_have_a_webhook(site: Site) -> None:
    url = f"http://127.0.0.1:{site.web.port}/telegram/staff"
    async with site.session.post(url, json=UPDATE, headers={HEADER: SECRET}) as answer:
        assert answer.status == 404


# Pages ----------------------------------------------------------------------------------------------------------------


async def test_health_is_about_the_process_and_readiness_about_what_it_needs(site: Site) -> None:
    assert (await site.get("/healthz"))[0] == 200
    assert (await site.get("/readyz"))[0] == 200
    site.ready = False
    assert (await site.get("/healthz"))[0] == 200
    status, body, _ = await site.get("/readyz")
    assert (status, json.loads(body)) == (503, {"ready": False})


async def test_the_figures_are_in_prometheus_format_and_name_nobody(site: Site) -> None:
    await site.post(UPDATE)
    status, body, headers = await site.get("/metrics")
    assert status == 200
    assert headers["Content-Type"] == metrics.CONTENT_TYPE
    assert "# TYPE mektupx_turns_total counter" in body
    assert "Canım" not in body


@pytest.mark.parametrize(
    ("path", "language"),
    [("/gizlilik", "tr"), ("/privacy", "en"), ("/gizlilik?lang=en", "en"), ("/gizlilik?lang=../x", "tr")],
)
async def test_the_policy_is_a_page_word_for_word(site: Site, path: str, language: str) -> None:
    status, body, headers = await site.get(path)
    assert status == 200
    shown = body.replace("&quot;", '"').replace("&#x27;", "'").replace("&amp;", "&")
    parts = document("policy", language, {}).text.split("\n\n")
    assert len(parts) > 3
    assert all(part in shown for part in parts)
    assert f'lang="{language}"' in body
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"


async def test_a_port_that_is_taken_is_refused_at_once(site: Site) -> None:
    other = Web(site._ready)
    with pytest.raises(OSError, match="in use"):
        await other.start("127.0.0.1", site.web.port)
    await other.stop()


async def test_stopping_lets_an_update_at_hand_come_to_its_end() -> None:
    site, begun, gate = Site(), asyncio.Event(), asyncio.Event()

    async def slow(update: dict[str, Any]) -> None:
        begun.set()
        await gate.wait()
        site.fed.append(update)

    site.web = Web(site._ready)
    site.web.webhook("customer", SECRET, slow, site._quarantine)
    await site.web.start("127.0.0.1", 0)
    async with ClientSession() as site.session:
        posting = asyncio.create_task(site.post(UPDATE))
        await begun.wait()
        stopping = asyncio.create_task(site.web.stop())
        await asyncio.sleep(0)
        gate.set()
        assert await posting == 200
        await stopping
    assert site.fed == [UPDATE]
    assert isinstance(site.web.app, web.Application)


async def test_draining_answers_what_is_at_hand_and_asks_for_all_later_updates_again() -> None:
    """The bots stop after this and before the server does: an update fed to a stopped bot would get no answer."""
    site, begun, gate = Site(), asyncio.Event(), asyncio.Event()

    async def slow(update: dict[str, Any]) -> None:
        begun.set()
        await gate.wait()
        site.fed.append(update)

    site.web = Web(site._ready)
    site.web.webhook("customer", SECRET, slow, site._quarantine)
    await site.web.start("127.0.0.1", 0)
    async with asyncio.timeout(PATIENCE), ClientSession() as site.session:
        posting = asyncio.create_task(site.post(UPDATE))
        await begun.wait()
        draining = asyncio.create_task(site.web.drain())
        await asyncio.sleep(0)
        assert await site.post(UPDATE) == 503
        assert (await site.get("/readyz"))[0] == 200  # payers are served to the end
        assert not draining.done()
        gate.set()
        assert await posting == 200
        await draining
    await site.web.stop()
    assert site.fed == [UPDATE]


async def test_a_sender_who_is_too_fast_is_brought_again_later(site: Site) -> None:
    site.trouble.append(Slower(1.2))
    assert await site.post(UPDATE) == 429
    assert (site.fed, site.aside) == ([], [])
    assert await site.post(UPDATE) == 200
    assert site.fed == [UPDATE]


async def test_figures_are_told_on_this_machine_only(site: Site) -> None:
    url = f"http://127.0.0.1:{site.web.port}/metrics"
    async with site.session.get(url) as answer:
        assert answer.status == 200
    async with site.session.get(url, headers={"X-Forwarded-For": "192.0.2.1"}) as answer:
        assert answer.status == 404
