"""Every paper on offer prints Turkish in one typeface, without help from a second one."""

from __future__ import annotations

import io

import pikepdf
import pytest

from rendering import checks, faces, pdf
from rendering.layout.page import css
from rendering.stationery import STATIONERIES, Stationery
from tests.rendering.paper import letter

TURKISH = "abcçdefgğhıijklmnoöprsştuüvyzABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZâîûÂÎÛ0123456789.,;:!?’“”«»–—…()/-+%₺€@&"


@pytest.fixture(params=STATIONERIES.values(), ids=lambda paper: paper.name)
def paper(request: pytest.FixtureRequest) -> Stationery:
    chosen: Stationery = request.param
    return chosen


# By hand: these were drawn before the lira had a sign, which comes from the face beside them.
WITHOUT_LIRA = {"Courier Prime", "Atkinson Hyperlegible Next"}

PAPERS = {
    "klasik": "Noto Serif",
    "sade": "Noto Sans",
    "modern": "Lato",
    "daktilo": "Courier Prime",
    "elyazisi": "Caveat",
    "bayram": "Vollkorn",
    "yas": "Gentium Plus",
    "cocuk": "Mali",
    "iri": "Atkinson Hyperlegible Next",
}


def test_the_papers_on_offer_and_their_faces() -> None:
    assert {name: paper.face for name, paper in STATIONERIES.items()} == PAPERS


def test_its_face_covers_turkish_completely(paper: Stationery) -> None:
    assert faces.covered(paper.face)  # the face is installed
    lacking = [letter for letter in TURKISH if ord(letter) not in faces.covered(paper.face)]
    assert lacking == (["₺"] if paper.face in WITHOUT_LIRA else [])
    assert checks.unprintable(TURKISH, paper.name) == ()


def test_turkish_digits_and_punctuation_are_printed_by_that_face_alone(paper: Stationery) -> None:
    words = TURKISH.replace("₺", "") if paper.face in WITHOUT_LIRA else TURKISH
    used = _embedded(pdf.draw(letter(words, stationery=paper.name)).pdf)
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


SCRIPTS = (
    "Iğdır’dan Şişli’ye ₺5 € «»",
    "Ελληνικά Київ Հայերեն ქართული",
    "مرحبا ٹھیک ہے پاکستان شلام",
    "שלום שָׁלוֹם",
    "हिन्दी தமிழ் ภาษาไทย",
    "北京市 東京都 서울특별시",
    "✓ → ♥ ½ ∞",
    "❤️ 👨‍👩‍👧‍👦 1⃣",
)


def test_a_letter_in_every_script_embeds_only_the_faces_of_its_paper(paper: Stationery) -> None:
    used = _embedded(pdf.draw(letter("\n\n".join(SCRIPTS), stationery=paper.name)).pdf)
    assert len(used) >= 8
    assert used <= paper.embeddable
    assert not used <= paper.embeddable - {faces.EMOJI_FACE.replace(" ", "-")}  # one that is not allowed is seen


@pytest.mark.parametrize("words", ["ٹھیک ہے پاکستان کا خط", "السلام عليكم", "Київ і Львів", "北京市東京都서울"])
def test_words_of_one_script_are_printed_by_one_face(words: str, paper: Stationery) -> None:
    both = _embedded(pdf.draw(letter(words, stationery=paper.name)).pdf)
    without = _embedded(pdf.draw(letter("", stationery=paper.name)).pdf)
    assert len(both - without) <= 1


def _embedded(content: bytes) -> frozenset[str]:
    """The faces of the first page, without the six letters of a subset."""
    with pikepdf.open(io.BytesIO(content)) as document:
        return frozenset(str(font.BaseFont).split("+")[1] for font in document.pages[0].Resources.Font.values())
