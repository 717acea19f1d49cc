"""How a paragraph stands: the heights of its lines, as WeasyPrint lays them out.

Words that are set alike need no second layout of a page: WeasyPrint says once how a paragraph of that kind is set, and
Pango breaks the words of each into lines. Whatever is more than words is laid out as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import groupby
from typing import Any, Final

from weasyprint.text.line_break import strut  # type: ignore[import-untyped]

from rendering import faces, typesetting
from rendering.engine import lines
from rendering.layout.body import Block
from rendering.stamping import UNSTAMPED

__all__ = ["BLANK", "Shape", "laid_out", "shape"]

_SIGN: Final = "\N{NO-BREAK SPACE}"
BLANK: Final = Block(1, "<p>", _SIGN, _SIGN)
"""A blank line."""
_TALL: Final = "@page { size: 210mm 100000mm }"  # no paragraph meets the end of a page


@dataclass(frozen=True, slots=True)
class Shape:
    """How a paragraph stands: the margin above it, and (height, how many) of its lines in order, in CSS pixels."""

    above: float
    lines: tuple[tuple[float, int], ...]

    @classmethod
    def of(cls, above: float, heights: Sequence[float]) -> Shape:
        return cls(above, tuple((height, len(list(same))) for height, same in groupby(heights)))

    @property
    def heights(self) -> list[float]:
        return [height for height, count in self.lines for _ in range(count)]


def shape(block: Block, rules: str, language: str) -> Shape | None:
    """A paragraph of words alone, without the blank lines above it; None where these need WeasyPrint."""
    if not block.plain:
        return None
    if (setting := _setting(block.opening, rules, language)) is None:
        return None
    try:
        return setting.shape(faces.whole_keycaps(block.plain))
    finally:
        lines.forget()


def laid_out(blocks: Sequence[Block], rules: str, language: str) -> list[Shape] | None:
    """Paragraphs of any kind, without the blank lines above them; None where one is more than a margin and lines."""
    paragraphs = _paragraphs("".join(block.html for block in blocks), rules, language)
    if paragraphs is None or len(paragraphs) != len(blocks):
        return None
    found = [_shape(paragraph) for paragraph in paragraphs]
    return [one for one in found if one] if all(found) else None


def _paragraphs(inner: str, rules: str, language: str) -> list[Any] | None:
    """The boxes of paragraphs that stand alone on a page without an end."""
    said = escape(language)
    page = f'<html lang="{said}"><body><div class="text" lang="{said}">{inner}</div></body></html>'
    document = typesetting.render(faces.whole_keycaps(page), rules, UNSTAMPED, _TALL)
    if len(document.pages) != 1:
        return None
    boxes: list[Any] = document.pages[0]._page_box.children[0].children[0].children[0].children
    return boxes


def _shape(box: Any) -> Shape | None:
    found = list(typesetting.lines(box))
    style = box.style
    plain = len(found) == len(box.children) and not (
        box.padding_top or box.padding_bottom or box.border_top_width or box.border_bottom_width or box.margin_bottom
    )
    if not plain or {style["break_before"], style["break_after"], style["break_inside"]} != {"auto"}:
        return None
    return Shape.of(box.margin_top, [line.height for line in found])


@dataclass(frozen=True, slots=True)
class _Setting:
    """What the lines of paragraphs of one kind have in common.

    above: the margin.  style: of the words.  first, others: how wide the first line may be, and the others.
    line: its height and how far below its upper edge the baseline lies, where it holds no words.
    words: the same of a line's words.
    """

    above: float
    style: Any
    first: float
    others: float
    line: tuple[float, float]
    words: float

    def shape(self, text: str) -> Shape | None:
        heights, width = [], self.first
        rest: str | None = text
        while rest is not None:
            if rest.startswith("\n"):
                heights.append(self.line[0])
                rest = rest[1:]
            elif (found := lines.first_line(rest, self.style, width)) is None:
                return None
            else:
                heights.append(self._height(found))
                rest = found.rest
            width = self.others
        return Shape.of(self.above, heights)

    def _height(self, line: lines.FirstLine) -> float:
        """Words and the line itself stand on one baseline, each with half of its leading above (CSS 2.2, 10.8.1)."""
        high, below = self.line
        leading = (self.words - line.height) / 2
        top = line.baseline + leading
        return max(high - below, self.words - top) + max(below, top)


@lru_cache(maxsize=512)
def _setting(opening: str, rules: str, language: str) -> _Setting | None:
    """How WeasyPrint sets paragraphs with this tag; two lines without a letter show it."""
    paragraphs = _paragraphs(f"{opening}{_SIGN}\n{_SIGN}</p>", rules, language)
    if paragraphs is None or len(paragraphs) != 1 or not _shape(paragraphs[0]):
        return None
    first, second = paragraphs[0].children
    if {type(box.children[0].pango_layout) for box in (first, second)} != {lines.Line}:
        return None
    style = first.children[0].style
    wide, others = (box.children[0].pango_layout.max_width for box in (first, second))
    return _Setting(paragraphs[0].margin_top, style, wide, others, line=strut(first.style), words=strut(style)[0])
