"""The page at /: every chat as it stands and the sheets in the tray, for a person who looks on."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from aiohttp import web

from .things import Chat, Message

if TYPE_CHECKING:
    from .server import Playground

__all__ = ["routes"]

TITLE, CHATS, TRAY = "MektupX deneme alanı", "Sohbetler", "Tepsi"
EMPTY_CHATS, EMPTY_TRAY, EDITED, DELETED = "Henüz sohbet yok.", "Tepside kâğıt yok.", "düzenlendi", "silindi"
SAFE_NAME = re.compile(r"[\w.-]+\.pdf", re.ASCII)
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;"
    "color:#222;background:#fafaf7}"
    "h2{font-size:1.05rem;margin:2rem 0 .5rem}p{margin:.4rem 0;padding:.5rem .8rem;border-radius:.6rem;background:#fff;"
    "border:1px solid #e3e0d8;white-space:pre-wrap;overflow-wrap:anywhere}p.bot{background:#eef4ea}"
    "small{color:#6a675f}kbd{font:inherit;border:1px solid #b9b4a7;border-radius:.4rem;padding:0 .4rem;"
    "margin-right:.3rem}"
)


def _message(message: Message) -> str:
    content = message.content
    words = content.get("text") or content.get("caption") or ", ".join(content)
    notes = [f"#{message.id}"] + [EDITED] * bool(message.edits) + [DELETED] * message.deleted
    rows = message.inline or (message.markup or {}).get("keyboard") or []
    keys = "".join(f"<kbd>{escape(button['text'])}</kbd>" for row in rows for button in row)
    side = "bot" if message.sender.api()["is_bot"] else "person"
    name = escape(message.sender.first_name)
    return f'<p class="{side}"><small>{name} · {" · ".join(notes)}</small>\n{escape(words)}\n{keys}</p>'


def _chat(chat: Chat) -> str:
    title = chat.title or f"{chat.person.first_name if chat.person else ''} – {chat.bot.first_name if chat.bot else ''}"
    return f"<h2>{escape(title)}</h2>" + "".join(_message(message) for message in chat.messages.values())


def _sheets(playground: Playground) -> list[str]:
    tray = playground.tray
    return sorted(file.name for file in tray.glob("*.pdf")) if tray and tray.is_dir() else []


def routes(playground: Playground) -> list[web.RouteDef]:
    async def index(_request: web.Request) -> web.Response:
        chats = "".join(map(_chat, playground.world.chats())) or f"<p>{EMPTY_CHATS}</p>"
        links = "".join(f'<p><a href="/playground/tray/{escape(n)}">{escape(n)}</a></p>' for n in _sheets(playground))
        page = (
            f'<!doctype html><html lang="tr"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f"<title>{TITLE}</title><style>{STYLE}</style><h1>{TITLE}</h1><h2>{CHATS}</h2>{chats}"
            f"<h2>{TRAY}</h2>{links or f'<p>{EMPTY_TRAY}</p>'}</html>"
        )
        return web.Response(text=page, content_type="text/html", headers={"Cache-Control": "no-store"})

    async def sheet(request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if playground.tray is None or not SAFE_NAME.fullmatch(name) or name not in _sheets(playground):
            raise web.HTTPNotFound
        headers = {"Content-Type": "application/pdf", "Cache-Control": "no-store"}
        return web.FileResponse(playground.tray / name, headers=headers)

    return [web.get("/", index), web.get("/playground/tray/{name}", sheet)]
