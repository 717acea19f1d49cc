"""The photo page: where one to four pictures stand, how sharp they are, and what is in the file."""

from __future__ import annotations

import io
from dataclasses import replace

import page
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from rendering import pdf
from rendering.checks import NotPrintable
from rendering.gate import gate
from rendering.images.photos import for_paper
from rendering.layout import photos
from rendering.layout.geometry import Rectangle
from rendering.layout.photos import Photo
from tests.rendering.paper import inked, letter, long_letter, raster, words

WIDE, HIGH, SQUARE = Photo(b"", 3000, 2000), Photo(b"", 2000, 3000), Photo(b"", 1000, 1000)
BODY = Rectangle(23, 25, 187, 263)  # 164 mm by 238 mm, as of a page of words

# (pictures, how large each is printed: millimetres, how many stand beside another)
PAGES = {
    "one wide picture fills the width": ([WIDE], [(164.0, 109.3)]),
    "one high picture fills the height": ([HIGH], [(158.7, 238.0)]),
    "two wide ones lie below each other": ([WIDE, WIDE], [(164.0, 109.3)] * 2),
    "two high ones stand beside each other": ([HIGH, HIGH], [(79.0, 118.5)] * 2),
    "four squares": ([SQUARE] * 4, [(79.0, 79.0)] * 4),
    "of four wide ones two share a row": ([WIDE] * 4, [(130.0, 86.7), (79.0, 52.7), (79.0, 52.7), (130.0, 86.7)]),
    "a wide and a high one share the height": ([WIDE, HIGH], [(164.0, 109.3), (81.8, 122.7)]),
    "a high and a wide one in a row": ([WIDE, HIGH, WIDE], [(164.0, 109.3), (48.6, 72.9), (109.4, 72.9)]),
    "one with few dots is printed smaller, at 100 for each inch": ([Photo(b"", 300, 200)], [(76.2, 50.8)]),
}


@pytest.mark.parametrize("case", PAGES)
def test_each_picture_is_printed_whole_and_as_large_as_the_page_allows(case: str) -> None:
    pictures, sizes = PAGES[case]
    found = photos.places(pictures, "din")
    assert [(round(place.width, 1), round(place.height, 1)) for place in found] == sizes


@pytest.mark.parametrize("envelope", ["din", "hand"])
@pytest.mark.parametrize("pictures", [[WIDE], [WIDE, HIGH], [WIDE, HIGH, SQUARE], [HIGH, HIGH, WIDE, SQUARE]])
def test_pictures_stay_on_the_body_of_the_page_and_apart(pictures: list[Photo], envelope: str) -> None:
    found = photos.places(pictures, envelope)
    assert len(found) == len(pictures)
    for nth, place in enumerate(found):
        assert BODY.grown(0.001).holds(place)
        assert not any(place.grown(2.9).meets(other) for other in found[nth + 1 :])
        assert envelope == "din" or place.bottom <= 206.0  # clear of the panel that lies outside after the fold


def test_dots_per_inch_are_those_of_the_printed_size() -> None:
    assert photos.dpi([Photo(b"", 1937, 1000)], "din") == (300,)  # 164 mm are 6.457 inches
    assert photos.dpi([Photo(b"", 1280, 853)], "din") == (198,)
    assert photos.dpi([], "din") == ()


# On paper -------------------------------------------------------------------------------------------------------------


def photo(colour: tuple[int, int, int] = (200, 30, 30), size: tuple[int, int] = (600, 400)) -> Photo:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return for_paper(out.getvalue())


RED, GREEN = (200, 30, 30), (20, 140, 60)


@pytest.fixture(scope="module")
def drawn() -> pdf.Drawn:
    return pdf.draw(letter(photos=(photo(RED), photo(GREEN))))


def test_it_is_the_last_page_with_the_notice_and_the_mark_and_passes_the_gate(drawn: pdf.Drawn) -> None:
    asked = letter(photos=(photo(RED), photo(GREEN)))
    assert drawn.pages == 2
    gate(drawn.pdf, drawn.pages, asked)
    assert asked.footnote.split()[0] in words(drawn.pdf, 1) and "2/2" in words(drawn.pdf, 1)
    assert asked.footnote.split()[0] not in words(drawn.pdf, 0)


def test_its_colours_are_those_of_the_pictures(drawn: pdf.Drawn) -> None:
    sheet = raster(drawn.pdf, 1, dpi=72).convert("RGB")
    across = sheet.width // 2
    seen = [sheet.getpixel((across, round(millimetres * 72 / 25.4))) for millimetres in (80, 200)]
    assert all(abs(a - b) < 6 for pair in zip(seen, (RED, GREEN), strict=True) for a, b in zip(*pair, strict=True))
    assert not inked(raster(drawn.pdf, 1), Rectangle(5, 5, 205, 24))


def test_it_is_valid_pdf_a_and_no_picture_is_interpolated(drawn: pdf.Drawn) -> None:
    told = page.validate_pdf_bytes(drawn.pdf)
    assert (told.profile, told.failures) == (page.ValidationProfile.PDF_A_2U, [])
    with pikepdf.open(io.BytesIO(drawn.pdf)) as document:
        images = [image for image in document.objects if getattr(image, "get", lambda _: None)("/Subtype") == "/Image"]
        assert len(images) == 2
        assert [(str(one.ColorSpace), str(one.Filter), bool(one.Interpolate)) for one in images] == [
            ("/DeviceRGB", "/DCTDecode", False)
        ] * 2


def test_the_same_pictures_give_the_same_bytes(drawn: pdf.Drawn) -> None:
    assert pdf.draw(letter(photos=(photo(RED), photo(GREEN)))).pdf == drawn.pdf


def test_it_counts_as_a_page_while_the_letter_is_measured() -> None:
    words_only = letter()
    with_page = replace(words_only, photos=(Photo(b"", 1280, 853),))
    assert (pdf.measure(words_only).pages, pdf.measure(with_page).pages) == (1, 2)
    assert pdf.measure(with_page).dpi == (198,)
    full = long_letter(14)
    pages = pdf.measure(full).pages
    assert pdf.measure(full, pages).lines_over == 0 < pdf.measure(replace(full, photos=(WIDE,)), pages).lines_over


def test_a_fifth_picture_is_refused() -> None:
    with pytest.raises(NotPrintable, match="more than 4 photos"):
        pdf.draw(letter(photos=(photo(),) * 5))


def test_the_limit_of_bytes_is_about_the_letter_without_its_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    heavy = photo(size=(600, 400))
    plain = len(pdf.draw(letter()).pdf)
    monkeypatch.setattr(pdf, "BYTE_LIMIT", plain + 4_000)
    assert pypdfium2.PdfDocument(pdf.draw(letter(photos=(heavy,))).pdf)
