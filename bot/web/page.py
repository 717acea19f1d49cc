"""What every page of ours has in common: its frame, light or dark, and the headers that all answers bear.

A page may load nothing, run nothing but its own script, be framed by nobody and be kept by nobody. Its address tells no
other site where its reader came from.
"""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Mapping
from typing import Final

from aiohttp import web

__all__ = ["GUARDED", "STYLE", "guard", "language_of", "page"]

_POLICY: Final = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"

GUARDED: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": f"{_POLICY}; form-action 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # browsers that do not know frame-ancestors
    "X-Robots-Tag": "noindex, noarchive",
}
"""Of every answer that names no other value: pages, figures, refusals, answers to webhooks (OWASP, HTTP Headers)."""

STYLE: Final = (
    ":root{color-scheme:light dark}*{box-sizing:border-box}"
    "body{margin:0 auto;padding:2em 1.25em;overflow-wrap:break-word;font:1.1em/1.5 Georgia,'Noto Serif',serif}"
    "a{color:inherit}:focus-visible{outline:3px solid;outline-offset:2px}"
)
"""The browser's own colours are dark where its reader wants them so, and have contrast enough in both."""


async def guard(_request: web.Request, answer: web.StreamResponse) -> None:
    """For aiohttp's `on_response_prepare`: no answer goes out unguarded, its own refusals included."""
    for name, value in GUARDED.items():
        answer.headers.setdefault(name, value)


def page(
    body: str,
    *,
    title: str,
    language: str,
    style: str,
    status: int = 200,
    script: str = "",
    forms: bool = False,
    pictures: bool = False,
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    """body: HTML, escaped already. style: beside STYLE. script: the page's own, after its body. forms: may be sent to
    us. pictures: may stand in the page itself."""
    worn = STYLE + style
    policy = [_POLICY, "form-action 'self'" if forms else "form-action 'none'", f"style-src {_hash(worn)}"]
    policy += [f"script-src {_hash(script)}"] if script else []
    policy += ["img-src data:"] if pictures else []
    shown = (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{worn}</style>'
        f"<body>{body}{f'<script>{script}</script>' if script else ''}</body></html>"
    )
    found = {**GUARDED, "Content-Security-Policy": "; ".join(policy), **(headers or {})}
    return web.Response(text=shown, content_type="text/html", status=status, headers=found)


def language_of(request: web.Request) -> str:
    """What the browser asks for first."""
    return request.headers.get("Accept-Language", "").split(",")[0].strip()


def _hash(inline: str) -> str:
    """By which a page's own style or script is known, and no other (CSP Level 3, 2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()}'"
