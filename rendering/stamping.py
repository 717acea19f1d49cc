"""Page numbers and the notice at the foot: laid out once, and stamped on letters as the mark is.

WeasyPrint lays every page out twice where a margin box counts the pages, and the boxes themselves for each page of each
letter. A letter is laid out without them; here they come from pages that hold nothing else, by the same rules.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import weasyprint  # type: ignore[import-untyped]
from weasyprint.formatting_structure.boxes import MarginBox  # type: ignore[import-untyped]

from rendering.layout.page import Letter, foot
from rendering.typesetting import paper, render

__all__ = ["UNSTAMPED", "stamp"]

UNSTAMPED: Final = "@page { @bottom-left { content: none } @bottom-right { content: none } }"
"""The rules of pages that are stamped afterwards."""

_UNNUMBERED: Final = "@page { @bottom-right { content: none } }"


def stamp(document: weasyprint.Document, letter: Letter) -> None:
    """Puts the numbers on all pages and the notice on the last; a single page needs no number."""
    rules, pages = paper(letter), len(document.pages)
    numbers = _numbers(rules, pages) if pages > 1 else [()]
    for page, number in zip(document.pages, numbers, strict=True):
        _add(page, number)
    # The margins of a page may depend on whether it is the first, a left or a right one.
    _add(document.pages[-1], _notice(rules, pages if pages < 3 else 2 + pages % 2, foot(letter)))


def _add(page: weasyprint.Page, boxes: tuple[Any, ...]) -> None:
    page._page_box.children = (*page._page_box.children, *boxes)


@lru_cache(maxsize=256)
def _numbers(rules: str, pages: int) -> list[tuple[Any, ...]]:
    """The margin boxes of a letter of so many pages."""
    return _margins(_blank(pages), rules)


@lru_cache(maxsize=64)
def _notice(rules: str, pages: int, words: str) -> tuple[Any, ...]:
    """The margin box with the notice on the last of so many pages."""
    return _margins(_blank(pages) + words, rules, _UNNUMBERED)[-1]


def _blank(pages: int) -> str:
    return "<p>\N{NO-BREAK SPACE}</p>" + '<p style="break-before: page">\N{NO-BREAK SPACE}</p>' * (pages - 1)


def _margins(words: str, *rules: str) -> list[tuple[Any, ...]]:
    document = render(f"<html><body>{words}</body></html>", *rules)
    return [tuple(box for box in page._page_box.children if isinstance(box, MarginBox)) for page in document.pages]
