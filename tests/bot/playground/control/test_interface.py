"""The control interface: every gesture, every answer, and sentences that help when something is wrong."""

from __future__ import annotations

import base64
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiosmtplib
import pytest

from bot.playground.control.routes import GETS, POSTS
from bot.playground.server import Playground
from tests.bot.playground.conftest import AYSE, FORUM, Driver, Scene, until


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


async def test_messages_after(drive: Driver) -> None:
    first = await drive.say("bir")
    await drive.say("iki")
    assert [m["text"] for m in await drive.messages(AYSE, f"?after={first}")] == ["iki"]


@pytest.mark.parametrize(
    ("body", "begins"),
    [({"now": "2031-05-06T09:00:00+03:00"}, "2031-05-06T06:00"), ({"now": "2031-05-06T09:00:00"}, "2031-05-06T09:00")],
)
async def test_the_clock_travels(drive: Driver, body: dict[str, Any], begins: str) -> None:
    assert (await drive.must("clock", **body))["now"].startswith(begins)
    number = await drive.say("gelecekten")
    assert (await drive.messages())[-1]["date"].startswith(begins)
    assert number
    await drive.must("clock", advance="P1M")
    assert (await drive.must("clock", advance="PT0S"))["now"].startswith("2031-06")


async def test_idle_waits_for_the_application(drive: Driver, playground: Playground) -> None:
    looks = iter([True, True, False, True, False, False])

    async def busy() -> bool:
        return next(looks)

    playground.busy = busy
    assert await drive.get("idle") == (200, {"idle": True})
    assert list(looks) == []  # one quiet look was not enough

    async def always() -> bool:
        return True

    playground.busy = always
    status, answer = await drive.get("idle?timeout=0.02")
    assert (status, answer) == (504, {"idle": False, "waiting_for": ["the application is busy"]})


async def test_mail_is_read_as_text(drive: Driver, playground: Playground) -> None:
    for receiver in ("ayse@ornek.com", "baska@ornek.com"):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "MektupX <posta@mektupx.example>", receiver, "Doğrulama kodunuz"
        mail.set_content("Kodunuz: 123456 – iyi günler ığüşöç\n")
        host, port = playground.smtp_url.removeprefix("smtp://").split(":")
        await aiosmtplib.send(mail, hostname=host, port=int(port))
    await until(lambda: len(playground.mailbox.mails) == 2)
    _, (mail_seen,) = await drive.get("mail?to=AYSE@ornek.com")
    assert mail_seen.pop("at")
    assert mail_seen == {
        "to": "ayse@ornek.com",
        "from": "posta@mektupx.example",
        "subject": "Doğrulama kodunuz",
        "text": "Kodunuz: 123456 – iyi günler ığüşöç\n",
    }


WRONG = [
    ("users", {"first_name": "A"}, '"id" is missing'),
    ("users", {"id": "1", "first_name": "A"}, '"id" must be int'),
    ("users", {"id": -1, "first_name": "A"}, "cannot be a user's id"),
    ("users", {"id": 1000001, "first_name": "A"}, "cannot be a user's id"),
    ("groups", {"id": 1, "title": "A"}, "a negative number"),
    ("groups", {"id": -1, "title": "A", "members": [42]}, "no users [42]"),
    (f"chats/{AYSE}/send", {"user": 42, "text": "a"}, "no user 42; first POST /playground/api/users"),
    (f"chats/{AYSE}/send", {"user": AYSE}, '"text" is missing; example'),
    (f"chats/{AYSE}/send", {"user": AYSE, "text": " "}, "text is empty"),
    (f"chats/{AYSE}/send", {"user": AYSE, "text": "a" * 4097}, "4097 UTF-16 units"),
    (f"chats/{AYSE}/send", {"user": AYSE, "text": "a", "bot": "x"}, 'no bot "x"; the bots are customer, staff'),
    (f"chats/{AYSE}/send", {"user": AYSE, "text": "a", "reply_to": 9}, "no message 9"),
    ("chats/7/send", {"user": AYSE, "text": "a"}, "a private chat's id is the user's own id"),
    ("chats/abc/send", {"user": AYSE, "text": "a"}, "is no chat id"),
    (f"chats/{AYSE}/edit", {"user": AYSE, "message_id": 9, "text": "a"}, "is no text of user"),
    (
        f"chats/{AYSE}/edit",
        {"user": AYSE, "message_id": 9, "text": "", "kind": "voice", "name": "a", "base64": ""},
        "must be one of photo, document",
    ),
    (f"chats/{AYSE}/tap", {"user": AYSE, "message_id": 9, "label": "a"}, "no message 9"),
    (f"chats/{AYSE}/tap", {"user": AYSE, "message_id": 9}, 'give either "label" or "data"'),
    (f"chats/{AYSE}/file", {"user": AYSE, "kind": "film", "name": "a", "base64": ""}, "must be one of photo"),
    (f"chats/{AYSE}/file", {"user": AYSE, "kind": "photo", "name": "a", "base64": "?"}, "is not base64"),
    (f"chats/{AYSE}/file", {"user": AYSE, "kind": "photo", "name": "a", "base64": "YQ=="}, "holds no picture"),
    ("clock", {}, "give either now or advance"),
    ("clock", {"advance": "3 days"}, "not an ISO 8601"),
    ("faults", {"bot": "customer", "method": "sendMessage", "error": 418}, "must be one of"),
    ("faults", {"bot": "customer", "method": "a", "error": 500, "times": 0}, "at least 1"),
    ("deliver", {"bot": "customer"}, '"update" is missing'),
]


@pytest.mark.parametrize(("path", "body", "words"), WRONG, ids=lambda value: str(value)[:30])
async def test_what_is_wrong_is_said(drive: Driver, path: str, body: dict[str, Any], words: str) -> None:
    status, answer = await drive.post(path, **body)
    assert 400 <= status < 500
    assert words in answer["error"]


async def test_a_body_that_is_no_json(drive: Driver) -> None:
    async with drive.session.post(f"{drive.url}/playground/api/users", data=b"{") as answer:
        assert (answer.status, await answer.json()) == (400, {"error": "the body is not JSON"})


def test_the_manual_names_every_door() -> None:
    manual = (Path(__file__).parents[4] / "CONTRIBUTING.md").read_text("utf-8")
    for path in (*POSTS, *GETS):
        assert f"/{path}" in manual, path


@pytest.mark.parametrize("tokens", [{"customer": "nonsense"}, {"customer": "1:abc", "staff": "1:abd"}])
def test_tokens_must_be_tokens(tokens: dict[str, str]) -> None:
    from bot.base.clock import SystemClock

    with pytest.raises(ValueError, match="token"):
        Playground(SystemClock(), tokens)
