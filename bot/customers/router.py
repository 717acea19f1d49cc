"""Where updates of the customer bot come in: translated, handed to the door, acknowledged after the commit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.types import Update

from bot.customers.translate import to_envelope
from flows.events import Envelope, Moment

__all__ = ["UPDATES", "Receive", "build", "feed"]

UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]  # all we ask Telegram for

Receive = Callable[[Envelope], Awaitable[object]]


def build(receive: Receive, moment: Callable[[], Moment]) -> Dispatcher:
    """aiogram's dispatcher with one handler: every update is an Envelope. No state of aiogram's own is kept."""
    router = Router(name="customers")

    async def handle(event: Any, event_update: Update) -> None:
        envelope = to_envelope(event_update, moment())
        if envelope is not None:
            await receive(envelope)

    for kind in UPDATES:
        router.observers[kind].register(handle)
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.include_router(router)
    return dispatcher


async def feed(dispatcher: Dispatcher, bot: Bot, raw: dict[str, Any]) -> None:
    """One raw update, from polling or the webhook. Returns after the commit; pydantic's error if it cannot be read."""
    update = Update.model_validate(raw, context={"bot": bot})
    if any(getattr(update, kind) is not None for kind in UPDATES):  # aiogram quotes all others in a warning
        await dispatcher.feed_update(bot, update)
