"""Takes the buttons off a message of the staff bot that was decided on; everything else goes to its messenger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.messenger import Away, Files, Messenger, TooFast
from bot.staff.fetch import seconds_of
from bot.staff.messenger import place
from flows.outgoing import OutgoingMessage

__all__ = ["Decided"]

GONE: Final = (BadRequest, Forbidden, ChatMigrated)
"""No buttons any more, no such message, or none of this chat (Bot API, editMessageReplyMarkup): nothing is left to do,
and what is said after it is not kept waiting."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A `bot.messenger.Messenger` around another one."""

    bot: Bot
    messenger: Messenger

    async def say(self, handle: str, message: OutgoingMessage, files: Files, running: int | None) -> int | None:
        if message.kind != "decided":
            return await self.messenger.say(handle, message, files, running)
        try:
            await self.bot.edit_message_reply_markup(place(handle)[0], message.answers)
        except GONE:
            pass
        except RetryAfter as error:
            raise TooFast(seconds_of(error)) from None
        except TelegramError as error:
            raise Away(type(error).__name__) from None
        return None
