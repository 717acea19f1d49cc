"""Sends one message to a staff chat or topic, and names what went wrong in our own words."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Final, Protocol

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message, ReplyParameters
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.messenger import refusals
from bot.messenger.protocol import Away, Files, Moved, SendError, TooFast
from bot.messenger.refusals import Fault
from bot.staff.telegram.fetch import seconds_of
from flows.core.outgoing import OutgoingMessage

__all__ = ["Keeper", "StaffMessenger", "place"]

DONE_ALREADY: Final = "topic_not_modified"
TOO_LARGE: Final = "request entity too large"

ChatMoved = Callable[[int, int], Awaitable[None]]


class Keeper(Protocol):
    """Who looks after topics; bot.staff.topics implements it."""

    async def anew(self, handle: str) -> str:
        """Makes a topic that is gone once more and says where. Errors: Refused."""

    async def deleted(self, handle: str, messages: int) -> None:
        """A topic (0), or so many messages of a chat, are gone at Telegram too."""

    async def left(self, handle: str, messages: int, reason: str) -> None:
        """Telegram will not delete them; a person must."""


def place(handle: str) -> tuple[int, int | None]:
    """ "<chat>" or "<chat>/<thread>" as Telegram takes it."""
    chat, _, thread = handle.partition("/")
    return int(chat), int(thread) if thread else None


class StaffMessenger:
    """A `bot.messenger.protocol.Messenger`. moved: hears of a group that has become a supergroup."""

    def __init__(self, bot: Bot, topics: Keeper, moved: ChatMoved) -> None:
        self._bot = bot
        self._topics = topics
        self._moved = moved

    async def say(self, handle: str, message: OutgoingMessage, files: Files, running: int | None) -> int | None:
        async with self._in_the_houses_words(handle):
            return await _KINDS[message.kind](self, handle, message, files)

    async def unsay(self, handle: str, number: int) -> None:
        with suppress(TelegramError):
            await self._bot.delete_message(place(handle)[0], number)

    async def stands(self, handle: str, number: int, message: OutgoingMessage) -> bool:
        """Gives it the keyboard that it has already, if it is the one."""
        async with self._in_the_houses_words(handle):
            try:
                found = await self._bot.edit_message_reply_markup(
                    chat_id=place(handle)[0], message_id=number, reply_markup=_keys(message)
                )
            except BadRequest as error:
                if _fault(error) is not None:  # about the chat: it says nothing of this number
                    raise
                return _says(error, "message is not modified")
            return isinstance(found, Message) and (found.text or found.caption or "") == message.text

    @asynccontextmanager
    async def _in_the_houses_words(self, handle: str) -> AsyncIterator[None]:
        chat, thread = place(handle)
        try:
            yield
        except RetryAfter as error:
            raise TooFast(seconds_of(error)) from None
        except ChatMigrated as error:
            await self._moved(chat, error.new_chat_id)
            raise Moved(f"{error.new_chat_id}/{thread}" if thread else str(error.new_chat_id)) from None
        except InvalidToken as error:  # about our token, not about the message: everything waits
            raise Away(type(error).__name__) from None
        except (BadRequest, Forbidden) as error:
            if thread and _fault(error) is Fault.TOPIC_GONE:
                raise Moved(await self._topics.anew(handle)) from None
            if thread and _fault(error) is Fault.TOPIC_CLOSED and await self._opened(chat, thread):
                raise TooFast(0.0) from None
            raise _refused(error, handle) from None
        except TelegramError as error:
            if _says(error, TOO_LARGE):
                raise refusals.error_of(413, error.message, handle) from None
            raise Away(type(error).__name__) from None

    async def _opened(self, chat: int, thread: int) -> bool:
        """Whether a closed topic is open again. Whoever has made a topic may open it (Bot API, reopenForumTopic)."""
        try:
            return await self._bot.reopen_forum_topic(chat, thread)
        except (BadRequest, Forbidden) as error:
            return _says(error, DONE_ALREADY)

    async def _say(self, handle: str, message: OutgoingMessage, files: Files) -> int:
        chat, thread = place(handle)
        answered = ReplyParameters(message.answers, allow_sending_without_reply=True) if message.answers else None
        keys = _keys(message)
        sent: Message
        if files.document:
            sent = await self._bot.send_document(
                chat,
                files.document,
                filename=files.name,
                caption=message.text,
                message_thread_id=thread,
                reply_parameters=answered,
                reply_markup=keys,
            )
        elif files.pictures:
            sent = await self._bot.send_photo(
                chat,
                files.pictures[0],
                caption=message.text,
                message_thread_id=thread,
                reply_parameters=answered,
                reply_markup=keys,
            )
        else:
            sent = await self._bot.send_message(
                chat,
                message.text,
                message_thread_id=thread,
                reply_parameters=answered,
                reply_markup=keys,
                link_preview_options=LinkPreviewOptions(is_disabled=True),  # a sender's link is not opened by Telegram
            )
        return sent.message_id

    async def _toast(self, handle: str, message: OutgoingMessage, files: Files) -> None:
        """A tap that has waited too long can no longer be answered; nothing is lost by that."""
        try:
            await self._bot.answer_callback_query(message.tap, text=message.text or None)
        except BadRequest as error:
            if "query is too old" not in error.message.lower():
                raise

    async def _decided(self, handle: str, message: OutgoingMessage, files: Files) -> None:
        """No buttons any more, no such message, or none of this chat: nothing is left to do, and what is said after it
        is not kept waiting."""
        with suppress(BadRequest, Forbidden, ChatMigrated):
            await self._bot.edit_message_reply_markup(place(handle)[0], message.answers)

    # What is done in a chat, in its turn ------------------------------------------------------------------------------

    async def _close(self, handle: str, message: OutgoingMessage, files: Files) -> None:
        """A topic that is gone needs no closing."""
        try:
            await self._bot.close_forum_topic(*_topic(handle))
        except BadRequest as error:
            if not (_says(error, DONE_ALREADY) or _fault(error) is Fault.TOPIC_GONE):
                raise

    async def _reopen(self, handle: str, message: OutgoingMessage, files: Files) -> None:
        """One that is gone is made anew, as for words."""
        try:
            await self._bot.reopen_forum_topic(*_topic(handle))
        except BadRequest as error:
            if not _says(error, DONE_ALREADY):
                raise

    async def _delete(self, handle: str, message: OutgoingMessage, files: Files) -> None:
        """The topic "along with all its messages" (Bot API, deleteForumTopic). Done twice it is done once."""
        try:
            await self._bot.delete_forum_topic(*_topic(handle))
        except (BadRequest, Forbidden) as error:
            if _fault(error) is not Fault.TOPIC_GONE:
                return await self._topics.left(handle, 0, error.message[:100])
        await self._topics.deleted(handle, 0)

    async def _unsay(self, handle: str, message: OutgoingMessage, files: Files) -> None:
        """Those that are gone already are passed over (Bot API, deleteMessages: 1-100 of them)."""
        try:
            await self._bot.delete_messages(place(handle)[0], message.gone)
        except (BadRequest, Forbidden) as error:
            return await self._topics.left(handle, len(message.gone), error.message[:100])
        await self._topics.deleted(handle, len(message.gone))


def _keys(message: OutgoingMessage) -> InlineKeyboardMarkup | None:
    rows = [[InlineKeyboardButton(key.label, callback_data=key.data) for key in row] for row in message.keys]
    return InlineKeyboardMarkup(rows) if rows else None


def _topic(handle: str) -> tuple[int, int]:
    chat, thread = place(handle)
    assert thread is not None
    return chat, thread


def _says(error: TelegramError, *words: str) -> bool:
    return any(one in error.message.lower() for one in words)


def _code(error: BadRequest | Forbidden) -> int:
    return 403 if isinstance(error, Forbidden) else 400


def _fault(error: BadRequest | Forbidden) -> Fault | None:
    row = refusals.found(_code(error), error.message)
    return row.fault if row is not None else None


def _refused(error: BadRequest | Forbidden, handle: str) -> SendError:
    """The library takes "Bad Request: " off what a refusal says, and changes its letters."""
    return refusals.error_of(_code(error), error.message, handle)


_KINDS: Mapping[str, Callable[[StaffMessenger, str, OutgoingMessage, Files], Awaitable[int | None]]] = {
    "say": StaffMessenger._say,
    "toast": StaffMessenger._toast,
    "decided": StaffMessenger._decided,
    "close": StaffMessenger._close,
    "reopen": StaffMessenger._reopen,
    "delete": StaffMessenger._delete,
    "unsay": StaffMessenger._unsay,
}
