"""Whether the address keeps to its place: the ink of each line as the engine has shaped it, whatever its script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Any

from weasyprint.formatting_structure import boxes  # type: ignore[import-untyped]
from weasyprint.layout.absolute import AbsolutePlaceholder  # type: ignore[import-untyped]
from weasyprint.text.ffi import FROM_UNITS, ffi, pango  # type: ignore[import-untyped]

from rendering.layout.envelopes import Layout
from rendering.layout.geometry import ADDRESS_LINES, HAIR, TAIL, Rectangle

__all__ = ["Line", "lines", "overflow"]

_MM = 25.4 / 96  # a CSS pixel
_ABOVE, _BELOW = 1.2, 0.95  # of the leading: higher or lower than that, a line would run into its neighbours


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: its words, its baseline and leading, and the rectangle of its ink, in millimetres."""

    words: str
    baseline: float
    leading: float
    ink: Rectangle | None

    def within(self, place: Rectangle) -> bool:
        """Whether its ink stays in the place, and out of the lines above and below."""
        if self.ink is None:
            return True
        own = Rectangle(
            place.left - HAIR,
            max(place.top - HAIR, self.baseline - _ABOVE * self.leading),
            place.right,
            min(place.bottom + TAIL, self.baseline + _BELOW * self.leading),
        )
        return own.holds(self.ink)


def overflow(page: Any, layout: Layout) -> tuple[tuple[str, ...], bool]:
    """(the addressee's lines, whether the return address): what leaves its place on a page that is laid out."""
    wide = tuple(
        line.words
        for number, line in enumerate(lines(page, "address"))
        if number >= ADDRESS_LINES or not line.within(layout.address)
    )
    return wide, not all(line.within(layout.return_line) for line in lines(page, "return"))


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
    inks = [ink for ink in map(_ink, texts) if ink is not None]
    words = "".join(part.text for part in texts)
    ink = reduce(Rectangle.around, inks) if inks else None
    return Line(words, (box.position_y + box.baseline) * _MM, leading * _MM, ink)


def _ink(text: Any) -> Rectangle | None:
    """What the shaped glyphs cover; None for blanks."""
    layout = text.pango_layout
    layout.reactivate(text.style)
    line, _ = layout.get_first_line()
    found = ffi.new("PangoRectangle *")
    pango.pango_layout_line_get_extents(line, found, ffi.NULL)
    left = text.position_x + found.x * FROM_UNITS
    top = text.position_y + text.baseline + found.y * FROM_UNITS
    width, height = found.width * FROM_UNITS, found.height * FROM_UNITS
    layout.deactivate()
    if not (width and height):
        return None
    return Rectangle(left * _MM, top * _MM, (left + width) * _MM, (top + height) * _MM)
