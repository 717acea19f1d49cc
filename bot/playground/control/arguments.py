"""Reads what a driver asked for; what is missing or wrong is said with an example."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.playground.control.gestures import GestureError, place
from bot.playground.world.model import Chat, Person

if TYPE_CHECKING:
    from bot.playground.server import Playground

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


def bot_named(playground: Playground, name: str) -> str:
    if name not in playground.world.bots:
        raise GestureError(404, f'no bot "{name}"; the bots are {", ".join(playground.world.bots)}')
    return name


def chat_id_of(request: web.Request) -> int:
    text = request.match_info["id"]
    if not re.fullmatch(r"-?\d{1,16}", text):
        raise GestureError(400, f"{text!r} is no chat id; a private chat's id is the user's id, a group's is negative")
    return int(text)


def who(playground: Playground, request: web.Request, body: Json) -> tuple[Chat, Person]:
    number = need(body, "user", int, '{"user": 1001}')
    if number not in playground.world.people:
        raise GestureError(
            404, f'no user {number}; first POST /playground/api/users {{"id": {number}, "first_name": "…"}}'
        )
    person = playground.world.people[number]
    bot = bot_named(playground, need(body, "bot", str, '{"bot": "staff"}', "customer"))
    return place(playground.world, chat_id_of(request), person, bot), person
