"""What Telegram refuses a message with, and whose fault that is: one table, read by the messengers of both bots.

Sources: "owner/repo#n" is a thread in which somebody has met the words; "api#x" is https://core.telegram.org/bots/api#x,
"core/x" https://core.telegram.org/x; "server" is tdlib/telegram-bot-api (Client.cpp), "tdlib" the library below it. The
server hands most codes of Telegram on as they are, and turns a 403 in capitals into a 400 (server:
fail_query_with_error).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from bot.messenger.message_ids import chat_of
from bot.messenger.protocol import (
    ChatClosed,
    MessageRefused,
    NotNow,
    PictureRefused,
    SendError,
    TooFast,
    Unexplained,
    Unreachable,
)

__all__ = ["REFUSALS", "Fault", "Refusal", "error_of", "found", "reason"]


class Fault(Enum):
    """Whose fault a refusal is, and so what becomes of the message."""

    MESSAGE = "The message's own: Telegram will never take it."
    PICTURE = "The picture's, or the file's: its words may still go."
    CHAT = "The chat's: nobody may write there at present. It waits."
    TOPIC_CLOSED = "The topic's: it is opened again."
    TOPIC_GONE = "The topic's: it is made anew."
    PERSON = "The reader's: they have blocked us, or are gone."
    PASSING = "Nobody's: it goes a little later."


@dataclass(frozen=True, slots=True)
class Refusal:
    """words: a part of what Telegram says. doubtful: it has been seen to arrive all the same."""

    fault: Fault
    words: str
    source: str
    code: int = 400
    doubtful: bool = False


MESSAGE, PICTURE, CHAT, PASSING = Fault.MESSAGE, Fault.PICTURE, Fault.CHAT, Fault.PASSING

REFUSALS: Final[tuple[Refusal, ...]] = (
    # An album that was begun: what it quotes is the reason of one of its pictures, and others may stand there.
    Refusal(PICTURE, "failed to send message #", "rubenlagus/TelegramBots#1520; Nachtalb/reverse_image_search_bot#20"),
    # Passing trouble
    Refusal(PASSING, "Too Many Requests: retry after", "rubenlagus/TelegramBots#1520; tdlib/td#3003: inside a 400"),
    Refusal(PASSING, "group send failed", "tdlib/td#1990: flood control; telegraf/telegraf#1150"),
    Refusal(PASSING, "MSG_WAIT_FAILED", "core/method/messages.sendMessage"),
    Refusal(PASSING, "is being processed", "no whole wording on record"),
    # The chat's state
    Refusal(
        CHAT,
        "not enough rights to send text messages to the chat",
        "python-telegram-bot/python-telegram-bot#3956: also to admins, for hours; eternnoir/pyTelegramBotAPI#2068",
    ),
    Refusal(CHAT, "have no rights to send a message", "TediCross/TediCross#200; nminaya/grammar-nazi-bot#59"),
    Refusal(CHAT, "have no write access to the chat", "tdlib/td#2301"),
    Refusal(CHAT, "need administrator rights in the channel chat", "teloxide/teloxide#450"),
    Refusal(CHAT, "CHAT_WRITE_FORBIDDEN", "Jijinr/Frwdit-V2#2; core/method/messages.sendMessage"),
    Refusal(CHAT, "CHAT_RESTRICTED", "tdlib/telegram-bot-api#863: also to admins"),
    Refusal(CHAT, "CHAT_ADMIN_REQUIRED", "apenasrr/clonechat#6"),
    Refusal(CHAT, "CHAT_SEND_PLAIN_FORBIDDEN", "core/method/messages.sendMessage"),
    Refusal(CHAT, "USER_BANNED_IN_CHANNEL", "core/method/messages.sendMessage"),
    Refusal(CHAT, "CHANNEL_PRIVATE", "core/method/messages.sendMessage"),
    Refusal(
        Fault.TOPIC_CLOSED,
        "TOPIC_CLOSED",
        "rteixeirax/qbittorrent_telegram_notification#12; Matt0550/TagEveryoneTelegramBot#26",
    ),
    Refusal(Fault.TOPIC_CLOSED, "topic closed", "openclaw/openclaw#18149"),
    Refusal(Fault.TOPIC_GONE, "message thread not found", "tdlib/telegram-bot-api#693: also of topics that live; #854"),
    Refusal(Fault.TOPIC_GONE, "TOPIC_DELETED", "LiveHelperChat/telegram#69; SideCloudGroup/BetterForward#58"),
    Refusal(Fault.TOPIC_GONE, "TOPIC_ID_INVALID", "core/method/messages.sendMessage"),
    # The reader
    Refusal(Fault.PERSON, "bot was blocked by the user", "server: USER_IS_BLOCKED", 403),
    Refusal(Fault.PERSON, "user is deactivated", "server: INPUT_USER_DEACTIVATED", 403),
    Refusal(Fault.PERSON, "bot can't initiate conversation with a user", "server; core/bots/faq", 403),
    Refusal(Fault.PERSON, "bot is not a member of the supergroup chat", "server", 403),
    Refusal(Fault.PERSON, "bot was kicked from the supergroup chat", "server", 403),
    Refusal(Fault.PERSON, "the group chat was deleted", "server", 403),
    Refusal(Fault.PERSON, "chat not found", "server"),
    Refusal(Fault.PERSON, "PEER_ID_INVALID", "core/method/messages.sendMessage"),
    # The picture, or the file
    Refusal(
        PICTURE,
        "IMAGE_PROCESS_FAILED",
        "pengrad/java-telegram-bot-api#337: of sound pictures, some of which were shown; home-assistant/core#52504",
        doubtful=True,
    ),
    Refusal(PICTURE, "PHOTO_INVALID_DIMENSIONS", "tdlib/td#2544; go-telegram-bot-api/telegram-bot-api#600"),
    Refusal(PICTURE, "PHOTO_SAVE_FILE_INVALID", "zhukov/webogram#1011"),
    Refusal(PICTURE, "PHOTO_EXT_INVALID", "core/method/messages.sendMedia"),
    Refusal(PICTURE, "MEDIA_EMPTY", "tdlib/td#698; tangyoha/telegram_media_downloader#177"),
    Refusal(PICTURE, "MEDIA_INVALID", "core/method/messages.sendMedia"),
    Refusal(PICTURE, "wrong file identifier/HTTP URL specified", "yagop/node-telegram-bot-api#425; mymmrac/telego#207"),
    Refusal(
        PICTURE,
        "invalid remote file identifier",
        "tdlib/telegram-bot-api#705: the picture was shown",
        doubtful=True,
    ),
    Refusal(PICTURE, "file must be non-empty", "windkh/node-red-contrib-telegrambot#100; OldTyT/frigate-telegram#29"),
    Refusal(PICTURE, "there is no photo in the request", "php-telegram-bot/core#267"),
    Refusal(PICTURE, "there is no document in the request", "server"),
    Refusal(PICTURE, "can't use the media of the specified type in the album", "server: MEDIA_GROUPED_INVALID"),
    Refusal(PICTURE, "FILE_PARTS_INVALID", "core/method/messages.sendMedia"),
    Refusal(PICTURE, "file is too big", "api#sending-files"),
    Refusal(PICTURE, "Request Entity Too Large", "api#sending-files: 10 MB a photo, 50 MB a file", 413),
    Refusal(PICTURE, "not enough rights to send photos to the chat", "tdlib; teloxide/teloxide-core#82 has its like"),
    Refusal(PICTURE, "not enough rights to send documents to the chat", "tdlib"),
    Refusal(PICTURE, "CHAT_SEND_PHOTOS_FORBIDDEN", "pyrogram/pyrogram#1302"),
    Refusal(PICTURE, "CHAT_SEND_DOCS_FORBIDDEN", "core/method/messages.sendMedia"),
    Refusal(PICTURE, "CHAT_SEND_MEDIA_FORBIDDEN", "core/method/messages.sendMedia"),
    # The message itself
    Refusal(MESSAGE, "message is too long", "api#sendmessage: 1-4096; tdlib/telegram-bot-api#353"),
    Refusal(MESSAGE, "MESSAGE_TOO_LONG", "eternnoir/pyTelegramBotAPI#500"),
    Refusal(MESSAGE, "message caption is too long", "api#senddocument: 0-1024; server"),
    Refusal(MESSAGE, "MEDIA_CAPTION_TOO_LONG", "core/method/messages.sendMedia"),
    Refusal(MESSAGE, "message text is empty", "server"),
    Refusal(MESSAGE, "MESSAGE_EMPTY", "VJBots/VJ-Save-Restricted-Content#43"),
    Refusal(MESSAGE, "can't parse entities", "tdlib MessageEntity"),
    Refusal(MESSAGE, "unsupported start tag", "tdlib MessageEntity"),
    Refusal(MESSAGE, "ENTITY_BOUNDS_INVALID", "core/method/messages.sendMessage"),
    Refusal(MESSAGE, "strings must be encoded in UTF-8", "tdlib"),
    Refusal(MESSAGE, "unsupported parse_mode", "server"),
    Refusal(MESSAGE, "BUTTON_DATA_INVALID", "api#inlinekeyboardbutton: 1-64 bytes; server"),
    Refusal(MESSAGE, "BUTTON_URL_INVALID", "core/method/messages.sendMessage"),
    Refusal(MESSAGE, "inline keyboard button URL", "server; rubenlagus/TelegramBots#302"),
    Refusal(MESSAGE, "can't parse inline keyboard button", "server"),
    Refusal(MESSAGE, "reply markup is too long", "server: REPLY_MARKUP_TOO_LONG; LucaBernstein/beancount-bot-tg#219"),
    Refusal(MESSAGE, "phone number can be requested in private chats only", "api#keyboardbutton; tdlib"),
    Refusal(MESSAGE, "message to be replied not found", "server"),
)
"""The first row whose words are in the description is meant. What no row names is tried again before it counts as the
message's own fault: Telegram has more words than anybody has written down."""

