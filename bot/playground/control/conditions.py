"""The control interface for conditions: the clock, scripted faults, raw updates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import isodate  # type: ignore[import-untyped]
from aiohttp import web

from bot.base.clock import SharedClock
from bot.playground.bot_api.faults import ERRORS, Fault
from bot.playground.control.arguments import Json, bot_named, need
from bot.playground.control.context import Context
from bot.playground.control.gestures import GestureError

__all__ = ["CONDITIONS"]


async def clock(context: Context, _request: web.Request, body: Json) -> Json:
    shared = context.clock
    example = '{"now": "2026-03-05T09:00:00+03:00"} or {"advance": "P3DT4H"}'
    if not isinstance(shared, SharedClock):
        raise GestureError(409, "this playground runs on the machine's own clock, which cannot travel")
    if ("now" in body) == ("advance" in body):
        raise GestureError(400, f"give either now or advance: {example}")
    try:
        if "now" in body:
            instant = datetime.fromisoformat(body["now"])
            shared.travel(instant if instant.tzinfo else instant.replace(tzinfo=UTC))
        else:
            duration = isodate.parse_duration(body["advance"])
            now = shared.now()
            shared.advance(duration if isinstance(duration, timedelta) else (now + duration) - now)
    except (TypeError, ValueError, isodate.ISO8601Error):
        raise GestureError(400, f"not an ISO 8601 instant or duration; examples: {example}") from None
    return {"now": shared.now().isoformat()}


async def faults(context: Context, _request: web.Request, body: Json) -> Json:
    example = '{"bot": "customer", "method": "sendMessage", "error": 429, "retry_after": 7, "times": 1}'
    error, drop = str(body.get("error") or ""), need(body, "drop_reply", bool, example, False)
    if not drop and error not in (*ERRORS, "timeout", "reset"):
        raise GestureError(400, f'"error" must be one of {", ".join(ERRORS)}, timeout, reset; example: {example}')
    fault = Fault(
        bot=bot_named(context, need(body, "bot", str, example)),
        method=need(body, "method", str, example),
        error=error,
        times=need(body, "times", int, example, 1),
        retry_after=need(body, "retry_after", int, example, 1),
        drop_reply=drop,
        migrate_to=need(body, "migrate_to_chat_id", int, example, None),
        description=need(body, "description", str, example, ""),
        words=need(body, "words", str, example, ""),
    )
    if fault.times < 1:
        raise GestureError(400, f'"times" must be at least 1; example: {example}')
    context.faults.waiting.append(fault)
    return {"waiting": len(context.faults.waiting)}


async def deliver(context: Context, _request: web.Request, body: Json) -> Json:
    bot = context.world.bots[bot_named(context, need(body, "bot", str, '{"bot": "customer", "update": {…}}'))]
    if "update" not in body:
        raise GestureError(400, '"update" is missing: any JSON, it is delivered as it is')
    context.world.deliver(bot, body["update"])
    return {"waiting": len(bot.updates)}


CONDITIONS = {
    "clock": clock,
    "faults": faults,
    "deliver": deliver,
}
