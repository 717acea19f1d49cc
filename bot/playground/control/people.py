"""The control interface for people: who there is, their groups, and what they do in a chat."""

from __future__ import annotations

import base64
import binascii
import mimetypes
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from aiohttp import web

from bot.playground.bot_api.methods.chats import member
from bot.playground.bot_api.refusals import Refusal
from bot.playground.bot_api.schema import Upload
from bot.playground.control.arguments import Json, bot_named, chat_id_of, need, who
from bot.playground.control.context import Context
from bot.playground.control.gestures import GestureError, block, edit, send, send_file, share_contact, tap
from bot.playground.world.model import Chat, Person

__all__ = ["PEOPLE"]

KINDS = ("photo", "document", "voice", "sticker")
STATUSES = ("creator", "administrator", "member", "left", "kicked")
TAP_WAIT = 5.0  # seconds of real time


async def add_user(context: Context, _request: web.Request, body: Json) -> Json:
    example = '{"id": 1001, "first_name": "Ayşe", "language_code": "tr"}'
    number = need(body, "id", int, example)
    if not 0 < number < 2**52 or number in {bot.id for bot in context.world.bots.values()}:
        raise GestureError(400, f"{number} cannot be a user's id: a positive number below 2^52 that is no bot's")
    texts = {name: need(body, name, str, example, None) for name in ("last_name", "username", "language_code")}
    phone = need(body, "phone_number", str, example, f"+905{secrets.randbelow(10**9):09d}")
    old = context.world.people.get(number)
    person = Person(number, need(body, "first_name", str, example), **texts, phone_number=phone)
    if old:
        old.__dict__.update(person.__dict__)  # the same person, renamed
    else:
        context.world.people[number] = person
    return context.world.people[number].api()


async def add_group(context: Context, _request: web.Request, body: Json) -> Json:
    example = '{"id": -1001, "title": "Destek", "members": [1001], "forum": true}'
    world, number = context.world, need(body, "id", int, example)
    if number >= 0 or number in world.groups:
        raise GestureError(
            400, f"{number} cannot be a new group's id: a negative number not yet in use; example: {example}"
        )
    members = need(body, "members", list, example, [])
    if missing := [user for user in members if user not in world.people]:
        raise GestureError(404, f"no users {missing}; POST /playground/api/users first")
    chat = Chat(
        number, "supergroup", title=need(body, "title", str, example), forum=need(body, "forum", bool, example, False)
    )
    chat.statuses = {user: "creator" if index == 0 else "member" for index, user in enumerate(members)}
    rank = "administrator" if need(body, "bot_admin", bool, example, True) else "member"
    world.groups[number] = chat
    chat.last_id = 1  # in a forum, 1 is the general topic
    for name in need(body, "bots", list, example, [name for name in world.bots if name != "customer"]):
        bot = world.bots[bot_named(context, name)]
        chat.statuses[bot.id] = rank
        adder = world.people[members[0]].api() if members else bot.api()
        change = {"chat": chat.api(), "from": adder, "date": int(world.clock.now().timestamp())}
        states = {"old_chat_member": member(chat, bot, "left"), "new_chat_member": member(chat, bot)}
        world.tell(bot, "my_chat_member", change | states, chat)
    return chat.api()


async def set_member(context: Context, request: web.Request, body: Json) -> Json:
    """A person joins, leaves or changes rank in a group; bots that asked for chat_member are told."""
    example = '{"user": 1001, "status": "left"}'
    world, user = context.world, need(body, "user", int, example)
    chat, status = world.groups.get(chat_id_of(request)), need(body, "status", str, example)
    if chat is None or user not in world.people or status not in STATUSES:
        raise GestureError(
            404, f"needs a known group, a known user and a status of {', '.join(STATUSES)}; example: {example}"
        )
    person = world.people[user]
    before = member(chat, person)
    chat.statuses[user] = status
    change = {"chat": chat.api(), "from": person.api(), "date": int(world.clock.now().timestamp())}
    for bot in world.bots.values():
        if chat.statuses.get(bot.id) == "administrator":
            states = {"old_chat_member": before, "new_chat_member": member(chat, person)}
            world.tell(bot, "chat_member", change | states, chat)
    return member(chat, person)


