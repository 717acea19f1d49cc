"""A look at parts of a page sees the dots that a look at the whole page sees."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from rendering import pdf
from rendering.layout.geometry import PAGE_HEIGHT, PAGE_WIDTH, Rectangle
from rendering.raster import Dots, box, inked, picture, rest
from tests.rendering.paper import letter

SHEET = Dots(0, 0, 420, 594)  # A4 in half millimetres


def test_the_rest_of_a_sheet_is_what_frames_its_rectangle() -> None:
    assert rest([Rectangle(10, 20, 200, 250)], 2) == (
        Dots(0, 0, 420, 40),
        Dots(0, 40, 20, 500),
        Dots(400, 40, 420, 500),
        Dots(0, 500, 420, 594),
    )
    assert rest([], 2) == (SHEET,)
    assert rest([Rectangle(0, 0, PAGE_WIDTH, PAGE_HEIGHT)], 2) == ()


def _rectangles() -> st.SearchStrategy[list[Rectangle]]:
    across, down = st.integers(-5, 215), st.integers(-5, 302)
    sides = st.tuples(st.lists(across, min_size=2, max_size=2, unique=True), st.lists(down, min_size=2, max_size=2))
    return st.lists(
        sides.map(lambda both: Rectangle(min(both[0]), min(both[1]), max(both[0]), max(both[1]))), max_size=5
    )


@given(_rectangles())
def test_each_dot_of_the_sheet_is_in_a_rectangle_or_in_one_part_of_the_rest(allowed: list[Rectangle]) -> None:
    sheet = set(product(range(21), range(30)))  # centimetres
    allowed_dots = sheet & {dot for place in allowed for dot in _dots(box(place, 0.1))}
    found = [dot for part in rest(allowed, 0.1) for dot in _dots(part)]
    assert len(found) == len(set(found))
    assert set(found) == sheet - allowed_dots


def _dots(part: Dots) -> Iterator[tuple[int, int]]:
    return product(range(part.left, part.right), range(part.top, part.bottom))


@pytest.fixture(scope="module")
def page() -> Iterator[pypdfium2.PdfPage]:
    written = "Ağaç\u0301\u0301\u0301 ﷽ שלום हिन्दी 👨‍👩‍👧‍👦 f\n" * 20
    document = pypdfium2.PdfDocument(pdf.draw(letter(written, stationery="bayram")).pdf)
    yield document[0]
    document.close()


@pytest.mark.parametrize("fineness", [2, 150 / 25.4], ids=["half a millimetre", "150 dpi"])
def test_a_part_is_drawn_as_it_stands_on_the_page(page: pypdfium2.PdfPage, fineness: float) -> None:
    whole = picture(page, box(Rectangle(0, 0, PAGE_WIDTH, PAGE_HEIGHT), fineness), fineness)
    parts = [
        box(Rectangle(left, top, left + 30, top + 29.7), fineness)
        for left in range(0, 210, 30)
        for top in range(0, 267, 20)
    ]
    shown = [whole.crop((part.left, part.top, part.right, part.bottom)) for part in parts]
    assert any(one.getextrema()[0] < 255 for one in shown)
    for part, expected in zip(parts, shown, strict=True):
        assert _ink(picture(page, part, fineness)) == _ink(expected)
        assert inked(page, part, fineness) == (expected.getextrema()[0] < 255)


def _ink(shown: Image.Image) -> bytes:
    """Which dots are darker than the paper; how dark they are may differ by a shade where a shape is cut."""
    return shown.point(lambda shade: 255 * (shade < 255)).tobytes()
