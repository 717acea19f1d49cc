"""Scripted misfortune and Telegram's sending limits, as both libraries feel them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiogram.exceptions as aio
import aiohttp
import pytest
import telegram.error as ptb

from bot.base.clock import SharedClock
from bot.playground.bot_api.rate_limits import Limits
from bot.playground.bot_api.refusals import Refusal
from bot.playground.server import Playground
from bot.playground.world.model import Account, Chat
from tests.bot.playground.conftest import AYSE, PLAIN, TOKENS, Driver, Library, Scene, until

FELT = [
    (429, {"retry_after": 7}, aio.TelegramRetryAfter, ptb.RetryAfter),
    (403, {}, aio.TelegramForbiddenError, ptb.Forbidden),
    (400, {}, aio.TelegramBadRequest, ptb.BadRequest),
    (401, {}, aio.TelegramUnauthorizedError, ptb.InvalidToken),
    (409, {}, aio.TelegramConflictError, ptb.Conflict),
    (500, {}, aio.TelegramServerError, ptb.NetworkError),
    (502, {}, aio.TelegramServerError, ptb.NetworkError),
    ("migrate", {"migrate_to_chat_id": -100777}, aio.TelegramMigrateToChat, ptb.ChatMigrated),
    ("reset", {}, aio.TelegramNetworkError, ptb.NetworkError),
]


@pytest.mark.parametrize(
    ("error", "more", "in_aiogram", "in_ptb"), FELT, ids=lambda value: value if isinstance(value, str | int) else ""
)
async def test_each_fault_is_felt_as_the_library_names_it(
    error: Any, more: dict[str, Any], in_aiogram: Any, in_ptb: Any, scene: Scene, library: Library, drive: Driver
) -> None:
    await drive.must("faults", bot="customer", method="sendMessage", error=error, times=1, **more)
    before = len(await drive.messages(PLAIN))
    with pytest.raises(in_aiogram if library.name == "aiogram" else in_ptb) as caught:
        await library("send_message", chat_id=PLAIN, text="a")
    if error == 429:
        assert (
            caught.value._retry_after.total_seconds() == 7
            if library.name != "aiogram"
            else caught.value.retry_after == 7
        )
    if error == "migrate":
        assert -100777 in (getattr(caught.value, "migrate_to_chat_id", 0), getattr(caught.value, "new_chat_id", 0))
        assert "migrated to supergroup" in str(caught.value).lower() or "upgraded" in str(caught.value).lower()
        assert (await library("send_message", chat_id=-100777, text="a")).chat.id == -100777
        assert (await drive.raw("sendMessage", chat_id=PLAIN, text="a"))[1]["parameters"] == {
            "migrate_to_chat_id": -100777
        }
    else:
        assert len(await drive.messages(PLAIN)) == before
        assert await library("send_message", chat_id=PLAIN, text="a")  # once is once


async def test_an_act_whose_answer_is_lost(scene: Scene, library: Library, drive: Driver) -> None:
    await drive.must("faults", bot="customer", method="sendMessage", drop_reply=True, times=1)
    with pytest.raises((aio.TelegramNetworkError, ptb.NetworkError)):
        await library("send_message", chat_id=AYSE, text="gitti mi?")
    assert (await drive.messages())[-1]["text"] == "gitti mi?"


async def test_a_request_that_is_never_answered(scene: Scene, drive: Driver, playground: Playground) -> None:
    await drive.must("faults", bot="customer", method="sendMessage", error="timeout", times=1)
    waiting = asyncio.create_task(drive.raw("sendMessage", chat_id=AYSE, text="a"))
    await until(lambda: playground.in_flight["customer: sendMessage"])
    assert (await drive.get("idle?timeout=0.02"))[1]["waiting_for"][-1] == "request customer: sendMessage"
    waiting.cancel()  # the client gives up
    await until(lambda: not playground.in_flight["customer: sendMessage"])
    assert "a" not in [message["text"] for message in await drive.messages()]


async def test_faults_count_and_keep_to_their_bot(drive: Driver) -> None:
    await drive.must("faults", bot="customer", method="*", error=500, times=2)
    assert (await drive.raw("getMe", "staff"))[0] == 200
    assert [(await drive.raw("getMe"))[0] for _ in range(3)] == [500, 500, 200]


# limits


@pytest.fixture
async def limited(clock: SharedClock, tmp_path: Path) -> AsyncIterator[Driver]:
    playground = Playground(clock, TOKENS)
    await playground.start()
    async with aiohttp.ClientSession() as session:
        yield Driver(playground.url, session)
    await playground.stop()


async def waits(drive: Driver, chat: int) -> int:
    """0 when a message passes, else the seconds of its 429."""
    status, answer = await drive.raw("sendMessage", chat_id=chat, text="a")
    if status == 429:
        assert answer["description"] == f"Too Many Requests: retry after {answer['parameters']['retry_after']}"
    return 0 if status == 200 else int(answer["parameters"]["retry_after"])


async def test_a_chat_takes_one_message_a_second_after_a_short_burst(limited: Driver) -> None:
    await limited.must("users", id=AYSE, first_name="Ayşe")
    await limited.say("/start")
    assert [await waits(limited, AYSE) for _ in range(3)] == [0, 0, 0]
    wait = await waits(limited, AYSE)
    assert 2 <= wait <= 3  # counted from the first of the three
    await limited.must("clock", advance=f"PT{wait}S")
    assert await waits(limited, AYSE) == 0
    for _ in range(10):
        await limited.must("clock", advance="PT1S")
        assert await waits(limited, AYSE) == 0


async def test_a_group_takes_twenty_a_minute(limited: Driver) -> None:
    await limited.must("users", id=AYSE, first_name="Ayşe")
    await limited.must("groups", id=PLAIN, title="Destek", members=[AYSE], bots=["customer"])
    for _ in range(20):
        assert await waits(limited, PLAIN) == 0
        await limited.must("clock", advance="PT1S")
    assert 35 < await waits(limited, PLAIN) <= 40


class Still:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 5, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    async def pause(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    async def until(self, instant: datetime) -> None:
        self.at = max(self.at, instant)


def test_a_bot_sends_thirty_a_second_overall() -> None:
    clock = Still()
    limits = Limits(clock)
    bot = Account("customer", "1:abc", 1, "a", "A")
    for user in range(30):
        chat = Chat(user, "private", bot=bot)
        limits.check("customer", chat, 1)
        limits.record("customer", chat, 1)
    with pytest.raises(Refusal) as caught:
        limits.check("customer", Chat(31, "private", bot=bot), 1)
    assert caught.value.parameters == {"retry_after": 1}
    limits.check("staff", Chat(31, "private", bot=bot), 1)  # each bot has its own
    clock.at += timedelta(seconds=1)
    limits.check("customer", Chat(31, "private", bot=bot), 1)
    clock.at -= timedelta(days=1)  # a clock that went back blocks nobody
    limits.check("customer", Chat(31, "private", bot=bot), 1)
