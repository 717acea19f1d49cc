"""What a sender did on Telegram, as an Envelope. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from aiogram.types import CallbackQuery, Chat, ChatMemberUpdated, Message, PhotoSize, Update, User

from bot.messenger.links import addresses, set_out, styled, written_out
from flows.conversation.pictures import PICTURES, goes_to_desk
from flows.core.events import (
    ButtonTapped,
    ChatBlocked,
    ChatOpened,
    CommandGiven,
    ContactShared,
    Envelope,
    Event,
    FileSent,
    Moment,
    Person,
    PictureSent,
    Quoted,
    TextEdited,
    TextWritten,
)
from flows.words.invisible import answered
from flows.words.slash import slash
from flows.words.styles import Styled

__all__ = ["CHANNEL", "to_envelope"]

CHANNEL = "telegram"
KEPT = timedelta(hours=24)
"""For how long Telegram keeps an update that nobody fetches (Bot API, "Getting updates"): none is older."""

SEEN_AS = {
    **{kind: kind for kind in ("photo", "voice", "sticker", "document", "video", "location", "poll")},
    "audio": "voice",
    "video_note": "video",
    "animation": "video",
    "venue": "location",
    **dict.fromkeys(("dice", "game", "story", "paid_media", "checklist", "unknown"), "other"),
}
"""What a person composes, by Telegram's name and ours ("unknown": newer than this library); all else is service."""


def to_envelope(update: Update, moment: Moment) -> Envelope | None:
    """None for what is not a sender's own: groups, channels, other bots, updates of a kind we did not ask for."""
    key = f"customer:{update.update_id}"
    if update.message is not None:
        return _from_message(update.message, key, moment)
    if update.edited_message is not None:
        return _from_edit(update.edited_message, key, moment)
    if update.callback_query is not None:
        return _from_tap(update.callback_query, key, moment)
    if update.my_chat_member is not None:
        return _from_membership(update.my_chat_member, key, moment)
    return None


def _person(user: User) -> Person:
    return Person(CHANNEL, str(user.id), user.language_code or "", user.first_name)


def _sender(chat: Chat, user: User | None) -> User | None:
    """Who writes to us in private; nobody in groups and channels, and never another bot."""
    return user if chat.type == "private" and user is not None and not user.is_bot else None


def _sent(moment: Moment, dated: datetime) -> Moment:
    """With the message's own time: what was written before an outage is judged by when it was written.

    Telegram's date has no say beyond what can be true: never later than now, and no older than Telegram keeps updates.
    """
    return replace(moment, sent=min(max(dated, moment.at - KEPT), moment.at))


def _from_message(message: Message, key: str, moment: Moment) -> Envelope | None:
    sender = _sender(message.chat, message.from_user)
    event = None if sender is None else _event(message)
    if sender is None or event is None:
        return None
    if message.media_group_id and isinstance(event, FileSent) and not event.caption:
        # An album is one thing to its sender; a command below it stands below one of its files, and so do words.
        key = f"customer:album:{_opaque(message.chat.id, message.media_group_id)}"
    return Envelope(key, _person(sender), event, _sent(moment, message.date))


def _event(message: Message) -> Event | None:
    """None for a service message: a pinned message or a new timer is nothing that the sender says to us."""
    if message.text is not None:
        forwarded = message.forward_origin is not None  # whose command that is, too
        command = None if forwarded else _command(set_out(message.text, message.entities), message)
        return command or _written(message, message.text)
    if message.contact is not None:
        sender = message.from_user
        return ContactShared(message.contact.phone_number, sender is not None and message.contact.user_id == sender.id)
    kind = SEEN_AS.get(message.content_type)
    if kind is None:
        return None
    picture, caption = _picture(message), set_out(message.caption or "", message.caption_entities)
    command = None if message.forward_origin is not None else _command(caption, message, kind)
    if command is not None and not (picture and goes_to_desk(command.name)):
        return command
    return picture or FileSent(kind, caption.words, message.message_id if caption.words else 0, caption.styles)


