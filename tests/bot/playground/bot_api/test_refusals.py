"""Every row of the refusal table is met over HTTP, and where a library can ask for it, through both libraries."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import pytest
from PIL import Image

from bot.playground.bot_api.faults import ERRORS
from bot.playground.bot_api.refusals import PREFIX, REFUSALS
from bot.playground.server import Playground
from tests.bot.playground.conftest import AYSE, BLOCKER, FORUM, PLAIN, STRANGE, STRANGER, Driver, Library, Scene


@dataclass
class Case:
    refusal: str
    method: str
    given: dict[str, Any] = field(default_factory=dict)
    words: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.refusal}-{self.method}"


def inline(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


def sends(refusal: str, words: dict[str, Any] | None = None, **given: Any) -> Case:
    return Case(refusal, "send_message", {"chat_id": AYSE, "text": "Merhaba"} | given, words or {})


def html(text: str, why: str) -> Case:
    return sends("ENTITIES", {"why": why}, text=text, parse_mode="HTML")


def keyed(refusal: str, button: dict[str, Any], **words: Any) -> Case:
    return sends(refusal, words, reply_markup=inline({"text": "Bas"} | button))


# "$name" stands for a number of the scene
BOTH = [
    sends("CHAT_NOT_FOUND", chat_id=4242),
    sends("CHAT_NOT_FOUND", chat_id="@yok"),
    sends("NEVER_STARTED", chat_id=STRANGER),
    sends("BLOCKED", chat_id=BLOCKER),
    sends("NOT_MEMBER", chat_id=STRANGE),
    sends("TEXT_EMPTY", text="  \n "),
    sends("TEXT_EMPTY", text="<b> </b>", parse_mode="HTML"),
    sends("TEXT_LONG", text="a" * 4097),
    sends("TEXT_LONG", text="🙂" * 2049),
    sends("PARSE_MODE", parse_mode="BBCode"),
    sends("PARSE_MODE_UNPLAYED", {"mode": "MarkdownV2"}, parse_mode="MarkdownV2"),
    html("<b>açık", 'Can\'t find end tag corresponding to start tag "b"'),
    html("ş <x>y</x>", 'Unsupported start tag "x" at byte offset 3'),
    html("çok</b>", "Unexpected end tag at byte offset 4"),
    html("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
    html("a <b", "Unclosed start tag at byte offset 2"),
    html('<a href="x"', 'Unclosed start tag "a" at byte offset 0'),
    html("<b>a</b", "Unclosed end tag at byte offset 4"),
    html("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    html('<a ="x">a</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
    keyed("DATA_INVALID", {"callback_data": "ş" * 33}),
    keyed("DATA_INVALID", {"callback_data": ""}),
    keyed("BUTTON_KIND", {}),
    keyed("BUTTON_KINDS", {"callback_data": "a", "url": "https://a.example"}, text="Bas", found="callback_data, url"),
    keyed("BUTTON_EMPTY", {"text": " ", "callback_data": "a"}, row=1),
    keyed("BUTTON_URL", {"url": "happ://x.example"}, url="happ://x.example", why="Unsupported URL protocol"),
    keyed("BUTTON_URL", {"url": "http://nodot/pay"}, url="http://nodot/pay", why="Wrong HTTP URL"),
    keyed("BUTTON_URL", {"url": "http://10.1.2.3/pay"}, url="http://10.1.2.3/pay", why="Wrong HTTP URL"),
    keyed("COPY_TEXT", {"copy_text": {"text": "a" * 257}}),
    keyed("BUTTON_NOT_PLAYED", {"switch_inline_query": "a"}, kind="switch_inline_query"),
    sends("MARKUP_LONG", reply_markup=inline(*({"text": "a", "callback_data": "a"} for _ in range(101)))),
    sends("CONTACT_PRIVATE", chat_id=PLAIN, reply_markup={"keyboard": [[{"text": "a", "request_contact": True}]]}),
    sends("PLACEHOLDER", reply_markup={"keyboard": [[{"text": "a"}]], "input_field_placeholder": "a" * 65}),
    sends("KEYBOARD_EMPTY", reply_markup={"keyboard": [[]]}),
    sends("THREAD_NOT_FOUND", chat_id=FORUM, message_thread_id=999),
    sends("REPLY_NOT_FOUND", reply_to_message_id=999),
    Case("NOT_MODIFIED", "edit_message_text", {"chat_id": AYSE, "message_id": "$own", "text": "Merhaba ",
         "reply_markup": inline({"text": "Devam", "callback_data": "go"})}),
    Case("NOT_MODIFIED", "edit_message_reply_markup", {"chat_id": AYSE, "message_id": "$own",
         "reply_markup": inline({"text": "Devam", "callback_data": "go"})}),
    Case("CHAT_EMPTY", "edit_message_text", {"text": "a", "message_id": "$own"}),
    Case("NO_MESSAGE_ID", "edit_message_text", {"chat_id": AYSE, "text": "a"}),
    Case("EDIT_NOT_FOUND", "edit_message_text", {"chat_id": AYSE, "message_id": 999, "text": "a"}),
    Case("EDIT_NOT_OWN", "edit_message_text", {"chat_id": AYSE, "message_id": "$theirs", "text": "a"}),
    Case("EDIT_NOT_OWN", "edit_message_text", {"chat_id": AYSE, "message_id": "$replied", "text": "a"}),
    Case("EDIT_NO_TEXT", "edit_message_text", {"chat_id": AYSE, "message_id": "$document", "text": "a"}),
    Case("EDIT_NO_CAPTION", "edit_message_caption", {"chat_id": AYSE, "message_id": "$own", "caption": "a"}),
    Case("CAPTION_LONG", "edit_message_caption", {"chat_id": AYSE, "message_id": "$document", "caption": "a" * 1025}),
    Case("DELETE_NOT_FOUND", "delete_message", {"chat_id": AYSE, "message_id": 999}),
    Case("COPY_NOT_FOUND", "copy_message", {"chat_id": AYSE, "from_chat_id": AYSE, "message_id": 999}),
    Case("COPY_IMPOSSIBLE", "copy_message", {"chat_id": AYSE, "from_chat_id": FORUM, "message_id": "$service"}),
    Case("FORWARD_NOT_FOUND", "forward_message", {"chat_id": AYSE, "from_chat_id": AYSE, "message_id": 999}),
    Case("REACT_NOT_FOUND", "set_message_reaction", {"chat_id": AYSE, "message_id": 999}),
    Case("QUERY_OLD", "answer_callback_query", {"callback_query_id": "123"}),
    Case("ANSWER_LONG", "answer_callback_query", {"callback_query_id": "$query", "text": "a" * 201}),
    Case("ANSWER_URL", "answer_callback_query", {"callback_query_id": "$query", "url": "https://a.example"}),
    Case("FILE_ID", "send_document", {"chat_id": AYSE, "document": "AgACunknown"}),
    Case("FILE_URL", "send_document", {"chat_id": AYSE, "document": "https://a.example/a.pdf"}),
    Case("FILE_TEMPORARILY", "get_file", {"file_id": "AgACunknown"}),
    Case("ACTION", "send_chat_action", {"chat_id": AYSE, "action": "dancing"}),
    Case("USER_NOT_FOUND", "get_chat_member", {"chat_id": PLAIN, "user_id": 4242}),
    Case("NO_ADMIN_LIST", "get_chat_administrators", {"chat_id": AYSE}),
    Case("LANGUAGE", "set_my_commands", {"commands": [], "language_code": "turkish"}),
    Case("TOO_LONG_FIELD", "set_my_name", {"name": "a" * 65}, {"field": "name", "limit": 64}),
    Case("TOO_LONG_FIELD", "set_my_description", {"description": "a" * 513}, {"field": "description", "limit": 512}),
    Case("NOT_FORUM", "create_forum_topic", {"chat_id": PLAIN, "name": "a"}),
    Case("TOPIC_NAME", "create_forum_topic", {"chat_id": FORUM, "name": "a" * 129}),
    Case("TOPIC_ICON", "create_forum_topic", {"chat_id": FORUM, "name": "a", "icon_color": 1}),
    Case("TOPIC_INVALID", "close_forum_topic", {"chat_id": FORUM, "message_thread_id": 999}),
    Case("TOPIC_SAME", "reopen_forum_topic", {"chat_id": FORUM, "message_thread_id": "$topic"}),
    Case("TOPIC_SAME", "edit_forum_topic", {"chat_id": FORUM, "message_thread_id": "$topic", "name": "Bilet 7"}),
    Case("WEBHOOK_HTTPS", "set_webhook", {"url": "http://a.example/hook"}),
    Case("WEBHOOK_OUTSIDE", "set_webhook", {"url": "https://a.example/hook"}),
    Case("WEBHOOK_SECRET", "set_webhook", {"url": "http://127.0.0.1:9/hook", "secret_token": "ş"}),
    Case("CONNECTIONS", "set_webhook", {"url": "http://127.0.0.1:9/hook", "max_connections": 101}),
    Case("LIMIT_RANGE", "get_updates", {"limit": 101}),
    Case("ALLOWED_UPDATES", "get_updates", {"allowed_updates": ["gossip"]}, {"kind": "gossip"}),
    Case("NOT_PLAYED", "send_dice", {"chat_id": AYSE}, {"method": "sendDice"}),
    sends("PARAMETER_NOT_PLAYED", {"where": "message_effect_id", "method": "sendMessage"}, message_effect_id="5"),
]  # fmt: skip

# what a library's own types would not let through
RAW = [
    Case("MISSING", "sendMessage", {"chat_id": AYSE}, {"method": "sendMessage", "where": "text"}),
    Case("UNKNOWN_PARAMETER", "sendMessage", {"chat_id": AYSE, "text": "a", "disable_web_page_preview": True},
         {"method": "sendMessage", "where": "disable_web_page_preview"}),
    Case("UNKNOWN_PARAMETER", "sendMessage",
         {"chat_id": AYSE, "text": "a", "reply_markup": inline({"text": "a", "callback": "a"})},
         {"method": "sendMessage", "where": "reply_markup.inline_keyboard[0][0].callback"}),
    Case("WRONG_TYPE", "sendMessage", {"chat_id": AYSE, "text": 7},
         {"where": "text", "method": "sendMessage", "wanted": "String", "got": "an integer"}),
    Case("WRONG_TYPE", "sendMessage", {"chat_id": AYSE, "text": "a", "disable_notification": "belki"},
         {"where": "disable_notification", "method": "sendMessage", "wanted": "Boolean", "got": "a string"}),
    Case("ENTITY_BOUNDS", "sendMessage",
         {"chat_id": AYSE, "text": "abc", "entities": [{"type": "bold", "offset": 2, "length": 2}]}, {"index": 0}),
    Case("DELETE_MANY", "deleteMessages", {"chat_id": AYSE, "message_ids": list(range(1, 102))}, {"found": 101}),
    Case("ALBUM_SIZE", "sendMediaGroup",
         {"chat_id": AYSE, "media": [{"type": "document", "media": "x"}]}, {"found": 1}),
    Case("ALBUM_MIX", "sendMediaGroup",
         {"chat_id": AYSE, "media": [{"type": "document", "media": "x"}, {"type": "photo", "media": "x"}]}),
    Case("COMMANDS_MANY", "setMyCommands", {"commands": [{"command": "a", "description": "a"}] * 101}, {"found": 101}),
    Case("COMMAND", "setMyCommands", {"commands": [{"command": "Sipariş", "description": "a"}]}),
    Case("COMMAND", "setMyCommands", {"commands": [{"command": "a" * 33, "description": "a"}]}),
    Case("COMMAND_DESCRIPTION", "setMyCommands", {"commands": [{"command": "a", "description": "a" * 257}]}),
    Case("SCOPE", "setMyCommands", {"commands": [], "scope": {"type": "chat_administrators", "chat_id": AYSE}},
         {"scope": "chat_administrators", "why": "it is for groups and supergroups"}),
    Case("REACTION_INVALID", "setMessageReaction",
         {"chat_id": AYSE, "message_id": "$own", "reaction": [{"type": "paid"}]}),
]  # fmt: skip

# proven by a test of their own, below or in the named file
ELSEWHERE = {
    "UNAUTHORIZED", "NOT_FOUND", "TOO_LARGE", "BAD_BODY", "UNUSED_FILE", "FILE_EMPTY", "FILE_BIG", "PHOTO_BIG",
    "PHOTO_BAD", "PHOTO_DIMENSIONS", "DELETE_OLD", "DELETE_FORBIDDEN", "TOPIC_RIGHTS", "TOPIC_CLOSED",
    "MIGRATED",  # test_faults
    "OTHER_POLLER", "SET_WEBHOOK", "WEBHOOK_ACTIVE",  # test_updates
}  # fmt: skip


def filled(given: dict[str, Any], scene: Scene) -> dict[str, Any]:
    return {k: getattr(scene, v[1:]) if str(v).startswith("$") else v for k, v in given.items()}


def test_every_refusal_is_proven_and_has_a_source() -> None:
    proven = {case.refusal for case in (*BOTH, *RAW)} | ELSEWHERE
    assert proven == set(REFUSALS)
    assert all(source for _, _, source in REFUSALS.values())


@pytest.mark.parametrize("case", BOTH, ids=str)
async def test_both_libraries_are_refused_in_telegrams_words(case: Case, scene: Scene, library: Library) -> None:
    given = filled(case.given, scene)
    if "reply_to_message_id" in given:
        given["reply_parameters"] = library.made("ReplyParameters", message_id=given.pop("reply_to_message_id"))
    said = await library.refusal(case.method, **given)
    assert REFUSALS[case.refusal][1].format(**case.words).lower() in said.lower()


@pytest.mark.parametrize("case", RAW, ids=str)
async def test_a_raw_request_is_refused(case: Case, scene: Scene, drive: Driver) -> None:
    status, answer = await drive.raw(case.method, **filled(case.given, scene))
    code, words, _ = REFUSALS[case.refusal]
    expected = {"ok": False, "error_code": code, "description": PREFIX[code] + words.format(**case.words)}
    assert (status, answer) == (code, expected)


@pytest.mark.parametrize(
    ("token", "method", "code"),
    [
        ("1000001:customer-token", "getMeNot", 404),
        ("not-a-token", "getMe", 404),
        ("1000001:wrong-token", "getMe", 401),
        ("9999999:customer-token", "getMe", 401),
    ],
)
async def test_unknown_methods_and_tokens(drive: Driver, token: str, method: str, code: int) -> None:
    async with drive.session.post(f"{drive.url}/bot{token}/{method}") as answer:
        words = "Not Found" if code == 404 else "Unauthorized"
        assert await answer.json() == {"ok": False, "error_code": code, "description": words}


async def test_a_body_that_cannot_be_read(drive: Driver) -> None:
    url = f"{drive.url}/bot1000001:customer-token/sendMessage"
    headers = {"Content-Type": "application/json"}
    for body in (b"{", b"[1]", b"\xff"):
        async with drive.session.post(url, data=body, headers=headers) as answer:
            assert answer.status == 400
            assert (await answer.json())["description"].startswith("Bad Request: can't parse the request body")


def picture(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("1", (width, height)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("method", "kind", "content", "words"),
    [
        ("send_document", "document", b"", "file must be non-empty"),
        ("send_document", "document", b"x" * (50 * 2**20 + 1), "Request Entity Too Large"),
        ("send_photo", "photo", b"not a picture", "IMAGE_PROCESS_FAILED"),
        ("send_photo", "photo", picture(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
        ("send_photo", "photo", picture(9000, 1001), "PHOTO_INVALID_DIMENSIONS"),
        ("send_photo", "photo", picture(10, 10) + b"x" * (10 * 2**20), "Request Entity Too Large"),
    ],
)
async def test_files_that_are_refused(
    method: str, kind: str, content: bytes, words: str, scene: Scene, library: Library
) -> None:
    given = {kind: library.file(content, "a.png")}
    assert words.lower() in (await library.refusal(method, chat_id=AYSE, **given)).lower()


async def test_a_caption_is_measured_before_the_file_is_kept(scene: Scene, library: Library) -> None:
    said = await library.refusal(
        "send_document", chat_id=AYSE, document=library.file(b"%PDF", "a.pdf"), caption="ğ" * 1025
    )
    assert "message caption is too long" in said.lower()


async def test_an_uploaded_file_nobody_refers_to(scene: Scene, drive: Driver) -> None:
    url = f"{drive.url}/bot1000001:customer-token/sendMessage"
    import aiohttp

    form = aiohttp.FormData({"chat_id": str(AYSE), "text": "a"})
    form.add_field("sheet", b"%PDF", filename="a.pdf")
    async with drive.session.post(url, data=form) as answer:
        assert "the uploaded file 'sheet' is not referred to" in (await answer.json())["description"]


async def test_a_large_file_can_be_sent_by_id_but_not_fetched(scene: Scene, library: Library) -> None:
    sent = await library("send_document", chat_id=AYSE, document=library.file(b"x" * (20 * 2**20 + 1), "a.bin"))
    assert "file is too big" in (await library.refusal("get_file", file_id=sent.document.file_id)).lower()


async def test_a_message_older_than_48_hours_stays(scene: Scene, library: Library, drive: Driver) -> None:
    await drive.must("clock", advance="PT48H1S")
    said = await library.refusal("delete_message", chat_id=AYSE, message_id=scene.own)
    assert "message can't be deleted for everyone" in said.lower()


async def test_a_bot_without_rights(scene: Scene, library: Library, drive: Driver) -> None:
    await drive.must("groups", id=-1009, title="x", members=[AYSE], forum=True, bots=["customer"], bot_admin=False)
    said = await library.refusal("create_forum_topic", chat_id=-1009, name="a")
    assert "not enough rights to create a topic" in said.lower()
    theirs = await drive.say("selam", chat=-1009)
    said = await library.refusal("delete_message", chat_id=-1009, message_id=theirs)
    assert "message can't be deleted" in said.lower()


async def test_a_bot_without_rights_does_not_write_into_a_closed_topic(
    scene: Scene, library: Library, playground: Playground
) -> None:
    assert await library("close_forum_topic", chat_id=FORUM, message_thread_id=scene.topic)
    assert await library("send_message", chat_id=FORUM, message_thread_id=scene.topic, text="a")  # as an admin
    playground.world.groups[FORUM].statuses[1000001] = "member"
    said = await library.refusal("send_message", chat_id=FORUM, message_thread_id=scene.topic, text="a")
    assert "topic_closed" in said.lower()


async def test_a_query_is_answered_once_and_in_time(scene: Scene, library: Library, drive: Driver) -> None:
    assert await library("answer_callback_query", callback_query_id=scene.query, text="tamam")
    words = "query is too old and response timeout expired or query id is invalid"
    assert words in (await library.refusal("answer_callback_query", callback_query_id=scene.query)).lower()


async def test_a_late_answer_is_refused(scene: Scene, library: Library, drive: Driver) -> None:
    await drive.must("clock", advance="PT31S")
    words = "query is too old and response timeout expired or query id is invalid"
    assert words in (await library.refusal("answer_callback_query", callback_query_id=scene.query)).lower()


async def test_a_refused_request_changes_nothing(scene: Scene, library: Library, drive: Driver) -> None:
    before = await drive.messages()
    await library.refusal("edit_message_text", chat_id=AYSE, message_id=scene.own, text="<b>", parse_mode="HTML")
    await library.refusal("send_message", chat_id=AYSE, text="a", reply_markup=inline({"text": "a"}))
    assert await drive.messages() == before


def test_scripted_refusals_are_the_servers_own() -> None:
    assert all(100 <= code < 600 and words for code, words in ERRORS.values())
