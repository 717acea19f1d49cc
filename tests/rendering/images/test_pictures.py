"""The preview shows the pages that will be printed, and the README's picture is drawn by the same hand."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from rendering import pdf, sample
from rendering.images.pictures import pictures
from tests.rendering.paper import long_letter


def test_one_picture_a_page_as_wide_as_asked_for() -> None:
    painted = pictures(pdf.draw(long_letter(7)).pdf, width=300)
    sizes = [Image.open(io.BytesIO(png)).size for png in painted]
    assert sizes == [(300, 425)] * 3


def test_no_more_pictures_than_asked_for() -> None:
    assert len(pictures(pdf.draw(long_letter(7)).pdf, width=100, most=2)) == 2


def test_the_sample_makes_a_picture(tmp_path: Path) -> None:
    out = tmp_path / "letter.png"
    assert sample.main([str(out)]) == 0
    with Image.open(out) as picture:
        assert picture.format == "PNG"
        assert picture.width == 1240


def test_the_sample_tells_how_it_is_used() -> None:
    assert sample.main([]) == 2
