"""The methods that write, edit and delete messages."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from typing import Any

from bot.playground.bot_api.call import Call
from bot.playground.bot_api.markup import check_markup
from bot.playground.bot_api.media import describe, resolve
from bot.playground.bot_api.refusals import refuse
from bot.playground.world.model import Chat, Message
from flows.words.text import units

__all__ = ["MESSAGES"]

Json = dict[str, Any]
DELETABLE = timedelta(hours=48)  # api#deletemessage
ANSWERABLE = timedelta(seconds=30)  # a client shows the waiting circle for about as long
ACTIONS = frozenset(
    {"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document"}
    | {"choose_sticker", "find_location", "record_video_note", "upload_video_note"}
)  # api#sendchataction
SERVICE = frozenset({"forum_topic_created", "forum_topic_closed", "forum_topic_reopened", "forum_topic_edited"})


def _add(call: Call, chat: Chat, content: Json, **more: Any) -> Message:
    markup = check_markup(call.given.get("reply_markup"), private=chat.private)
    thread, reply_to = call.thread(chat), call.reply_to(chat)
    if reply_to and thread is None and chat.forum:
        thread = reply_to.thread
    protected = call.given.get("protect_content", False)
    more |= {"markup": markup, "thread": thread, "reply_to": reply_to, "protected": protected}
    return call.world.add(chat, call.bot, content, **more)


def send_message(call: Call) -> Json:
    chat = call.writable()
    return _add(call, chat, call.text_content()).api()


def _send_file(kind: str, call: Call) -> Json:
    chat = call.writable()
    check_markup(call.given.get("reply_markup"), private=chat.private)  # before a file is kept
    caption = call.caption_content()
    file = resolve(call.world, call.bot, kind, call.given[kind])
    return _add(call, chat, describe(file) | caption).api()


def send_document(call: Call) -> Json:
    return _send_file("document", call)


def send_photo(call: Call) -> Json:
    return _send_file("photo", call)


def send_media_group(call: Call) -> list[Json]:
    chat, items = call.writable(), call.given["media"]
    if not 2 <= len(items) <= 10:
        refuse("ALBUM_SIZE", found=len(items))
    kinds = {item["type"] for item in items}
    if not kinds <= {"photo", "document"}:
        refuse("NOT_PLAYED", method=f"sendMediaGroup with {', '.join(sorted(kinds))}")
    if len(kinds) > 1:
        refuse("ALBUM_MIX")
    contents = [
        describe(resolve(call.world, call.bot, item["type"], item["media"])) | call.caption_content(item)
        for item in items
    ]
    group = str(10**16 + secrets.randbelow(10**16))
    return [_add(call, chat, content | {"media_group_id": group}).api() for content in contents]


def send_chat_action(call: Call) -> bool:
    call.thread(call.writable())
    if call.given["action"] not in ACTIONS:
        refuse("ACTION")
    return True


def _editable(call: Call) -> Message:
    if "chat_id" not in call.given:
        refuse("CHAT_EMPTY")
    if "message_id" not in call.given:
        refuse("NO_MESSAGE_ID")
    chat = call.writable()
    message = chat.messages.get(call.given["message_id"])
    if message is None or message.deleted:
        refuse("EDIT_NOT_FOUND")
    if message.sender is not call.bot or (message.markup and not message.inline) or SERVICE & set(message.content):
        refuse("EDIT_NOT_OWN")
    return message


def _apply(call: Call, message: Message, content: Json) -> Json:
    markup = check_markup(call.given.get("reply_markup"), private=message.chat.private)
    if content == message.content and markup == message.markup:
        refuse("NOT_MODIFIED")
    if content != message.content:  # a new keyboard alone does not mark a message as edited
        message.edited, message.edits = call.world.clock.now(), message.edits + 1
    message.content, message.markup = content, markup
    return message.api()


def edit_message_text(call: Call) -> Json:
    message = _editable(call)
    content = call.text_content()
    if "text" not in message.content:
        refuse("EDIT_NO_TEXT")
    return _apply(call, message, content)


def edit_message_caption(call: Call) -> Json:
    message = _editable(call)
    caption = call.caption_content()
    if "text" in message.content:
        refuse("EDIT_NO_CAPTION")
    kept = {k: v for k, v in message.content.items() if k not in ("caption", "caption_entities")}
    return _apply(call, message, kept | caption)


def edit_message_reply_markup(call: Call) -> Json:
    message = _editable(call)
    return _apply(call, message, message.content)


def _deletable(call: Call, message: Message) -> Message:
    if call.world.clock.now() - message.date > DELETABLE:
        refuse("DELETE_OLD")
    admin = message.chat.statuses.get(call.bot.id) == "administrator"
    if not message.chat.private and message.sender is not call.bot and not admin:
        refuse("DELETE_FORBIDDEN")
    return message


def delete_message(call: Call) -> bool:
    message = call.chat().messages.get(call.given["message_id"])
    if message is None or message.deleted:
        refuse("DELETE_NOT_FOUND")
    _deletable(call, message).deleted = True
    return True


def delete_messages(call: Call) -> bool:
    """api#deletemessages: "If some of the specified messages can't be found, they are skipped"; 1-100 of them."""
    chat, numbers = call.chat(), call.given["message_ids"]
    if not 1 <= len(numbers) <= 100:
        refuse("DELETE_MANY", found=len(numbers))
    known = [chat.messages[number] for number in numbers if number in chat.messages]
    for message in [_deletable(call, message) for message in known if not message.deleted]:
        message.deleted = True
    return True


