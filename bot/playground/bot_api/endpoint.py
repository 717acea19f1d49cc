"""The Bot API over HTTP: a token names the bot, a method does its work, a scripted fault or a limit comes between."""

from __future__ import annotations

import asyncio
import inspect
import logging
import re
from collections import Counter
from typing import Any

from aiohttp import web

from bot.playground.bot_api.call import Call
from bot.playground.bot_api.faults import Fault, Faults
from bot.playground.bot_api.methods import HANDLERS
from bot.playground.bot_api.rate_limits import Limits
from bot.playground.bot_api.refusals import Refusal, refuse
from bot.playground.bot_api.request_body import read_body
from bot.playground.bot_api.schema import method_named, read_arguments
from bot.playground.world.model import Account
from bot.playground.world.state import World

__all__ = ["TOKEN", "Endpoint"]

TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{3,}")
SENDS = frozenset({"sendMessage", "sendDocument", "sendPhoto", "sendMediaGroup", "copyMessage", "forwardMessage"})
UNPLAYED = frozenset(  # parameters whose effect would be missing: refused, never silently ignored
    {"business_connection_id", "message_effect_id", "direct_messages_topic_id", "suggested_post_parameters"}
    | {"ephemeral_message_parameters", "rich_message", "inline_message_id", "certificate", "ip_address"}
    | {"icon_custom_emoji_id", "video_start_timestamp"}
)
SILENCE = 120.0  # seconds a "timeout" fault keeps a client waiting at most
log = logging.getLogger(__name__)


class Endpoint:
    """in_flight: requests under way, by bot and method; a long poll without a fault is left out."""

    def __init__(self, world: World, faults: Faults, limits: Limits | None) -> None:
        self.world, self.faults, self.limits = world, faults, limits
        self.in_flight: Counter[str] = Counter()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.route("*", "/bot{token}/{method}", self.answer),
            web.get("/file/bot{token}/{path:.+}", self.download),
        ]

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
            texts, natives, files = await read_body(request)
            call = Call(self.world, bot, method, read_arguments(method, texts, natives, files))
            if method not in HANDLERS:
                refuse("NOT_PLAYED", method=method)
            if unplayed := sorted(UNPLAYED & set(call.given)):
                refuse("PARAMETER_NOT_PLAYED", method=method, where=unplayed[0])
            fault = self.faults.take(bot.name, method, call.given.get("text") or call.given.get("caption") or "")
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
