"""The photo page: one to four pictures on a page of their own, each as large as its place allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rendering.layout.envelopes import FOLD, LAYOUTS
from rendering.layout.geometry import MARGIN_BOTTOM, MARGIN_SIDE, MARGIN_TOP, PAGE_HEIGHT, PAGE_WIDTH, Rectangle

__all__ = ["CSS", "MOST", "SHARP", "WHOLE", "Photo", "dpi", "held", "html", "places"]

MOST: Final = 4
"""Pictures of a letter."""
SHARP: Final = 300
"""Dots for each inch of paper: from there on nobody sees them at reading distance."""

COARSE: Final = 100
"""Dots for each inch of a picture with few of them: it is printed smaller, because squares are all that would grow."""

GAP: Final = 6.0  # millimetres between two pictures
_CLEAR: Final = 4.0  # from the fold of a letter that is folded by hand, as rendering/layout/page.py keeps it
WHOLE: Final = Rectangle(MARGIN_SIDE, MARGIN_TOP, PAGE_WIDTH - MARGIN_SIDE, PAGE_HEIGHT - MARGIN_BOTTOM)
"""Where the pictures stand: the body of a page after the first."""

ROWS: Final[dict[int, tuple[tuple[int, ...], ...]]] = {
    1: ((1,),),
    2: ((1, 1), (2,)),
    3: ((1, 2), (2, 1), (1, 1, 1)),
    4: ((2, 2), (1, 2, 1), (1, 1, 2), (2, 1, 1)),
}
"""For a number of pictures, how many may stand in each row; the first rows that print them largest are taken."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture as rendering/images/photos.py has drawn it for paper, and its pixels.

    jpeg: b"" where its size is enough, because nothing but pages is counted.
    """

    jpeg: bytes
    width: int
    height: int


def area(envelope: str) -> Rectangle:
    """Of a packet that is folded by hand the lowest panel of the last back lies outside."""
    if not LAYOUTS[envelope].by_hand:
        return WHOLE
    return Rectangle(WHOLE.left, WHOLE.top, WHOLE.right, 2 * FOLD - _CLEAR)


def places(photos: Sequence[Photo], envelope: str) -> tuple[Rectangle, ...]:
    """Where each picture is printed, whole and in its own proportions, on the sheet."""
    within = area(envelope)
    ways = [tuple(_places(photos, rows, within)) for rows in ROWS[len(photos)]]
    return max(ways, key=lambda way: round(sum(place.width * place.height for place in way)))


def _places(photos: Sequence[Photo], rows: tuple[int, ...], within: Rectangle) -> Iterator[Rectangle]:
    """Rows as of an album: of one height each, as wide as the page where that fits, all of them in its middle."""
    taken = iter(photos)
    lines = [[next(taken) for _ in range(columns)] for columns in rows]
    heights = _heights([_full(line, within) for line in lines], within.height - GAP * (len(rows) - 1))
    top = within.top + (within.height - sum(heights) - GAP * (len(rows) - 1)) / 2
    for line, height in zip(lines, heights, strict=True):
        widths = [height * photo.width / photo.height for photo in line]
        left = within.left + (within.width - sum(widths) - GAP * (len(line) - 1)) / 2
        for photo, width in zip(line, widths, strict=True):
            yield _middle(photo, Rectangle(left, top, left + width, top + height))
            left += width + GAP
        top += height + GAP


def _full(line: Sequence[Photo], within: Rectangle) -> float:
    """The height at which the pictures of a row fill the page from left to right."""
    return (within.width - GAP * (len(line) - 1)) / sum(photo.width / photo.height for photo in line)


def _heights(wanted: Sequence[float], room: float) -> list[float]:
    """Every row as high as it wants to be, as long as there is room; those that want more share what is left."""
    given: dict[int, float] = {}
    for nth in sorted(range(len(wanted)), key=lambda one: wanted[one]):
        given[nth] = min(wanted[nth], (room - sum(given.values())) / (len(wanted) - len(given)))
    return [given[nth] for nth in range(len(wanted))]


def _middle(photo: Photo, cell: Rectangle) -> Rectangle:
    scale = min(cell.width / photo.width, 25.4 / COARSE)
    across, down = (cell.width - photo.width * scale) / 2, (cell.height - photo.height * scale) / 2
    return Rectangle(cell.left + across, cell.top + down, cell.right - across, cell.bottom - down)


def dpi(photos: Sequence[Photo], envelope: str) -> tuple[int, ...]:
    """Of each picture, at the size at which it is printed."""
    if not photos:
        return ()
    printed = zip(photos, places(photos, envelope), strict=True)
    return tuple(round(photo.width / place.width * 25.4) for photo, place in printed)


def html(photos: Sequence[Photo], envelope: str) -> str:
    """The page after the last word; "" without pictures."""
    if not photos:
        return ""
    images = "".join(
        f'<img src="{_name(number)}" style="left:{place.left - WHOLE.left:.3f}mm;top:{place.top - WHOLE.top:.3f}mm;'
        f'width:{place.width:.3f}mm;height:{place.height:.3f}mm">'
        for number, place in enumerate(places(photos, envelope))
    )
    return f'<div class="photos">{images}</div>'


def held(photos: Sequence[Photo]) -> dict[str, bytes]:
    """What the names in the page stand for."""
    return {_name(number): photo.jpeg for number, photo in enumerate(photos)}


def _name(number: int) -> str:
    return f"photo:{number}"


# ISO 19005-2, 6.2.8: an image is not interpolated, which WeasyPrint asks for unless the edges are to be crisp.
CSS: Final = """
.photos { break-before: page; position: relative; height: 1mm }
.photos img { position: absolute; image-rendering: crisp-edges }
"""
