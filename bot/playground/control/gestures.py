"""What a person does with a telephone: write, edit, tap, share a contact, send a file, block."""

from __future__ import annotations

import asyncio
import secrets
from datetime import timedelta
from typing import Any

from bot.playground.bot_api.entities import detect, trim
from bot.playground.bot_api.media import describe
from bot.playground.bot_api.schema import Upload
from bot.playground.world.model import Account, Chat, Message, Person, Query
from bot.playground.world.state import World
from flows.words.text import units

__all__ = ["GestureError", "block", "edit", "send", "share_contact", "tap"]

Json = dict[str, Any]


EDITABLE = timedelta(hours=48)


class GestureError(Exception):
    """Something no client would let a person do; status and a sentence that helps."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def place(world: World, chat_id: int, person: Person, bot: str) -> Chat:
    """The chat a person stands in: a group by its id, else the private chat with a bot."""
    if chat_id in world.groups:
        if world.groups[chat_id].statuses.get(person.id, "left") in ("left", "kicked"):
            raise GestureError(403, f"user {person.id} is not a member of group {chat_id}")
        return world.groups[chat_id]
    if chat_id != person.id:
        raise GestureError(404, f"no chat {chat_id} for user {person.id}: a private chat's id is the user's own id")
    return world.private_chat(world.bots[bot], person)


def write(world: World, chat: Chat, person: Person, content: Json, **more: Any) -> Message:
    """A person's message arrives: it opens the chat and is told to every bot that may see it."""
    if chat.blocked:
        raise GestureError(409, f"user {person.id} has blocked this bot: POST …/unblock first, as in a real client")
    chat.started = True
    message = world.add(chat, person, content, **more)
    hearing = world.listeners(message)
    message.unheard = not hearing and any(bot.id in chat.statuses for bot in world.bots.values())
    for bot in hearing:
        world.tell(bot, "message", message.api(), chat)
    return message


def _words(text: str, entities: list[Json] | None) -> Json:
    kept, moved = trim(text, entities or [])
    if not kept:
        raise GestureError(400, 'text is empty; a client sends nothing then. Example: {"user": 1, "text": "Merhaba"}')
    if units(kept) > 4096:
        raise GestureError(
            400, f"text has {units(kept)} UTF-16 units; a client sends at most 4096 a message: send parts"
        )
    found = moved if entities is not None else detect(kept)
    return {"text": kept} | ({"entities": found} if found else {})


def send(
    world: World,
    chat: Chat,
    person: Person,
    text: str,
    *,
    entities: list[Json] | None = None,
    thread: int | None = None,
    reply: int | None = None,
) -> Message:
    return write(world, chat, person, _words(text, entities), **_where(chat, person, thread, reply))


def _where(chat: Chat, person: Person, thread: int | None, reply: int | None) -> dict[str, Any]:
    """The topic a message is written in and the message it answers."""
    if thread is not None and thread not in chat.topics:
        raise GestureError(404, f"no topic {thread} here; topics: {sorted(chat.topics)}")
    if thread is not None and chat.topics[thread].closed and chat.statuses.get(person.id) == "member":
        raise GestureError(403, f"topic {thread} is closed")
    quoted = chat.messages.get(reply) if reply is not None else None
    if reply is not None and quoted is None:
        raise GestureError(404, f"no message {reply} to reply to")
    return {"thread": thread, "reply_to": quoted}


def edit(
    world: World, chat: Chat, person: Person, message_id: int, text: str, upload: Upload | None = None, kind: str = ""
) -> Message:
    """upload: instead of the picture or file that stands there, or added to a text (api#editmessagemedia)."""
    message = chat.messages.get(message_id)
    if message is None or message.deleted or message.sender is not person or not _worded(message):
        own = [m.id for m in chat.messages.values() if m.sender is person and _worded(m) and not m.deleted]
        raise GestureError(404, f"message {message_id} is no text of user {person.id} here; those are {own}")
    if world.clock.now() - message.date > EDITABLE:
        raise GestureError(409, f"message {message_id} is older than 48 hours: a client no longer offers to edit it")
    if upload is not None:
        album = {name: value for name, value in message.content.items() if name == "media_group_id"}
        message.content = _described(world, chat, kind, upload) | album | _caption(text)
    elif "text" in message.content:
        message.content = _words(text, None)
    else:  # the caption; it may be taken away
        kept = {name: value for name, value in message.content.items() if not name.startswith("caption")}
        message.content = kept | _caption(text)
    message.edited, message.edits = world.clock.now(), message.edits + 1
    for bot in world.listeners(message):
        world.tell(bot, "edited_message", message.api(), chat)
    return message


def _worded(message: Message) -> bool:
    return bool({"text", "photo", "document"} & set(message.content))


def _caption(text: str) -> Json:
    if units(text) > 1024:
        raise GestureError(400, f"caption has {units(text)} UTF-16 units; a client sends at most 1024")
    return {"caption": text} if text else {}


