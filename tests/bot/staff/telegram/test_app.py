"""The staff bot's life: it waits for Telegram, keeps each chat in order, survives junk and loses nothing at the end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from telegram import Chat, Update, User

from bot.messenger.polling import Slower
from bot.staff.desk import StaffDesk
from bot.staff.telegram.app import StaffBot
from bot.staff.telegram.lanes import PerChat
from flows.desk.base.request import Asked
from tests.bot.staff.conftest import ADMIN, GROUP, STRANGER, TOKENS, Desk, gone, staff_desk
from tests.fakes import PATIENCE, FakeClock


async def test_an_update_fed_by_the_web_server_is_handled_when_feed_returns(desk: Desk) -> None:
    bot = staff_desk(desk)
    await bot.start(poll=False)
    await desk.post(f"chats/{ADMIN}/send", user=ADMIN, text="/durum", bot="staff")  # so that the chat exists
    message = {
        "message_id": 77,
        "date": 0,
        "chat": {"id": ADMIN, "type": "private"},
        "from": {"id": ADMIN, "is_bot": False, "first_name": "Deniz", "language_code": "en"},
        "text": "/status",
        "entities": [{"type": "bot_command", "offset": 0, "length": 7}],
    }
    for _ in range(2):  # and a second delivery changes nothing
        await bot.feed({"update_id": 1, "message": message})
    async with asyncio.timeout(PATIENCE):
        while await desk.busy() or not await desk.said(ADMIN):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    (answer,) = await desk.said(ADMIN)
    assert answer.startswith("Everything is in order.")
    await gone(desk)


async def test_where_telegram_cannot_be_reached_the_start_returns_and_goes_on_trying(desk: Desk) -> None:
    await desk.post("faults", bot="staff", method="getMe", error="502", times=2)
    await desk.post("faults", bot="staff", method="setMyCommands", error="502")
    bot = staff_desk(desk)
    await bot.start()
    await asyncio.wait_for(bot.ready(), PATIENCE)
    assert len(await desk.ask("/durum")) == 1
    await gone(desk)


async def test_stopping_before_telegram_was_reached_returns(desk: Desk) -> None:
    bot = staff_desk(desk)
    await bot.start()
    await gone(desk)


async def test_junk_is_set_aside_and_the_next_message_is_answered(desk: Desk, bot: StaffDesk) -> None:
    await desk.post("deliver", bot="staff", update={"update_id": 1, "message": {"message_id": "junk", "chat": 5}})
    await desk.post("deliver", bot="staff", update="junk")
    assert len(await desk.ask("/durum")) == 1
    assert {number for number, _ in desk.aside} == {1, None}


async def test_a_limit_is_waited_out_and_the_answer_comes_once(desk: Desk, bot: StaffDesk) -> None:
    await desk.post("faults", bot="staff", method="sendMessage", error="429", retry_after=3)
    assert len(await desk.ask("/durum")) == 1


async def test_to_an_agent_who_blocked_the_bot_everything_is_said_once_they_are_back(
    desk: Desk, bot: StaffDesk
) -> None:
    before = len(await desk.said(ADMIN))
    await desk.post("faults", bot="staff", method="sendMessage", error="403")
    assert await desk.ask("/durum") == []
    await desk.ask("/durum")
    await desk.travel(minutes=1)
    assert len(await desk.said(ADMIN)) == before + 2


# The bot without its desk ---------------------------------------------------------------------------------------------


@dataclass
class Nobody:
    """A bot.staff.telegram.app.StaffHooks that does nothing, and notes what it was asked and told."""

    heard: list[str] = field(default_factory=list)

    def group(self) -> int | None:
        return GROUP

    async def receive(self, asked: Asked) -> None:
        self.heard.append(f"received {asked.words}")

    async def moved(self, old: int, new: int) -> None:
        self.heard.append(f"moved {old} {new}")

    async def let_in(self) -> None:
        self.heard.append("let in")

    async def of_staff(self, user: int) -> bool:
        return user == ADMIN

    async def offer(self) -> None:
        self.heard.append("offered")

    async def set_aside(self, update: int | None, error: str) -> None:
        self.heard.append(f"set aside {error}")

    async def tick(self) -> None: ...


def written(user: int, words: str) -> dict[str, Any]:
    """A message in private, as Telegram sends it."""
    sender = {"id": user, "is_bot": False, "first_name": "Kim"}
    return {"message_id": 1, "date": 0, "chat": {"id": user, "type": "private"}, "from": sender, "text": words}


async def test_the_bot_tells_its_desk_what_it_hears_and_nothing_of_a_stranger_who_is_too_fast(desk: Desk) -> None:
    nobody = Nobody()
    alone = StaffBot(TOKENS["staff"], desk.playground.url, nobody, FakeClock())
    await alone.start(poll=False)
    await asyncio.wait_for(alone.ready(), PATIENCE)
    assert nobody.heard == ["offered"]
    moved = {**written(ADMIN, ""), "chat": {"id": GROUP, "type": "group", "title": "Destek"}, "migrate_to_chat_id": -9}
    await alone.feed({"update_id": 1, "message": moved})
    assert nobody.heard[1:] == [f"moved {GROUP} -9"]
    with pytest.raises(Slower):
        for nth in range(500):
            await alone.feed({"update_id": nth, "message": written(ADMIN, "merhaba")})
    assert nobody.heard.count("received merhaba") == 40 - 1  # the group's move was the first
    for nth in range(500):  # thrown away, and nobody is asked to bring it again
        await alone.feed({"update_id": nth, "message": written(STRANGER, "selam")})
    assert nobody.heard.count("received selam") == 40
    await alone.stop()
    await alone.close()


# The order of one chat ------------------------------------------------------------------------------------------------


def update(number: int, chat: int) -> Update:
    from telegram import Message  # the library's own type, made by hand

    person = User(chat, "Deniz", is_bot=False)
    message = Message(number, date=None, chat=Chat(chat, "private"), from_user=person)  # type: ignore[arg-type]
    return Update(number, message=message)


async def test_a_chat_waits_for_itself_and_for_nobody_else() -> None:
    lanes = PerChat()
    hold, done = asyncio.Event(), list[int]()

    async def slow() -> None:
        await hold.wait()
        done.append(1)

    async def quick(number: int) -> None:
        done.append(number)

    first = asyncio.create_task(lanes.process_update(update(1, chat=5), slow()))
    second = asyncio.create_task(lanes.process_update(update(2, chat=5), quick(2)))
    await lanes.process_update(update(3, chat=6), quick(3))
    assert done == [3]
    hold.set()
    await asyncio.gather(first, second)
    assert done == [3, 1, 2]


async def test_a_lane_ends_with_its_last_update_even_when_that_fails() -> None:
    lanes = PerChat()

    async def fails() -> None:
        raise KeyError

    async def works() -> None: ...

    for chat, act in ((5, works), (6, works), (5, fails)):
        outcome: Any = await asyncio.gather(lanes.process_update(update(1, chat), act()), return_exceptions=True)
        assert act is works or isinstance(outcome[0], KeyError)
    assert len(lanes._lanes) == 0


@pytest.mark.parametrize("other", [object(), Update(1)])
async def test_what_belongs_to_no_chat_is_handled_as_well(other: object) -> None:
    done = asyncio.Event()

    async def act() -> None:
        done.set()

    await PerChat().process_update(other, act())
    assert done.is_set()


async def test_in_webhook_mode_telegram_is_told_where_to_call(desk: Desk) -> None:
    bot = staff_desk(desk, webhook=("http://127.0.0.1:9/telegram/staff", "a-secret"))
    await bot.start(poll=False)
    await asyncio.wait_for(bot.ready(), PATIENCE)
    assert (await bot.bot.bot.get_webhook_info()).url == "http://127.0.0.1:9/telegram/staff"
    await gone(desk)
    again = staff_desk(desk)
    await again.start(poll=False)
    await asyncio.wait_for(again.ready(), PATIENCE)
    assert (await again.bot.bot.get_webhook_info()).url == ""
    await gone(desk)
