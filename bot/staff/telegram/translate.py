"""What a member of the staff did on Telegram, as an Asked of the desk. Pure; talk among the staff is nothing to us."""

from __future__ import annotations

from dataclasses import dataclass, replace

from telegram import CallbackQuery, Document, Message, MessageOriginUser, PhotoSize, Update, User
from telegram.constants import ChatType

from bot.messenger.links import written_out
from flows.conversation.pictures import LARGEST, PICTURES
from flows.desk.base.request import Asked
from flows.desk.printing import reconciling, tray
from flows.desk.support.ticket import mark_of
from flows.words.invisible import answered
from flows.words.slash import Slash, slash
from flows.words.turkish import fold
from locales import pick

__all__ = ["EDIT", "FORWARDED", "NAMELESS", "NO_ANSWER", "NO_TEXT", "WORDS", "Me", "migrated", "to_asked"]

EDIT, FORWARDED, NO_ANSWER, NO_TEXT, WORDS = "(edit)", "(forwarded)", "(no answer)", "(no text)", "(words)"
NAMELESS = "(nameless)"
"""What is asked without a command or a button: `command` of an Asked holds one of these, or "" for an answer."""


@dataclass(frozen=True, slots=True)
class Me:
    """The bot itself, and the one group in which it speaks."""

    id: int
    username: str
    group: int | None


def to_asked(update: Update, me: Me) -> Asked | None:
    """None for what nobody asked of us: other groups, other bots, service messages, talk in the staff group."""
    key = f"staff:{update.update_id}"
    if update.message is not None:
        return _from_message(update.message, key, me)
    if update.edited_message is not None:
        return _from_edit(update.edited_message, key, me)
    if update.callback_query is not None:
        return _from_tap(update.callback_query, key, me)
    return None


def migrated(update: Update) -> tuple[int, int] | None:
    """(old, new) where a group tells that it has become a supergroup (Bot API, Message.migrate_to_chat_id)."""
    message = update.message
    if message is None or message.migrate_to_chat_id is None:
        return None
    return message.chat.id, message.migrate_to_chat_id


def _ours(message: Message, me: Me) -> bool:
    return message.chat.type == ChatType.PRIVATE or message.chat.id == me.group


def _asked(message: Message, user: User, key: str, **more: object) -> Asked:
    thread = message.message_thread_id if message.is_topic_message else None
    values: dict[str, object] = {
        "key": key,
        "user": user.id,
        "name": user.first_name,
        "language": pick(user.language_code),
        "chat": message.chat.id,
        "message": message.message_id,
        "private": message.chat.type == ChatType.PRIVATE,
        "thread": thread or 0,
    }
    return Asked(**(values | more))  # type: ignore[arg-type]


def _from_message(message: Message, key: str, me: Me) -> Asked | None:
    user = message.from_user
    if user is None or not _ours(message, me):
        return None
    asked = None if message.is_automatic_forward else _by_somebody(message, user, key, me)
    if asked is None or not (message.sender_chat is not None or user.is_bot):
        return asked
    # An anonymous admin, or a channel: nobody knows whose rights they have. Other bots are nothing to us.
    return replace(asked, command=NAMELESS) if message.sender_chat is not None else None


def _by_somebody(message: Message, user: User, key: str, me: Me) -> Asked | None:
    if message.forward_origin is not None:
        return _forwarded(message, user, key)
    if message.text is None:
        handed = _handed_in(message, user, key, me)
        if handed is not None:
            return handed
    picture = _picture(message)
    words = _words(message) if message.text or picture else None
    if words is None:
        commanded = _commanded(message, user, key, me)
        if commanded is not None:
            return commanded
        alone = message.chat.type == ChatType.PRIVATE and message.effective_attachment is not None
        answers = alone or mark_of(_replied(message, me) or "")
        document = message.document.file_id if message.document is not None else ""
        return _asked(message, user, key, command=NO_TEXT, file=document) if answers else None
    if _slashed(words):
        return _command(message, words, user, key, me)
    replied = _replied(message, me)
    if replied is not None:
        kind = "" if mark_of(replied) else NO_ANSWER
        return _asked(message, user, key, command=kind, words=words, replied=replied, **_pictured(message))
    if _replied_elsewhere(message, me):
        return _asked(message, user, key, command=NO_ANSWER, words=words)
    private = message.chat.type == ChatType.PRIVATE
    return _asked(message, user, key, command=WORDS, words=words) if private else None