def _quoted(message: Message) -> Quoted | None:
    """The message of ours that it replies to. In a private chat every bot's is."""
    replied = message.reply_to_message
    if replied is None or replied.from_user is None or not replied.from_user.is_bot:
        return None
    rows = replied.reply_markup.inline_keyboard if replied.reply_markup else ()
    buttons = tuple(key.callback_data for row in rows for key in row if key.callback_data)
    return Quoted(replied.text or replied.caption or "", buttons)


def _written(message: Message, words: str) -> TextWritten:
    hidden = addresses(words, message.entities)
    linked = written_out(words, message.entities) if hidden else ""
    forwarded = message.forward_origin is not None
    styles = styled(words, message.entities).styles
    return TextWritten(words, message.message_id, linked, hidden, forwarded, _quoted(message), styles)


def _picture(message: Message) -> PictureSent | None:
    """Of a photo the largest of its sizes (Bot API, PhotoSize)."""
    caption = set_out(message.caption or "", message.caption_entities)
    album = _opaque(message.chat.id, message.media_group_id) if message.media_group_id else ""
    document = message.document
    if message.photo:
        kind, file, bytes_ = "photo", *_largest(message.photo)
    elif document is not None and document.mime_type in PICTURES:
        kind, file, bytes_ = "document", document.file_id, document.file_size
    else:
        return None
    number, quoted = message.message_id, _quoted(message)
    return PictureSent(kind, file, caption.words, number, bytes_ or 0, album, quoted, caption.styles)


def _largest(sizes: Sequence[PhotoSize]) -> tuple[str, int | None]:
    """(name, bytes) of it."""
    size = max(sizes, key=lambda one: one.width * one.height)
    return size.file_id, size.file_size


def _command(said: Styled, message: Message, below: str = "") -> CommandGiven | None:
    """A command stands at the very beginning; which bot it names says nothing in a private chat."""
    found = slash(said.words)
    if found is None:
        return None
    given = CommandGiven(found.name, found.words, message.message_id, below)
    if given.typed == (said.words if said.styles else answered(said.words).strip()):
        return replace(given, styles=said.styles)
    return replace(given, written=said.words, styles=said.styles)


def _from_edit(message: Message, key: str, moment: Moment) -> Envelope | None:
    sender = _sender(message.chat, message.from_user)
    picture = _picture(message)
    if sender is None or (message.text is None and picture is None):
        return None
    file = picture.file if picture else ""  # the same as before, or another one
    if message.text is None:
        marks, words = message.caption_entities, message.caption or ""
    else:
        marks, words = message.entities, message.text
    hidden = addresses(words, marks)
    linked = written_out(words, marks) if hidden else ""
    styles = styled(words, marks).styles
    event = TextEdited(words, message.message_id, file, linked, hidden, _quoted(message), styles)
    dated = message.date if message.edit_date is None else datetime.fromtimestamp(message.edit_date, UTC)
    return Envelope(key, _person(sender), event, _sent(moment, dated))


def _from_tap(query: CallbackQuery, key: str, moment: Moment) -> Envelope | None:
    """`action:value:screen`; anything else was not drawn by us and is answered as an old screen. Telegram dates no tap,
    so it counts from when it comes in."""
    if query.from_user.is_bot or (query.message is not None and query.message.chat.type != "private"):
        return None
    action, _, rest = (query.data or "").partition(":")
    value, _, screen = rest.rpartition(":")
    return Envelope(key, _person(query.from_user), ButtonTapped(action, value, screen, query.id), moment)


def _from_membership(change: ChatMemberUpdated, key: str, moment: Moment) -> Envelope | None:
    sender = _sender(change.chat, change.from_user)
    if sender is None:
        return None
    event = ChatBlocked() if change.new_chat_member.status == "kicked" else ChatOpened()
    return Envelope(key, _person(sender), event, moment)


def _opaque(*parts: object) -> str:
    """A key that repeats and says nothing: no chat id stands in the inbox."""
    return hashlib.sha256(":".join(map(str, parts)).encode()).hexdigest()[:32]
