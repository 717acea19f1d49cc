"""The web server of a process: health, the page of an opened letter, and webhooks of the bots that live here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial

import structlog

from bot.base.log import why
from bot.base.startup import sentenced
from bot.service.core import Core
from bot.web.opening_page import OpeningPage, drawn_by, seen_with
from bot.web.server import Feed, Web
from rendering.processes.pool import Pool
from storage.monitoring import figures
from storage.queues import chat_moves

__all__ = ["draining", "listening", "opening_page", "server"]

log = structlog.get_logger("mektupx.service")


def server(core: Core, up: asyncio.Event) -> Web:
    """Nobody is served yet. up: set while everything is."""

    async def ready() -> bool:
        try:
            await core.store.do(figures.waiting)
        except Exception as error:
            log.error("the database does not answer", error=why(error))
            return False
        return up.is_set()

    return Web(ready, core.settings.seller)


def opening_page(core: Core, pool: Pool | None, web: Web) -> None:
    """The page on which an admin reads a letter that was opened."""
    settings = core.settings
    group = partial(core.store.do, chat_moves.chat_now, settings.staff_chat)
    seen = seen_with(settings.staff_token, settings.telegram_api, group)
    page = OpeningPage(core.store, core.clock, admins=settings.admins, pictures=drawn_by(pool), seen=seen)
    page.add_to(web.app)


@asynccontextmanager
async def listening(core: Core, web: Web, feeds: Mapping[str, Feed], *, always: bool) -> AsyncIterator[int]:
    """The port; 0 in a process of which nothing is called from outside. feeds: the bots of this process.

    Errors: CannotStart where another program holds the port.
    """
    settings = core.settings
    called = feeds if settings.webhooks else {}
    for name, feed in called.items():
        assert settings.webhook_secret is not None
        web.webhook(name, settings.webhook_secret, feed, core.set_aside)
    if not (always or called):
        yield 0
        return
    listen = settings.listen
    try:
        await sentenced(
            web.start(listen.host, listen.port),
            f"MEKTUPX_LISTEN: {listen.host}:{listen.port} cannot be used; another program may hold it.",
        )
        yield web.port
    finally:
        await web.stop()


@asynccontextmanager
async def draining(web: Web) -> AsyncIterator[None]:
    """At the end it takes no new updates before anything else stops."""
    try:
        yield
    finally:
        await web.drain()
