"""The senders' side of a process: their bot, and the message sender that carries what is said to them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bot.outbox.arrived_previews import tell_door
from bot.outbox.attachments import Attachments
from bot.outbox.message_sender import MessageSender, Rates
from bot.outbox.undeliverable import kept_back, to_sender
from bot.service.core import Core
from flows.core.events import ChatBlocked, Envelope, Person
from rendering.processes.pool import Pool

if TYPE_CHECKING:  # imported where it is built: aiogram alone takes 130 MB, and a second
    from bot.customers.app import CustomerBot

__all__ = ["Customers", "customers"]


@dataclass(frozen=True, slots=True)
class Customers:
    """What is said to senders goes out; `updates` lets in what they say."""

    bot: CustomerBot
    message_sender: MessageSender

    @asynccontextmanager
    async def updates(self, core: Core) -> AsyncIterator[None]:
        """Telegram calls, where we have an address; otherwise the bot asks."""
        settings = core.settings
        try:
            address = f"{settings.public_url}/telegram/customer" if settings.webhooks else ""
            await self.bot.start(address, settings.webhook_secret)
            yield
        finally:
            await self.bot.stop()


@asynccontextmanager
async def customers(core: Core, pool: Pool, rates: Rates) -> AsyncIterator[Customers]:
    """The message sender shares the door's commits."""
    # Here and not above: a second in which the drawing process warms up.
    from bot.customers.app import CustomerBot  # noqa: PLC0415

    settings = core.settings
    bot = CustomerBot(
        settings.customer_token,
        settings.telegram_api,
        receive=core.door.receive,
        moment=core.moment,
        clock=core.clock,
        quarantine=partial(core.set_aside, "customer"),
    )
    try:
        message_sender = MessageSender(
            core.store,
            bot.messenger,
            core.clock,
            Attachments(core.store, pool, core.operator.envelope).fetch,
            partial(_unreachable, core),
            rates,
            refused=partial(to_sender, core.store, core.door.receive, core.moment),
            shown=partial(tell_door, core.door.receive, core.moment),
            numbers=bot.numbers,
            taker=core.taker,
        )
        core.door.notes = message_sender.notes
        core.listeners.add(lambda messages, effects: message_sender.take(messages))
        await message_sender.start()
        try:
            yield Customers(bot, message_sender)
        finally:
            await message_sender.stop()
    finally:
        await bot.close()


async def _unreachable(core: Core, person: Person) -> None:
    moment = core.moment()
    await core.door.receive(Envelope(f"blocked:{moment.fresh}", person, ChatBlocked(), moment))
    await kept_back(core.store, moment.at, person)
