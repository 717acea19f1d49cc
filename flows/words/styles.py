"""How words of a message are set: which of them are bold, in italics, underlined, struck through, quoted or code."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import Final

from flows.words.text import units

__all__ = ["OF_ENTITY", "Kind", "Style", "Styled", "Styles", "joined", "normalised", "runs"]


class Kind(StrEnum):
    """What paper can show of a message's formatting."""

    BOLD = "bold"
    ITALIC = "italic"
    UNDERLINE = "underline"
    STRIKE = "strike"
    QUOTE = "quote"
    CODE = "code"


OF_ENTITY: Final[Mapping[str, Kind]] = {
    "bold": Kind.BOLD,
    "italic": Kind.ITALIC,
    "underline": Kind.UNDERLINE,
    "strikethrough": Kind.STRIKE,
    "blockquote": Kind.QUOTE,
    "expandable_blockquote": Kind.QUOTE,
    "code": Kind.CODE,
    "pre": Kind.CODE,
}
"""By the name that a messenger gives it (Bot API, MessageEntity); all others are nothing that ink could show."""


@dataclass(frozen=True, slots=True, order=True)
class Style:
    """One stretch of a text: the code points from `start` up to `end`, not included."""

    start: int
    end: int
    kind: Kind


Styles = tuple[Style, ...]
"""In the order of the text; two stretches of one kind neither overlap nor touch."""


def normalised(styles: Iterable[Style], length: int) -> Styles:
    """The same stretches as `Styles` of a text of that length; what stands outside of it goes."""
    found: dict[Kind, list[Style]] = {}
    for style in sorted(styles):
        start, end = max(style.start, 0), min(style.end, length)
        if start >= end:
            continue
        alike = found.setdefault(style.kind, [])
        if alike and start <= alike[-1].end:
            last = alike.pop()
            start, end = last.start, max(last.end, end)
        alike.append(Style(start, end, style.kind))
    return tuple(sorted(style for alike in found.values() for style in alike))


@dataclass(frozen=True, slots=True)
class Styled:
    """A text and how it is set; the styles stay with their words when it is cut, joined or trimmed."""

    words: str
    styles: Styles = ()

    @classmethod
    def of_units(cls, words: str, entities: Iterable[tuple[Kind, int, int]]) -> Styled:
        """From stretches of (kind, offset, length) in UTF-16 code units (Bot API, MessageEntity).

        A stretch that begins or ends inside a character takes in the whole of it.
        """
        marks = tuple(entities)
        if not marks:
            return cls(words)
        begins = [0, *accumulate(units(sign) for sign in words)]  # by code point: the unit at which it begins
        found = []
        for kind, offset, length in marks:
            start, end = bisect_right(begins, offset) - 1, bisect_left(begins, offset + length)
            found.append(Style(start, end, kind))
        return cls(words, normalised(found, len(words)))

    def cut(self, start: int, end: int | None = None) -> Styled:
        """The part from `start` up to `end`, with what is left of its styles."""
        first, last, _ = slice(start, end).indices(len(self.words))
        words = self.words[first:last]
        moved = (Style(style.start - first, style.end - first, style.kind) for style in self.styles)
        return Styled(words, normalised(moved, len(words)))

    def __add__(self, other: Styled) -> Styled:
        return joined([("", self), ("", other)])

    def strip(self, signs: str) -> Styled:
        """Without these signs at its ends."""
        first = len(self.words) - len(self.words.lstrip(signs))
        return self.cut(first, max(first, len(self.words.rstrip(signs))))


def joined(parts: Iterable[tuple[str, Styled]]) -> Styled:
    """One text of many, each with what stands before it, in time that grows with their length.

    What is set alike on both sides of a seam is set so across it, but never across the end of a line.
    """
    words: list[str] = []
    styles: list[Style] = []
    length, ending = 0, frozenset[Kind]()
    for seam, part in parts:
        start = length + len(seam)
        if seam and "\n" not in seam:
            begins = {style.kind for style in part.styles if style.start == 0}
            styles += (Style(length, start, kind) for kind in ending & begins)
        styles += (Style(style.start + start, style.end + start, style.kind) for style in part.styles)
        words += seam, part.words
        length = start + len(part.words)
        ending = frozenset(style.kind for style in part.styles if style.end == len(part.words))
    return Styled("".join(words), normalised(styles, length))


def runs(styles: Styles) -> list[tuple[int, int, frozenset[Kind]]]:
    """The stretches (start, end, kinds) between which nothing changes, in their order; what is set plainly is in none.

    In time that grows with their number.
    """
    turns: dict[int, list[tuple[Kind, bool]]] = {}
    for style in styles:
        turns.setdefault(style.start, []).append((style.kind, True))
        turns.setdefault(style.end, []).append((style.kind, False))
    found, now, begun = [], set[Kind](), 0
    for place in sorted(turns):
        if now:
            found.append((begun, place, frozenset(now)))
        now -= {kind for kind, begins in turns[place] if not begins}
        now |= {kind for kind, begins in turns[place] if begins}
        begun = place
    return found
