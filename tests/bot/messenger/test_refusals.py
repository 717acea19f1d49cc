"""The table of refusals: each sentence of Telegram's is somebody's fault, by hand, and has its source."""

from __future__ import annotations

import re

import pytest

from bot.messenger.protocol import (
    ChatClosed,
    MessageRefused,
    NotNow,
    PictureRefused,
    SendError,
    TooFast,
    Unexplained,
    Unreachable,
)
from bot.messenger.refusals import REFUSALS, error_of, found, reason

SENDER, GROUP, TOPIC = "1001", "-1001", "-1001/7"

# (what Telegram says, with its code) -> what it means in a private chat, and in a group.
SPECIFIED: dict[tuple[int, str], tuple[type[SendError], type[SendError]]] = {
    (400, "Bad Request: not enough rights to send text messages to the chat"): (ChatClosed, ChatClosed),
    (400, "Bad Request: have no rights to send a message"): (ChatClosed, ChatClosed),
    (400, "Bad Request: CHAT_WRITE_FORBIDDEN"): (ChatClosed, ChatClosed),
    (400, "Bad Request: CHAT_RESTRICTED"): (ChatClosed, ChatClosed),
    (400, "Bad Request: TOPIC_CLOSED"): (ChatClosed, ChatClosed),
    (400, "Bad Request: message thread not found"): (ChatClosed, ChatClosed),
    (400, "Bad Request: group send failed"): (NotNow, NotNow),
    (400, "Bad Request: file is being processed"): (NotNow, NotNow),
    (400, "Bad Request: Too Many Requests: retry after 15"): (TooFast, TooFast),
    (403, "Forbidden: bot was blocked by the user"): (Unreachable, ChatClosed),
    (403, "Forbidden: bot is not a member of the supergroup chat"): (Unreachable, ChatClosed),
    (403, "Forbidden: something new"): (Unreachable, ChatClosed),
    (400, "Bad Request: chat not found"): (Unreachable, ChatClosed),
    (400, "Bad Request: IMAGE_PROCESS_FAILED"): (PictureRefused, PictureRefused),
    (400, "Bad Request: PHOTO_INVALID_DIMENSIONS"): (PictureRefused, PictureRefused),
    (400, "Bad Request: wrong file identifier/HTTP URL specified"): (PictureRefused, PictureRefused),
    (413, "Request Entity Too Large"): (PictureRefused, PictureRefused),
    (400, 'Bad Request: failed to send message #2 with the error message "Too Many Requests: retry after 8"'): (
        PictureRefused,
        PictureRefused,
    ),
    (400, "Bad Request: message is too long"): (MessageRefused, MessageRefused),
    (400, "Bad Request: can't parse entities: unclosed start tag"): (MessageRefused, MessageRefused),
    (400, "Bad Request: something that nobody has written down"): (Unexplained, Unexplained),
}


@pytest.mark.parametrize(("said", "kinds"), SPECIFIED.items(), ids=[said for _, said in SPECIFIED])
def test_what_telegram_says_is_somebodys_fault(
    said: tuple[int, str], kinds: tuple[type[SendError], type[SendError]]
) -> None:
    code, description = said
    assert type(error_of(code, description, SENDER)) is kinds[0]
    assert type(error_of(code, description, GROUP)) is kinds[1]
    assert type(error_of(code, description, TOPIC)) is kinds[1]
    library = description.partition(": ")[2] or description  # as python-telegram-bot hands it on
    assert type(error_of(code, library[:1].upper() + library[1:], GROUP)) is kinds[1]


def test_every_row_is_found_by_its_own_words_and_names_its_source() -> None:
    assert len(REFUSALS) == 66
    for row in REFUSALS:
        assert found(row.code, f"Bad Request: {row.words} …") is row
        assert re.search(r"#|server|tdlib|core/|api#|on record", row.source), row.words


def test_a_wait_that_hides_in_the_words_is_kept() -> None:
    error = error_of(400, "Bad Request: Too Many Requests: retry after 15", SENDER)
    assert isinstance(error, TooFast)
    assert error.seconds == 15


def test_only_what_was_seen_to_arrive_all_the_same_is_doubtful() -> None:
    doubtful = {row.words for row in REFUSALS if row.doubtful}
    assert doubtful == {"IMAGE_PROCESS_FAILED", "invalid remote file identifier"}


@pytest.mark.parametrize(
    ("description", "told"),
    [
        (
            'Bad Request: can\'t parse entities: unsupported tag "Canım"',
            "Bad Request: can't parse entities: unsupported tag",
        ),
        ("Bad Request: inline keyboard button URL 'htp://x' is invalid", "Bad Request: inline keyboard button URL"),
        ("Bad Request: message is too long", "Bad Request: message is too long"),
    ],
)
def test_a_reason_repeats_nobodys_words(description: str, told: str) -> None:
    assert reason(description) == told