async def do_send(context: Context, request: web.Request, body: Json) -> Json:
    chat, person = who(context, request, body)
    example = '{"user": 1001, "text": "/start"}'
    text = need(body, "text", str, example)
    entities = need(body, "entities", list, '{"entities": [{"type": "bold", "offset": 0, "length": 3}]}', None)
    thread = need(body, "message_thread_id", int, example, None)
    reply = need(body, "reply_to", int, example, None)
    sent = send(context.world, chat, person, text, entities=entities, thread=thread, reply=reply)
    return {"message_id": sent.id}


async def do_edit(context: Context, request: web.Request, body: Json) -> Json:
    chat, person = who(context, request, body)
    example = '{"user": 1001, "message_id": 5, "text": "düzeltilmiş"}'
    number, text = need(body, "message_id", int, example), need(body, "text", str, example)
    if "base64" not in body:
        return {"message_id": edit(context.world, chat, person, number, text).id}
    example = '{"user": 1001, "message_id": 5, "text": "", "kind": "photo", "name": "a.png", "base64": "iVBORw0…"}'
    kind, upload = _upload(body, example, ("photo", "document"))
    with _as_photo(example):
        return {"message_id": edit(context.world, chat, person, number, text, upload, kind).id}


async def do_tap(context: Context, request: web.Request, body: Json) -> Json:
    chat, person = who(context, request, body)
    example = '{"user": 1001, "message_id": 6, "label": "Devam"}'
    label, data = need(body, "label", str, example, None), need(body, "data", str, example, None)
    if (label is None) == (data is None):
        raise GestureError(400, f'give either "label" or "data"; example: {example}')
    wait = body.get("wait", TAP_WAIT)
    if not isinstance(wait, int | float) or not 0 <= wait <= 60:
        raise GestureError(400, '"wait" is how many seconds to wait for the answer, 0-60')
    number = need(body, "message_id", int, example)
    return await tap(context.world, chat, person, number, label=label, data=data, wait=wait)


async def do_contact(context: Context, request: web.Request, body: Json) -> Json:
    chat, person = who(context, request, body)
    example = '{"user": 1001, "phone_number": "+905551112233"}'
    owner = body.get("contact_user_id", person.id)
    if owner is not None and not isinstance(owner, int):
        raise GestureError(400, '"contact_user_id" is a user id, or null for a contact without Telegram')
    number = need(body, "phone_number", str, example)
    return {"message_id": share_contact(context.world, chat, person, number, owner).id}


async def do_file(context: Context, request: web.Request, body: Json) -> Json:
    chat, person = who(context, request, body)
    example = '{"user": 1001, "kind": "photo", "name": "a.png", "base64": "iVBORw0…"}'
    kind, upload = _upload(body, example, KINDS)
    more = {
        "caption": need(body, "caption", str, example, ""),
        "album": need(body, "media_group_id", str, example, ""),
        "thread": need(body, "message_thread_id", int, example, None),
        "reply": need(body, "reply_to", int, example, None),
    }
    with _as_photo(example):
        return {"message_id": send_file(context.world, chat, person, upload, kind=kind, **more).id}


def _upload(body: Json, example: str, kinds: Collection[str]) -> tuple[str, Upload]:
    kind, name = need(body, "kind", str, example), need(body, "name", str, example)
    if kind not in kinds:
        raise GestureError(400, f'"kind" must be one of {", ".join(kinds)}')
    try:
        content = base64.b64decode(need(body, "base64", str, example), validate=True)
    except binascii.Error:
        raise GestureError(400, '"base64" is not base64') from None
    return kind, Upload(name, content, mimetypes.guess_type(name)[0] or "application/octet-stream")


@contextmanager
def _as_photo(example: str) -> Iterator[None]:
    try:
        yield
    except Refusal:
        raise GestureError(
            400, f'"base64" holds no picture that a client could send as a photo; example: {example}'
        ) from None


async def do_block(context: Context, request: web.Request, body: Json) -> Json:
    chat, person = who(context, request, body)
    blocked = request.path.endswith("/block")
    block(context.world, chat, person, blocked)
    return {"blocked": blocked}


PEOPLE = {
    "users": add_user,
    "groups": add_group,
    "groups/{id}/members": set_member,
    "chats/{id}/send": do_send,
    "chats/{id}/edit": do_edit,
    "chats/{id}/tap": do_tap,
    "chats/{id}/contact": do_contact,
    "chats/{id}/file": do_file,
    "chats/{id}/block": do_block,
    "chats/{id}/unblock": do_block,
}
