"""What is refused before it is laid out: what nobody can print, what hangs the layout, what is too long."""

from __future__ import annotations

import math

import regex  # type: ignore[import-untyped]

from flows.words import marks
from rendering import faces
from rendering.layout.geometry import MM, NOTE_LINES, NOTE_PT, NOTE_WIDTH
from rendering.stationery import STATIONERIES

__all__ = [
    "AROUND",
    "MAX_CHARACTERS",
    "MAX_LINES",
    "NotPrintable",
    "note_overflow",
    "survivable",
    "unprintable",
    "unprintable_around",
]

MAX_CHARACTERS = 100_000  # ten pages hold about 25,000; layout takes 7 ms a thousand characters
MAX_LINES = 2_000  # ten pages hold about 360; 48,000 two-letter lines took 100 s

AROUND = faces.order(faces.ADDRESS_FACE, "sans")
"""The faces of what stands around the text: address, return address and notice."""

_HARMFUL = regex.compile(r"[\p{Cs}\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")


class NotPrintable(ValueError):
    """The letter cannot become paper as it is; `reason` never holds words of the letter."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def survivable(words: str) -> None:
    """Refuses what could crash or hang the layout; flows has cleaned it before, this is the second lock."""
    if len(words) > MAX_CHARACTERS:
        raise NotPrintable(f"more than {MAX_CHARACTERS} characters")
    if words.count("\n") >= MAX_LINES:
        raise NotPrintable(f"more than {MAX_LINES} lines")
    if _HARMFUL.search(words):
        raise NotPrintable("a control character or half a surrogate pair")
    if marks.too_many(words):
        raise NotPrintable(f"more than {marks.LIMIT} combining marks on one letter")


def unprintable(text: str, stationery: str = "klasik") -> tuple[str, ...]:
    """What the faces of a stationery do not print: whole clusters in the order of the text, each once."""
    return faces.unprintable(text, STATIONERIES[stationery].faces)


def unprintable_around(words: str) -> tuple[str, ...]:
    """The same of what stands around the text."""
    return faces.unprintable(words, AROUND)


def note_overflow(footnote: str) -> bool:
    """Whether the notice to the addressee needs more lines than the foot has; a word may leave a line a tenth short."""
    width = faces.metrics(faces.ADDRESS_FACE).width
    usable = NOTE_WIDTH * MM * 0.9
    return sum(max(1, math.ceil(width(line, NOTE_PT) / usable)) for line in footnote.split("\n")) > NOTE_LINES
