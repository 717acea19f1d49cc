"""What goes wrong at Telegram, in the house's words: aiogram, unmodified, against a strict Telegram on this machine."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import AnswerCallbackQuery, SendPhoto, TelegramMethod
from aiogram.types import BufferedInputFile

from bot.base.clock import SharedClock
from bot.customers.plain import JsonSession, SendWords
from bot.customers.send import TelegramMessenger
from bot.messenger.protocol import (
    Away,
    ChatClosed,
    Files,
    LineGone,
    MessageRefused,
    Moved,
    NotNow,
    PictureRefused,
    SendError,
    TooFast,
    Unexplained,
    Unreachable,
)
from bot.playground.bot_api.faults import Fault
from bot.playground.control.gestures import block, send
from bot.playground.server import Playground
from bot.playground.world import state as playground_world
from flows.core.outgoing import Key, OutgoingMessage
from tests.fakes import PATIENCE, plain_logs  # noqa: F401

TOKEN = f"7000001:{'a' * 35}"
ISIL = 1001
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
NOTHING = Files()
DONE = ((Key("Bitti", "done::1"),),)
pytestmark = pytest.mark.usefixtures("plain_logs")


class Telegram:
    """A playground with one sender who has pressed Start, and a messenger for them."""

    def __init__(self, playground: Playground, messenger: TelegramMessenger) -> None:
        self.playground, self.messenger = playground, messenger
        person = playground_world.Person(ISIL, "Işıl")
        playground.world.people[ISIL] = person
        self.person = person
        self.chat = playground.world.private_chat(playground.world.bots["customer"], person)
        send(playground.world, self.chat, person, "/start")

    async def say(
        self,
        words: str = "Merhaba",
        files: Files = NOTHING,
        running: int | None = None,
        **more: Any,
    ) -> int | None:
        return await self.messenger.say(str(ISIL), OutgoingMessage("say", words, **more), files, running)

    def suffer(self, method: str = "sendMessage", **fault: Any) -> None:
        self.playground.faults.waiting.append(Fault("customer", method, **fault))

    def texts(self) -> list[str]:
        shown = [one.content for one in self.chat.messages.values() if not one.deleted][1:]
        return [content.get("text", content.get("caption", "")) for content in shown]


@pytest.fixture
async def telegram(tmp_path: Path) -> AsyncIterator[Telegram]:
    playground = Playground(SharedClock(tmp_path / "clock"), {"customer": TOKEN, "staff": "8:staff"})
    await playground.start()
    session = JsonSession(api=TelegramAPIServer.from_base(playground.url), timeout=PATIENCE)
    yield Telegram(playground, TelegramMessenger(Bot(TOKEN, session=session)))
    if session._session:
        await session._session.close()  # aiogram's own close() sleeps a quarter of a second for TLS
    await playground.stop()


@contextmanager
def impatient(telegram: Telegram, fault: dict[str, Any]) -> Iterator[None]:
    """Where the answer never comes nobody is waited for long; everybody else may be as slow as they are."""
    session = telegram.messenger._bot.session
    patience = session.timeout
    session.timeout = 0.1 if fault["error"] == "timeout" else patience
    yield
    session.timeout = patience


FAULTS: list[tuple[dict[str, Any], type[SendError]]] = [
    ({"error": "429", "retry_after": 7}, TooFast),
    ({"error": "403"}, Unreachable),
    ({"error": "403", "description": "Forbidden: user is deactivated"}, Unreachable),
    ({"error": "400", "description": "Bad Request: chat not found"}, Unreachable),
    ({"error": "400", "description": "Bad Request: message is too long"}, MessageRefused),
    ({"error": "400", "description": "Bad Request: IMAGE_PROCESS_FAILED"}, PictureRefused),
    ({"error": "400", "description": "Bad Request: CHAT_RESTRICTED"}, ChatClosed),
    ({"error": "400", "description": "Bad Request: group send failed"}, NotNow),
    ({"error": "400", "description": "Bad Request: Too Many Requests: retry after 15"}, TooFast),
    ({"error": "400", "description": "Bad Request: words that nobody knows"}, Unexplained),
    ({"error": "413"}, PictureRefused),
    ({"error": "migrate", "migrate_to": -1007}, Moved),
    ({"error": "500"}, Away),
    ({"error": "502"}, Away),
    ({"error": "503"}, Away),
    ({"error": "504"}, Away),
    ({"error": "401"}, Away),  # about our token, not about the message: nothing may be dropped for it
    ({"error": "409"}, Away),
    ({"error": "timeout"}, Away),
    ({"error": "reset"}, Away),
    ({"error": "", "drop_reply": True}, Away),  # it may have arrived
]


@pytest.mark.parametrize(("fault", "kind"), FAULTS, ids=[f"{f['error']}-{k.__name__}" for f, k in FAULTS])
async def test_each_failure_has_its_name_in_the_house(
    telegram: Telegram, fault: dict[str, Any], kind: type[SendError]
) -> None:
    telegram.suffer(**fault)
    with pytest.raises(SendError) as raised, impatient(telegram, fault):
        await telegram.say()
    assert type(raised.value) is kind
    assert TOKEN.split(":")[1] not in str(raised.value)
    if kind is not Moved:  # who has moved stays there
        assert await telegram.say("next") is not None


async def test_a_429_says_how_long_and_a_move_says_where(telegram: Telegram) -> None:
    telegram.suffer(error="429", retry_after=7)
    with pytest.raises(TooFast) as slow:
        await telegram.say()
    assert slow.value.seconds == 7
    telegram.suffer(error="migrate", migrate_to=-1007)
    with pytest.raises(Moved) as moved:
        await telegram.say()
    assert moved.value.handle == "-1007"


async def test_a_token_telegram_does_not_know_drops_no_message(telegram: Telegram) -> None:
    session = JsonSession(api=TelegramAPIServer.from_base(telegram.playground.url))
    stranger = TelegramMessenger(Bot(f"9:{'x' * 35}", session=session))
    with pytest.raises(Away):
        await stranger.say(str(ISIL), OutgoingMessage("say", "x"), Files(), None)
    if session._session:
        await session._session.close()


SAID = {
    "words": OutgoingMessage("say", "Merhaba"),
    "words with buttons": OutgoingMessage("say", "Bitti mi?", DONE),
    "a link": OutgoingMessage("say", "Ödeme", ((Key("Öde", url="https://bank.example/1"),),)),
}
NEVER_FOUND = {
    "the contact button": OutgoingMessage("say", "Numaranız?", contact="Paylaş"),
    "what takes it away": OutgoingMessage("say", "Teşekkürler.", clears=True),
}


@pytest.mark.parametrize(
    "files", [Files(), Files((PNG,)), Files(document=b"%PDF", name="m.pdf")], ids=["", "pic", "pdf"]
)
@pytest.mark.parametrize("message", SAID.values(), ids=SAID.keys())
async def test_what_stands_in_a_chat_is_found_under_its_number_and_asking_changes_nothing(
    telegram: Telegram, message: OutgoingMessage, files: Files
) -> None:
    number = await telegram.messenger.say(str(ISIL), message, files, None)
    assert number is not None
    before = telegram.chat.messages[number].api()
    assert await telegram.messenger.stands(str(ISIL), number, message)
    assert telegram.chat.messages[number].api() == before
    for other in (number - 1, number + 1):  # the sender's own /start, and nothing
        assert not await telegram.messenger.stands(str(ISIL), other, message)


@pytest.mark.parametrize("message", NEVER_FOUND.values(), ids=NEVER_FOUND.keys())
async def test_telegram_answers_no_question_about_these(telegram: Telegram, message: OutgoingMessage) -> None:
    """So nobody asks (bot.outbox.lost_answers): "it does not stand there" would be said also where it does."""
    number = await telegram.messenger.say(str(ISIL), message, NOTHING, None)
    assert number is not None
    assert not await telegram.messenger.stands(str(ISIL), number, message)


async def test_what_stands_in_another_chat_is_not_found(telegram: Telegram) -> None:
    world = telegram.playground.world
    world.people[1002] = person = playground_world.Person(1002, "Bora")
    send(world, world.private_chat(world.bots["customer"], person), person, "/start")
    number = await telegram.messenger.say("1002", SAID["words"], NOTHING, None)
    assert number is not None
    assert not await telegram.messenger.stands(str(ISIL), number, SAID["words"])
    assert await telegram.messenger.stands("1002", number, SAID["words"])


async def test_one_that_lost_its_buttons_is_found_by_its_words_and_has_them_again(telegram: Telegram) -> None:
    number = await telegram.say("Bitti mi?", keys=DONE)
    assert number is not None
    shown, telegram.chat.messages[number].markup = telegram.chat.messages[number].markup, None
    assert await telegram.messenger.stands(str(ISIL), number, SAID["words with buttons"])
    assert telegram.chat.messages[number].markup == shown


async def test_who_cannot_be_asked_says_why(telegram: Telegram) -> None:
    number = await telegram.say()
    assert number is not None
    for fault, kind in sorted(FAULTS, key=lambda one: one[1] is Moved):  # who has moved stays there
        if kind not in (MessageRefused, Unexplained) and fault["error"] not in ("", "413"):
            telegram.suffer("editMessageReplyMarkup", **fault)
            with pytest.raises(kind), impatient(telegram, fault):
                await telegram.messenger.stands(str(ISIL), number, SAID["words"])


async def test_the_playground_itself_refuses_whoever_has_blocked_the_bot(telegram: Telegram) -> None:
    block(telegram.playground.world, telegram.chat, telegram.person, True)
    with pytest.raises(Unreachable):
        await telegram.say()
    with pytest.raises(Unreachable):
        await telegram.messenger.say("31337", OutgoingMessage("say", "x"), Files(), None)


async def test_a_refusal_names_the_rule_and_repeats_no_words(telegram: Telegram) -> None:
    quoting = "Bad Request: inline keyboard button URL 'htp://bank.example/pay/very-secret' is invalid: wrong protocol"
    telegram.suffer(error="400", description=quoting)
    with pytest.raises(MessageRefused) as refused:
        await telegram.say()
    assert refused.value.reason == "Bad Request: inline keyboard button URL"
    telegram.suffer(error="400", description='Bad Request: unsupported start tag "Canım anneannem" at byte offset 0')
    with pytest.raises(MessageRefused) as refused:
        await telegram.say()
    assert refused.value.reason == "Bad Request: unsupported start tag"


# Kinds of messages ----------------------------------------------------------------------------------------------------


async def test_words_are_sent_as_they_are_whatever_signs_they_hold(telegram: Telegram) -> None:
    words = "<b>&amp; *x* _y_ [z](http://a.example) `\\` ışıl 👍🏽"
    await telegram.say(words)
    assert telegram.texts() == [words]


async def test_the_running_line_is_edited_in_its_place(telegram: Telegram) -> None:
    first = await telegram.say("16 karakter", keys=DONE)
    assert await telegram.say("104 karakter", running=first, keys=DONE) == first
    assert telegram.texts() == ["104 karakter"]


async def test_a_line_that_did_not_change_is_no_failure(telegram: Telegram) -> None:
    first = await telegram.say("16 karakter", keys=DONE)
    assert await telegram.say("16 karakter", running=first, keys=DONE) == first


@pytest.mark.parametrize("gone", ["deleted", "never there"])
async def test_a_running_line_that_is_gone_is_told_from_one_that_did_not_change(telegram: Telegram, gone: str) -> None:
    first = await telegram.say("16 karakter", keys=DONE)
    assert first is not None
    if gone == "deleted":
        telegram.chat.messages[first].deleted = True
    with pytest.raises(LineGone):
        await telegram.say("104 karakter", keys=DONE, running=first if gone == "deleted" else 4242)


async def test_a_line_is_taken_back(telegram: Telegram) -> None:
    first = await telegram.say("16 karakter", keys=DONE)
    assert first is not None
    await telegram.messenger.unsay(str(ISIL), first)
    assert telegram.chat.messages[first].deleted


async def test_a_line_that_telegram_does_not_delete_any_more_loses_its_buttons(telegram: Telegram) -> None:
    """After 48 hours (Bot API, deleteMessage)."""
    first = await telegram.say("16 karakter", keys=DONE)
    assert first is not None and telegram.chat.messages[first].inline
    telegram.suffer("deleteMessage", error="400", description="Bad Request: message can't be deleted for everyone")
    await telegram.messenger.unsay(str(ISIL), first)
    found = telegram.chat.messages[first]
    assert not found.deleted and not found.inline


@pytest.mark.parametrize("error", ["429", "502", "403"])
async def test_a_line_that_stays_all_the_same_is_no_failure(telegram: Telegram, error: str) -> None:
    first = await telegram.say("16 karakter", keys=DONE)
    assert first is not None
    telegram.suffer("deleteMessage", error=error)
    await telegram.messenger.unsay(str(ISIL), first)
    assert not telegram.chat.messages[first].deleted


async def test_one_picture_carries_its_question(telegram: Telegram) -> None:
    number = await telegram.say("Hangisi?", Files((PNG,)), keys=((Key("Klasik", "choose:klasik:3"),),))
    assert number is not None
    assert telegram.chat.messages[number].inline


@pytest.mark.parametrize("pages", [1, 3, 12])
async def test_pages_come_as_an_album_of_ten_at_most(telegram: Telegram, pages: int) -> None:
    await telegram.say("", Files((PNG,) * pages))
    assert len(telegram.texts()) == min(pages, 10)


async def test_the_document_is_the_bytes_that_will_be_printed(telegram: Telegram) -> None:
    await telegram.say("Onaylıyor musunuz?", Files(document=b"%PDF approved", name="mektup.pdf"))
    (file,) = telegram.playground.world.files.values()
    assert (file.content, file.name) == (b"%PDF approved", "mektup.pdf")


async def test_a_tap_that_waited_too_long_is_no_failure(telegram: Telegram) -> None:
    toast = OutgoingMessage("toast", "Bu ekran eskidi", tap="1234567")
    assert await telegram.messenger.say(str(ISIL), toast, Files(), None) is None


async def test_the_sign_that_a_document_is_being_made(telegram: Telegram) -> None:
    assert await telegram.messenger.say(str(ISIL), OutgoingMessage("busy"), Files(), None) is None


async def test_the_contact_button_is_taken_away_by_the_message_that_says_so_and_by_no_other(telegram: Telegram) -> None:
    await telegram.say("Numaranız?", contact="Paylaş")
    await telegram.say("16 karakter")
    assert telegram.chat.keyboard is not None
    await telegram.say("Teşekkürler.", clears=True)
    assert telegram.chat.keyboard is None


# How they travel ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        (SendWords(chat_id=ISIL, text="Işıl"), "application/json"),
        (AnswerCallbackQuery(callback_query_id="1"), "application/json"),
        (SendPhoto(chat_id=ISIL, photo=BufferedInputFile(PNG, "1.png")), "multipart/form-data"),
    ],
    ids=["words", "an answer to a tap", "a picture"],
)
async def test_requests_go_as_json_and_those_with_files_as_a_form(method: TelegramMethod[Any], kind: str) -> None:
    body = JsonSession().build_form_data(Bot(TOKEN), method)()
    assert body.content_type.startswith(kind)


async def test_what_is_not_said_is_not_sent() -> None:
    body = JsonSession().build_form_data(Bot(TOKEN), SendWords(chat_id=ISIL, text="Işıl"))()
    assert json.loads(body.decode()) == {"chat_id": ISIL, "text": "Işıl"}
