"""Both libraries, unmodified, do everything the house does with a bot, and get back what Telegram would say."""

from __future__ import annotations

import asyncio
import io

import pytest
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery
from aiogram.types import Message as AiogramMessage
from PIL import Image
from telegram import Update
from telegram.ext import Application, CommandHandler, ContextTypes

from bot.playground.server import Playground
from tests.bot.playground.conftest import AYSE, FORUM, PLAIN, TOKENS, Driver, Library, Scene
from tests.fakes import PATIENCE


def keyboard(*labels: str) -> dict[str, object]:
    return {"inline_keyboard": [[{"text": label, "callback_data": label.lower()}] for label in labels]}


async def test_get_me_is_full(library: Library) -> None:
    me = await library("get_me")
    assert (me.id, me.is_bot, me.username) == (1000001, True, "mektupx_customer_bot")
    assert (me.can_join_groups, me.can_read_all_group_messages, me.supports_inline_queries) == (True, False, False)


async def test_html_comes_back_as_text_and_entities_in_utf16(scene: Scene, library: Library) -> None:
    sent = await library(
        "send_message",
        chat_id=AYSE,
        text='🙂 <b>Sayın <i>ışıl</i></b> &amp; <a href="https://mektupx.example/">şu</a> /iptal',
        parse_mode="HTML",
    )
    assert sent.text == "🙂 Sayın ışıl & şu /iptal"
    found = [(str(entity.type), entity.offset, entity.length) for entity in sent.entities]
    assert found == [("bold", 3, 10), ("italic", 9, 4), ("text_link", 16, 2), ("bot_command", 19, 6)]


async def test_a_message_is_edited_and_deleted(scene: Scene, library: Library, drive: Driver) -> None:
    sent = await library("send_message", chat_id=AYSE, text="bir", reply_markup=keyboard("Evet", "Hayır"))
    edited = await library("edit_message_text", chat_id=AYSE, message_id=sent.message_id, text="iki")
    assert edited.text == "iki"
    assert edited.edit_date
    last = (await drive.messages())[-1]
    assert (last["text"], last["edited"], last["edits"], last["buttons"]) == ("iki", True, 1, [])
    await library("edit_message_reply_markup", chat_id=AYSE, message_id=sent.message_id, reply_markup=keyboard("Tamam"))
    assert (await drive.messages())[-1]["buttons"] == [[{"label": "Tamam", "data": "tamam"}]]
    assert await library("delete_message", chat_id=AYSE, message_id=sent.message_id)
    assert sent.message_id not in [message["message_id"] for message in await drive.messages()]


async def test_a_reply_names_what_it_answers(scene: Scene, library: Library) -> None:
    answer = library.made("ReplyParameters", message_id=scene.theirs)
    sent = await library("send_message", chat_id=AYSE, text="evet", reply_parameters=answer)
    assert sent.reply_to_message.message_id == scene.theirs


async def test_files_go_out_and_come_back(scene: Scene, library: Library, drive: Driver) -> None:
    pdf = b"%PDF-1.7 " + bytes(range(256))
    sent = await library(
        "send_document",
        chat_id=AYSE,
        document=library.file(pdf, "önizleme.pdf"),
        caption="<b>Ön</b>",
        parse_mode="HTML",
    )
    assert (sent.document.file_name, sent.document.mime_type) == ("önizleme.pdf", "application/pdf")
    assert (sent.document.file_size, sent.caption) == (len(pdf), "Ön")
    again = await library("send_document", chat_id=AYSE, document=sent.document.file_id)
    assert again.document.file_unique_id == sent.document.file_unique_id
    file = await library("get_file", file_id=sent.document.file_id)
    if library.name == "aiogram":
        fetched = (await library.bot.download_file(file.file_path)).read()
    else:
        fetched = bytes(await file.download_as_bytearray())
    assert fetched == pdf
    listed = (await drive.messages())[-1]["file"]
    async with drive.session.get(f"{drive.url}/playground/api/files/{listed['file_id']}") as answer:
        assert await answer.read() == pdf


async def test_an_album_is_several_messages_of_one_group(scene: Scene, library: Library) -> None:
    pictures = []
    for shade in (0, 128):
        out = io.BytesIO()
        Image.new("L", (40, 30), shade).save(out, "PNG")
        pictures.append(out.getvalue())
    first, second = (
        library.file(content, f"{number}.png") if library.name == "aiogram" else content
        for number, content in enumerate(pictures)
    )
    sent = await library(
        "send_media_group",
        chat_id=AYSE,
        media=[library.album("Photo", first, "Sayfa 1"), library.album("Photo", second)],
    )
    assert len({message.media_group_id for message in sent}) == 1
    assert [message.caption for message in sent] == ["Sayfa 1", None]
    assert (sent[0].photo[0].width, sent[0].photo[0].height) == (40, 30)


async def test_commands_differ_by_scope_and_language(library: Library) -> None:
    turkish = [library.made("BotCommand", command="yardim", description="Yardım")]
    english = [library.made("BotCommand", command="help", description="Help")]
    scope = library.made("BotCommandScopeAllPrivateChats")
    assert await library("set_my_commands", commands=turkish)
    assert await library("set_my_commands", commands=english, scope=scope, language_code="en")
    assert [c.command for c in await library("get_my_commands")] == ["yardim"]
    assert [c.command for c in await library("get_my_commands", scope=scope, language_code="en")] == ["help"]
    assert list(await library("get_my_commands", scope=scope)) == []
    assert await library("delete_my_commands")
    assert list(await library("get_my_commands")) == []