def _forwarded(message: Message, user: User, key: str) -> Asked | None:
    """Somebody else's words (Bot API, Message.forward_origin): nobody's rights are lent to them."""
    words = message.text or message.caption or ""
    if _slashed(words):
        return _asked(message, user, key, command=FORWARDED)
    private = message.chat.type == ChatType.PRIVATE and message.text is not None
    return _asked(message, user, key, command=WORDS, words=words) if private else None


def _words(message: Message) -> str:
    """Of a text, or below a picture; addresses behind linked words are written out."""
    if message.text is not None:
        return written_out(message.text, message.entities)
    return written_out(message.caption or "", message.caption_entities)


def _picture(message: Message) -> PhotoSize | Document | None:
    """The largest of a photo's sizes, or a file that says it is a picture; None for anything else, or what is too
    big."""
    if message.photo:
        return max(message.photo, key=lambda size: size.width * size.height)
    file = message.document
    return file if file and file.mime_type in PICTURES and (file.file_size or 0) <= LARGEST else None


def _pictured(message: Message) -> dict[str, object]:
    """The picture of a message, as an Asked has it."""
    picture = _picture(message)
    return {} if picture is None else {"picture": picture.file_id, "picture_id": picture.file_unique_id}


def _replied_elsewhere(message: Message, me: Me) -> bool:
    """Whether a message of ours in another topic or chat is answered: Telegram shows the bot no word of it (Bot API,
    ExternalReplyInfo)."""
    origin = message.external_reply.origin if message.external_reply is not None else None
    return isinstance(origin, MessageOriginUser) and origin.sender_user.id == me.id


def _replied(message: Message, me: Me) -> str | None:
    """The first line of our own message that is answered. In a topic everything answers the notice that opened it:
    that has no text, and is no reply (Bot API, Message.reply_to_message)."""
    original = message.reply_to_message
    if original is None or original.from_user is None or original.from_user.id != me.id:
        return None
    shown = original.text or original.caption
    return shown.split("\n", 1)[0] if shown else None


def _handed_in(message: Message, user: User, key: str, me: Me) -> Asked | None:
    """A document with a command that takes one as its caption (Bot API, Message.caption)."""
    caption = message.caption or ""
    if message.document is None or not slash(caption):
        return None
    asked = _command(message, caption, user, key, me)
    if asked is None or fold(asked.command) not in (*tray.NAMES, *reconciling.NAMES):
        return None
    return replace(asked, file=message.document.file_id, size=message.document.file_size or 0)


def _commanded(message: Message, user: User, key: str, me: Me) -> Asked | None:
    """A command for this bot below a file that is no picture."""
    asked = _command(message, message.caption or "", user, key, me) if slash(message.caption or "") else None
    return replace(asked, beside=True) if asked is not None else None


def _slashed(words: str) -> bool:
    """Whether it is meant as a command, a misspelt one too."""
    return answered(words).lstrip().startswith("/")


def _command(message: Message, text: str, user: User, key: str, me: Me) -> Asked | None:
    """What begins with a slash and is no command may be a misspelt one: no sender is sent it by mistake."""
    private = message.chat.type == ChatType.PRIVATE
    head, rest = (*text[1:].split(maxsplit=1), "", "")[:2]
    given = slash(text) or Slash(head, "", rest.rstrip())
    if given.bot and not private and given.bot.lower() != me.username.lower():
        return None  # a group with several bots: this one was not asked
    if not given.name[:1].isalpha():
        return _asked(message, user, key, command=WORDS) if private else None
    replied = _replied(message, me) or ""
    pictured = _pictured(message)
    return _asked(message, user, key, command=given.name, words=given.words, replied=replied, **pictured)


def _from_edit(message: Message, key: str, me: Me) -> Asked | None:
    """With the words that an answer would have if it were sent now."""
    user = message.from_user
    if user is None or user.is_bot or not _ours(message, me) or not (message.text or _picture(message)):
        return None
    words = _words(message)
    asked = _command(message, words, user, key, me) if _slashed(words) else None
    said = asked.words if asked is not None else words
    return _asked(message, user, key, command=EDIT, edited=True, words=said, **_pictured(message))


def _from_tap(query: CallbackQuery, key: str, me: Me) -> Asked | None:
    message, action, value = query.message, *(query.data or "").partition(":")[::2]
    if query.from_user.is_bot or message is None:
        return None
    private = message.chat.type == ChatType.PRIVATE
    if not private and message.chat.id != me.group:
        return None
    thread = message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None
    return Asked(
        key=key,
        user=query.from_user.id,
        name=query.from_user.first_name,
        language=pick(query.from_user.language_code),
        chat=message.chat.id,
        message=message.message_id,
        private=private,
        thread=thread or 0,
        action=action or "?",
        value=value,
        tap=query.id,
    )
