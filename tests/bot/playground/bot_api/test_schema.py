"""Requests are read as Telegram reads them, whatever form they come in, and never answered with a fake ok."""

from __future__ import annotations

import json

import aiohttp
import pytest

from bot.playground.bot_api.methods import HANDLERS
from bot.playground.bot_api.refusals import Refusal
from bot.playground.bot_api.schema import METHODS, Upload, method_named, read_arguments
from tests.bot.playground.conftest import AYSE, TOKENS, Driver

MARKUP = {"inline_keyboard": [[{"text": "Evet", "callback_data": "evet"}]]}


def test_what_is_played_exists() -> None:
    assert set(HANDLERS) <= set(METHODS)
    assert len(METHODS) > 150
    assert method_named("SENDmessage") == "sendMessage"


async def test_no_method_answers_a_fake_ok(drive: Driver) -> None:
    for method in sorted(set(METHODS) - set(HANDLERS)):
        status, answer = await drive.raw(method)
        assert status in (400, 501), method
        assert "playground: " in answer["description"], method


@pytest.mark.parametrize("form", ["json", "json with strings", "urlencoded", "multipart", "query", "get"])
async def test_every_form_of_a_request_is_read_the_same(drive: Driver, form: str) -> None:
    await drive.say("/start")
    url = f"{drive.url}/bot{TOKENS['customer']}/sendMessage"
    texts = {
        "chat_id": str(AYSE),
        "text": "ığüşöç 1",
        "disable_notification": "true",
        "reply_markup": json.dumps(MARKUP),
    }
    natives = {"chat_id": AYSE, "text": "ığüşöç 1", "disable_notification": True, "reply_markup": MARKUP}
    multipart = aiohttp.FormData(texts, default_to_multipart=True)
    request = {
        "json": lambda: drive.session.post(url, json=natives),
        "json with strings": lambda: drive.session.post(url, json=texts),
        "urlencoded": lambda: drive.session.post(url, data=texts),
        "multipart": lambda: drive.session.post(url, data=multipart),
        "query": lambda: drive.session.post(url, params=texts),
        "get": lambda: drive.session.get(url, params=texts),
    }[form]
    async with request() as answer:
        body = await answer.json()
    assert body["ok"], body
    assert body["result"]["text"] == "ığüşöç 1"
    assert body["result"]["reply_markup"] == MARKUP


def test_a_number_in_a_text_stays_a_text() -> None:
    given = read_arguments("sendMessage", {"chat_id": "5", "text": "123"}, {}, {})
    assert given == {"chat_id": 5, "text": "123"}


def test_text_that_looks_like_an_attachment_is_text() -> None:
    assert read_arguments("sendMessage", {"chat_id": "5", "text": "attach://x"}, {}, {})["text"] == "attach://x"


def test_attachments_are_found_inside_albums() -> None:
    upload = Upload("a.pdf", b"x", "application/pdf")
    media = [{"type": "document", "media": "attach://one"}, {"type": "document", "media": "AgAC"}]
    given = read_arguments("sendMediaGroup", {"chat_id": "5", "media": json.dumps(media)}, {}, {"one": upload})
    assert [item["media"] for item in given["media"]] == [upload, "AgAC"]
    with pytest.raises(Refusal, match="needs 'file one'"):
        read_arguments("sendMediaGroup", {"chat_id": "5", "media": json.dumps(media)}, {}, {})


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        ({"type": "chat"}, "needs 'scope.chat_id'"),
        ({"type": "nowhere"}, "'scope'"),
        ({"type": "default", "chat_id": 5}, "unknown parameter 'scope.chat_id'"),
    ],
)
def test_of_several_object_types_the_named_one_is_checked(scope: dict[str, object], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        read_arguments("getMyCommands", {}, {"scope": scope}, {})


def test_plain_words_may_stand_for_reply_keys() -> None:
    given = read_arguments("sendMessage", {"chat_id": "5", "text": "a"}, {"reply_markup": {"keyboard": [["Evet"]]}}, {})
    assert given["reply_markup"] == {"keyboard": [[{"text": "Evet"}]]}
