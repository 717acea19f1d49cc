"""Bold and italic words are seen on every paper and in every script, and their letters stand where others stand."""

from __future__ import annotations

import ctypes

import page
import pypdfium2
import pytest
from PIL import Image, ImageChops
from pypdfium2 import raw

from flows.words.styles import Kind, Style
from rendering import pdf
from rendering.gate import gate
from rendering.layout.geometry import Rectangle
from rendering.stationery import STATIONERIES
from tests.rendering.paper import inked, letter, raster

TURKISH = "Canım anneannem, İstanbul’dan ığdır"
MIXED = "Canım שלום ܫܠܡܐ 漢字 🙂 дом 12"
KINDS = {"italic": (Kind.ITALIC,), "bold": (Kind.BOLD,), "both": (Kind.BOLD, Kind.ITALIC)}
# One of each that has no italics, or not even a bold weight.
SCRIPTS = {
    "Hebrew": "שלום עולם",
    "Syriac": "ܫܠܡܐ",
    "Chinese": "漢字",
    "Hindi": "हिन्दी क्षत्रिय",
    "Arabic": "السَّلَامُ",
    "N'Ko": "ߒߞߏ",
}


def drawn(words: str, *kinds: Kind, stationery: str = "klasik", end: int | None = None) -> bytes:
    """As it passes the gate."""
    styles = tuple(Style(0, len(words) if end is None else end, kind) for kind in kinds)
    written = letter(words, stationery=stationery, styles=styles)
    made = pdf.draw(written)
    gate(made.pdf, made.pages, written)
    return made.pdf


def differ(one: bytes, other: bytes) -> bool:
    return ImageChops.difference(raster(one), raster(other)).getbbox() is not None


def origins(drawn: bytes) -> list[tuple[int, float, float]]:
    """Each character and the point it stands at."""
    text = pypdfium2.PdfDocument(drawn)[0].get_textpage()
    found, x, y = [], ctypes.c_double(), ctypes.c_double()
    for index in range(text.count_chars()):
        raw.FPDFText_GetCharOrigin(text, index, x, y)
        found.append((raw.FPDFText_GetUnicode(text, index), x.value, y.value))
    return found


@pytest.mark.parametrize("stationery", STATIONERIES)
def test_bold_and_italic_are_seen_on_every_paper(stationery: str) -> None:
    looks = [drawn(TURKISH, *kinds, stationery=stationery) for kinds in ((), *KINDS.values())]
    assert all(differ(one, other) for place, one in enumerate(looks) for other in looks[:place])


@pytest.mark.parametrize("words", SCRIPTS.values(), ids=SCRIPTS)
def test_bold_and_italic_are_seen_in_scripts_without_such_faces(words: str) -> None:
    looks = [drawn(words, *kinds) for kinds in ((), *KINDS.values())]
    assert all(differ(one, other) for place, one in enumerate(looks) for other in looks[:place])


@pytest.mark.parametrize("words", [TURKISH, MIXED], ids=["one face", "many faces in a line"])
def test_a_slanted_letter_stands_where_the_upright_one_stands(words: str) -> None:
    """Caveat and the faces beside it have no italics: nothing moves by more than rounding does."""
    upright, slanted = (origins(drawn(words, *kinds, stationery="elyazisi")) for kinds in ((), (Kind.ITALIC,)))
    assert [one[0] for one in slanted] == [one[0] for one in upright]
    for (_, x, y), (_, x2, y2) in zip(upright, slanted, strict=True):
        assert (x2, y2) == pytest.approx((x, y), abs=0.05)


def test_what_comes_after_heavy_words_is_as_light_as_before() -> None:
    words, light = "ܫܠܡܐ\n\nCanım anneannem", Rectangle(20, 118, 190, 125)
    with_heavy, without = (raster(drawn(words, kind, end=4)) for kind in (Kind.BOLD, Kind.ITALIC))
    assert inked(without, light)
    assert ImageChops.difference(*(_part(one, light) for one in (with_heavy, without))).getbbox() is None


def _part(picture: Image.Image, place: Rectangle) -> Image.Image:
    edges = (place.left, place.top, place.right, place.bottom)
    return picture.crop(tuple(round(edge * 150 / 25.4) for edge in edges))


@pytest.mark.parametrize("kinds", KINDS.values(), ids=KINDS)
def test_it_stays_an_archive_in_black(kinds: tuple[Kind, ...]) -> None:
    made = drawn(MIXED, *kinds, stationery="elyazisi")
    told = page.validate_pdf_bytes(made)
    assert (told.profile, [failure.rule_id for failure in told.failures]) == (page.ValidationProfile.PDF_A_2U, [])


@pytest.mark.parametrize("kinds", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("words", [TURKISH * 60, MIXED * 40], ids=["one face", "many faces"])
def test_what_is_counted_is_what_is_drawn(words: str, kinds: tuple[Kind, ...]) -> None:
    styles = tuple(Style(0, len(words), kind) for kind in kinds)
    written = letter(words, stationery="elyazisi", styles=styles)
    assert pdf.measure(written).pages == pdf.draw(written).pages
