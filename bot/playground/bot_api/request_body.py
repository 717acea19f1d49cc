"""Reads the body of a bot's request, in each of the four forms the Bot API takes."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import BodyPartReader, web

from bot.playground.bot_api.refusals import refuse
from bot.playground.bot_api.schema import Upload

__all__ = ["read_body"]


async def read_body(request: web.Request) -> tuple[dict[str, str], dict[str, Any], dict[str, Upload]]:
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
