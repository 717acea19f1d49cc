"""A ticket's topic: closed and opened again with it, made anew when it vanishes, deleted when its sender is erased."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import Connection, delete

from bot.playground.world.model import Message
from flows.core.events import TicketAnswered
from storage.database.tables import ticket, ticket_message
from storage.support import sender_side
from tests.fakes import PATIENCE

from .conftest import ADMIN, AGENT, GROUP, SENDER, Desk, gone, staff_desk

pytestmark = pytest.mark.usefixtures("bot")
WORDS = "Mektubum nerede kaldı?"


async def asked(desk: Desk, words: str = WORDS) -> None:
    await desk.sender()
    await desk.writes(words)


async def erased(desk: Desk) -> None:
    """What the erasure of a person does to their tickets (storage/rights/personal_data.py)."""

    def act(conn: Connection) -> None:
        conn.execute(delete(ticket_message))
        conn.execute(delete(ticket))

    await desk.store.database.run(act)
    await desk.travel(minutes=2)
    await desk.travel(seconds=5)


def standing(desk: Desk, chat: int = GROUP) -> list[Message]:
    """What a person still sees there."""
    world = desk.playground.world
    where = world.groups.get(chat) or world.private["staff", chat]
    return [one for one in where.messages.values() if not one.deleted]


def words(messages: list[Message]) -> str:
    return "\n".join(str(one.content.get("text", one.content.get("forum_topic_created", ""))) for one in messages)


async def record(desk: Desk) -> list[tuple[str, int, str]]:
    rows = await desk.rows("SELECT datum, count, method FROM destruction_record ORDER BY id")
    return [(datum, count, method) for datum, count, method in rows if "staff" in datum]


# Closing --------------------------------------------------------------------------------------------------------------


async def test_a_topic_is_closed_after_the_last_word_and_opened_again_before_the_next(desk: Desk) -> None:
    await asked(desk)
    (topic,) = desk.playground.world.groups[GROUP].topics.values()
    await desk.ask("/kapat 1", AGENT)
    assert topic.closed
    last = [one.content for one in standing(desk) if one.thread == topic.id][-2:]
    assert "kapatan" in last[0]["text"] and "forum_topic_closed" in last[1]
    await desk.ask("/yeniden_ac 1", AGENT)
    assert not topic.closed
    last = [one.content for one in standing(desk) if one.thread == topic.id][-2:]
    assert "forum_topic_reopened" in last[0] and "yeniden" in last[1]["text"]


async def test_a_topic_that_an_admin_has_closed_or_deleted_by_hand_holds_nothing_up(desk: Desk) -> None:
    await asked(desk)
    group = desk.playground.world.groups[GROUP]
    next(iter(group.topics.values())).closed = True
    await desk.ask("/kapat 1", AGENT)
    group.topics.clear()
    await desk.ask("/yeniden_ac 1", AGENT)
    await desk.travel(seconds=5)
    (topic,) = group.topics.values()
    assert not topic.closed
    assert any("konusu silinmişti" in one for one in await desk.said(GROUP))


async def test_where_telegram_fails_the_closing_is_tried_again_and_done_once(desk: Desk) -> None:
    await asked(desk)
    (topic,) = desk.playground.world.groups[GROUP].topics.values()
    await desk.post("faults", bot="staff", method="closeForumTopic", error="502", times=2)
    await desk.post("faults", bot="staff", method="closeForumTopic", drop_reply=True)
    await desk.ask("/kapat 1", AGENT)
    await desk.travel(seconds=10)
    assert topic.closed
    assert sum("forum_topic_closed" in one.content for one in standing(desk)) == 1


# Vanished, and half made ----------------------------------------------------------------------------------------------


async def test_a_topic_made_anew_says_so_and_goes_on(desk: Desk) -> None:
    await asked(desk)
    desk.playground.world.groups[GROUP].topics.clear()
    await desk.writes("Orada mısınız?", message=2)
    await desk.travel(seconds=5)
    said = await desk.said(GROUP)
    assert sum("konusu silinmişti" in one for one in said) == 1
    assert sum(one.endswith("Orada mısınız?") for one in said) == 1
    await desk.reply("Buradayız.", "Orada mısınız?")
    assert desk.told == [TicketAnswered(1, "Buradayız.")]


async def test_after_a_crash_between_making_a_topic_and_noting_it_the_agent_is_told_of_the_empty_one(
    desk: Desk,
) -> None:
    """As the bot knows it: the answer never came. No method of the Bot API lists topics."""
    await desk.sender()
    await desk.post("faults", bot="staff", method="createForumTopic", drop_reply=True)
    await desk.store.do(sender_side.open_ticket, 1, SENDER, WORDS, 1, now=desk.playground.clock.now())
    group = desk.playground.world.groups[GROUP]
    async with asyncio.timeout(PATIENCE):
        while not group.topics:  # noqa: ASYNC110 - the playground acts and then cuts the line
            await asyncio.sleep(0.01)
    await gone(desk)
    bot = staff_desk(desk)
    await bot.start()
    await bot.ready()
    await desk.travel(seconds=40)
    await desk.travel(seconds=5)
    empty, real = group.topics.values()
    assert [one.content for one in standing(desk) if one.thread == empty.id and "text" in one.content] == []
    said = [str(one.content["text"]) for one in standing(desk) if one.thread == real.id and "text" in one.content]
    assert sum(WORDS in one for one in said) == 1
    assert sum("aynı numaralı boş bir konu" in one for one in said) == 1


async def test_a_telegram_that_was_away_leaves_no_empty_topic_and_nothing_is_said_of_one(desk: Desk) -> None:
    await desk.sender()
    await desk.post("faults", bot="staff", method="createForumTopic", error="429", retry_after=3)
    await desk.writes(WORDS)
    await desk.travel(seconds=5)
    assert len(desk.playground.world.groups[GROUP].topics) == 1
    assert not any("boş bir konu" in one for one in await desk.said(GROUP))


# Erased ---------------------------------------------------------------------------------------------------------------


async def test_with_an_erased_sender_their_topic_goes_with_all_its_messages_and_that_is_on_record(desk: Desk) -> None:
    await asked(desk)
    await desk.reply("Yolda.", "Mektubum nerede")
    assert WORDS in words(standing(desk)) and "Işıl" in words(standing(desk))
    await erased(desk)
    assert desk.playground.world.groups[GROUP].topics == {}
    assert WORDS not in words(standing(desk)) and "Işıl" not in words(standing(desk))
    assert await record(desk) == [("ticket topic at the staff's messenger", 1, "deleted at the messenger")]
    assert await desk.rows("SELECT count(*) FROM desk_copy") == [(0,)]


async def test_a_list_of_tickets_that_names_the_erased_sender_goes_too_wherever_it_was_asked_for(desk: Desk) -> None:
    await asked(desk)
    (topic,) = desk.playground.world.groups[GROUP].topics
    await desk.ask("/sorular", AGENT)
    await desk.ask("/sorular", AGENT, GROUP)
    assert "Işıl" in words(standing(desk, AGENT)) and "Açık soru" in words(standing(desk))
    await erased(desk)
    assert "Işıl" not in words(standing(desk, AGENT)) + words(standing(desk))
    assert topic not in desk.playground.world.groups[GROUP].topics


async def test_a_topic_that_is_gone_already_counts_as_deleted_and_other_topics_stay(desk: Desk) -> None:
    await asked(desk)
    desk.playground.world.groups[GROUP].topics.clear()
    await erased(desk)
    assert await record(desk) == [("ticket topic at the staff's messenger", 1, "deleted at the messenger")]


async def test_what_telegram_refuses_is_counted_named_and_told_with_a_link(desk: Desk) -> None:
    await asked(desk)
    group = desk.playground.world.groups[GROUP]
    (thread,) = group.topics
    group.statuses[1000002] = "member"
    await erased(desk)
    ((datum, count, method),) = await record(desk)
    assert (datum, count) == ("ticket topic at the staff's messenger", 1)
    assert method.startswith("not deleted by the messenger: ") and "rights" in method.lower()
    assert f"https://t.me/c/1/{thread}" in (await desk.said(GROUP))[-1]


async def test_without_a_group_each_message_goes_from_each_agents_chat_and_the_agents_own_too(desk: Desk) -> None:
    await desk.ask("/start", AGENT)
    await gone(desk)
    bot = staff_desk(desk, staff_chat=None)
    await bot.start()
    await asked(desk)
    await desk.reply("Işıl Hanım, yolda.", "Mektubum nerede", AGENT, chat=AGENT)
    for user in (ADMIN, AGENT):
        assert WORDS in words(standing(desk, user))
    await erased(desk)
    for user in (ADMIN, AGENT):
        assert WORDS not in words(standing(desk, user)) and "Işıl" not in words(standing(desk, user))
    assert "/start" in words(standing(desk, AGENT))  # what is not about the ticket stays
    assert {datum for datum, _, method in await record(desk) if method == "deleted at the messenger"} == {
        "ticket messages at the staff's messenger"
    }


async def test_messages_older_than_two_days_stay_and_their_number_is_told_where_they_are(desk: Desk) -> None:
    await desk.ask("/start", AGENT)
    await gone(desk)
    bot = staff_desk(desk, staff_chat=None)
    await bot.start()
    await asked(desk)
    await desk.travel(hours=49)
    await desk.writes("Orada mısınız?", message=2)
    await erased(desk)
    seen = words(standing(desk, AGENT))
    assert WORDS in seen and "Orada mısınız?" not in seen
    assert "Mesaj sayısı: 2" in (await desk.said(AGENT))[-1]  # the card and the question
    methods = [method for _, _, method in await record(desk)]
    assert any(one.startswith("not deleted by the messenger: ") for one in methods)
    assert "deleted at the messenger" in methods


async def test_a_message_that_was_on_its_way_while_its_ticket_was_erased_is_found_and_deleted(desk: Desk) -> None:
    await desk.ask("/start", AGENT)
    await gone(desk)
    bot = staff_desk(desk, staff_chat=None)
    await bot.start()
    await desk.post("faults", bot="staff", method="sendMessage", error="502", times=2)
    await asked(desk)
    await erased(desk)
    await desk.travel(minutes=2)
    await desk.travel(minutes=2)
    assert WORDS not in words(standing(desk, AGENT))
