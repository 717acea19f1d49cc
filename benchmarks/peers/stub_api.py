"""The cheapest possible Bot API, so that the bots are what is measured; it remembers when each chat was answered.

python -m benchmarks.peers.stub_api PORT
"""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict
from typing import Any

import uvloop
from aiohttp import web

said: dict[int, int] = defaultdict(int)  # chat -> messages it has got
waiting: dict[int, tuple[int, asyncio.Future[None]]] = {}
sent = 0


def message(chat: int) -> dict[str, Any]:
    return {"message_id": sent, "date": 1, "chat": {"id": chat, "type": "private"}, "text": "x"}


async def method(request: web.Request) -> web.Response:
    global sent
    name = request.match_info["method"].lower()
    if name == "sendmessage":
        asked = await request.post() if request.content_type != "application/json" else await request.json()
        chat = int(str(asked["chat_id"]))
        sent += 1
        said[chat] += 1
        known = waiting.get(chat)
        if known is not None and said[chat] >= known[0] and not known[1].done():
            known[1].set_result(None)
        result: Any = message(chat)
    elif name.startswith("send") and name != "sendchataction":  # pictures and documents: nobody waits for them
        await request.read()
        sent += 1
        result = [message(1)] if name == "sendmediagroup" else message(1)
    elif name == "getme":
        result = {"id": 1, "is_bot": True, "first_name": "b", "username": "b_bot"}
    elif name == "getupdates":
        await asyncio.sleep(5)
        result = []
    else:
        result = True
    return web.json_response({"ok": True, "result": result})


async def until(request: web.Request) -> web.Response:
    """Answers once a chat has got so many messages: only then has the turn been taken."""
    chat, count = int(request.match_info["chat"]), int(request.match_info["count"])
    if said[chat] < count:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting[chat] = (count, future)
        await asyncio.wait_for(future, 30)
    return web.Response()


if __name__ == "__main__":
    uvloop.install()
    app = web.Application(client_max_size=2**24)
    app.router.add_route("*", "/bot{token}/{method}", method)
    app.router.add_get("/until/{chat}/{count}", until)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)