AGAIN: Final = re.compile(r"too many requests: retry after (\d+)", re.IGNORECASE)


def found(code: int, description: str) -> Refusal | None:
    """The row that a refusal belongs to; None for words that no row has."""
    said = description.lower()
    return next((row for row in REFUSALS if row.code == code and row.words.lower() in said), None)


def error_of(code: int, description: str, handle: str) -> SendError:
    """A refusal to write to `handle`, in the house's words. Whoever has topics looks after them before."""
    row, why = found(code, description), reason(description)
    fault = row.fault if row is not None else Fault.PERSON if code == 403 else None
    match fault:
        case Fault.MESSAGE:
            return MessageRefused(why)
        case Fault.PICTURE:
            return PictureRefused(why, doubtful=row is not None and row.doubtful)
        case Fault.PASSING:
            wait = AGAIN.search(description)
            return TooFast(float(wait[1])) if wait else NotNow(why)
        case Fault.PERSON if not chat_of(handle).startswith("-"):
            return Unreachable(why)
        case Fault.PERSON | Fault.CHAT | Fault.TOPIC_CLOSED | Fault.TOPIC_GONE:
            return ChatClosed(why)  # a group that has put us out may let us in again
        case _:
            return Unexplained(why)


def reason(description: str) -> str:
    """Telegram's own words as far as they name the rule; what they quote may be a person's words, or a link."""
    return re.split(r"(?<!\w)[\"'“‘«<]", description, maxsplit=1)[0].rstrip(" :")[:100]
