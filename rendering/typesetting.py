"""HTML becomes pages: WeasyPrint with our engine, our fonts and no way to the outside; nothing else lets it render."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import weasyprint  # type: ignore[import-untyped]
from weasyprint.formatting_structure import boxes  # type: ignore[import-untyped]
from weasyprint.text.fonts import FontConfiguration  # type: ignore[import-untyped]
from weasyprint.urls import URLFetcher, URLFetcherResponse  # type: ignore[import-untyped]

from rendering import engine, faces
from rendering.layout.page import Letter, css
from rendering.stationery import STATIONERIES

__all__ = ["OfflineFetcher", "lines", "paper", "render", "sheet", "typefaces"]

# fontTools stamps a subset emoji font with the time of day; the same letter must give the same bytes.
os.environ["SOURCE_DATE_EPOCH"] = "0"
# WeasyPrint and its children log characters it cannot print: words of a letter have no place in a log of any level.
logging.getLogger("weasyprint").propagate = False
engine.install()


class OfflineFetcher(URLFetcher):  # type: ignore[misc]
    """Serves only bytes this process holds: a letter can reach no file, no network and no data: address."""

    def __init__(self, held: Mapping[str, bytes] | None = None) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self._held = dict(held or {})

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        if url not in self._held:
            raise ValueError("rendering fetches nothing")
        return URLFetcherResponse(url, self._held[url])


_NOTHING: Final = OfflineFetcher()


@lru_cache(maxsize=1)
def typefaces() -> FontConfiguration:
    """The fonts of this process."""
    with faces.closed():
        return FontConfiguration()


@lru_cache(maxsize=64)
def sheet(rules: str) -> weasyprint.CSS:
    """A style sheet, read once."""
    return weasyprint.CSS(string=rules, font_config=typefaces(), url_fetcher=_NOTHING)


def paper(letter: Letter) -> str:
    """The rules of the paper a letter is written on."""
    return _paper(letter.stationery, letter.envelope)


@lru_cache(maxsize=64)
def _paper(stationery: str, envelope: str) -> str:
    return css(STATIONERIES[stationery], envelope)


def render(page: str, *rules: str, held: Mapping[str, bytes] | None = None) -> weasyprint.Document:
    """The pages, laid out but not yet written. held: the pictures that the page names."""
    source = weasyprint.HTML(string=page, url_fetcher=OfflineFetcher(held) if held else _NOTHING)
    try:
        return source.render(stylesheets=[sheet(one) for one in rules], font_config=typefaces())
    finally:
        engine.lines.forget()


def lines(box: Any) -> Iterator[boxes.LineBox]:
    """The lines of the letter itself: page number, footnote and address are out of its flow."""
    for child in getattr(box, "children", ()):
        if isinstance(child, boxes.LineBox):
            yield child
        elif not isinstance(child, boxes.MarginBox) and child.is_in_normal_flow():
            yield from lines(child)
