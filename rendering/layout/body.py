"""The body of a letter as independent blocks of HTML: its paragraphs exactly as typed, each in its direction."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby

__all__ = ["CSS", "Block", "Passage", "blocks", "direction", "passages"]


@dataclass(frozen=True, slots=True)
class Passage:
    """Neighbouring lines of one paragraph that read in one direction, and the blank lines above them."""

    blank: int
    direction: str
    words: str


@dataclass(frozen=True, slots=True)
class Block:
    """One passage as HTML that needs nothing of its neighbours, so that it can be laid out and measured alone.

    blank: how many blank lines stand above it.  html: the passage below them.
    """

    blank: int
    html: str

    @property
    def above(self) -> str:
        """The blank lines as HTML; the first of them is the block's own margin."""
        return "<p>\N{NO-BREAK SPACE}</p>" * (self.blank - 1)


def direction(words: str, otherwise: str = "ltr") -> str:
    """Of the first letter that has one (Unicode rule P2); `dir=auto` would not right-align."""
    for character in words:
        kind = unicodedata.bidirectional(character)
        if kind == "L":
            return "ltr"
        if kind in ("R", "AL"):
            return "rtl"
    return otherwise


def passages(text: str) -> Iterator[Passage]:
    """The letter cut at blank lines and where its direction turns; blank lines at the very end are dropped."""
    blank, current = 0, "ltr"
    for empty, block in groupby(text.split("\n"), key=lambda line: not line.strip()):
        lines = list(block)
        if empty:
            blank = len(lines)
            continue
        directed = []
        for line in lines:
            current = direction(line, current)
            directed.append((current, line))
        for way, same in groupby(directed, key=lambda pair: pair[0]):
            yield Passage(blank, way, "\n".join(line for _, line in same))
            blank = 0


def blocks(text: str) -> Iterator[Block]:
    """The letter's text from top to bottom."""
    for passage in passages(text):
        apart = ' class="apart"' if passage.blank else ""
        # A line break straight after the tag would be swallowed by the parser; passages never begin with one.
        yield Block(passage.blank, f'<p{apart} dir="{passage.direction}">{escape(passage.words)}</p>')


CSS = """
.text { widows: 2; orphans: 2 }
.tight .text { widows: 1; orphans: 1 }
p { white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 4; text-align: left }
[dir=rtl] { direction: rtl; text-align: right }
.apart { margin-top: 0.75em }
"""
