"""Where updates of the customer bot come in: translated, handed to the door, acknowledged after the commit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram.types import Update

from bot.customers.translate import to_envelope
from bot.messenger.message_ids import Numbers
from bot.messenger.readable import read
from flows.core.events import Envelope, Moment

__all__ = ["UPDATES", "Receive", "feed"]

UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]  # all we ask Telegram for

Receive = Callable[[Envelope], Awaitable[object]]


async def feed(receive: Receive, moment: Callable[[], Moment], raw: dict[str, Any], numbers: Numbers) -> None:
    """One raw update, from polling or the webhook. Returns after the commit. Error: pydantic's, if nothing can be read.

    aiogram's types read it. Its Dispatcher would choose among handlers, and there is one: every update is an Envelope.
    """
    update = read(raw, Update.model_validate)
    for message in (update.message, update.edited_message):
        if message is not None:
            numbers.seen(str(message.chat.id), message.message_id)
    envelope = to_envelope(update, moment())
    if envelope is not None:
        await receive(envelope)
