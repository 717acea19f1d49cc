"""Every paper on offer prints Turkish in one typeface, without help from a second one."""

from __future__ import annotations

import io

import pikepdf
import pytest

from rendering import faces, pdf
from rendering.layout.page import css
from rendering.stationery import STATIONERIES, Stationery
from tests.rendering.paper import letter

TURKISH = "abcçdefgğhıijklmnoöprsştuüvyzABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZâîûÂÎÛ0123456789.,;:!?’“”«»–—…()/-+%₺€@&"


@pytest.fixture(params=STATIONERIES.values(), ids=lambda paper: paper.name)
def paper(request: pytest.FixtureRequest) -> Stationery:
    chosen: Stationery = request.param
    return chosen


def test_its_face_covers_turkish_completely(paper: Stationery) -> None:
    assert faces.covered(paper.face)  # the face is installed
    assert [letter for letter in TURKISH if ord(letter) not in faces.covered(paper.face)] == []


def test_turkish_digits_and_punctuation_are_printed_by_that_face_alone(paper: Stationery) -> None:
    drawn = pdf.draw(letter(TURKISH, stationery=paper.name))
    with pikepdf.open(io.BytesIO(drawn.pdf)) as document:
        used = {str(font.BaseFont).split("+")[1] for font in document.pages[0].Resources.Font.values()}
    assert used == {paper.face.replace(" ", "-"), faces.ADDRESS_FACE.replace(" ", "-")}


def test_the_fi_ligature_never_eats_the_dot_of_an_i(paper: Stationery) -> None:
    for language in ("tr", "en"):
        assert "font-variant-ligatures: no-common-ligatures" in css(paper)
        plain = pdf.draw(letter("fi", stationery=paper.name, language=language)).pdf
        parted = pdf.draw(letter("f\u200ci", stationery=paper.name, language=language)).pdf
        assert len(_shapes(plain)) == len(_shapes(parted))


def _shapes(content: bytes) -> list[str]:
    from tests.rendering.paper import glyphs

    return [character for character, box in glyphs(content) if 105 < box.top < 120]


def test_it_is_registered_under_its_own_name(paper: Stationery) -> None:
    assert STATIONERIES[paper.name] is paper


def test_it_asks_for_nothing_from_outside(paper: Stationery) -> None:
    assert "url(" not in paper.css
    assert "@import" not in paper.css
