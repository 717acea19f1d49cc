"""An update with a broken part is read without it, by both libraries; what was forwarded stays forwarded."""

from __future__ import annotations

from typing import Any

import aiogram.types
import pytest
import telegram

from bot.messenger.readable import read

USER = {"id": 1001, "is_bot": False, "first_name": "Işıl"}
CHAT = {"id": 1001, "type": "private", "first_name": "Işıl"}
NAMELESS = {"type": "hidden_user", "date": 1_780_000_000}


def message(**content: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": 1_780_000_000, "chat": CHAT, "from": USER, "text": "Merhaba"} | content


def aiograms(raw: dict[str, Any]) -> Any:
    return aiogram.types.Update.model_validate(raw)


def ptbs(raw: dict[str, Any]) -> Any:
    return telegram.Update.de_json(raw, None)


BROKEN: dict[str, dict[str, Any]] = {
    "a hidden user without a name (aiogram#1840)": message(forward_origin=NAMELESS),
    "a reply to a story that is empty (aiogram#1587)": message(
        external_reply={"origin": NAMELESS | {"sender_user_name": "x"}, "story": {}}
    ),
    "a reply to a message with a broken part": message(reply_to_message=message(forward_origin=NAMELESS)),
    "a reply to nothing": message(reply_to_message={}),
    "a link that is no object": message(link_preview_options=7),
    "two at once": message(forward_origin=NAMELESS, story={}),
}


@pytest.mark.parametrize("kind", ["message", "edited_message"])
@pytest.mark.parametrize("library", [aiograms, ptbs], ids=["aiogram", "python-telegram-bot"])
@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN.keys())
def test_the_words_are_read_without_the_part_that_is_broken(body: dict[str, Any], library: Any, kind: str) -> None:
    found = read({"update_id": 1, kind: body}, library)
    assert getattr(found, kind).text == "Merhaba"


@pytest.mark.parametrize("library", [aiograms, ptbs], ids=["aiogram", "python-telegram-bot"])
def test_what_was_forwarded_stays_forwarded_and_what_was_answered_is_known(library: Any) -> None:
    """Or somebody's words would have the rights of whoever forwards them."""
    found = read({"update_id": 1, "message": message(forward_origin=NAMELESS)}, library)
    assert found.message.forward_origin is not None
    answered = message(message_id=4, text="#41 · Işıl", forward_origin=NAMELESS)
    found = read({"update_id": 1, "message": message(reply_to_message=answered)}, library)
    assert found.message.reply_to_message.text == "#41 · Işıl"


@pytest.mark.parametrize("library", [aiograms, ptbs], ids=["aiogram", "python-telegram-bot"])
def test_a_tap_on_a_message_with_a_broken_part_is_a_tap(library: Any) -> None:
    tap = {"id": "9", "from": USER, "chat_instance": "1", "data": "done::3", "message": message(story={})}
    assert read({"update_id": 1, "callback_query": tap}, library).callback_query.data == "done::3"


@pytest.mark.parametrize("library", [aiograms, ptbs], ids=["aiogram", "python-telegram-bot"])
@pytest.mark.parametrize("update", [{"message": message(chat={})}, {"message": 7}], ids=["no chat", "no message"])
def test_what_has_no_sender_is_not_read(update: dict[str, Any], library: Any) -> None:
    with pytest.raises(Exception):  # noqa: B017 - each library has its own
        read({"update_id": 1} | update, library)


def test_what_is_whole_is_read_once() -> None:
    asked = []

    def library(raw: dict[str, Any]) -> str:
        asked.append(raw)
        return "whole"

    assert read({"update_id": 1, "message": message()}, library) == "whole"
    assert len(asked) == 1
