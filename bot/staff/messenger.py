"""Sends one message to a staff chat or topic, and names what went wrong in the house's words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.messenger import Away, Files, Moved, Refused, TooFast, Unreachable
from bot.staff.fetch import seconds_of
from flows.outgoing import OutgoingMessage

__all__ = ["StaffMessenger", "place"]

NO_TOPIC = ("message thread not found", "topic_id_invalid", "topic_deleted")
"""Telegram's words where a topic is gone (server; bot.playground.refusals: THREAD_NOT_FOUND, TOPIC_INVALID)."""

Anew = Callable[[str], Awaitable[str]]
ChatMoved = Callable[[int, int], Awaitable[None]]


def place(handle: str) -> tuple[int, int | None]:
    """ "<chat>" or "<chat>/<thread>" as Telegram takes it."""
    chat, _, thread = handle.partition("/")
    return int(chat), int(thread) if thread else None


class StaffMessenger:
    """A `bot.messenger.Messenger`. anew: makes a topic that is gone once more and says where; moved: hears of a group
    that has become a supergroup."""

    def __init__(self, bot: Bot, anew: Anew, moved: ChatMoved) -> None:
        self._bot = bot
        self._anew = anew
        self._moved = moved

    async def say(self, handle: str, message: OutgoingMessage, files: Files, running: int | None) -> int | None:
        chat, thread = place(handle)
        try:
            if message.kind == "toast":
                await self._toast(message)
                return None
            return await self._say(chat, thread, message)
        except RetryAfter as error:
            raise TooFast(seconds_of(error)) from None
        except ChatMigrated as error:
            await self._moved(chat, error.new_chat_id)
            raise Moved(f"{error.new_chat_id}/{thread}" if thread else str(error.new_chat_id)) from None
        except (Forbidden, InvalidToken) as error:
            if isinstance(error, InvalidToken):  # about our token, not about the message: everything waits
                raise Away(type(error).__name__) from None
            raise Unreachable("blocked, or not a member any more") from None
        except BadRequest as error:
            told = error.message.lower()
            if thread and any(words in told for words in NO_TOPIC):
                raise Moved(await self._anew(handle)) from None
            if "chat not found" in told:
                raise Unreachable("no such chat") from None
            raise Refused(error.message.partition('"')[0][:100]) from None
        except TelegramError as error:
            raise Away(type(error).__name__) from None

    async def _say(self, chat: int, thread: int | None, message: OutgoingMessage) -> int:
        answered = ReplyParameters(message.answers, allow_sending_without_reply=True) if message.answers else None
        rows = [[InlineKeyboardButton(key.label, callback_data=key.data) for key in row] for row in message.keys]
        sent = await self._bot.send_message(
            chat,
            message.text,
            message_thread_id=thread,
            reply_parameters=answered,
            reply_markup=InlineKeyboardMarkup(rows) if rows else None,
            link_preview_options=LinkPreviewOptions(is_disabled=True),  # a sender's link is not opened by Telegram
        )
        return sent.message_id

    async def _toast(self, message: OutgoingMessage) -> None:
        """A tap that has waited too long can no longer be answered; nothing is lost by that."""
        try:
            await self._bot.answer_callback_query(message.tap, text=message.text or None)
        except BadRequest as error:
            if "query is too old" not in error.message.lower():
                raise
