"""A Telegram on this machine: the Bot API for two bots, a control interface, a mailbox and a page to look at."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from aiohttp import web

from bot.base.clock import Clock
from bot.playground.bot_api.endpoint import TOKEN, Endpoint
from bot.playground.bot_api.faults import Faults
from bot.playground.bot_api.media import UPLOAD_LIMIT
from bot.playground.bot_api.methods.updates import end_pollers
from bot.playground.bot_api.rate_limits import Limits
from bot.playground.bot_api.webhooks import WebhookDelivery
from bot.playground.control.context import Context
from bot.playground.control.routes import routes as control_routes
from bot.playground.page.routes import routes as page_routes
from bot.playground.world.mailbox import Mailbox
from bot.playground.world.state import World

__all__ = ["Playground"]


class Playground:
    """bots: {"customer": token, "staff": token}; busy, tray: see Context. `busy` may be set later."""

    def __init__(
        self,
        clock: Clock,
        bots: Mapping[str, str],
        *,
        busy: Callable[[], Awaitable[bool]] | None = None,
        tray: Path | None = None,
        limits: bool = True,
    ) -> None:
        if malformed := [name for name, token in bots.items() if not TOKEN.fullmatch(token)]:
            raise ValueError(f"a bot token looks like 123456:letters; not so: {', '.join(malformed)}")
        if len({token.split(":")[0] for token in bots.values()}) < len(bots):
            raise ValueError("two bots have the same number before the colon of their tokens")
        self.clock, self.world, self.faults, self.mailbox = clock, World(clock, bots), Faults(), Mailbox(clock)
        self.webhooks = WebhookDelivery(self.world)
        endpoint = Endpoint(self.world, self.faults, Limits(clock) if limits else None)
        self.in_flight = endpoint.in_flight
        self._context = Context(self.world, self.faults, self.mailbox, endpoint.in_flight, busy, tray)
        self.url = self.smtp_url = ""
        self.app = web.Application(client_max_size=UPLOAD_LIMIT + 2**20)
        for routes in (endpoint.routes(), control_routes(self._context), page_routes(self._context)):
            self.app.add_routes(routes)
        self._runner: web.AppRunner | None = None

    @property
    def busy(self) -> Callable[[], Awaitable[bool]] | None:
        return self._context.busy

    @busy.setter
    def busy(self, busy: Callable[[], Awaitable[bool]] | None) -> None:
        self._context.busy = busy

    async def start(self, host: str = "127.0.0.1", port: int = 0, smtp_port: int = 0) -> None:
        # A client that goes away ends its long poll: handler_cancellation.
        self._runner = web.AppRunner(self.app, handler_cancellation=True, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.url = f"http://{host}:{self._runner.addresses[0][1]}"
        self.smtp_url = f"smtp://{host}:{await self.mailbox.start(host, smtp_port)}"

    async def stop(self) -> None:
        end_pollers(self.world)
        await self.webhooks.close()
        await self.mailbox.stop()
        if self._runner:
            await self._runner.cleanup()
