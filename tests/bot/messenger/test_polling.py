"""Polling: nothing is lost, nothing is asked for again and again, and each chat is answered in its order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiogram import Bot as AiogramBot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from structlog.testing import capture_logs
from telegram import Bot as PtbBot

from bot.base.clock import SharedClock
from bot.customers.fetch import aiogram_fetch
from bot.messenger.polling import Conflict, Polling, Slower, chat_of
from bot.playground.server import Playground
from bot.staff.telegram.fetch import ptb_fetch
from storage.database.engine import StorageError
from tests.fakes import PATIENCE


class PatientClock:
    """Notes how long it was asked to wait, and does not."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    def now(self) -> datetime:
        return datetime(2026, 11, 22, tzinfo=UTC)

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await asyncio.sleep(0)

    async def until(self, instant: datetime) -> None:
        raise AssertionError("polling does not wait for instants")


class Telegram:
    """Keeps updates until an offset above them is asked for, as the Bot API does; what it answers can be scripted."""

    def __init__(self, *updates: Any) -> None:
        self.updates = list(updates)
        self.asked: list[int | None] = []
        self.script: list[Exception | object] = []
        self.quiet = asyncio.Event()

    async def fetch(self, offset: int | None, seconds: int) -> Any:
        self.asked.append(offset)
        if self.script:
            answer = self.script.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        if offset is not None:
            self.updates = [one for one in self.updates if not _settled(one, offset)]
        if not self.updates and seconds:
            self.quiet.set()
            await asyncio.Event().wait()  # a long poll: only stop() ends it
        return list(self.updates)


def _settled(update: Any, offset: int) -> bool:
    return isinstance(update, dict) and isinstance(update.get("update_id"), int) and update["update_id"] < offset


def said(number: int, chat: int = 1, text: str = "") -> dict[str, Any]:
    return {"update_id": number, "message": {"message_id": number, "chat": {"id": chat}, "text": text or str(number)}}


class Door:
    """Commits what it is given, unless told otherwise."""

    def __init__(self) -> None:
        self.kept: list[int] = []
        self.aside: list[tuple[int | None, str]] = []
        self.act: Callable[[dict[str, Any]], Any] = lambda update: None

    async def handle(self, update: dict[str, Any]) -> None:
        result = self.act(update)
        if asyncio.iscoroutine(result):
            await result
        self.kept.append(update["update_id"])

    async def quarantine(self, number: int | None, error: str) -> None:
        self.aside.append((number, error))


@pytest.fixture
def clock() -> PatientClock:
    return PatientClock()


@pytest.fixture
def door() -> Door:
    return Door()


@asynccontextmanager
async def polling(telegram: Telegram, door: Door, clock: PatientClock) -> AsyncIterator[Polling]:
    loop = Polling(telegram.fetch, door.handle, door.quarantine, clock)
    task = asyncio.create_task(loop.run())
    try:
        async with asyncio.timeout(PATIENCE):
            yield loop
            await loop.stop()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_batch_is_confirmed_only_after_all_of_it_is_committed(door: Door, clock: PatientClock) -> None:
    telegram = Telegram(said(7, chat=1), said(8, chat=2))
    hold, other = asyncio.Event(), asyncio.Event()
    door.act = lambda update: hold.wait() if update["update_id"] == 7 else other.set()
    async with polling(telegram, door, clock):
        await other.wait()
        assert telegram.asked == [None]  # 8 is committed, 7 is not: nothing is confirmed
        hold.set()
        await telegram.quiet.wait()
        assert door.kept == [8, 7]
        assert telegram.asked == [None, 9]


async def test_chats_run_side_by_side_and_each_in_its_order(door: Door, clock: PatientClock) -> None:
    telegram = Telegram(*(said(number, chat=number % 3) for number in range(12)))
    running: set[int] = set()
    most = 0
    order: dict[int, list[int]] = {}

    async def act(update: dict[str, Any]) -> None:
        nonlocal most
        chat = update["message"]["chat"]["id"]
        assert chat not in running
        running.add(chat)
        most = max(most, len(running))
        order.setdefault(chat, []).append(update["update_id"])
        await asyncio.sleep(0)
        running.remove(chat)

    door.act = act
    async with polling(telegram, door, clock):
        await telegram.quiet.wait()
    assert most == 3
    assert all(numbers == sorted(numbers) and len(numbers) == 4 for numbers in order.values())


