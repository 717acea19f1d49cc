"""Sends one message to a Telegram chat, and names what went wrong in our own words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress

from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramRetryAfter,
)
from aiogram.methods import Response
from aiogram.types import BufferedInputFile, InputMediaPhoto, Message

from bot.customers.keyboard import inline, markup
from bot.customers.plain import SendWords, SentMessage
from bot.messenger import refusals
from bot.messenger.protocol import Away, Files, LineGone, Moved, TooFast
from flows.core.outgoing import OutgoingMessage

__all__ = ["TelegramMessenger"]

# aiogram asks pydantic for Response[Message] at every answer, and pydantic forgets a class nobody holds: building it
# anew took a quarter of this process under load.
HELD = (Response[SentMessage], Response[Message], Response[list[Message]], Response[Message | bool], Response[bool])

ALBUM = 10  # pictures of one album at most (Bot API, sendMediaGroup)


class TelegramMessenger:
    """A `bot.messenger.protocol.Messenger` over aiogram's typed methods."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def say(self, handle: str, message: OutgoingMessage, files: Files, running: int | None) -> int | None:
        with _in_the_houses_words(handle):
            return await _KINDS[message.kind](self, int(handle), message, files, running)

    async def stands(self, handle: str, number: int, message: OutgoingMessage) -> bool:
        """Gives it the keyboard that it has already, if it is the one."""
        with _in_the_houses_words(handle):
            try:
                found = await self._bot.edit_message_reply_markup(
                    chat_id=int(handle), message_id=number, reply_markup=inline(message)
                )
            except TelegramBadRequest as error:
                if refusals.found(400, error.message) is not None:  # about the chat: it says nothing of this number
                    raise
                return "message is not modified" in error.message
            return isinstance(found, Message) and (found.text or found.caption or "") == message.text

    async def unsay(self, handle: str, number: int) -> None:
        """Telegram deletes what is younger than 48 hours (Bot API, deleteMessage); an older one loses its buttons."""
        chat = int(handle)
        with suppress(TelegramAPIError, ClientDecodeError):
            try:
                await self._bot.delete_message(chat, number)
            except TelegramBadRequest:
                await self._bot.edit_message_reply_markup(chat_id=chat, message_id=number, reply_markup=None)

    async def _say(self, chat: int, message: OutgoingMessage, files: Files, running: int | None) -> int | None:
        if files.document:
            pdf = BufferedInputFile(files.document, files.name)
            sent = await self._bot.send_document(chat, pdf, caption=message.text, reply_markup=markup(message))
        elif files.pictures:
            return await self._pictures(chat, message, files)
        elif running is not None:
            return await self._edit(chat, message, running)
        else:
            return await self._words(chat, message)
        return sent.message_id

    async def _words(self, chat: int, message: OutgoingMessage) -> int:
        return (await self._bot(SendWords(chat_id=chat, text=message.text, reply_markup=markup(message)))).message_id

    async def _pictures(self, chat: int, message: OutgoingMessage, files: Files) -> int:
        """One picture with its question below it, or pages of an album, which cannot carry buttons."""
        pictures = [
            BufferedInputFile(page, name)
            for page, name in zip(files.pictures[:ALBUM], files.picture_names[:ALBUM], strict=True)
        ]
        if len(pictures) > 1:
            album = await self._bot.send_media_group(chat, [InputMediaPhoto(media=page) for page in pictures])
            return album[-1].message_id
        keys = markup(message) if message.text else None
        return (await self._bot.send_photo(chat, pictures[0], caption=message.text, reply_markup=keys)).message_id

    async def _edit(self, chat: int, message: OutgoingMessage, running: int) -> int:
        """Replaces the running line."""
        keys = inline(message)
        try:
            await self._bot.edit_message_text(message.text, chat_id=chat, message_id=running, reply_markup=keys)
        except (TelegramBadRequest, TelegramEntityTooLarge) as error:
            if "message is not modified" in error.message:
                return running
            raise LineGone("no such line") from None
        return running

    async def _toast(self, chat: int, message: OutgoingMessage, files: Files, running: int | None) -> None:
        """A tap that has waited too long can no longer be answered; nothing is lost by that."""
        try:
            await self._bot.answer_callback_query(message.tap, text=message.text or None)
        except TelegramBadRequest as error:
            if "query is too old" not in error.message:
                raise

    async def _busy(self, chat: int, message: OutgoingMessage, files: Files, running: int | None) -> None:
        await self._bot.send_chat_action(chat, "upload_document")


@contextmanager
def _in_the_houses_words(handle: str) -> Iterator[None]:
    try:
        yield
    except TelegramRetryAfter as error:
        raise TooFast(error.retry_after) from None
    except TelegramMigrateToChat as error:
        raise Moved(str(error.migrate_to_chat_id)) from None
    except (TelegramBadRequest, TelegramForbiddenError, TelegramEntityTooLarge) as error:
        raise refusals.error_of(_CODES[type(error)], error.message, handle) from None
    except (TelegramAPIError, ClientDecodeError) as error:
        # Down, restarting, an answer cut or not Telegram's own; also 401 and 404, which are about our token and
        # not about the message: everything waits until the operator has mended it.
        raise Away(type(error).__name__) from None


_CODES: dict[type[TelegramAPIError], int] = {
    TelegramBadRequest: 400,
    TelegramForbiddenError: 403,
    TelegramEntityTooLarge: 413,
}
_KINDS: dict[str, Callable[[TelegramMessenger, int, OutgoingMessage, Files, int | None], Awaitable[int | None]]] = {
    "say": TelegramMessenger._say,
    "toast": TelegramMessenger._toast,
    "busy": TelegramMessenger._busy,
}
