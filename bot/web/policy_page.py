"""The privacy policy as a page: the owner's words, with headings and lists, and under them who the seller is."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby
from typing import Final

from aiohttp import web

from bot.base.setting_types import Seller
from bot.web.page import page
from bot.wording.speak import words
from flows.steps.language import NAMES
from flows.words.text import Text, text
from locales import LANGUAGES, document, pick

__all__ = ["PATHS", "policy_page"]

PATHS: Final[Mapping[str, str]] = {"tr": "/gizlilik", "en": "/privacy"}
"""Where the policy is in each language."""

TITLE = text("policy", "Privacy policy")
VERSION = text("policy", "Version {version}, {date}")
SELLER = text("policy", "Seller and data controller")
ROWS: Final[Mapping[str, Text]] = {
    "mersis": text("policy", "MERSİS number"),
    "tax_office": text("policy", "Tax office"),
    "tax_number": text("policy", "Tax number"),
    "address": text("policy", "Address"),
    "phone": text("policy", "Telephone"),
    "email": text("policy", "E-mail"),
    "kep": text("policy", "Registered e-mail (KEP)"),
}
"""What identifies a seller (Law 6563 m.3 and its By-Law on Service Providers m.5; KVKK m.10/1-a)."""

STYLE: Final = (
    "body{max-width:40em}nav{text-align:right}nav a{display:inline-block;padding:.6em 0}h1{font-size:1.6em;"
    "line-height:1.25}h2{font-size:1.2em;margin-top:2em}ul{list-style:none;padding-left:1.2em}li{margin:.6em 0;"
    "text-indent:-1.2em}footer{margin-top:3em;border-top:1px solid;font-size:.95em}dl{margin:0}"
    "dt{font-weight:bold;margin-top:.6em}dd{margin:0}"
)
_HEADING: Final = re.compile(r"\d+\. ")
_POINT: Final = "● "


def policy_page(request: web.Request, seller: Seller | None) -> web.Response:
    """In the language of its address, unless `?lang=` asks for another one."""
    spoken = next((language for language, path in PATHS.items() if path == request.path), None)
    language = pick(request.query.get("lang", spoken))
    policy = document("policy", language, {})
    dated = words(replace(VERSION, values={"version": policy.version, "date": policy.dated}), language)
    title = words(TITLE, language)
    body = (
        f"{_other_languages(language)}<main><h1>{html.escape(title)}</h1><p>{html.escape(dated)}</p>"
        f"{_written(policy.text)}</main>{_imprint(seller, language) if seller else ''}"
    )
    return page(body, title=f"{title} · MektupX", language=language, style=STYLE, headers={"X-Robots-Tag": "all"})


def _other_languages(language: str) -> str:
    links = (
        f'<a href="{PATHS[other]}" hreflang="{other}" lang="{other}" rel="alternate">{NAMES[other]}</a>'
        for other in LANGUAGES
        if other != language
    )
    return f"<nav>{' '.join(links)}</nav>"


def _written(policy: str) -> str:
    """Its headings, paragraphs and lists, by how the owner has marked them; no word is left out."""
    return "".join(_block(kind, list(parts)) for kind, parts in groupby(policy.split("\n\n"), _kind))


def _kind(part: str) -> str:
    return "h2" if _HEADING.match(part) else "li" if part.startswith(_POINT) else "p"


def _block(kind: str, parts: list[str]) -> str:
    shown = "".join(f"<{kind}>{html.escape(part)}</{kind}>" for part in parts)
    return f"<ul>{shown}</ul>" if kind == "li" else shown


def _imprint(seller: Seller, language: str) -> str:
    rows = "".join(
        f"<dt>{html.escape(words(label, language))}</dt><dd>{html.escape(getattr(seller, name))}</dd>"
        for name, label in ROWS.items()
        if getattr(seller, name)
    )
    said = html.escape(words(SELLER, language))
    return f"<footer><h2>{said}</h2><p>{html.escape(seller.title)}</p><dl>{rows}</dl></footer>"
