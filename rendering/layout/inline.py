"""Words of a paragraph as HTML: bold, in italics, underlined, struck through, code, in whatever direction they read.

WeasyPrint orders and shapes the words of each element by themselves. So an element is never the border at which words
of the other direction part, and letters that join keep a joiner at the border.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from typing import Final

import regex  # type: ignore[import-untyped]

from flows.words.styles import Kind

__all__ = ["Mark", "css", "html"]

Mark = tuple[int, int, frozenset[Kind]]
"""From where, up to where, and how; marks do not overlap and stand in their order."""

_JOINER: Final = "\N{ZERO WIDTH JOINER}"
_BREAK: Final = "\N{ZERO WIDTH SPACE}"
_LONG: Final = 20  # letters: longer than most words, and so many of the widest fit a line
_BLANK: Final = regex.compile(r"[ \n]")  # at others WeasyPrint does not go back for the end of a line
_JOINS_ON: Final = regex.compile(r"[\p{Joining_Type=D}\p{Joining_Type=L}\p{Joining_Type=C}]\p{Joining_Type=T}*\Z")
_JOINS_BACK: Final = regex.compile(r"[\p{Joining_Type=D}\p{Joining_Type=R}\p{Joining_Type=C}]")
_STRONG: Final = {"L": "ltr", "R": "rtl", "AL": "rtl"}
_NUMBERS: Final = ("EN", "AN")


def html(words: str, marks: Sequence[Mark], direction: str = "ltr") -> str:
    """Words of a paragraph of that direction; one element for each mark, named after its kinds."""
    if not marks:
        return escape(words)
    borders = sorted({border for start, end, _ in marks for border in (start, end)})
    cut = [
        (start, end)
        for start, end in _other_way(words, direction)
        if bisect_right(borders, start) < bisect_left(borders, end)  # a border stands between
    ]
    edges = sorted({0, len(words), *borders, *(edge for one in cut for edge in one)})
    kinds_at = {start: (end, kinds) for start, end, kinds in marks}
    turns = dict(cut)
    parts, kinds, marked_until, turned_until = [], frozenset[Kind](), 0, 0
    for start, end in pairwise(edges):
        if start in turns:
            parts.append(f'<span dir="{"ltr" if direction == "rtl" else "rtl"}">')
            turned_until = turns[start]
        if start in kinds_at:
            marked_until, kinds = kinds_at[start]
        said = _joined(words, start, end)
        parts.append(f'<span class="{" ".join(sorted(kinds))}">{said}</span>' if start < marked_until else said)
        if end == turned_until:
            parts.append("</span>")
    return "".join(parts)


def _other_way(words: str, direction: str) -> Iterator[tuple[int, int]]:
    """Where words read against the paragraph: from a letter to the last such letter, or number, before one of its own
    direction or the end of the line (Unicode Standard Annex 9, W7 and N1)."""
    start = end = -1
    for place, sign in enumerate(words):
        kind = unicodedata.bidirectional(sign)
        way = _STRONG.get(kind, "")
        if start >= 0 and (way == direction or sign == "\n"):
            yield start, end
            start = -1
        elif way and way != direction:
            start, end = place if start < 0 else start, place + 1
        elif start >= 0 and (kind in _NUMBERS or (kind == "NSM" and end == place)):
            end = place + 1
    if start >= 0:
        yield start, end


def _joined(words: str, start: int, end: int) -> str:
    """A stretch, with a joiner where a letter joins one beyond it."""
    said = words[start:end]
    breaks = _BREAK if _unbroken(words, end) else ""
    if said.isascii():
        return escape(said + breaks)
    before = _JOINER if _joins(words, start) else ""
    after = _JOINER if _joins(words, end) else ""
    return escape(f"{before}{said}{after}{breaks}")


def _unbroken(words: str, border: int) -> bool:
    """Whether a border lies in a long run without a blank: WeasyPrint breaks it within an element only."""
    if not 0 < border < len(words):
        return False
    before = _BLANK.split(words[max(border - _LONG, 0) : border])[-1]
    after = _BLANK.split(words[border : border + _LONG], maxsplit=1)[0]
    return bool(before and after) and len(before) + len(after) > _LONG


def _joins(words: str, border: int) -> bool:
    if not 0 < border < len(words) or not _JOINS_BACK.match(words[border]):
        return False
    return _JOINS_ON.search(words[max(border - 9, 0) : border]) is not None


def css(code: str) -> str:
    """Rules for what is set in a way of its own; it never makes its line higher. code: the typefaces of code."""
    return f"""
span {{ line-height: 0 }}
.bold {{ font-weight: bold }}
.italic {{ font-style: italic }}
.underline {{ text-decoration: underline }}
.strike {{ text-decoration: line-through }}
.underline.strike {{ text-decoration: underline line-through }}
.code {{ font-family: {code} }}
"""