async def test_an_update_that_cannot_be_handled_is_set_aside_and_its_neighbours_are_kept(
    door: Door, clock: PatientClock
) -> None:
    telegram = Telegram(said(1), said(2, text="bad"), said(3))

    def act(update: dict[str, Any]) -> None:
        if update["message"]["text"] == "bad":
            raise KeyError("message")

    door.act = act
    async with polling(telegram, door, clock):
        await telegram.quiet.wait()
    assert (door.kept, door.aside) == ([1, 3], [(2, "KeyError")])
    assert telegram.asked[:2] == [None, 4]


async def test_what_could_not_be_kept_is_not_set_aside_but_comes_again(door: Door, clock: PatientClock) -> None:
    telegram = Telegram(said(1), said(2, chat=2))
    full = [StorageError("The disk is full"), StorageError("The disk is full")]

    def act(update: dict[str, Any]) -> None:
        if update["update_id"] == 1 and full:
            raise full.pop()

    door.act = act
    async with polling(telegram, door, clock):
        await telegram.quiet.wait()
    assert door.aside == []
    assert telegram.asked[:4] == [None, None, None, 3]
    assert door.kept.count(1) == 1


async def test_where_not_even_setting_aside_works_the_batch_comes_again(door: Door, clock: PatientClock) -> None:
    telegram = Telegram(said(1), said(2, chat=2))
    broken = [OSError("disk full"), OSError("disk full")]

    def act(update: dict[str, Any]) -> None:
        if update["update_id"] == 1 and broken:
            raise broken[0]

    async def quarantine(number: int | None, error: str) -> None:
        raise broken.pop()

    door.act, door.quarantine = act, quarantine  # type: ignore[method-assign]
    async with polling(telegram, door, clock):
        await telegram.quiet.wait()
    assert telegram.asked[:4] == [None, None, None, 3]
    assert clock.pauses == [1, 2]
    assert door.kept.count(1) == 1  # 2 came three times, and the inbox knows it


@pytest.mark.parametrize("junk", [42, "text", None, [], {"message": {}}, {"update_id": "7"}, {"update_id": True}])
async def test_junk_beside_updates_is_set_aside_and_passed_over(junk: Any, door: Door, clock: PatientClock) -> None:
    telegram = Telegram()
    telegram.script = [[said(1), junk, said(2)]]
    async with polling(telegram, door, clock):
        await telegram.quiet.wait()
    assert (door.kept, door.aside) == ([1, 2], [(None, "Malformed")])
    assert telegram.asked[:2] == [None, 3]
    assert clock.pauses == []


async def test_nothing_but_junk_is_asked_for_ever_more_slowly(door: Door, clock: PatientClock) -> None:
    telegram = Telegram()
    telegram.script = [[{}]] * 9
    async with polling(telegram, door, clock):
        await telegram.quiet.wait()
    assert clock.pauses == [1, 2, 4, 8, 16, 30, 60, 60, 60]


@pytest.mark.parametrize("answer", [OSError("no route"), TimeoutError(), {"ok": True}, None])
async def test_an_unreachable_telegram_is_asked_ever_more_slowly_and_forgiven_at_once(
    answer: Any, door: Door, clock: PatientClock
) -> None:
    telegram = Telegram(said(5))
    telegram.script = [answer, answer, answer, [], answer]
    if answer is None:  # not a list, as a broken proxy answers
        telegram.script = ["", "", "", [], ""]
    async with polling(telegram, door, clock):
        await telegram.quiet.wait()
    assert clock.pauses == [1, 2, 4, 1]
    assert door.kept == [5]


