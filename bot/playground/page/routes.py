"""The page at /: a messenger in the browser, with the mailbox, the print tray, the clock and the faults beside it."""

from __future__ import annotations

import re
from pathlib import Path

from aiohttp import web

from bot.playground.control.context import Context
from bot.playground.page.news import News
from bot.playground.page.pictures import pages_of, picture_of
from bot.playground.page.tray import read_sheet

__all__ = ["routes"]

STATIC = Path(__file__).parent / "static"
SCRIPTS = ("page.js", "words.js", "tools.js", "known.js", "said.js", "column.js")
KINDS = {"page.html": "text/html", "page.css": "text/css"} | dict.fromkeys(SCRIPTS, "text/javascript")
# Whatever people and bots write stays text: no script, style or frame but the page's own files.
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
)
GUARDED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def _answer(body: bytes, kind: str, *, policy: bool = True) -> web.Response:
    """policy=False for a PDF: the browser's own viewer is kept from drawing by it."""
    charset = "utf-8" if kind.startswith("text/") else None
    headers = GUARDED | ({"Content-Security-Policy": POLICY} if policy else {})
    return web.Response(body=body, content_type=kind, charset=charset, headers=headers)


def _picture(request: web.Request, content: bytes) -> web.Response:
    number = request.query.get("page", "0")
    found = picture_of(content, int(number)) if re.fullmatch(r"\d{1,4}", number, re.ASCII) else None
    if found is None:
        raise web.HTTPNotFound
    return _answer(*found)


def routes(context: Context) -> list[web.RouteDef]:
    latest = News(context)

    def part(name: str) -> web.Response:
        return _answer((STATIC / name).read_bytes(), KINDS[name])

    async def index(_request: web.Request) -> web.Response:
        return part("page.html")

    async def static(request: web.Request) -> web.Response:
        if request.match_info["name"] not in KINDS:
            raise web.HTTPNotFound
        return part(request.match_info["name"])

    async def news(request: web.Request) -> web.Response:
        return web.json_response(latest.since(request.query.get("since", "")), headers=GUARDED)

    def file_of(request: web.Request) -> bytes:
        file = context.world.files.get(request.match_info["file_id"])
        if file is None:
            raise web.HTTPNotFound
        return file.content

    async def picture(request: web.Request) -> web.Response:
        return _picture(request, file_of(request))

    async def paper(request: web.Request) -> web.Response:
        """A PDF to be read in the browser; every other file is only downloaded, from the control interface."""
        content = file_of(request)
        if not pages_of(content):
            raise web.HTTPNotFound
        return _answer(content, "application/pdf", policy=False)

    def sheet_of(request: web.Request) -> bytes:
        found = read_sheet(context.tray, request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound
        return found

    async def sheet(request: web.Request) -> web.Response:
        return _answer(sheet_of(request), "application/pdf", policy=False)

    async def sheet_picture(request: web.Request) -> web.Response:
        return _picture(request, sheet_of(request))

    return [
        web.get("/", index),
        web.get("/playground/page/news", news),
        web.get("/playground/page/pictures/{file_id}", picture),
        web.get("/playground/page/papers/{file_id}", paper),
        web.get("/playground/page/{name}", static),
        web.get("/playground/tray/{name}", sheet),
        web.get("/playground/tray/{name}/picture", sheet_picture),
    ]
