"""The web server: webhooks, payment callbacks, health, figures, and the privacy policy as a page."""

from __future__ import annotations

import asyncio
import hmac
import json
import math
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import structlog
from aiohttp import web

from bot.base import metrics
from bot.base.log import why
from bot.base.setting_types import Seller
from bot.messenger.polling import Slower
from bot.web.page import guard
from bot.web.policy_page import PATHS, policy_page
from storage.database.engine import StorageError

__all__ = ["Web"]

log = structlog.get_logger("mektupx.web")

LAST = 10.0  # seconds for what is at hand when the service stops
LARGEST = 1024 * 1024  # bytes; an update holds text and ids, never a file
LONGEST_KEY = 20  # digits of an update_id
HEADER = "X-Telegram-Bot-Api-Secret-Token"  # Bot API, setWebhook: secret_token
LATER = {"Retry-After": "2"}  # seconds
HERE = ("127.0.0.1", "::1")
FORWARDED = frozenset({"forwarded", "x-forwarded-for", "x-real-ip"})  # what a proxy adds

Feed = Callable[[dict[str, Any]], Awaitable[None]]
Quarantine = Callable[[str, str, str], Awaitable[None]]


class Web:
    """Routes are added before start(); `ready` says whether the process can serve. seller: named under the policy."""

    def __init__(self, ready: Callable[[], Awaitable[bool]], seller: Seller | None = None) -> None:
        self._ready = ready
        self._seller = seller
        self._draining = False
        self._at_hand = 0
        self._empty = asyncio.Event()
        self.app = web.Application(client_max_size=LARGEST)
        self.app.on_response_prepare.append(guard)
        self.app.router.add_get("/healthz", self._health)
        self.app.router.add_get("/readyz", self._readiness)
        self.app.router.add_get("/metrics", self._metrics)
        for path in PATHS.values():
            self.app.router.add_get(path, self._privacy)
        self._runner: web.AppRunner | None = None
        self.port = 0

    def webhook(self, bot: str, secret: str, feed: Feed, quarantine: Quarantine) -> None:
        """POST /telegram/{bot}. Deny by default: without the secret an update is not even read.

        200 once an update is committed, or set aside because it will never be readable or answerable; 429 when its
        sender is too fast, 503 when it could not be kept now: Telegram brings it again.
        """
        expected = secret.encode()

        async def handle(request: web.Request) -> web.Response:
            if self._draining:
                return web.Response(status=503, headers=LATER | {"Connection": "close"})
            self._at_hand += 1
            try:
                return await take(request)
            finally:
                self._at_hand -= 1
                if not self._at_hand:
                    self._empty.set()

        async def take(request: web.Request) -> web.Response:
            given = request.headers.get(HEADER, "").encode("utf-8", "surrogateescape")
            if not hmac.compare_digest(given, expected):
                metrics.FORGED_CALLBACKS.labels(f"telegram_{bot}").inc()
                return web.Response(status=403)
            raw = await request.read()
            number = ""
            try:
                try:
                    update = _update(raw)
                    number = _number(update)
                    await feed(update)
                except (StorageError, OSError):
                    raise
                except Slower as slower:
                    return web.Response(status=429, headers={"Retry-After": str(math.ceil(slower.seconds))})
                except Exception as error:
                    log.error("an update was set aside", bot=bot, update=number, error=type(error).__name__)
                    await quarantine(bot, number, type(error).__name__)
                    metrics.QUARANTINED.labels(bot).inc()
            except Exception as error:
                log.warning("an update could not be kept", bot=bot, error=why(error))
                return web.Response(status=503, headers=LATER)
            return web.Response()

        self.app.router.add_post(f"/telegram/{bot}", handle)

    async def start(self, host: str, port: int) -> None:
        """OSError with the reason when the address is taken."""
        # Nobody who calls us packs what they send, and a small packed body may unpack to any size.
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=LAST, auto_decompress=False)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        addresses = self._runner.addresses
        self.port = int(addresses[0][1]) if addresses else port

    async def drain(self) -> None:
        """No update is taken any more: Telegram brings it again, and a balancer takes it to the next process. Returns
        when those at hand are answered. Payment pages and callbacks go on until stop()."""
        self._draining = True
        self._empty.clear()
        if self._at_hand:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._empty.wait(), LAST)

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _health(self, request: web.Request) -> web.Response:
        return web.json_response({"healthy": True})

    async def _readiness(self, request: web.Request) -> web.Response:
        ready = await self._ready()
        return web.json_response({"ready": ready}, status=200 if ready else 503)

    async def _metrics(self, request: web.Request) -> web.Response:
        """For the collector on this machine; through a proxy, or from elsewhere, there is nothing here."""
        if request.remote not in HERE or FORWARDED & {name.lower() for name in request.headers}:
            raise web.HTTPNotFound
        return web.Response(body=metrics.exposition(), headers={"Content-Type": metrics.CONTENT_TYPE})

    async def _privacy(self, request: web.Request) -> web.Response:
        return policy_page(request, self._seller)


def _number(update: dict[str, Any]) -> str:
    """By which it can be found again; "" where it has none, whatever stands there."""
    number = update.get("update_id")
    return str(number)[:LONGEST_KEY] if type(number) is int else ""


def _update(raw: bytes) -> dict[str, Any]:
    """ValueError or TypeError for what is no JSON object; RecursionError for one nested without end."""
    update = json.loads(raw)
    if not isinstance(update, dict):
        raise TypeError("not an object")
    return update
