"""Whether the address keeps to its place: the ink of each line as the engine has shaped it, whatever its script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate
from typing import Any

from weasyprint.formatting_structure import boxes  # type: ignore[import-untyped]
from weasyprint.layout.absolute import AbsolutePlaceholder  # type: ignore[import-untyped]
from weasyprint.text.ffi import FROM_UNITS, ffi, pango  # type: ignore[import-untyped]

from rendering.layout.envelopes import Layout
from rendering.layout.geometry import ADDRESS_LINES, HAIR, RETURN_SETTING, TAIL, Rectangle

__all__ = ["Glyph", "Line", "Overflow", "lines", "overflow"]

_MM = 25.4 / 96  # a CSS pixel
_ABOVE, _BELOW = 1.2, 0.95  # of the leading: higher or lower than that, a line would run into its neighbours


@dataclass(frozen=True, slots=True)
class Glyph:
    """Where the character that it begins with stands in its line, and the rectangle of its ink, in millimetres."""

    place: int
    ink: Rectangle


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: its words, its baseline and leading in millimetres, the rectangle of its ink.

    glyphs: those that have ink; asked only where some of it leaves its place.
    """

    words: str
    baseline: float
    leading: float
    ink: Rectangle | None
    glyphs: Callable[[], Iterable[Glyph]]

    def outside(self, place: Rectangle) -> str:
        """The words whose ink leaves the place, or runs into the lines above and below; "" where none does."""
        own = Rectangle(
            place.left - HAIR,
            max(place.top - HAIR, self.baseline - _ABOVE * self.leading),
            place.right,
            min(place.bottom + TAIL, self.baseline + _BELOW * self.leading),
        )
        if self.ink is None or own.holds(self.ink):
            return ""
        over = [glyph.place for glyph in self.glyphs() if not own.holds(glyph.ink)]
        return " ".join(
            word.group() for word in _WORD.finditer(self.words) if any(word.start() <= at < word.end() for at in over)
        )


_WORD = re.compile(r"\S+")
_RETURN_LINES = max(most for _, most, _ in RETURN_SETTING)


@dataclass(frozen=True, slots=True)
class Overflow:
    """What leaves its place: lines of the addressee, the words of them that do, words of the return address."""

    lines: tuple[str, ...]
    parts: tuple[str, ...]
    sender: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.lines or self.sender)


def overflow(page: Any, layout: Layout) -> Overflow:
    """Of a page that is laid out."""
    wide = [
        (line.words, over)
        for number, line in enumerate(lines(page, "address"))
        if (over := line.outside(layout.address) if number < ADDRESS_LINES else line.words)
    ]
    own = list(lines(page, "return"))
    sender = [line.words for line in own[_RETURN_LINES:]] or [line.outside(layout.return_line) for line in own]
    return Overflow(
        tuple(line for line, _ in wide), tuple(part for _, part in wide), tuple(part for part in sender if part)
    )


def lines(page: Any, block: str) -> Iterator[Line]:
    """The lines of a block of page 1, by its class."""
    for box in page._page_box.descendants():
        # What is positioned stands in the tree as a placeholder, which only its own descendants see through.
        if isinstance(box, AbsolutePlaceholder) and _class(box) == block:
            for block_of_a_line in box.children:
                yield from (_line(line, block_of_a_line.height) for line in block_of_a_line.children)
            return


def _class(box: Any) -> str:
    """The first class of a block's element."""
    return str(box.element.get("class", "")).split(" ")[0] if box.element is not None else ""


def _line(box: Any, leading: float) -> Line:
    texts = [part for part in box.descendants() if isinstance(part, boxes.TextBox)]
    words = "".join(part.text for part in texts)
    before = list(accumulate((len(part.text) for part in texts), initial=0))
    inks = [ink for ink in map(_ink, texts) if ink is not None]

    def glyphs() -> Iterator[Glyph]:
        for text, place in zip(texts, before, strict=False):
            yield from _glyphs(text, place)

    ink = reduce(Rectangle.around, inks) if inks else None
    return Line(words, (box.position_y + box.baseline) * _MM, leading * _MM, ink, glyphs)


def _ink(text: Any) -> Rectangle | None:
    """What the shaped glyphs cover together; None for blanks."""
    layout = text.pango_layout
    layout.reactivate(text.style)
    found = ffi.new("PangoRectangle *")
    pango.pango_layout_line_get_extents(layout.get_first_line()[0], found, ffi.NULL)
    layout.deactivate()
    return _inked(found, text, 0, 0) if found.width and found.height else None


def _inked(found: Any, text: Any, across: int, down: int) -> Rectangle:
    """Ink that Pango has measured from the beginning of a text's baseline, moved by so many of its units."""
    left = text.position_x + (across + found.x) * FROM_UNITS
    top = text.position_y + text.baseline + (down + found.y) * FROM_UNITS
    right, bottom = left + found.width * FROM_UNITS, top + found.height * FROM_UNITS
    return Rectangle(left * _MM, top * _MM, right * _MM, bottom * _MM)


def _glyphs(text: Any, before: int) -> Iterator[Glyph]:
    """What the engine has shaped, in the order in which it stands; none for blanks. before: characters of its line."""
    layout = text.pango_layout
    layout.reactivate(text.style)
    run, pen, ink = layout.get_first_line()[0].runs, 0, ffi.new("PangoRectangle *")
    utf8 = text.text.encode()
    while run != ffi.NULL:
        item, string = run.data.item, run.data.glyphs
        for nth in range(string.num_glyphs):
            glyph = string.glyphs[nth]
            pango.pango_font_get_glyph_extents(item.analysis.font, glyph.glyph, ink, ffi.NULL)
            if ink.width and ink.height:
                place = before + len(utf8[: item.offset + string.log_clusters[nth]].decode())
                yield Glyph(place, _inked(ink, text, pen + glyph.geometry.x_offset, glyph.geometry.y_offset))
            pen += glyph.geometry.width
        run = run.next
    layout.deactivate()
