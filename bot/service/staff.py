"""The staff's side of a process: the desk with its bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bot.outbox.message_sender import Rates
from bot.printer.reconciling import reconcile
from bot.printer.tray import report
from bot.service.core import Core

if TYPE_CHECKING:  # imported where it is built: only this part needs python-telegram-bot
    from bot.staff.desk import StaffDesk

__all__ = ["Staff", "staff"]


@dataclass(frozen=True, slots=True)
class Staff:
    """The desk; `updates` lets in what the staff says, and begins to say what waits."""

    desk: StaffDesk

    @asynccontextmanager
    async def updates(self, core: Core) -> AsyncIterator[None]:
        """Telegram calls, where we have an address; otherwise the bot asks."""
        try:
            await self.desk.start(poll=not core.settings.webhooks)
            yield
        finally:
            await self.desk.stop()


@asynccontextmanager
async def staff(core: Core, rates: Rates) -> AsyncIterator[Staff]:
    """What is last said to the staff goes out before the connections end."""
    from bot.staff.desk import StaffDesk  # noqa: PLC0415

    settings = core.settings
    secret = settings.webhook_secret if settings.webhooks else None
    desk = StaffDesk(
        settings.staff_token,
        settings.telegram_api,
        store=core.store,
        clock=core.clock,
        receive=core.door.receive,
        operator=core.operator,
        admins=settings.admins,
        staff_chat=settings.staff_chat,
        quarantine=partial(core.set_aside, "staff"),
        webhook=(f"{settings.public_url}/telegram/staff", secret) if secret else None,
        rates=rates,
        report=partial(report, core.store, core.door.receive, core.clock),
        reconcile=partial(reconcile, core.store, core.clock),
    )
    try:
        yield Staff(desk)
    finally:
        await desk.close()
