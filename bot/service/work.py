"""The slow work of a process, and what is repeated: the supervisor with its context."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.base.startup import CannotStart
from bot.mail.post import Post
from bot.messenger.downloads import TelegramFiles
from bot.messenger.flood_guard import Flood
from bot.printer.registry import chosen_sink
from bot.printer.sink import SinkError
from bot.service.core import Core
from bot.service.payments import Payments
from bot.work.context import WorkContext
from bot.work.supervisor import Supervisor
from rendering.processes.pool import Pool
from storage.support.sender_side import FLOOD

__all__ = ["work"]


@asynccontextmanager
async def work(core: Core, pool: Pool, payments: Payments) -> AsyncIterator[Supervisor]:
    """Errors: CannotStart where the print room cannot be used, ValueError for one that does not exist."""
    settings = core.settings
    tokens = {"customer": settings.customer_token, "staff": settings.staff_token}
    context = WorkContext(
        store=core.store,
        clock=core.clock,
        pool=pool,
        post=Post(settings.smtp_url, core.operator.contact),
        provider=payments.provider,
        documents=core.documents,
        operator=core.operator,
        settle=payments.reconciler.settle,
        sink=chosen_sink(settings, core.clock),
        fetch=TelegramFiles(settings.telegram_api, tokens).fetch,
        former=payments.former,
        tries=Flood(core.clock.now, FLOOD, FLOOD / 3600),
        own_link=payments.own_link,
    )
    supervisor = Supervisor(context, core.keyring, payments.reconciler, payments.callbacks, core.door.receive)
    core.listeners.add(lambda messages, effects: supervisor.ring(effects))
    try:
        try:
            await supervisor.start()
        except SinkError as error:
            raise CannotStart(f"MEKTUPX_PRINT_SINK: {error}") from error
        yield supervisor
    finally:
        await supervisor.stop()