def _original(call: Call, missing: str) -> Message:
    message = call.chat("from_chat_id").messages.get(call.given["message_id"])
    if message is None or message.deleted:
        refuse(missing)
    if SERVICE & set(message.content) or "new_chat_members" in message.content:
        refuse("COPY_IMPOSSIBLE")
    return message


def _detached(message: Message) -> Json:
    return {name: value for name, value in message.content.items() if name not in ("media_group_id", "forward_origin")}


def copy_message(call: Call) -> Json:
    chat, original = call.writable(), _original(call, "COPY_NOT_FOUND")
    content = _detached(original)
    if "caption" in call.given and "text" not in content:
        content = {k: v for k, v in content.items() if not k.startswith("caption")} | call.caption_content()
    return {"message_id": _add(call, chat, content).id}


def forward_message(call: Call) -> Json:
    chat, original = call.writable(), _original(call, "FORWARD_NOT_FOUND")
    origin = {"type": "user", "sender_user": original.sender.api(), "date": int(original.date.timestamp())}
    kept = original.content.get("forward_origin", origin)
    return _add(call, chat, _detached(original) | {"forward_origin": kept}).api()


def set_message_reaction(call: Call) -> bool:
    chat = call.writable()
    message = chat.messages.get(call.given["message_id"])
    if message is None or message.deleted:
        refuse("REACT_NOT_FOUND")
    if any(reaction["type"] != "emoji" for reaction in call.given.get("reaction", [])):
        refuse("REACTION_INVALID")
    return True


def answer_callback_query(call: Call) -> bool:
    query = call.world.queries.get(call.given["callback_query_id"])
    late = query and call.world.clock.now() - query.at > ANSWERABLE
    if query is None or late or query.bot != call.bot.name or query.answered.done():
        refuse("QUERY_OLD")
    if units(call.given.get("text", "")) > 200:
        refuse("ANSWER_LONG")
    url = call.given.get("url", "")
    if url and not re.match(rf"https?://t\.me/{call.bot.username}\?start=", url):
        refuse("ANSWER_URL")
    query.answered.set_result(
        {
            "text": call.given.get("text"),
            "show_alert": call.given.get("show_alert", False),
            "url": call.given.get("url"),
        }
    )
    return True


MESSAGES = {
    "sendMessage": send_message,
    "sendDocument": send_document,
    "sendPhoto": send_photo,
    "sendMediaGroup": send_media_group,
    "sendChatAction": send_chat_action,
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "copyMessage": copy_message,
    "forwardMessage": forward_message,
    "setMessageReaction": set_message_reaction,
    "answerCallbackQuery": answer_callback_query,
}
