"""What is stamped stands where WeasyPrint would have set it with the page, to the pixel, and is laid out once."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from PIL import ImageChops

from rendering import pdf, stamping, typesetting
from rendering.layout.page import Letter, foot, html
from tests.rendering.paper import letter, long_letter, raster, words


def set_with_the_page(made: Letter) -> bytes:
    """The letter as WeasyPrint alone would draw it: number and notice are margin boxes of its own pages."""
    page = html(made).replace("</body>", foot(made) + "</body>")
    drawn: bytes = typesetting.render(page, typesetting.paper(made)).write_pdf()
    return drawn


@pytest.mark.parametrize(
    "made",
    [
        long_letter(4, marks=False),
        long_letter(8, marks=False, stationery="sade"),
        long_letter(4, marks=False, language="ar", footnote="ملاحظة إلى المرسل إليه"),
    ],
    ids=["two pages", "three pages of another paper", "a notice from right to left"],
)
def test_what_is_stamped_stands_where_it_would_have_been_set(made: Letter) -> None:
    expected, drawn = set_with_the_page(made), pdf.draw(made)
    assert drawn.pages == len(pypdfium2.PdfDocument(io.BytesIO(expected))) > 1
    for page in range(drawn.pages):
        assert f"{page + 1}/{drawn.pages}" in words(drawn.pdf, page)
        ours, theirs = (raster(one, page).convert("L") for one in (drawn.pdf, expected))
        assert ImageChops.difference(ours, theirs).getbbox() is None


def test_the_notice_follows_the_margins_of_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    made = long_letter(4, marks=False)
    rules = typesetting.paper(made) + "@page :left { @bottom-left { margin-top: -20mm } }"
    for module in (typesetting, stamping, pdf):
        monkeypatch.setattr(module, "paper", lambda _: rules)
    expected, drawn = set_with_the_page(made), pdf.draw(made)
    ours, theirs = (raster(one, 1).convert("L") for one in (drawn.pdf, expected))
    assert ImageChops.difference(ours, theirs).getbbox() is None


def test_a_single_page_has_no_number_but_its_notice() -> None:
    drawn = pdf.draw(letter("Metin", footnote="Alıcıya not."))
    assert "1/1" not in words(drawn.pdf)
    assert "Alıcıya not." in words(drawn.pdf)


def test_numbers_and_notice_are_laid_out_once_for_all_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    pdf.draw(long_letter(4))
    monkeypatch.setattr(stamping, "render", None)
    assert pdf.draw(long_letter(4, piece_id="1" * 32)).pages == 2
