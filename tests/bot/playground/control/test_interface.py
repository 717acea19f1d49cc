"""The control interface: listings, the clock, waiting, mail, and sentences that help when something is wrong."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiosmtplib
import pytest

from bot.playground.control.routes import GETS, POSTS
from bot.playground.server import Playground
from tests.bot.playground.conftest import AYSE, Driver, until


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
    manual = (Path(__file__).parents[4] / "docs" / "playground.md").read_text("utf-8")
    for path in (*POSTS, *GETS):
        assert f"/{path}" in manual, path


@pytest.mark.parametrize("tokens", [{"customer": "nonsense"}, {"customer": "1:abc", "staff": "1:abd"}])
def test_tokens_must_be_tokens(tokens: dict[str, str]) -> None:
    from bot.base.clock import SystemClock

    with pytest.raises(ValueError, match="token"):
        Playground(SystemClock(), tokens)
