"""The page's doors over HTTP: what they serve, under which headers, and what is new since somebody looked."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from bot.playground.page.routes import KINDS, STATIC
from bot.playground.server import Playground
from tests.bot.playground.conftest import AYSE, TOKENS, Driver

FILES = {"": "text/html"} | {f"playground/page/{name}": kind for name, kind in KINDS.items()}
LIGHT = 56 * 1024  # bytes of the whole page


def paper(pages: int = 2) -> bytes:
    document, out = pypdfium2.PdfDocument.new(), BytesIO()
    for _ in range(pages):
        document.new_page(300, 400)
    document.save(out)
    return out.getvalue()


def photo() -> bytes:
    out = BytesIO()
    Image.new("RGB", (30, 20), "red").save(out, "PNG")
    return out.getvalue()


async def fetched(drive: Driver, path: str) -> tuple[int, Any, bytes]:
    async with drive.session.get(f"{drive.url}/{path}") as answer:
        return answer.status, answer.headers, await answer.read()


async def news(drive: Driver, since: str = "") -> Any:
    status, _, body = await fetched(drive, f"playground/page/news?since={since}")
    assert status == 200
    return json.loads(body)


async def sent(drive: Driver, kind: str, name: str, content: bytes) -> str:
    from base64 import b64encode

    body = {"user": AYSE, "kind": kind, "name": name, "base64": b64encode(content).decode()}
    await drive.must(f"chats/{AYSE}/file", **body)
    return str((await drive.messages())[-1]["file"]["file_id"])


@pytest.mark.parametrize(("path", "kind"), FILES.items())
async def test_the_page_is_a_few_files_that_run_nothing_but_themselves(drive: Driver, path: str, kind: str) -> None:
    status, headers, body = await fetched(drive, path)
    assert (status, headers["Content-Type"]) == (200, f"{kind}; charset=utf-8")
    assert headers["X-Content-Type-Options"] == "nosniff"
    policy = headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'self'", "img-src 'self' data: blob:", "style-src 'self'", "script-src 'self'"} < set(policy)
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert body


def test_the_page_is_light_and_puts_no_words_in_as_markup() -> None:
    parts = {file.name: file.read_text("utf-8") for file in STATIC.iterdir()}
    assert set(parts) == set(KINDS), "what lies there is served, and nothing else"
    assert sum(len(part.encode()) for part in parts.values()) < LIGHT
    markup = r"innerHTML\s*=|outerHTML|insertAdjacentHTML|document\.write|\beval\(|Function\("
    assert not [name for name, part in parts.items() if name.endswith(".js") and re.search(markup, part)]
    assert not re.search(r"<script(?! type=\"module\" src=)|<style|\son\w+=|\sstyle=|javascript:", parts["page.html"])


def test_every_sentence_of_the_page_has_both_languages() -> None:
    script = "\n".join(file.read_text("utf-8") for file in STATIC.glob("*.js") if file.name != "words.js")
    page = (STATIC / "page.html").read_text("utf-8")
    words = dict(re.findall(r'\b(\w+): "([^"]+\|[^"]+)"', (STATIC / "words.js").read_text("utf-8")))
    asked = set(re.findall(r'\bt\("(\w+)"\)', script)) | set(re.findall(r'data-(?:t|label)="(\w+)"', page))
    assert len(asked) > 30
    assert asked <= set(words)
    assert all(len(pair.split("|")) == 2 for pair in words.values())


async def test_what_is_new_is_told_once(drive: Driver) -> None:
    first = await news(drive)
    assert first["fresh"] is True
    assert [person["id"] for person in first["people"]] == [AYSE]
    assert [bot["name"] for bot in first["bots"]] == list(TOKENS)
    assert set(await news(drive, first["mark"])) == {"mark", "now"}, "an idle look is a small one"

    await drive.say("/start")
    second = await news(drive, first["mark"])
    assert {"chats", "messages"} == set(second) - {"mark", "now"}
    assert [message["text"] for message in second["messages"]] == ["/start"]
    number = second["messages"][0]["message_id"]

    await drive.must(f"chats/{AYSE}/edit", user=AYSE, message_id=number, text="düzeltildi")
    third = await news(drive, second["mark"])
    assert [(one["message_id"], one["edited"]) for one in third["messages"]] == [(number, True)]
    assert "chats" not in third
    assert len((await news(drive, first["mark"]))["messages"]) == 1, "who looks seldom sees the last state only"


async def test_a_blocked_chat_a_deleted_message_a_renamed_person_are_news(drive: Driver) -> None:
    await drive.say("/start")
    _, said = await drive.raw("sendMessage", chat_id=AYSE, text="Merhaba")
    mark = (await news(drive))["mark"]
    await drive.raw("deleteMessage", chat_id=AYSE, message_id=said["result"]["message_id"])
    await drive.must(f"chats/{AYSE}/block", user=AYSE)
    await drive.must("users", id=AYSE, first_name="Ayşegül")
    told = await news(drive, mark)
    assert told["messages"][0]["deleted"] is True
    assert told["chats"][0]["blocked"] is True
    assert told["people"][0]["first_name"] == "Ayşegül"


@pytest.mark.parametrize("mark", ["", "x", "-", "0-1", "%F0%9F%8C%B7-٣", "-1", f"a-{'9' * 5000}"])
async def test_an_unknown_mark_begins_afresh(drive: Driver, mark: str) -> None:
    assert (await news(drive, mark))["fresh"] is True


async def test_what_vanishes_makes_everything_new(drive: Driver, playground: Playground) -> None:
    playground.mailbox.mails.append({"to": "a@example.com", "from": "", "subject": "Kod", "text": "123456", "at": ""})
    first = await news(drive)
    assert [mail["subject"] for mail in first["mails"]] == ["Kod"]
    playground.mailbox.mails.clear()
    second = await news(drive, first["mark"])
    assert second["fresh"] is True
    assert "mails" not in second


async def test_faults_are_news_until_they_are_met(drive: Driver) -> None:
    mark = (await news(drive))["mark"]
    await drive.must("faults", bot="customer", method="getMe", error="500")
    told = await news(drive, mark)
    assert [fault["error"] for fault in told["faults"][0]["waiting"]] == ["500"]
    await drive.raw("getMe")
    assert (await news(drive, told["mark"]))["faults"] == [{"waiting": []}]


async def test_a_pdf_shows_its_pages_and_opens_in_the_browser(drive: Driver) -> None:
    content = paper(pages=2)
    number = await sent(drive, "document", "mektup.pdf", content)
    assert (await news(drive))["messages"][-1]["file"]["pages"] == 2
    for page, there in ((0, True), (1, True), (2, False)):
        status, headers, body = await fetched(drive, f"playground/page/pictures/{number}?page={page}")
        assert (status == 200) is there
        if there:
            assert headers["Content-Type"] == "image/png"
            assert Image.open(BytesIO(body)).size[0] == 640
    status, headers, body = await fetched(drive, f"playground/page/papers/{number}")
    assert (status, headers["Content-Type"], body) == (200, "application/pdf", content)


async def test_a_photo_is_shown_and_nothing_else_is(drive: Driver) -> None:
    shown = await sent(drive, "photo", "a.png", photo())
    status, headers, _ = await fetched(drive, f"playground/page/pictures/{shown}")
    assert (status, headers["Content-Type"]) == (200, "image/png")
    for name, content in (
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("a.html", b"<script>alert(1)</script>"),
        ("a.pdf", b"%PDF-1.7 and no more"),
    ):
        number = await sent(drive, "document", name, content)
        for door in ("pictures", "papers"):
            assert (await fetched(drive, f"playground/page/{door}/{number}"))[0] == 404, (door, name)


@pytest.mark.parametrize("page", ["-1", "x", "1e3", "٣", "99999999999", ""])
async def test_a_page_that_is_no_page(drive: Driver, page: str) -> None:
    number = await sent(drive, "document", "mektup.pdf", paper())
    assert (await fetched(drive, f"playground/page/pictures/{number}?page={page}"))[0] == 404


async def test_the_tray_shows_its_letters_and_nothing_around_them(drive: Driver, tmp_path: Path) -> None:
    tray = tmp_path / "tray"
    tray.mkdir()
    (tray / "MX000001-abc.pdf").write_bytes(paper(pages=3))
    (tray / "MX000001-abc.json").write_text('{"number": "MX000001", "pages": 3}')
    (tray / "MX000002-abc.pdf").write_bytes(b"%PDF-1.7")  # its manifest is still to come
    (tray / "MX000004-abc.pdf.age").write_bytes(b"sealed")
    (tray / "MX000004-abc.json").write_text('{"number": "MX000004", "pages": 2}')
    (tmp_path / "secret.pdf").write_bytes(paper())
    shown = {sheet["name"]: sheet for sheet in (await news(drive))["tray"][0]["sheets"]}
    assert shown["MX000001-abc.pdf"] == {"name": "MX000001-abc.pdf", "number": "MX000001", "pages": 3, "sealed": False}
    assert shown["MX000002-abc.pdf"]["pages"] is None
    sealed = {"name": "MX000004-abc.pdf.age", "number": "MX000004", "pages": 2, "sealed": True}
    assert shown["MX000004-abc.pdf.age"] == sealed
    doors = [
        ("MX000001-abc.pdf", 200),
        ("MX000001-abc.pdf/picture?page=2", 200),
        ("MX000001-abc.pdf/picture?page=3", 404),
    ]
    doors += [
        ("MX000002-abc.pdf/picture", 404),
        ("..%2Fsecret.pdf", 404),
        ("MX-3.pdf", 404),
        ("..", 404),
        ("MX000004-abc.pdf.age", 404),
    ]
    for path, status in doors:
        assert (await fetched(drive, f"playground/tray/{path}"))[0] == status, path


@pytest.mark.parametrize("name", ["page.py", "..%2Fpage.py", "%2e%2e/page.py", "page.js.map", "news.html"])
async def test_only_the_page_s_own_files_are_served(drive: Driver, name: str) -> None:
    assert (await fetched(drive, f"playground/page/{name}"))[0] == 404
