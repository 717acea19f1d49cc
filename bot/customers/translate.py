"""What a sender did on Telegram, as an Envelope of the house. Pure."""

from __future__ import annotations

from aiogram.types import CallbackQuery, ChatMemberUpdated, Message, Update, User

from flows.events import (
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
    TextEdited,
    TextWritten,
)

__all__ = ["CHANNEL", "to_envelope"]

CHANNEL = "telegram"
KINDS = ("photo", "voice", "sticker", "document", "video", "location", "poll")
SEEN_AS = {"audio": "voice", "video_note": "video", "animation": "video", "venue": "location"}


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


def _from_message(message: Message, key: str, moment: Moment) -> Envelope | None:
    if message.chat.type != "private" or message.from_user is None or message.from_user.is_bot:
        return None
    if message.media_group_id:
        key = f"customer:album:{message.chat.id}:{message.media_group_id}"  # an album is one thing to its sender
    return Envelope(key, _person(message.from_user), _event(message), moment)


def _event(message: Message) -> Event:
    if message.text is not None:
        return _command(message) or TextWritten(message.text, message.message_id)
    if message.contact is not None:
        sender = message.from_user
        return ContactShared(message.contact.phone_number, sender is not None and message.contact.user_id == sender.id)
    kind = next((kind for kind in (*KINDS, *SEEN_AS) if getattr(message, kind, None)), "other")
    return FileSent(SEEN_AS.get(kind, kind))


def _command(message: Message) -> CommandGiven | None:
    """A command stands at the very beginning (Bot API, MessageEntity "bot_command")."""
    first = next(iter(message.entities or ()), None)
    if first is None or first.type != "bot_command" or first.offset != 0 or message.text is None:
        return None
    said, _, rest = message.text.partition(" ")
    name, _, words = (said + " " + rest).replace("\n", " ", 1).partition(" ")
    return CommandGiven(name[1:].partition("@")[0], words, message.message_id)


def _from_edit(message: Message, key: str, moment: Moment) -> Envelope | None:
    if message.chat.type != "private" or message.from_user is None or message.text is None:
        return None
    return Envelope(key, _person(message.from_user), TextEdited(message.text, message.message_id), moment)


def _from_tap(query: CallbackQuery, key: str, moment: Moment) -> Envelope:
    """`action:value:screen`; anything else was not drawn by us and is answered as an old screen."""
    action, _, rest = (query.data or "").partition(":")
    value, _, screen = rest.rpartition(":")
    return Envelope(key, _person(query.from_user), ButtonTapped(action, value, screen, query.id), moment)


def _from_membership(change: ChatMemberUpdated, key: str, moment: Moment) -> Envelope | None:
    if change.chat.type != "private":
        return None
    event = ChatBlocked() if change.new_chat_member.status == "kicked" else ChatOpened()
    return Envelope(key, _person(change.from_user), event, moment)