async def test_names_and_descriptions_differ_by_language(library: Library) -> None:
    assert await library("set_my_name", name="MektupX")
    assert await library("set_my_description", description="Mektup yazın.")
    assert await library("set_my_description", description="Write a letter.", language_code="en")
    assert await library("set_my_short_description", short_description="Mektup")
    assert (await library("get_my_name")).name == "MektupX"
    assert (await library("get_my_description", language_code="en")).description == "Write a letter."
    assert (await library("get_my_description", language_code="de")).description == "Mektup yazın."
    assert (await library("get_my_short_description")).short_description == "Mektup"


async def test_a_forum_has_topics(scene: Scene, library: Library, drive: Driver) -> None:
    topic = await library("create_forum_topic", chat_id=FORUM, name="Bilet 8")
    where = {"chat_id": FORUM, "message_thread_id": topic.message_thread_id}
    sent = await library("send_message", text="merhaba", **where)
    assert (sent.message_thread_id, sent.is_topic_message) == (topic.message_thread_id, True)
    assert await library("edit_forum_topic", name="Bilet 8 – Ayşe", **where)
    assert await library("close_forum_topic", **where)
    assert await library("reopen_forum_topic", **where)
    assert await library("delete_forum_topic", **where)
    assert "message thread not found" in (await library.refusal("send_message", text="a", **where)).lower()
    assert sent.message_id not in [message["message_id"] for message in await drive.messages(FORUM)]


async def test_copying_and_forwarding(scene: Scene, library: Library, drive: Driver) -> None:
    copied = await library("copy_message", chat_id=FORUM, from_chat_id=AYSE, message_id=scene.document)
    listed = (await drive.messages(FORUM))[-1]
    assert (listed["message_id"], listed["file"]["name"]) == (copied.message_id, "a.pdf")
    forwarded = await library("forward_message", chat_id=AYSE, from_chat_id=AYSE, message_id=scene.theirs)
    assert forwarded.forward_origin.sender_user.id == AYSE


async def test_chats_and_members(scene: Scene, library: Library, drive: Driver) -> None:
    assert (await library("get_chat", chat_id=FORUM)).is_forum
    assert (await library("get_chat", chat_id=AYSE)).first_name == "Ayşe"
    assert str((await library("get_chat_member", chat_id=PLAIN, user_id=AYSE)).status).endswith("creator")
    await drive.must(f"groups/{PLAIN}/members", user=AYSE, status="left")
    assert str((await library("get_chat_member", chat_id=PLAIN, user_id=AYSE)).status).endswith("left")
    chiefs = await library("get_chat_administrators", chat_id=FORUM)
    assert {chief.user.id for chief in chiefs} == {AYSE, 1000001}


@pytest.mark.parametrize("action", ["typing", "upload_document"])
async def test_chat_actions(scene: Scene, library: Library, action: str) -> None:
    assert await library("send_chat_action", chat_id=AYSE, action=action)


async def test_aiogram_polls_answers_and_stops(playground: Playground, drive: Driver) -> None:
    bot = Bot(TOKENS["customer"], session=AiohttpSession(api=TelegramAPIServer.from_base(playground.url)))
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: AiogramMessage) -> None:
        await message.answer(f"{message.text}?", reply_markup=keyboard("Evet"))  # type: ignore[arg-type]

    @dispatcher.callback_query()
    async def tapped(query: CallbackQuery) -> None:
        await query.answer(f"{query.data}!", show_alert=True)

    polling = asyncio.create_task(
        dispatcher.start_polling(bot, handle_signals=False, handle_as_tasks=False, polling_timeout=5)
    )
    await drive.say("selam")
    assert (await drive.get(f"idle?timeout={PATIENCE}"))[1] == {"idle": True}
    asked = (await drive.messages())[-1]
    assert asked["text"] == "selam?"
    tap = {"user": AYSE, "message_id": asked["message_id"], "label": "Evet"}
    assert await drive.must(f"chats/{AYSE}/tap", **tap) == {
        "answer": {"text": "evet!", "show_alert": True, "url": None}
    }
    await dispatcher.stop_polling()
    await polling
    await bot.session.close()


async def test_python_telegram_bot_polls_answers_and_stops(playground: Playground, drive: Driver) -> None:
    async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.effective_chat
        await context.bot.send_message(update.effective_chat.id, "Hoş geldiniz")

    application = (
        Application.builder()
        .token(TOKENS["staff"])
        .base_url(playground.url + "/bot")
        .base_file_url(playground.url + "/file/bot")
        .build()
    )
    application.add_handler(CommandHandler("start", start))
    async with application:
        await application.start()
        assert application.updater
        await application.updater.start_polling(allowed_updates=Update.ALL_TYPES, timeout=5)
        await drive.say("/start", bot="staff")
        assert (await drive.get(f"idle?timeout={PATIENCE}"))[1] == {"idle": True}
        assert (await drive.messages(AYSE, "?bot=staff"))[-1]["text"] == "Hoş geldiniz"
        assert await drive.messages(AYSE) == []  # the other bot's chat is another chat
        await application.updater.stop()
        await application.stop()
