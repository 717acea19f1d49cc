"""The driving interface for the course of things: the clock, scripted faults, raw updates, waiting for rest."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import isodate  # type: ignore[import-untyped]
from aiohttp import web

from bot.base.clock import SharedClock
from bot.playground.bot_api.faults import ERRORS, Fault
from bot.playground.control.arguments import Json, bot_named, need
from bot.playground.control.gestures import GestureError

if TYPE_CHECKING:
    from bot.playground.server import Playground

__all__ = ["COURSE", "REST"]

IDLE_WAIT, IDLE_LOOK = 10.0, 0.005  # seconds of real time


async def clock(playground: Playground, _request: web.Request, body: Json) -> Json:
    shared = playground.clock
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


async def faults(playground: Playground, _request: web.Request, body: Json) -> Json:
    example = '{"bot": "customer", "method": "sendMessage", "error": 429, "retry_after": 7, "times": 1}'
    error, drop = str(body.get("error") or ""), need(body, "drop_reply", bool, example, False)
    if not drop and error not in (*ERRORS, "timeout", "reset"):
        raise GestureError(400, f'"error" must be one of {", ".join(ERRORS)}, timeout, reset; example: {example}')
    fault = Fault(
        bot=bot_named(playground, need(body, "bot", str, example)),
        method=need(body, "method", str, example),
        error=error,
        times=need(body, "times", int, example, 1),
        retry_after=need(body, "retry_after", int, example, 1),
        drop_reply=drop,
        migrate_to=need(body, "migrate_to_chat_id", int, example, None),
        description=need(body, "description", str, example, ""),
    )
    if fault.times < 1:
        raise GestureError(400, f'"times" must be at least 1; example: {example}')
    playground.faults.waiting.append(fault)
    return {"waiting": len(playground.faults.waiting)}


async def deliver(playground: Playground, _request: web.Request, body: Json) -> Json:
    bot = playground.world.bots[bot_named(playground, need(body, "bot", str, '{"bot": "customer", "update": {…}}'))]
    if "update" not in body:
        raise GestureError(400, '"update" is missing: any JSON, it is delivered as it is')
    playground.world.deliver(bot, body["update"])
    return {"waiting": len(bot.updates)}


async def _in_flight(playground: Playground) -> list[str]:
    waiting = [
        f"{bot.name}: {len(bot.updates)} updates not confirmed" for bot in playground.world.bots.values() if bot.updates
    ]
    waiting += [f"request {name}" for name, count in playground.in_flight.items() if count > 0]
    if not waiting and playground.busy and await playground.busy():
        waiting.append("the application is busy")
    return waiting


async def idle(playground: Playground, request: web.Request, _body: Json) -> Any:
    """Two quiet looks in a row."""
    try:
        patience = float(request.query.get("timeout", IDLE_WAIT))
    except ValueError:
        raise GestureError(400, '"timeout" is a number of seconds, for example 10') from None
    loop = asyncio.get_running_loop()
    end, quiet, waiting = loop.time() + patience, 0, list[str]()
    while quiet < 2:
        waiting = await _in_flight(playground)
        quiet = 0 if waiting else quiet + 1
        if quiet < 2:
            if loop.time() >= end:
                return web.json_response({"idle": False, "waiting_for": waiting}, status=504)
            await asyncio.sleep(IDLE_LOOK)
    return {"idle": True}


COURSE = {
    "clock": clock,
    "faults": faults,
    "deliver": deliver,
}
REST = {
    "idle": idle,
}
