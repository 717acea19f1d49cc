"""A mark on each page, readable by another library, says which page of which piece it is and nothing about people."""

from __future__ import annotations

import pytest

from rendering import pdf
from rendering.layout.marks import content, strokes
from rendering.sample import LETTER
from tests.rendering.paper import letter, long_letter, marks


def test_the_words_of_a_mark() -> None:
    assert content("7Q2M4KXD", 1, 3, 123) == "MX1|7Q2M4KXD|P01/03|S000123"


def test_each_page_carries_its_own_number() -> None:
    drawn = pdf.draw(long_letter(7))
    assert drawn.pages == 3
    read = [marks(drawn.pdf, page) for page in range(3)]
    assert read == [[f"MX1|7Q2M4KXD|P{page:02d}/03|S000123"] for page in (1, 2, 3)]


@pytest.mark.parametrize("piece", ["A", "7Q2M4KXD", "0192f0c4-7b1e-7c3a-9d55-8c1f2e3a4b5c"])
def test_short_and_long_piece_ids_are_readable(piece: str) -> None:
    assert marks(pdf.draw(letter(piece_id=piece)).pdf) == [f"MX1|{piece}|P01/01|S000123"]


def test_a_letter_without_marks_has_none() -> None:
    assert marks(pdf.draw(letter(marks=True)).pdf)
    assert not marks(pdf.draw(letter(marks=False)).pdf)


def test_the_mark_is_drawn_in_black_ink_only_and_as_lines_not_pixels() -> None:
    painted = strokes("MX1|7Q2M4KXD|P01/03|S000123")
    assert painted.startswith(b"q 0 g")
    assert painted.count(b" re") > 50
    for word in LETTER.addressee:
        assert word.encode() not in painted
