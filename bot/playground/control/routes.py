"""The control interface: how a test, a demo or the page plays the people, the mail, the clock and the misfortunes."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.playground.control.arguments import Json
from bot.playground.control.conditions import CONDITIONS
from bot.playground.control.context import Context
from bot.playground.control.gestures import GestureError
from bot.playground.control.idle import IDLE
from bot.playground.control.listings import LISTINGS
from bot.playground.control.people import PEOPLE

__all__ = ["GETS", "POSTS", "routes"]

Act = Callable[[Context, web.Request, Json], Awaitable[Any]]

POSTS: dict[str, Act] = {**PEOPLE, **CONDITIONS}
GETS: dict[str, Act] = {**LISTINGS, **IDLE}


def routes(context: Context) -> list[web.RouteDef]:
    def door(act: Act) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handler(request: web.Request) -> web.StreamResponse:
            try:
                body = json.loads(await request.read() or b"{}") if request.method == "POST" else {}
                if not isinstance(body, dict):
                    raise GestureError(400, 'the body must be a JSON object, for example {"user": 1001}')
                answer = await act(context, request, body)
            except json.JSONDecodeError:
                return web.json_response({"error": "the body is not JSON"}, status=400)
            except GestureError as error:
                return web.json_response({"error": str(error)}, status=error.status)
            return answer if isinstance(answer, web.StreamResponse) else web.json_response(answer)

        return handler

    prefix = "/playground/api/"
    posts = [web.post(prefix + path, door(act)) for path, act in POSTS.items()]
    return posts + [web.get(prefix + path, door(act)) for path, act in GETS.items()]
