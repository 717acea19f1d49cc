"""How updates reach a bot: offsets, the jealous poller, and webhooks with order, secret and patience."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from bot.base.clock import SharedClock
from bot.playground.bot_api.webhooks import WebhookDelivery
from bot.playground.server import Playground
from tests.bot.playground.conftest import AYSE, Driver, Library, until
from tests.fakes import PATIENCE


def texts(updates: list[Any]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def test_an_offset_confirms_what_is_below_it(drive: Driver) -> None:
    for word in ("bir", "iki", "üç"):
        await drive.say(word)
    first = await drive.updates(limit=2)
    assert texts(first) == ["bir", "iki"]
    assert texts(await drive.updates()) == ["bir", "iki", "üç"]  # not confirmed: they come again
    assert texts(await drive.updates(offset=first[1]["update_id"] + 1)) == ["üç"]
    assert texts(await drive.updates()) == ["üç"]


async def test_a_negative_offset_forgets_the_rest(drive: Driver) -> None:
    for word in ("bir", "iki", "üç"):
        await drive.say(word)
    assert texts(await drive.updates(offset=-2)) == ["iki", "üç"]
    assert texts(await drive.updates()) == ["iki", "üç"]


async def test_numbers_rise_one_by_one(drive: Driver) -> None:
    for word in ("bir", "iki"):
        await drive.say(word)
    one, two = await drive.updates()
    assert two["update_id"] == one["update_id"] + 1


async def test_a_long_poll_wakes_when_somebody_writes(drive: Driver) -> None:
    waiting = asyncio.create_task(drive.updates(timeout=5))
    await asyncio.sleep(0)
    await drive.say("merhaba")
    assert texts(await waiting) == ["merhaba"]


async def test_the_older_poller_is_ended(drive: Driver, playground: Playground) -> None:
    older = asyncio.create_task(drive.raw("getUpdates", timeout=5))
    await until(lambda: playground.world.bots["customer"].turn == 1)
    newer = asyncio.create_task(drive.raw("getUpdates", timeout=5))
    status, answer = await older
    assert (status, answer["error_code"]) == (409, 409)
    assert answer["description"] == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )
    await drive.say("merhaba")
    assert (await newer)[0] == 200


async def test_both_libraries_see_the_conflict(drive: Driver, library: Library, playground: Playground) -> None:
    older = asyncio.create_task(library.refusal("get_updates", timeout=5))
    await until(lambda: playground.world.bots["customer"].turn == 1)
    await drive.updates()
    assert "terminated by other getupdates request" in (await older).lower()


async def test_updates_are_kept_for_a_day(drive: Driver) -> None:
    await drive.say("dün")
    await drive.must("clock", advance="P1DT1M")
    await drive.say("bugün")
    assert texts(await drive.updates()) == ["bugün"]


async def test_only_allowed_kinds_are_told(drive: Driver) -> None:
    await drive.updates(allowed_updates=["callback_query"])
    await drive.say("duyulmaz")
    assert await drive.updates() == []
    await drive.updates(allowed_updates=[])
    await drive.say("duyulur")
    assert texts(await drive.updates()) == ["duyulur"]


async def test_raw_updates_come_as_they_are_even_twice(drive: Driver) -> None:
    message = await drive.say("asıl")
    (real,) = await drive.updates()
    await drive.updates(offset=real["update_id"] + 1)
    await drive.must("deliver", bot="customer", update=real)
    await drive.must("deliver", bot="customer", update={"update_id": 5, "message": {"bozuk": True}})
    await drive.must("deliver", bot="customer", update={"nothing": 1})
    again = await drive.updates(offset=real["update_id"] + 1)
    assert again == [real, {"update_id": 5, "message": {"bozuk": True}}, {"nothing": 1}]
    assert await drive.updates(offset=real["update_id"] + 1) == []
    assert message == real["message"]["message_id"]


async def test_a_forged_number_raises_the_later_ones(drive: Driver) -> None:
    await drive.must("deliver", bot="customer", update={"update_id": 900_000_000})
    await drive.say("sonra")
    assert [update["update_id"] for update in await drive.updates()] == [900_000_000, 900_000_001]


# webhooks


@dataclass
class Hook:
    """A bot's web server: says `answers` in turn, then 200."""

    url: str = ""
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    got: list[Any] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    held: int = 0  # a chat id that has to wait at the gate

    async def take(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        if self.answers:
            status, headers = self.answers.pop(0)
            return web.Response(status=status, headers=headers)
        if update["message"]["chat"]["id"] == self.held:
            await self.gate.wait()
        self.got.append(update["message"]["text"])
        return web.Response()


@pytest.fixture
async def hook(drive: Driver) -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield hook
    hook.gate.set()
    await runner.cleanup()


async def test_a_webhook_gets_a_chats_updates_in_order_with_the_secret(
    drive: Driver, library: Library, hook: Hook
) -> None:
    assert await library("set_webhook", url=hook.url, secret_token="gizli-1")
    for number in range(10):
        await drive.say(str(number))
    assert (await drive.get(f"idle?timeout={PATIENCE}"))[1] == {"idle": True}
    assert hook.got == [str(number) for number in range(10)]
    assert set(hook.secrets) == {"gizli-1"}
    info = await library("get_webhook_info")
    assert (info.url, info.pending_update_count) == (hook.url, 0)


async def test_a_slow_chat_does_not_hold_up_another(drive: Driver, hook: Hook, playground: Playground) -> None:
    await drive.must("users", id=5009, first_name="Can")
    await drive.raw("setWebhook", url=hook.url)
    hook.held = AYSE
    await drive.say("yavaş")
    await drive.say("hızlı", user=5009)
    await until(lambda: hook.got)
    assert hook.got == ["hızlı"]
    status, answer = await drive.get("idle?timeout=0.05")
    assert (status, answer) == (504, {"idle": False, "waiting_for": ["customer: 1 updates not confirmed"]})
    hook.gate.set()
    await drive.get("idle")
    assert hook.got == ["hızlı", "yavaş"]


async def test_a_failing_webhook_is_tried_again_on_the_clock(
    drive: Driver, hook: Hook, clock: SharedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    async def travelled(instant: Any) -> None:
        waits.append(round((instant - clock.now()).total_seconds()))
        clock.travel(instant)

    monkeypatch.setattr(clock, "until", travelled)
    hook.answers = [(500, {}), (503, {}), (502, {}), (429, {"Retry-After": "17"})]
    await drive.raw("setWebhook", url=hook.url)
    await drive.say("bir")
    await drive.say("iki")
    assert (await drive.get(f"idle?timeout={PATIENCE}"))[1] == {"idle": True}
    assert waits == [1, 2, 4, 17]
    assert hook.got == ["bir", "iki"]
    _, info = await drive.raw("getWebhookInfo")
    assert info["result"]["last_error_message"] == "Wrong response from the webhook: 429 Too Many Requests"


async def test_polling_and_webhook_exclude_each_other(
    drive: Driver, hook: Hook, playground: Playground, library: Library
) -> None:
    waiting = asyncio.create_task(library.refusal("get_updates", timeout=5))
    await until(lambda: playground.world.bots["customer"].turn == 1)
    await drive.raw("setWebhook", url=hook.url)
    assert "terminated by setwebhook request" in (await waiting).lower()
    assert "can't use getupdates method while webhook is active" in (await library.refusal("get_updates")).lower()
    assert await library("delete_webhook", drop_pending_updates=True)
    assert list(await library("get_updates")) == []


def test_patience_has_a_bound() -> None:
    assert 0 < WebhookDelivery.FIRST < WebhookDelivery.LAST
