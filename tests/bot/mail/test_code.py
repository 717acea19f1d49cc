"""The six digits: unguessable, kept as a salted hash only, and mailed with words in the sender's language."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

import locales
from bot.mail.code import BODY, SUBJECT, code_body, digest_of, mail_code, make_code
from bot.mail.post import LettersNotCarried, MailboxUnknown, MailError, Post
from flows.core.events import CodeMailed, MailRefused
from flows.input import contact
from locales import say

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


class Letterbox:
    """Takes the place of the Post; `trouble` is what the mail server answers."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.trouble = trouble
        self.sent: list[tuple[str, str, str]] = []

    async def send(self, to: str, subject: str, text: str, attachments: Sequence[object] = (), *, at: datetime) -> None:
        if self.trouble:
            raise self.trouble
        assert at == AT
        self.sent.append((to, subject, text))


async def mailed(letterbox: Letterbox, language: str = "en") -> CodeMailed | MailRefused:
    return await mail_code(cast(Post, letterbox), "isil@example.com", language, AT)


def test_a_code_has_six_digits_and_is_not_the_same_twice_in_a_row() -> None:
    codes = [make_code() for _ in range(200)]
    assert all(len(made.code) == contact.CODE_LENGTH and made.code.isdigit() for made in codes)
    assert len({made.code for made in codes}) > 190
    assert len({made.salt for made in codes}) == 200


def test_what_stays_is_the_salted_hash_the_conversation_compares_with() -> None:
    made = make_code()
    assert (
        made.digest == hashlib.sha256((made.salt + made.code).encode()).hexdigest() == digest_of(made.salt, made.code)
    )
    assert made.code not in repr(made)


@pytest.mark.parametrize("language", locales.LANGUAGES)
async def test_the_mail_carries_the_code_that_the_event_confirms(language: str) -> None:
    letterbox = Letterbox()
    event = await mailed(letterbox, language)
    assert isinstance(event, CodeMailed)
    ((to, subject, body),) = letterbox.sent
    code = next(word for word in body.split() if word.isdigit() and len(word) == 6)
    assert to == event.address == "isil@example.com"
    assert digest_of(event.salt, code) == event.digest
    assert code not in subject


async def test_no_such_mailbox_comes_back_as_an_event() -> None:
    assert await mailed(Letterbox(MailboxUnknown("no such user"))) == MailRefused("isil@example.com")


async def test_letters_that_no_server_carries_are_named_as_the_reason() -> None:
    refused = await mailed(Letterbox(LettersNotCarried("no SMTPUTF8")))
    assert refused == MailRefused("isil@example.com", "letters")


async def test_an_address_no_mail_can_carry_comes_back_as_the_same_event() -> None:
    assert await mailed(Letterbox(ValueError("not an address"))) == MailRefused("isil@example.com")


async def test_a_server_in_trouble_is_the_workers_to_retry() -> None:
    with pytest.raises(MailError):
        await mailed(Letterbox(MailError("later")))


def test_the_mail_names_the_time_a_code_is_really_valid() -> None:
    assert f"{contact.CODE_LIFE.seconds // 60} minutes" in BODY


def test_the_words_are_translated() -> None:
    """In the catalog, or on the list of words waiting for it."""
    seed = Path(locales.__file__).with_name("seed-mail.json")
    waiting = {(context, message) for context, message, _ in json.loads(seed.read_text())} if seed.exists() else set()
    with locales.strict():
        for sentence in (SUBJECT, code_body("123456")):
            try:
                say(sentence, "tr")
            except locales.SpeechError:
                assert (sentence.context, sentence.message) in waiting
