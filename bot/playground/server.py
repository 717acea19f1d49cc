"""A Telegram on this machine: the Bot API for two bots, a driving interface, a mailbox and a page to look at."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from aiohttp import BodyPartReader, web

from bot.base.clock import Clock
from bot.playground.bot_api.call import Call
from bot.playground.bot_api.faults import Fault, Faults
from bot.playground.bot_api.media import UPLOAD_LIMIT
from bot.playground.bot_api.methods import HANDLERS
from bot.playground.bot_api.methods.updates import Courier, end_pollers
from bot.playground.bot_api.rate_limits import Limits
from bot.playground.bot_api.refusals import Refusal, refuse
from bot.playground.bot_api.schema import Upload, method_named, read_arguments
from bot.playground.control.routes import routes as api_routes
from bot.playground.page.routes import routes as page_routes
from bot.playground.world.mailbox import Mailbox
from bot.playground.world.model import Account
from bot.playground.world.state import World

__all__ = ["Playground"]

TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{3,}")
SENDS = frozenset({"sendMessage", "sendDocument", "sendPhoto", "sendMediaGroup", "copyMessage", "forwardMessage"})
UNPLAYED = frozenset(  # parameters whose effect would be missing: refused, never silently ignored
    {"business_connection_id", "message_effect_id", "direct_messages_topic_id", "suggested_post_parameters"}
    | {"ephemeral_message_parameters", "rich_message", "inline_message_id", "certificate", "ip_address"}
    | {"icon_custom_emoji_id", "video_start_timestamp"}
)
SILENCE = 120.0  # seconds a "timeout" fault keeps a client waiting at most
log = logging.getLogger(__name__)


class Playground:
    """bots: {"customer": token, "staff": token}; busy answers what /idle asks: does the application still work?"""

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
        self.clock, self.busy, self.tray = clock, busy, tray
        self.world = World(clock, bots)
        self.faults = Faults()
        self.limits = Limits(clock) if limits else None
        self.mailbox = Mailbox(clock)
        self.courier = Courier(self.world)
        self.in_flight: Counter[str] = Counter()
        self.url = self.smtp_url = ""
        self.app = web.Application(client_max_size=UPLOAD_LIMIT + 2**20)
        self.app.router.add_route("*", "/bot{token}/{method}", self.answer)
        self.app.router.add_get("/file/bot{token}/{path:.+}", self.download)
        self.app.add_routes(api_routes(self))
        self.app.add_routes(page_routes(self))
        self._runner: web.AppRunner | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0, smtp_port: int = 0) -> None:
        # A client that goes away ends its long poll: handler_cancellation.
        self._runner = web.AppRunner(self.app, handler_cancellation=True, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.url = f"http://{host}:{self._runner.addresses[0][1]}"
        self.smtp_url = f"smtp://{host}:{await self.mailbox.start(host, smtp_port)}"

    async def stop(self) -> None:
        end_pollers(self.world)
        await self.courier.close()
        await self.mailbox.stop()
        if self._runner:
            await self._runner.cleanup()

    # the Bot API

    def _bot(self, token: str) -> Account:
        if not TOKEN.fullmatch(token):
            refuse("NOT_FOUND")
        for bot in self.world.bots.values():
            if bot.token == token:
                return bot
        refuse("UNAUTHORIZED")

    async def answer(self, request: web.Request) -> web.StreamResponse:
        try:
            bot = self._bot(request.match_info["token"])
            method = method_named(request.match_info["method"])
            if method is None:
                refuse("NOT_FOUND")
            texts, natives, files = await _body(request)
            call = Call(self.world, bot, method, read_arguments(method, texts, natives, files))
            if method not in HANDLERS:
                refuse("NOT_PLAYED", method=method)
            if unplayed := sorted(UNPLAYED & set(call.given)):
                refuse("PARAMETER_NOT_PLAYED", method=method, where=unplayed[0])
            fault = self.faults.take(bot.name, method)
            if method == "getUpdates" and fault is None:
                return _ok(await self._act(call))
            self.in_flight[f"{bot.name}: {method}"] += 1
            try:
                if fault is not None:
                    return await self._suffer(request, call, fault)
                return _ok(await self._act(call))
            finally:
                self.in_flight[f"{bot.name}: {method}"] -= 1
        except Refusal as refusal:
            return _json(refusal.body(), refusal.code)
        except Exception as error:
            log.exception("the playground itself failed at %s", request.match_info["method"])
            return _json(Refusal(500, f"Internal Server Error: playground: {type(error).__name__}").body(), 500)

    async def _act(self, call: Call) -> Any:
        chat, count = None, 1
        if self.limits and call.method in SENDS:
            chat, count = call.writable(), len(call.given.get("media", "1"))
            self.limits.check(call.bot.name, chat, count)
        result = HANDLERS[call.method](call)
        if inspect.isawaitable(result):
            result = await result
        if self.limits and chat:
            self.limits.record(call.bot.name, chat, count)
        return result

    async def _suffer(self, request: web.Request, call: Call, fault: Fault) -> web.StreamResponse:
        if fault.drop_reply:
            await self._act(call)
        elif fault.error == "timeout":
            await asyncio.sleep(SILENCE)
        elif fault.error != "reset":
            if fault.error == "migrate" and fault.migrate_to and isinstance(call.given.get("chat_id"), int):
                self.world.migrate(call.given["chat_id"], fault.migrate_to)
            raise fault.refusal()
        if request.transport:
            request.transport.abort()
        return web.Response()

    async def download(self, request: web.Request) -> web.StreamResponse:
        try:
            bot = self._bot(request.match_info["token"])
        except Refusal as refusal:
            return _json(refusal.body(), refusal.code)
        for file in self.world.files.values():
            if file.bot == bot.name and file.path == request.match_info["path"]:
                return web.Response(body=file.content, content_type="application/octet-stream")
        return _json(Refusal(404, "Not Found").body(), 404)


def _json(body: Any, status: int) -> web.Response:
    headers = {}
    if isinstance(body, dict) and "retry_after" in body.get("parameters", {}):
        headers["Retry-After"] = str(body["parameters"]["retry_after"])
    return web.json_response(body, status=status, headers=headers)


def _ok(result: Any) -> web.Response:
    return _json({"ok": True, "result": result}, 200)


async def _body(request: web.Request) -> tuple[dict[str, str], dict[str, Any], dict[str, Upload]]:
    """api#making-requests: the address, urlencoded and multipart forms give texts, JSON gives typed values."""
    texts, natives, files = dict(request.query), dict[str, Any](), dict[str, Upload]()
    try:
        if request.content_type == "application/json":
            raw = await request.read()
            loaded = json.loads(raw) if raw else {}
            if not isinstance(loaded, dict):
                refuse("BAD_BODY", why="a JSON object is expected")
            natives = loaded
        elif request.content_type == "multipart/form-data":
            async for part in await request.multipart():
                if not isinstance(part, BodyPartReader) or part.name is None:
                    refuse("BAD_BODY", why="a form part has no name")
                content = bytes(await part.read())
                if part.filename is None:
                    texts[part.name] = content.decode()
                else:
                    files[part.name] = Upload(part.filename, content, part.headers.get("Content-Type", ""))
        elif request.body_exists:
            texts |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    except web.HTTPRequestEntityTooLarge:
        refuse("TOO_LARGE")
    except (ValueError, AssertionError) as error:
        refuse("BAD_BODY", why=type(error).__name__)
    return texts, natives, files
