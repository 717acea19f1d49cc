"""Groups: what a bot is told by rank and privacy mode, and which thread a message carries."""

from __future__ import annotations

from typing import Any

from tests.bot.playground.conftest import AYSE, FORUM, Driver, Scene


async def newest(drive: Driver) -> Any:
    return (await drive.updates())[-1]


async def test_a_bot_without_rank_sees_commands_and_replies_only(drive: Driver) -> None:
    await drive.must("groups", id=-1007, title="x", members=[AYSE], bots=["staff"], bot_admin=False)
    await drive.say("aramızda", chat=-1007)
    await drive.say("/t gecikme", chat=-1007)
    _, sent = await drive.raw("sendMessage", "staff", chat_id=-1007, text="buyurun")
    await drive.say("cevap", chat=-1007, reply_to=sent["result"]["message_id"])
    seen = [update["message"]["text"] for update in await drive.updates("staff") if "message" in update]
    assert seen == ["/t gecikme", "cevap"]


async def test_in_privacy_mode_a_command_goes_to_whom_it_names_or_to_whoever_spoke_last(drive: Driver) -> None:
    """core.telegram.org/bots/faq#what-messages-will-my-bot-get"""
    await drive.must("groups", id=-1008, title="x", members=[AYSE], bots=["customer", "staff"], bot_admin=False)
    _, theirs = await drive.raw("sendMessage", "customer", chat_id=-1008, text="buradayım")
    await drive.say("/durum", chat=-1008)
    await drive.say("/durum@mektupx_staff_bot", chat=-1008)
    await drive.say("/durum@mektupx_staff_bot", chat=-1008, reply_to=theirs["result"]["message_id"])
    await drive.say("aramızda", chat=-1008)

    async def seen(bot: str) -> list[str]:
        return [update["message"]["text"] for update in await drive.updates(bot) if "message" in update]

    assert await seen("staff") == ["/durum@mektupx_staff_bot"]
    assert await seen("customer") == ["/durum", "/durum@mektupx_staff_bot"], "a reply goes to whom it answers"


async def test_an_admin_sees_all_that_is_said(drive: Driver) -> None:
    await drive.must("groups", id=-1009, title="x", members=[AYSE], bots=["staff"], bot_admin=True)
    await drive.say("aramızda", chat=-1009)
    assert (await drive.updates("staff"))[-1]["message"]["text"] == "aramızda"


async def test_the_general_topic_is_no_thread(scene: Scene, drive: Driver) -> None:
    """What is said there carries no message_thread_id, and no bot may name it 1 (server: message thread not found)."""
    await drive.say("genel", chat=FORUM)
    assert "message_thread_id" not in (await newest(drive))["message"]
    status, refused = await drive.raw("sendMessage", chat_id=FORUM, text="genel", message_thread_id=1)
    assert (status, refused["description"]) == (400, "Bad Request: message thread not found")


async def test_a_reply_in_the_general_topic_has_a_thread_that_is_no_topic(scene: Scene, drive: Driver) -> None:
    """tdlib/telegram-bot-api#447: the number of the message that began it; a bot that writes there is refused."""
    first = await drive.say("genel", chat=FORUM)
    second = await drive.say("yanıt", chat=FORUM, reply_to=first)
    await drive.say("yanıtın yanıtı", chat=FORUM, reply_to=second)
    message = (await newest(drive))["message"]
    assert message["message_thread_id"] == first and "is_topic_message" not in message
    status, refused = await drive.raw("sendMessage", chat_id=FORUM, text="genel", message_thread_id=first)
    assert (status, refused["description"]) == (400, "Bad Request: message thread not found")


async def test_a_topic_message_carries_its_thread(scene: Scene, drive: Driver) -> None:
    await drive.say("cevap", chat=FORUM, message_thread_id=scene.topic)
    message = (await newest(drive))["message"]
    assert (message["message_thread_id"], message["is_topic_message"]) == (scene.topic, True)
    assert message["reply_to_message"]["forum_topic_created"]["name"] == "Bilet 7"
    assert (await drive.messages(FORUM))[-1]["message_thread_id"] == scene.topic