async def test_another_poller_with_the_same_token_is_a_slow_retry_with_a_sentence(
    door: Door, clock: PatientClock
) -> None:
    telegram = Telegram(said(5))
    telegram.script = [Conflict(), Conflict()]
    with capture_logs() as logs:
        async with polling(telegram, door, clock):
            await telegram.quiet.wait()
    assert clock.pauses == [30, 30]
    assert door.kept == [5]
    told = [line["event"] for line in logs if "Another process asks Telegram" in line["event"]]
    assert len(told) == 2
    assert "MEKTUPX_WEBHOOK_SECRET" in told[0]  # the remedy


async def test_a_limit_is_waited_out_as_long_as_telegram_asks(door: Door, clock: PatientClock) -> None:
    telegram = Telegram()
    telegram.script = [Slower(17)]
    async with polling(telegram, door, clock):
        await telegram.quiet.wait()
    assert clock.pauses == [17]


async def test_numbers_that_start_anew_lower_after_a_quiet_week_are_heard(door: Door, clock: PatientClock) -> None:
    telegram = Telegram()
    telegram.script = [[said(900)], [], [said(12)]]
    async with polling(telegram, door, clock):
        await telegram.quiet.wait()
    assert door.kept == [900, 12]
    assert telegram.asked[:4] == [None, 901, None, 13]


async def test_stop_finishes_the_batch_at_hand_and_confirms_it(door: Door, clock: PatientClock) -> None:
    telegram = Telegram(said(1), said(2))
    hold, begun = asyncio.Event(), asyncio.Event()

    async def act(update: dict[str, Any]) -> None:
        begun.set()
        await hold.wait()

    door.act = act
    loop = Polling(telegram.fetch, door.handle, door.quarantine, clock)
    running = asyncio.create_task(loop.run())
    await begun.wait()
    stopping = asyncio.create_task(loop.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    hold.set()
    await asyncio.wait_for(asyncio.gather(stopping, running), PATIENCE)
    assert door.kept == [1, 2]
    assert telegram.asked == [None, 3]
    assert telegram.updates == []


async def test_stop_ends_a_long_poll_and_a_pause_at_once(door: Door) -> None:
    waiting = asyncio.Event()

    class SlowClock(PatientClock):
        async def pause(self, seconds: float) -> None:
            waiting.set()
            await asyncio.Event().wait()

    telegram, slow = Telegram(), SlowClock()
    telegram.script = [OSError()]
    async with polling(telegram, door, slow):
        await waiting.wait()
    async with polling(telegram, door, slow):
        await telegram.quiet.wait()


async def test_stop_before_the_start_returns(door: Door, clock: PatientClock) -> None:
    telegram = Telegram(said(1))
    loop = Polling(telegram.fetch, door.handle, door.quarantine, clock)
    await asyncio.wait_for(loop.stop(), PATIENCE)
    await asyncio.wait_for(loop.run(), PATIENCE)
    assert telegram.asked == []


@pytest.mark.parametrize(
    ("update", "chat"),
    [
        ({"update_id": 1, "message": {"chat": {"id": 5}, "from": {"id": 6}}}, 5),
        ({"update_id": 1, "edited_message": {"chat": {"id": -100}}}, -100),
        ({"update_id": 1, "callback_query": {"from": {"id": 6}, "message": {"chat": {"id": 5}}}}, 5),
        ({"update_id": 1, "callback_query": {"from": {"id": 6}}}, 6),
        ({"update_id": 1, "my_chat_member": {"from": {"id": 6}, "chat": {"id": 5}}}, 5),
        ({"update_id": 1, "poll_answer": {"user": {"id": 6}}}, 6),
        ({"update_id": 1, "message": "junk", "callback_query": {"message": []}}, None),
        ({"update_id": 1}, None),
    ],
)
def test_what_stays_in_order(update: dict[str, Any], chat: int | None) -> None:
    assert chat_of(update) == chat


# Against the playground, with both libraries --------------------------------------------------------------------------

TOKENS = {"customer": "1000001:" + "c" * 35, "staff": "1000002:" + "s" * 35}
Fetch = Callable[[int | None, int], Any]


@asynccontextmanager
async def connection(name: str, playground: Playground) -> AsyncIterator[Fetch]:
    if name == "customer":
        session = AiohttpSession(api=TelegramAPIServer.from_base(playground.url))
        bot = AiogramBot(TOKENS[name], session=session)
        try:
            yield aiogram_fetch(bot)
        finally:
            await session.close()
    else:
        async with PtbBot(TOKENS[name], base_url=playground.url + "/bot") as ptb:
            yield ptb_fetch(ptb)


@pytest.fixture
async def playground(tmp_path: Path) -> AsyncIterator[Playground]:
    place = Playground(SharedClock(tmp_path / "clock"), TOKENS, limits=False)
    await place.start()
    yield place
    await place.stop()


async def drive(playground: Playground, path: str, **body: Any) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{playground.url}/playground/api/{path}", json=body) as answer,
    ):
        assert answer.status == 200, await answer.text()


