"""How the staff bot asks whether a message stands in a chat: python-telegram-bot against a strict Telegram."""

from __future__ import annotations

from typing import Any

import pytest

from bot.messenger.protocol import Files
from bot.staff.desk import StaffDesk
from bot.staff.telegram.messenger import StaffMessenger
from flows.core.outgoing import Key, OutgoingMessage
from tests.bot.staff.conftest import GROUP, Desk

SAID = {
    "words": OutgoingMessage("say", "Yeni soru"),
    "words with buttons": OutgoingMessage("say", "Yeni soru", ((Key("Al", "take:41"),),)),
}


async def nobody(*_: Any) -> None:
    raise AssertionError("no chat has moved")


@pytest.mark.parametrize("message", SAID.values(), ids=SAID.keys())
async def test_what_stands_in_a_topic_is_found_under_its_number_and_asking_changes_nothing(
    desk: Desk, bot: StaffDesk, message: OutgoingMessage
) -> None:
    telegram, world = bot.bot.bot, desk.playground.world
    messenger = StaffMessenger(telegram, None, nobody)  # type: ignore[arg-type]
    topic = await telegram.create_forum_topic(GROUP, "MX000001")
    handle = f"{GROUP}/{topic.message_thread_id}"
    first, second = [await messenger.say(handle, message, Files(), None) for _ in range(2)]
    assert first is not None
    assert second is not None
    await telegram.close_forum_topic(GROUP, topic.message_thread_id)
    before = [one.api() for one in world.groups[GROUP].messages.values()]
    found = [await messenger.stands(handle, number, message) for number in range(first - 1, second + 3)]
    assert found == [False, True, True, False, False]  # that the topic was made, and closed, is said by no message
    assert [one.api() for one in world.groups[GROUP].messages.values()] == before


async def test_each_bot_counts_by_itself(bot: StaffDesk) -> None:
    """With the token of another bot numbers begin anew: what was known of the old one's would hide all of them."""
    assert bot.bot.numbers.series("17") == "staff 1000002"
    assert bot.bot.numbers.series(f"{GROUP}/4") == f"staff 1000002:{GROUP}"
