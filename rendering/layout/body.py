"""The body of a letter as independent blocks of HTML: paragraphs exactly as typed and set, each in its direction."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, islice
from typing import Final

from flows.words.styles import Kind, Styles, runs
from rendering import faces
from rendering.layout import inline, roles

__all__ = ["Block", "Passage", "blocks", "css", "direction", "passages"]


MEASURE: Final = 70
"""Letters in a full line, on average: between 60 and 72 the eye finds the next line without looking for it."""
_TYPICAL: Final = (
    "Sardunyaların bu sabah açtı. Pencereyi her açtığımda mutfağındaki çay kokusunu arıyorum; ıhlamurlar da çiçeklendi,"
    " sokak baştan başa senin bahçen gibi kokuyor. Geçen hafta İstanbul’a döndük. "
)


@dataclass(frozen=True, slots=True)
class Passage:
    """Neighbouring lines of one paragraph that read in one direction, and the blank lines above them.

    start: where in the letter it begins.  quoted: whether they are somebody else's words.
    dated: whether it is the line of date and place.  marker: of an item of a list, behind which its lines hang.
    """

    blank: int
    direction: str
    words: str
    start: int = 0
    quoted: bool = False
    dated: bool = False
    marker: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One passage as HTML that needs nothing of its neighbours, so that it can be laid out and measured alone.

    blank: how many blank lines stand above it.  opening: the tag that says how the passage is set.
    inner: the passage as HTML.  plain: its words, where that is all there is; else "".
    """

    blank: int
    opening: str
    inner: str
    plain: str = ""

    @property
    def html(self) -> str:
        """The passage below the blank lines."""
        return f"{self.opening}{self.inner}</p>"

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
    """The letter cut at blank lines, at its quotations, at the items of its lists and where its direction turns; blank
    lines at the very end are dropped."""
    blank, current, first = 0, "ltr", True
    paragraphs = [
        (empty, list(lines)) for empty, lines in groupby(_lines(text, styles), key=lambda one: not one.words.strip())
    ]
    for empty, lines in _closed(paragraphs):
        if empty:
            blank = len(lines)
            continue
        way = current = direction("\n".join(line.words for line in lines), current)
        described = []
        for line, marker in zip(lines, roles.markers([line.words for line in lines]), strict=True):
            way = _way(line.words, current, way)
            described.append((way, line.quoted, first and roles.dated(line.words), marker, line))
            first = False
        for (way, quoted, dated, marker), group in groupby(described, key=lambda one: one[:4]):
            for part in _apart([one[-1] for one in group], alone=bool(marker)):
                words = "\n".join(line.words for line in part)
                yield Passage(blank, way, words, part[0].start, quoted, dated, marker)
                blank = 0


def _way(line: str, paragraph: str, above: str) -> str:
    """A line reads like its paragraph, unless all its letters read the other way; without a letter, like the one above.

    "WhatsApp" at the beginning of a line does not turn a line of Arabic.
    """
    ways = {direction(sign, "") for sign in set(line)} - {""}
    return paragraph if len(ways) > 1 else ways.pop() if ways else above


def _apart(lines: list[_Line], *, alone: bool) -> Iterator[list[_Line]]:
    yield from ([line] for line in lines) if alone else [lines]


_Paragraphs = list[tuple[bool, list[_Line]]]


def _closed(paragraphs: _Paragraphs) -> _Paragraphs:
    """With the end of a letter in one: three lines that no page break parts, as `widows` and `orphans` are two."""
    ended = paragraphs[:-1] if paragraphs and paragraphs[-1][0] else paragraphs
    match ended:
        case [*before, (False, [greeting]), (True, [between]), (False, [name])] if (
            roles.closing(greeting.words, name.words) and greeting.quoted == name.quoted
        ):
            return [*before, (False, [greeting, between, name])]
    return paragraphs


def blocks(text: str, styles: Styles = (), face: str = faces.ADDRESS_FACE) -> Iterator[Block]:
    """The letter's text from top to bottom. face: which prints it; it says how far the lines of a list hang."""
    marks = [(start, end, shown) for start, end, kinds in runs(styles) if (shown := kinds - {Kind.QUOTE})]
    ends = [end for _, end, _ in marks]
    for passage in passages(text, styles):
        these = tuple(_marks(passage, islice(marks, bisect_right(ends, passage.start), None)))
        inner = inline.html(passage.words, these, passage.direction)
        # A line break straight after the tag would be swallowed by the parser; passages never begin with one.
        opening = f'<p{_attributes(passage, face)} dir="{passage.direction}">'
        yield Block(passage.blank, opening, inner, "" if these else passage.words)


def _attributes(passage: Passage, face: str) -> str:
    names = {"apart": passage.blank, "quote": passage.quoted, "dated": passage.dated}
    given = [name for name, true in names.items() if true]
    named = f' class="{" ".join(given)}"' if given else ""
    if not passage.marker:
        return named
    side = "right" if passage.direction == "rtl" else "left"
    hang = faces.metrics(face).width(passage.marker, 1)
    return f'{named} style="padding-{side}:{hang:.3f}em;text-indent:-{hang:.3f}em"'


def _marks(passage: Passage, marks: Iterable[inline.Mark]) -> Iterator[inline.Mark]:
    """What of the letter's marks stands in a passage, by places in its words.

    No border parts a letter from its combining marks: an element that began with one would print a circle below it.
    """
    for first, last, kinds in marks:
        start, end = max(first - passage.start, 0), min(last - passage.start, len(passage.words))
        if start >= len(passage.words):
            return
        start, end = (_behind_combining(passage.words, border) for border in (start, end))
        if start < end:
            yield start, end, kinds


def _behind_combining(words: str, border: int) -> int:
    while 0 < border < len(words) and unicodedata.category(words[border]).startswith("M"):
        border += 1
    return border


@lru_cache(maxsize=32)
def _measure(face: str) -> float:
    """How wide a column of MEASURE letters is, in sizes of the type."""
    return MEASURE * faces.metrics(face).width(_TYPICAL, 1) / len(_TYPICAL)


def css(face: str, families: str) -> str:
    """Rules for the body that is set in this typeface, with these for what it lacks.

    All lines stand on one grid: a blank line is as high as any other.
    """
    return f"""
.text {{ widows: 2; orphans: 2 }}
.tight .text {{ widows: 1; orphans: 1 }}
p {{ white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 4; text-align: left;
  max-width: {_measure(face):.2f}em }}
[dir=rtl] {{ direction: rtl; text-align: right }}
p[dir=rtl] {{ margin-left: auto }}
.apart {{ margin-top: 1lh }}
.dated {{ text-align: right }}
.dated[dir=rtl] {{ text-align: left }}
.quote {{ margin-left: 1.5em; margin-right: 1.5em; max-width: {_measure(face) - 3:.2f}em }}
{inline.css(f'"{faces.CODE_FACE}", {families}')}"""
