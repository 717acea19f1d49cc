"""The control interface for looking: chats, messages, files, mail."""

from __future__ import annotations

from urllib.parse import quote

from aiohttp import web

from bot.playground.control.arguments import Json, bot_named, chat_id_of
from bot.playground.control.context import Context
from bot.playground.control.gestures import GestureError
from bot.playground.world.model import Message

__all__ = ["LISTINGS", "seen"]

KINDS = ("photo", "document", "voice", "sticker")


def _button(button: Json) -> Json:
    body: Json = {"label": button["text"]}
    if "callback_data" in button:
        body["data"] = button["callback_data"]
    if "url" in button:
        body["url"] = button["url"]
    if "copy_text" in button:
        body["copy"] = button["copy_text"]["text"]
    if button.get("request_contact"):
        body["contact"] = True
    return body


def _file(content: Json) -> Json | None:
    for kind in KINDS:
        if kind in content:
            item = content[kind][-1] if kind == "photo" else content[kind]
            return {"kind": kind, "file_id": item["file_id"], "name": item.get("file_name"), "size": item["file_size"]}
    return None


def seen(message: Message) -> Json:
    """A message as the control interface lists it."""
    content, markup = message.content, message.markup or {}
    rows = message.inline or markup.get("keyboard") or []
    sender = message.sender.api()
    body: Json = {
        "message_id": message.id,
        "from": {name: sender[name] for name in ("id", "is_bot", "first_name")},
        "date": message.date.isoformat(),
        "text": content.get("text", content.get("caption", "")),
        "entities": content.get("entities", content.get("caption_entities", [])),
        "buttons": [[_button(button) for button in row] for row in rows],
        "file": _file(content),
    }
    if message.inline or "keyboard" in markup or "remove_keyboard" in markup:
        body["keyboard"] = "inline" if message.inline else "reply" if "keyboard" in markup else "removed"
    if message.edits:
        body |= {"edited": True, "edits": message.edits}
    if message.thread:
        body["message_thread_id"] = message.thread
    if message.reply_to:
        body["reply_to"] = message.reply_to.id
    for name in ("contact", "media_group_id"):
        if name in content:
            body[name] = content[name]
    if service := [name for name in content if name.startswith("forum_topic_")]:
        body["service"] = service[0]
    return body


async def messages(context: Context, request: web.Request, _body: Json) -> list[Json]:
    number, after = chat_id_of(request), request.query.get("after", "0")
    if not after.isdecimal():
        raise GestureError(400, '"after" is a message_id: only newer messages are listed')
    bot = bot_named(context, request.query.get("bot", "customer"))
    if number not in context.world.groups and number not in context.world.people:
        raise GestureError(404, f"no chat {number}: neither a user's id nor a group's")
    chat = context.world.groups.get(number) or context.world.private.get((bot, number))
    listed = chat.messages.values() if chat else []
    return [seen(message) for message in listed if message.id > int(after) and not message.deleted]


async def chats(context: Context, _request: web.Request, _body: Json) -> list[Json]:
    return [chat.api() | ({"bot": chat.bot.name} if chat.bot else {}) for chat in context.world.chats()]


async def mail(context: Context, request: web.Request, _body: Json) -> list[Json]:
    to = request.query.get("to")
    return [item for item in context.mailbox.mails if to is None or item["to"].lower() == to.lower()]


async def file(context: Context, request: web.Request, _body: Json) -> web.Response:
    found = context.world.files.get(request.match_info["file_id"])
    if found is None:
        raise GestureError(404, "no such file_id; message listings show them under file")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name)}"}
    return web.Response(body=found.content, content_type=found.mime.split(";")[0], headers=headers)


LISTINGS = {
    "chats": chats,
    "chats/{id}/messages": messages,
    "files/{file_id}": file,
    "mail": mail,
}
