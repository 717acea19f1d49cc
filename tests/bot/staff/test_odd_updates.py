"""What Telegram brings to the staff bot in odd shapes: nobody's name, a reply from elsewhere, an edit that is none."""

from __future__ import annotations

from typing import Any

import pytest

from flows.core.events import TicketAnswered
from tests.bot.staff.pictures import photo

from .conftest import AGENT, GROUP, Desk

pytestmark = pytest.mark.usefixtures("bot")
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
CHANNEL = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
ECE = {"id": AGENT, "is_bot": False, "first_name": "Ece", "language_code": "tr"}
BOT = {"id": 1000002, "is_bot": True, "first_name": "MektupX"}
SUPERGROUP = {"id": GROUP, "type": "supergroup", "title": "Destek", "is_forum": True}
NOBODY = "Telegram bunu kimin yazdığını bota söylemiyor"


async def asked(desk: Desk) -> dict[str, Any]:
    """The message of the bot under which the question stands, as Telegram quotes it."""
    await desk.sender()
    await desk.writes("Mektubum nerede?")
    found = await desk.message("Mektubum nerede?")
    message: dict[str, Any] = desk.playground.world.groups[GROUP].messages[found["message_id"]].api()
    return message


async def brings(desk: Desk, **content: Any) -> list[str]:
    """What the bot says to a message of the group that is written so."""
    before = len(await desk.said(GROUP))
    number = max(desk.playground.world.groups[GROUP].messages) + 1
    frame = {"message_id": number, "date": 1_780_000_000, "chat": SUPERGROUP, "from": ECE, "text": "Yolda."}
    update = {"update_id": 900_000 + number + before, "message": frame | content}
    await desk.post("deliver", bot="staff", update=update)
    await desk.idle()
    return (await desk.said(GROUP))[before:]


@pytest.mark.parametrize(
    ("sender", "chat"),
    [(ANONYMOUS, SUPERGROUP), (CHANNEL, {"id": -1009, "type": "channel", "title": "Haberler"})],
    ids=["an anonymous admin", "a channel"],
)
async def test_who_has_no_name_hears_why_nothing_was_done(
    desk: Desk, sender: dict[str, Any], chat: dict[str, Any]
) -> None:
    question = await asked(desk)
    nameless = {"from": sender, "sender_chat": chat}
    (said,) = await brings(desk, reply_to_message=question, **nameless)
    assert said.startswith(NOBODY)
    (said,) = await brings(desk, text="/kapat 1", **nameless)
    assert said.startswith(NOBODY)
    assert await brings(desk, text="Günaydın", **nameless) == []  # talk among the staff
    assert await brings(desk, reply_to_message=question, is_automatic_forward=True, **nameless) == []
    assert desk.told == []


async def test_another_bot_is_not_answered(desk: Desk) -> None:
    question = await asked(desk)
    assert await brings(desk, reply_to_message=question, **{"from": {"id": 5, "is_bot": True, "first_name": "B"}}) == []


async def test_a_reply_from_another_topic_or_chat_reaches_nobody_and_is_said_to(desk: Desk) -> None:
    question = await asked(desk)
    origin = {"type": "user", "date": question["date"], "sender_user": BOT}
    elsewhere = {"origin": origin, "chat": SUPERGROUP, "message_id": question["message_id"]}
    (said,) = await brings(desk, external_reply=elsewhere)
    assert said.startswith("Bu kimseye gönderilmedi.")
    other = origin | {"sender_user": ECE}
    assert await brings(desk, external_reply=elsewhere | {"origin": other}) == []  # talk about somebody else's words
    assert desk.told == []


async def test_an_answer_with_a_broken_part_is_an_answer(desk: Desk) -> None:
    question = await asked(desk)
    await brings(desk, reply_to_message=question | {"story": {}}, link_preview_options=7)
    assert desk.told == [TicketAnswered(1, "Yolda.")]


async def test_an_address_behind_words_of_an_answer_reaches_the_sender(desk: Desk) -> None:
    question = await asked(desk)
    entities = [{"type": "text_link", "offset": 6, "length": 7, "url": "https://example.com/takip"}]
    await brings(desk, text="Takip buradan.", reply_to_message=question, entities=entities)
    assert desk.told == [TicketAnswered(1, "Takip buradan (https://example.com/takip).")]


# An edit that changes nothing -----------------------------------------------------------------------------------------


async def edits(desk: Desk, message: int, text: str) -> list[str]:
    before = len(await desk.said(GROUP))
    await desk.post(f"chats/{GROUP}/edit", user=AGENT, message_id=message, text=text)
    await desk.idle()
    return (await desk.said(GROUP))[before:]


def newest_of(desk: Desk) -> int:
    """The number of the newest message that an agent has written in the group."""
    messages = desk.playground.world.groups[GROUP].messages
    return max(number for number, one in messages.items() if one.sender is not None and one.sender.id == AGENT)


@pytest.mark.parametrize("command", ["", "/y 1 ", "/y #1 "], ids=["a reply", "a command", "a command with its sign"])
async def test_an_answer_that_is_edited_with_the_same_words_says_nothing(desk: Desk, command: str) -> None:
    """Telegram tells of an edit after a reaction too."""
    await asked(desk)
    if command:
        await desk.ask(f"{command}Yolda.", AGENT, GROUP)
    else:
        await desk.reply("Yolda.", "Mektubum nerede?")
    answer = newest_of(desk)
    assert await edits(desk, answer, f"{command}Yolda.") == []
    (told,) = await edits(desk, answer, f"{command}Yoldadır.")
    assert told.startswith("Gönderilen bir yanıt değiştirilemez")
    assert desk.told == [TicketAnswered(1, "Yolda.")]


async def test_a_caption_that_is_edited_with_the_same_words_says_nothing(desk: Desk) -> None:
    question = await asked(desk)
    more = {"caption": "Burada.", "reply_to": question["message_id"], **desk.topic(GROUP, question["message_id"])}
    await desk.shows(photo(), AGENT, GROUP, **more)
    answer = newest_of(desk)
    assert await edits(desk, answer, "Burada.") == []
    (told,) = await edits(desk, answer, "Orada.")
    assert told.startswith("Gönderilen bir yanıt değiştirilemez")