@pytest.mark.parametrize("name", ["customer", "staff"])
async def test_both_libraries_hand_over_what_telegram_sent_unread(name: str, playground: Playground) -> None:
    odd = {"update_id": 7, "message": {"message_id": "not a number", "from": 5}, "of_tomorrow": [1]}
    for update in (odd, 42, {"no": "number"}):
        await drive(playground, "deliver", bot=name, update=update)
    async with connection(name, playground) as fetch:
        assert await fetch(None, 0) == [odd, 42, {"no": "number"}]


@pytest.mark.parametrize("name", ["customer", "staff"])
async def test_both_libraries_report_conflict_and_limit(name: str, playground: Playground) -> None:
    async with connection(name, playground) as fetch:
        await drive(playground, "faults", bot=name, method="getUpdates", error="409")
        with pytest.raises(Conflict):
            await fetch(None, 0)
        await drive(playground, "faults", bot=name, method="getUpdates", error="429", retry_after=17)
        with pytest.raises(Slower) as slower:
            await fetch(None, 0)
        assert slower.value.seconds == 17


@pytest.mark.parametrize("name", ["customer", "staff"])
async def test_a_malformed_update_neither_stops_nor_heats_the_loop(
    name: str, playground: Playground, door: Door, clock: PatientClock
) -> None:
    await drive(playground, "users", id=5001, first_name="Ayşe")
    for update in (said(1), {"update_id": 2, "message": "junk"}, "junk", said(3)):
        await drive(playground, "deliver", bot=name, update=update)
    calls = 0
    done = asyncio.Event()

    def act(update: dict[str, Any]) -> None:
        if update["update_id"] == 2:
            raise TypeError
        if update["update_id"] == 4:
            done.set()

    door.act = act
    async with connection(name, playground) as fetch:

        async def counted(offset: int | None, seconds: int) -> Any:
            nonlocal calls
            calls += 1
            return await fetch(offset, seconds)

        loop = Polling(counted, door.handle, door.quarantine, clock)
        running = asyncio.create_task(loop.run())
        await drive(playground, "deliver", bot=name, update=said(4))
        await asyncio.wait_for(done.wait(), PATIENCE)
        await asyncio.wait_for(asyncio.gather(loop.stop(), running), PATIENCE)
    assert door.kept == [1, 3, 4]
    assert (2, "TypeError") in door.aside
    assert calls <= 6


async def test_a_sender_who_is_too_fast_waits_and_loses_nothing(clock: PatientClock) -> None:
    kept: list[int] = []
    refusals = [Slower(2.5), Slower(0.5)]

    async def handle(update: dict[str, Any]) -> None:
        if refusals:
            raise refusals.pop(0)
        kept.append(update["update_id"])
        await polling.stop_soon()

    polling = _StopsSoon(Telegram({"update_id": 7}), handle, clock)
    await polling.run()
    assert kept == [7]
    assert clock.pauses[:2] == [2.5, 0.5]


class _StopsSoon:
    """A polling loop that ends after its first update."""

    def __init__(self, telegram: Telegram, handle: Callable[[dict[str, Any]], Any], clock: PatientClock) -> None:
        self._polling = Polling(telegram.fetch, handle, self._never, clock)

    async def _never(self, number: int | None, error: str) -> None:
        raise AssertionError("nothing is set aside here")

    async def stop_soon(self) -> None:
        self._stopping = asyncio.create_task(self._polling.stop())

    async def run(self) -> None:
        await self._polling.run()
        await self._stopping
