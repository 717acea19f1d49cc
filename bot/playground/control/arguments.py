"""Reads what a driver asked for; what is missing or wrong is said with an example."""

from __future__ import annotations

import re
from typing import Any

from aiohttp import web

from bot.playground.control.context import Context
from bot.playground.control.gestures import GestureError, place
from bot.playground.world.model import Chat, Person

__all__ = ["Json", "bot_named", "chat_id_of", "need", "who"]

Json = dict[str, Any]


def need(body: Json, name: str, kind: type, example: str, default: Any = ...) -> Any:
    value = body.get(name)
    if value is None:
        if default is not ...:
            return default
        raise GestureError(400, f'"{name}" is missing; example: {example}')
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise GestureError(400, f'"{name}" must be {kind.__name__}, not {type(value).__name__}; example: {example}')
    return value


def bot_named(context: Context, name: str) -> str:
    if name not in context.world.bots:
        raise GestureError(404, f'no bot "{name}"; the bots are {", ".join(context.world.bots)}')
    return name


def chat_id_of(request: web.Request) -> int:
    text = request.match_info["id"]
    if not re.fullmatch(r"-?\d{1,16}", text):
        raise GestureError(400, f"{text!r} is no chat id; a private chat's id is the user's id, a group's is negative")
    return int(text)


def who(context: Context, request: web.Request, body: Json) -> tuple[Chat, Person]:
    number = need(body, "user", int, '{"user": 1001}')
    if number not in context.world.people:
        raise GestureError(
            404, f'no user {number}; first POST /playground/api/users {{"id": {number}, "first_name": "…"}}'
        )
    person = context.world.people[number]
    bot = bot_named(context, need(body, "bot", str, '{"bot": "staff"}', "customer"))
    return place(context.world, chat_id_of(request), person, bot), person
