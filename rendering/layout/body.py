"""The body of a letter as independent blocks of HTML: paragraphs exactly as typed and set, each in its direction."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice

from flows.words.styles import Kind, Styles, runs
from rendering import faces
from rendering.layout import inline

__all__ = ["Block", "Passage", "blocks", "css", "direction", "passages"]


@dataclass(frozen=True, slots=True)
class Passage:
    """Neighbouring lines of one paragraph that read in one direction, and the blank lines above them.

    start: where in the letter it begins.  quoted: whether they are somebody else's words.
    """

    blank: int
    direction: str
    words: str
    start: int = 0
    quoted: bool = False


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


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    words: str
    quoted: bool


def _lines(text: str, styles: Styles) -> Iterator[_Line]:
    """A line is a quotation if one begins in it or goes on into it."""
    quotes = [style for style in styles if style.kind is Kind.QUOTE]
    start = nth = 0
    for words in text.split("\n"):
        end = start + len(words)
        while nth < len(quotes) and quotes[nth].end <= start:
            nth += 1
        yield _Line(start, words, nth < len(quotes) and quotes[nth].start < end)
        start = end + 1


def passages(text: str, styles: Styles = ()) -> Iterator[Passage]:
    """The letter cut at blank lines, at its quotations and where its direction turns; blank lines at the very end are
    dropped."""
    blank, current = 0, "ltr"
    for empty, block in groupby(_lines(text, styles), key=lambda line: not line.words.strip()):
        lines = list(block)
        if empty:
            blank = len(lines)
            continue
        directed = []
        for line in lines:
            current = direction(line.words, current)
            directed.append((current, line.quoted, line))
        for (way, quoted), group in groupby(directed, key=lambda one: one[:2]):
            same = [line for _, _, line in group]
            yield Passage(blank, way, "\n".join(line.words for line in same), same[0].start, quoted)
            blank = 0


def blocks(text: str, styles: Styles = ()) -> Iterator[Block]:
    """The letter's text from top to bottom."""
    marks = [(start, end, shown) for start, end, kinds in runs(styles) if (shown := kinds - {Kind.QUOTE})]
    ends = [end for _, end, _ in marks]
    for passage in passages(text, styles):
        names = [name for name, given in (("apart", passage.blank), ("quote", passage.quoted)) if given]
        named = f' class="{" ".join(names)}"' if names else ""
        these = tuple(_marks(passage, islice(marks, bisect_right(ends, passage.start), None)))
        words = inline.html(passage.words, these, passage.direction)
        # A line break straight after the tag would be swallowed by the parser; passages never begin with one.
        yield Block(passage.blank, f'<p{named} dir="{passage.direction}">{words}</p>')


def _marks(passage: Passage, marks: Iterable[inline.Mark]) -> Iterator[inline.Mark]:
    """What of the letter's marks stands in a passage, by places in its words."""
    for first, last, kinds in marks:
        start, end = max(first - passage.start, 0), min(last - passage.start, len(passage.words))
        if start >= len(passage.words):
            return
        if start < end:
            yield start, end, kinds


def css(families: str) -> str:
    """Rules for the body that is set in these typefaces."""
    return f"""
.text {{ widows: 2; orphans: 2 }}
.tight .text {{ widows: 1; orphans: 1 }}
p {{ white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 4; text-align: left }}
[dir=rtl] {{ direction: rtl; text-align: right }}
.apart {{ margin-top: 0.75em }}
.quote {{ margin-left: 1.5em; margin-right: 1.5em }}
{inline.css(f'"{faces.CODE_FACE}", {families}')}"""
