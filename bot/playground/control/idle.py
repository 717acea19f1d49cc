"""The control interface for waiting: until no update, no request and no work of the application is under way."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from bot.playground.control.arguments import Json
from bot.playground.control.context import Context
from bot.playground.control.gestures import GestureError

__all__ = ["IDLE"]

IDLE_WAIT, IDLE_LOOK = 10.0, 0.005  # seconds of real time


async def _in_flight(context: Context) -> list[str]:
    waiting = [
        f"{bot.name}: {len(bot.updates)} updates not confirmed" for bot in context.world.bots.values() if bot.updates
    ]
    waiting += [f"request {name}" for name, count in context.in_flight.items() if count > 0]
    if not waiting and context.busy and await context.busy():
        waiting.append("the application is busy")
    return waiting


async def idle(context: Context, request: web.Request, _body: Json) -> Any:
    """Two quiet looks in a row."""
    try:
        patience = float(request.query.get("timeout", IDLE_WAIT))
    except ValueError:
        raise GestureError(400, '"timeout" is a number of seconds, for example 10') from None
    loop = asyncio.get_running_loop()
    end, quiet, waiting = loop.time() + patience, 0, list[str]()
    while quiet < 2:
        waiting = await _in_flight(context)
        quiet = 0 if waiting else quiet + 1
        if quiet < 2:
            if loop.time() >= end:
                return web.json_response({"idle": False, "waiting_for": waiting}, status=504)
            await asyncio.sleep(IDLE_LOOK)
    return {"idle": True}


IDLE = {
    "idle": idle,
}
