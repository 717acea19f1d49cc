"""The way back into the chat is asked for once, and its lack keeps no page waiting."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.messenger.chat_link import ChatLink
from tests.fakes import FakeClock, plain_logs  # noqa: F401

pytestmark = pytest.mark.usefixtures("plain_logs")


class Api:
    """getMe of a Bot API server on this machine."""

    def __init__(self) -> None:
        self.answer: Any = {"ok": True, "result": {"id": 1, "is_bot": True, "username": "mektupx_bot"}}
        self.asked, self.url = 0, ""

    async def get_me(self, request: web.Request) -> web.Response:
        self.asked += 1
        return web.json_response(self.answer)


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    found = Api()
    app = web.Application()
    app.router.add_get("/bot1:secret/getMe", found.get_me)
    async with TestServer(app) as server:
        found.url = str(server.make_url("")).rstrip("/")
        yield found


def link(api: Api, clock: FakeClock) -> ChatLink:
    return ChatLink("1:secret", api.url, clock)


async def test_telegram_is_asked_once_what_the_bot_is_called(api: Api) -> None:
    back = link(api, FakeClock())
    assert [await back(), await back()] == ["https://t.me/mektupx_bot"] * 2
    assert api.asked == 1


REFUSED = [{"ok": False, "error_code": 401}, {"result": {"username": "a b"}}, {"result": None}, []]


@pytest.mark.parametrize("answer", REFUSED)
async def test_without_a_name_there_is_no_way_back_and_nobody_asks_again_for_a_minute(api: Api, answer: Any) -> None:
    clock, right = FakeClock(), api.answer
    api.answer = answer
    back = link(api, clock)
    assert [await back(), await back()] == ["", ""] and api.asked == 1
    api.answer = right
    clock.travel(minutes=1)
    assert await back() == "https://t.me/mektupx_bot" and api.asked == 2
