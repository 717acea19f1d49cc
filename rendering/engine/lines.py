"""Breaks a paragraph into lines with one Pango layout, where WeasyPrint makes three for each line.

WeasyPrint lays the rest of a paragraph out again for every line: the time of a word without breaks grows with the
square of its length. Here a paragraph is laid out once, in pieces of bounded length.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import inf
from typing import Any, Final

import regex  # type: ignore[import-untyped]
from weasyprint.text import line_break  # type: ignore[import-untyped]
from weasyprint.text.ffi import FROM_UNITS, TO_UNITS, ffi, pango  # type: ignore[import-untyped]

__all__ = ["PIECE", "FirstLine", "Line", "first_line", "forget", "split_first_line"]

PIECE: Final = 2_000
"""Characters laid out at once: some thirty lines. Pango shapes the rest of a word anew for every line it breaks."""

# Soft hyphens print a hyphen at the end of a line, and these separators end one: WeasyPrint knows how.
_WITH_A_WAY_OF_THEIR_OWN: Final = regex.compile(r"[\u00ad\r\f\v\u0085\u2028\u2029]")
_theirs: Final = line_break.split_first_line


class Line:
    """One line of a paragraph, with what WeasyPrint asks of its own layout of a line."""

    __slots__ = ("_paragraph", "first_line_direction", "line", "max_width", "text")

    def __init__(self, paragraph: _Paragraph, line: Any, text: str) -> None:
        self._paragraph, self.line, self.text = paragraph, line, text
        self.first_line_direction = line.resolved_dir
        self.max_width = paragraph.max_width

    def __getattr__(self, name: str) -> Any:
        """The places of underlines and strokes are those of the whole paragraph."""
        return getattr(self._paragraph.layout, name)

    @property
    def utf8(self) -> bytes:
        """What the offsets of the glyphs count in."""
        return self._paragraph.utf8

    def get_first_line(self) -> tuple[Any, None]:
        return self.line, None

    def reactivate(self, style: Any) -> None:
        """Nothing was given up between layout and drawing."""

    def deactivate(self) -> None:
        """The layout goes with the last of its lines."""


class _Paragraph:
    """A laid-out stretch of text up to its first line break, or a piece of it."""

    def __init__(self, text: str, style: Any, max_width: float) -> None:
        self.source, self.style, self.max_width = text, style, max_width
        end = text.find("\n")
        whole = text if end < 0 else text[:end]
        size = PIECE
        while True:
            piece = whole[:size]
            self._lay_out(piece)
            lines = self._lines()
            if len(piece) == len(whole) or len(lines) > 2:
                break
            size *= 2
        # The last two lines of a piece could end otherwise if the text went on.
        self._complete = len(piece) == len(whole)
        self._ends_in_break = end >= 0
        self._beginnings = self._starts(lines if self._complete else lines[:-2])

    def _lay_out(self, piece: str) -> None:
        self.layout = line_break.Layout(self.style, 0, self.max_width)
        pango.pango_layout_set_width(self.layout.layout, int(max(0, self.max_width) * TO_UNITS))
        pango.pango_layout_set_wrap(self.layout.layout, pango.PANGO_WRAP_WORD_CHAR)
        self.layout.set_text(piece)
        self.utf8 = piece.encode()

    def _lines(self) -> list[Any]:
        number, lines = 0, []
        while (line := pango.pango_layout_get_line_readonly(self.layout.layout, number)) != ffi.NULL:
            lines.append(line)
            number += 1
        return lines

    def _starts(self, lines: list[Any]) -> dict[int, Any]:
        """Each line by how many characters of the source are left where it begins."""
        found, passed, at = {}, 0, 0
        for line in lines:
            passed += len(self.utf8[at : line.start_index].decode())
            at = line.start_index
            found[len(self.source) - passed] = line
        return found

    def line_at(self, text: str, style: Any, max_width: float) -> Any:
        """The line that begins with this rest of the source, or None."""
        if style is not self.style or max_width != self.max_width or not self.source.endswith(text):
            return None
        return self._beginnings.get(len(text))

    def split(self, line: Any) -> tuple[Line, int, int | None, float, float, float]:
        """WeasyPrint's answer: layout, length, where the next line begins, width, height, baseline."""
        extents = ffi.new("PangoRectangle *")
        pango.pango_layout_line_get_extents(line, ffi.NULL, extents)
        start, length = line.start_index, line.length
        resume: int | None = length
        if self._complete and start + length >= len(self.utf8):
            resume = length + 1 if self._ends_in_break else None
        words = self.utf8[start : start + length].decode()
        size = (extents.width * FROM_UNITS, extents.height * FROM_UNITS, -extents.y * FROM_UNITS)
        return Line(self, line, words), length, resume, *size


_recent: deque[_Paragraph] = deque(maxlen=4)  # a page break lays some lines out again; no more than a page's paragraphs


def split_first_line(
    text: str,
    style: Any,
    context: Any,
    max_width: float | None,
    justification_spacing: float,
    is_line_start: bool = True,
    minimum: bool = False,
) -> Any:
    """The first line of a text; see `weasyprint.text.line_break.split_first_line`."""
    if max_width is None or not _known(text, style, max_width, justification_spacing, is_line_start, minimum):
        return _theirs(text, style, context, max_width, justification_spacing, is_line_start, minimum)
    return _split(text, style, max_width)


def _split(text: str, style: Any, max_width: float) -> Any:
    for paragraph in _recent:
        if (line := paragraph.line_at(text, style, max_width)) is not None:
            return paragraph.split(line)
    paragraph = _Paragraph(text, style, max_width)
    _recent.appendleft(paragraph)
    return paragraph.split(paragraph.line_at(text, style, max_width))


@dataclass(frozen=True, slots=True)
class FirstLine:
    """Where the first line of a text stands, in CSS pixels, and what of the text is left for the next one."""

    height: float
    baseline: float
    rest: str | None


def first_line(text: str, style: Any, max_width: float) -> FirstLine | None:
    """The first line of a text without a page around it; None where only WeasyPrint knows."""
    if not _known(text, style, max_width, 0, is_line_start=True, minimum=False):
        return None
    _, _, resume, _, height, baseline = _split(text, style, max_width)
    return FirstLine(height, baseline, None if resume is None else text.encode()[resume:].decode())


def _known(text: str, style: Any, max_width: float, spacing: float, is_line_start: bool, minimum: bool) -> bool:
    return (
        is_line_start
        and not minimum
        and not spacing
        and max_width != inf
        and style["white_space"] == "pre-wrap"
        and style["overflow_wrap"] == "anywhere"
        and style["word_break"] == "normal"
        and style["hyphens"] == "manual"
        and style["letter_spacing"] == "normal"
        and not style["word_spacing"]
        and not text.startswith("\n")
        and not _WITH_A_WAY_OF_THEIR_OWN.search(text)
    )


def forget() -> None:
    """Lets go of the last paragraphs: words of a letter stay in no process longer than they are drawn."""
    _recent.clear()
