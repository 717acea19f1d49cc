"""What a person does with a telephone: each gesture reaches the bot as an update, and is listed."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.bot.playground.conftest import AYSE, Driver, Scene


async def newest(drive: Driver) -> Any:
    return (await drive.updates())[-1]


async def test_a_message_with_commands(drive: Driver) -> None:
    number = await drive.say("/start abc")
    message = (await newest(drive))["message"]
    assert message["message_id"] == number
    assert message["from"] == {"id": AYSE, "is_bot": False, "first_name": "Ayşe", "language_code": "tr"}
    assert message["chat"] == {"id": AYSE, "type": "private", "first_name": "Ayşe"}
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]


async def test_given_entities_are_kept(drive: Driver) -> None:
    bold = {"type": "bold", "offset": 0, "length": 2}
    await drive.say("ab /x", entities=[bold])
    assert (await newest(drive))["message"]["entities"] == [bold]


async def test_an_edit_is_told_and_listed(drive: Driver) -> None:
    number = await drive.say("bir")
    await drive.must(f"chats/{AYSE}/edit", user=AYSE, message_id=number, text="iki")
    assert (await newest(drive))["edited_message"]["text"] == "iki"
    listed = (await drive.messages())[-1]
    assert (listed["text"], listed["edited"], listed["edits"]) == ("iki", True, 1)
    await drive.must("clock", advance="PT49H")
    status, _ = await drive.post(f"chats/{AYSE}/edit", user=AYSE, message_id=number, text="üç")
    assert status == 409


async def test_an_edit_may_replace_a_picture_or_bring_one_into_a_text(drive: Driver) -> None:
    for kind, text in (("photo", ""), ("document", "bakın")):
        number = await drive.say("bir")
        shown = {"kind": kind, "name": "a.png", "base64": PNG}
        await drive.must(f"chats/{AYSE}/edit", user=AYSE, message_id=number, text=text, **shown)
        edited = (await newest(drive))["edited_message"]
        assert kind in edited and "text" not in edited and edited.get("caption", "") == text
        assert edited["message_id"] == number


async def test_taps(scene: Scene, drive: Driver) -> None:
    rows = [
        [{"text": "Öde", "url": "http://127.0.0.1:9/pay"}, {"text": "Kopyala", "copy_text": {"text": "TR00"}}],
        [{"text": "Eski", "callback_data": "old"}],
    ]
    _, sent = await drive.raw("sendMessage", chat_id=AYSE, text="Seç", reply_markup={"inline_keyboard": rows})
    number = sent["result"]["message_id"]
    tap = f"chats/{AYSE}/tap"
    assert await drive.must(tap, user=AYSE, message_id=number, label="Öde") == {"url": "http://127.0.0.1:9/pay"}
    assert await drive.must(tap, user=AYSE, message_id=number, label="Kopyala") == {"copied": "TR00"}
    assert await drive.must(tap, user=AYSE, message_id=number, label="Eski", wait=0) == {"answer": None}
    assert (await newest(drive))["callback_query"]["data"] == "old"
    await drive.must(tap, user=AYSE, message_id=number, data="forged:1", wait=0)
    assert (await newest(drive))["callback_query"]["data"] == "forged:1"
    status, answer = await drive.post(tap, user=AYSE, message_id=number, label="Yok")
    assert status == 404
    assert "['Öde', 'Kopyala', 'Eski']" in answer["error"]
    await drive.raw("deleteMessage", chat_id=AYSE, message_id=number)
    await drive.must(tap, user=AYSE, message_id=number, data="old", wait=0)
    query = (await newest(drive))["callback_query"]
    assert query["message"] == {"chat": query["message"]["chat"], "message_id": number, "date": 0}  # inaccessible


async def test_reply_keyboards(scene: Scene, drive: Driver) -> None:
    keys = [[{"text": "Numaramı paylaş", "request_contact": True}], ["Atla"]]
    _, sent = await drive.raw("sendMessage", chat_id=AYSE, text="Numara?", reply_markup={"keyboard": keys})
    number = sent["result"]["message_id"]
    assert "reply_markup" not in sent["result"]
    listed = (await drive.messages())[-1]
    assert listed["keyboard"] == "reply"
    assert listed["buttons"] == [[{"label": "Numaramı paylaş", "contact": True}], [{"label": "Atla"}]]
    await drive.must(f"chats/{AYSE}/tap", user=AYSE, message_id=number, label="Numaramı paylaş")
    contact = (await newest(drive))["message"]["contact"]
    assert contact == {"phone_number": "+905551112233", "first_name": "Ayşe", "user_id": AYSE}
    await drive.must(f"chats/{AYSE}/tap", user=AYSE, message_id=number, label="Atla")
    assert (await newest(drive))["message"]["text"] == "Atla"
    await drive.raw("sendMessage", chat_id=AYSE, text="Peki", reply_markup={"remove_keyboard": True})
    assert (await drive.messages())[-1]["keyboard"] == "removed"
    status, _ = await drive.post(f"chats/{AYSE}/tap", user=AYSE, message_id=number, label="Atla")
    assert status == 404


@pytest.mark.parametrize(
    ("owner", "expected"), [({}, AYSE), ({"contact_user_id": 77}, 77), ({"contact_user_id": None}, None)]
)
async def test_contacts_may_be_somebody_elses(drive: Driver, owner: dict[str, Any], expected: int | None) -> None:
    await drive.must(f"chats/{AYSE}/contact", user=AYSE, phone_number="+905550000000", **owner)
    assert (await newest(drive))["message"]["contact"].get("user_id") == expected


PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.mark.parametrize("kind", ["photo", "document", "voice", "sticker"])
async def test_files_of_every_kind(drive: Driver, kind: str) -> None:
    await drive.must(f"chats/{AYSE}/file", user=AYSE, kind=kind, name="a.png", base64=PNG)
    assert kind in (await newest(drive))["message"]
    listed = (await drive.messages())[-1]["file"]
    assert (listed["kind"], listed["size"]) == (kind, len(base64.b64decode(PNG)))
    _, got = await drive.raw("getFile", file_id=listed["file_id"])
    async with drive.session.get(f"{drive.url}/file/bot1000001:customer-token/{got['result']['file_path']}") as answer:
        assert await answer.read() == base64.b64decode(PNG)
    status, answer = await drive.raw("getFile", "staff", file_id=listed["file_id"])
    assert status == 400  # a file_id belongs to one bot


async def test_blocking_is_told_once_each_way(drive: Driver) -> None:
    await drive.say("/start")
    for path in ("block", "block", "unblock"):
        await drive.must(f"chats/{AYSE}/{path}", user=AYSE)
    changes = [u["my_chat_member"]["new_chat_member"]["status"] for u in (await drive.updates())[1:]]
    assert changes == ["kicked", "member"]
    assert (await drive.raw("sendMessage", chat_id=AYSE, text="a"))[0] == 200


async def test_two_bots_have_two_chats_with_one_person(drive: Driver) -> None:
    await drive.say("/start")
    await drive.say("/yardim", bot="staff")
    assert [m["text"] for m in await drive.messages()] == ["/start"]
    assert [m["text"] for m in await drive.messages(AYSE, "?bot=staff")] == ["/yardim"]
    assert len(await drive.updates("staff")) == 1