def share_contact(world: World, chat: Chat, person: Person, number: str, owner: int | None) -> Message:
    """owner: the contact's own Telegram id, None for one without Telegram."""
    name = world.people[owner].first_name if owner in world.people else person.first_name
    contact: Json = {"phone_number": number, "first_name": name} | ({"user_id": owner} if owner is not None else {})
    return write(world, chat, person, {"contact": contact})


def send_file(
    world: World,
    chat: Chat,
    person: Person,
    upload: Upload,
    *,
    kind: str,
    caption: str,
    thread: int | None = None,
    reply: int | None = None,
    album: str = "",
) -> Message:
    """album: pictures of the same one are sent together, each as a message of its own (api#message, media_group_id)."""
    more = _caption(caption) | ({"media_group_id": album} if album else {})
    content = _described(world, chat, kind, upload) | more
    return write(world, chat, person, content, **_where(chat, person, thread, reply))


def _described(world: World, chat: Chat, kind: str, upload: Upload) -> Json:
    """The file as a message shows it, kept for each bot of the chat."""
    bots = [chat.bot] if chat.bot else [bot for bot in world.bots.values() if bot.id in chat.statuses]
    files = [describe(world.keep_file(bot, kind, upload.name, upload.mime, upload.content)) for bot in bots]
    return files[0]


def block(world: World, chat: Chat, person: Person, blocked: bool) -> None:
    """api#update, my_chat_member: in private chats "only when the bot is blocked or unblocked by the user"."""
    bot = chat.bot
    if bot is None:
        raise GestureError(400, "only a private chat can be blocked: use the user's own id as the chat")
    if chat.blocked == blocked:
        return
    was, chat.blocked = chat.blocked, blocked
    states: list[Json] = [{"user": bot.api(), "status": "kicked" if gone else "member"} for gone in (was, blocked)]
    for state in states:
        if state["status"] == "kicked":
            state["until_date"] = 0
    change = {
        "chat": chat.api(),
        "from": person.api(),
        "date": int(world.clock.now().timestamp()),
        "old_chat_member": states[0],
        "new_chat_member": states[1],
    }
    world.tell(bot, "my_chat_member", change, chat)


def seen(label: str) -> str:
    """A label as eyes see it: a no-break space is a space."""
    return label.replace("\u00a0", " ")


def _labels(message: Message) -> list[str]:
    rows = message.inline or (message.markup or {}).get("keyboard") or []
    return [button["text"] for row in rows for button in row]


async def tap(
    world: World, chat: Chat, person: Person, message_id: int, *, label: str | None, data: str | None, wait: float
) -> Json:
    """Presses a button by its label, or sends callback data no button carries (a forgery)."""
    message = chat.messages.get(message_id)
    if message is None:
        raise GestureError(404, f"no message {message_id} in this chat")
    if label is None:
        return await _query(world, person, message, data or "", wait)
    if message.deleted:
        raise GestureError(404, f'message {message_id} was deleted; tap with "data" to press it from an old screen')
    rows = message.inline or (message.markup or {}).get("keyboard") or []
    button = next((button for row in rows for button in row if seen(button["text"]) == seen(label)), None)
    if button is None:
        raise GestureError(404, f"message {message_id} has no button {label!r}; its buttons are {_labels(message)}")
    if "callback_data" in button:
        return await _query(world, person, message, button["callback_data"], wait)
    if "url" in button:
        return {"url": button["url"]}
    if "copy_text" in button:
        return {"copied": button["copy_text"]["text"]}
    if message.inline:
        raise GestureError(400, f"button {label!r} is of a kind this playground does not press")
    if chat.keyboard is not message:
        raise GestureError(404, f"the keyboard of message {message_id} is no longer shown: it was replaced or removed")
    if button.get("request_contact"):
        sent = share_contact(world, chat, person, person.phone_number, person.id)
    else:
        sent = write(world, chat, person, _words(label, None))
    return {"message_id": sent.id, "answer": None}


async def _query(world: World, person: Person, message: Message, data: str, wait: float) -> Json:
    bot, chat = message.sender, message.chat
    if not isinstance(bot, Account):
        raise GestureError(400, f"message {message.id} is the user's own: only a bot's message has buttons")
    if chat.blocked:
        raise GestureError(409, f"user {person.id} has blocked this bot: POST …/unblock first, as in a real client")
    query = Query(
        str(10**17 + secrets.randbelow(10**17)), bot.name, world.clock.now(), asyncio.get_running_loop().create_future()
    )
    world.queries[query.id] = query
    shown = {"chat": chat.api(), "message_id": message.id, "date": 0} if message.deleted else message.api()
    body = {
        "id": query.id,
        "from": person.api(),
        "message": shown,
        "chat_instance": str(abs(hash(chat.key))),
        "data": data,
    }
    world.tell(bot, "callback_query", body, chat)
    try:
        async with asyncio.timeout(wait):
            return {"answer": await asyncio.shield(query.answered)}
    except TimeoutError:
        return {"answer": None}
