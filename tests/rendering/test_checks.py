"""What cannot be printed is named before anybody pays."""

from __future__ import annotations

import logging
import unicodedata

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rendering import checks, pdf
from rendering.checks import NotPrintable
from tests.rendering.paper import letter


@pytest.mark.parametrize(
    "words",
    [
        "Pijamalı hasta yağız şoföre çabucak güvendi. İĞNE ıhlamur",
        "Ελληνικά, кириллица, Հայերեն, ქართული",
        "שלום, مرحبا بالعالم",
        "हिन्दी தமிழ் ไทย",
        "ٹھیک ہے، پاکستان",
        "北京市东城区 東京都千代田区 서울특별시 종로구",
        "👨‍👩‍👧‍👦 🇹🇷 👍🏽 ❤️ ❤️‍🔥 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 👩🏽‍🚀",
        "g\u0306 e\u0301",  # letters built from marks
        "sağ\u200cdan \u200fsola \u00adbölme",  # characters without a shape
        "tab\tve\nsatır",
    ],
)
def test_printed_without_a_word(words: str) -> None:
    assert checks.unprintable(words) == ()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Sevgiler 𒀀𓀀, 𒀀!", ("𒀀", "𓀀")),  # nobody writes cuneiform; each once, in the order of the text
        ("a\ue000b", ("\ue000",)),  # private use: every font draws something else there
        ("a\u0378b", ("\u0378",)),  # not assigned
        ("a\ud800b", ("\ud800",)),  # half a surrogate pair
        ("a\x00b\x85", ("\x00", "\x85")),  # controls
        ("bayrak 🇽🇽 🇹🇷", ("🇽🇽",)),  # the flag of no country
        (
            "a\u3164b\u115f \u1160 \uffa0\u180f",
            ("\u3164", "\u115f", "\u1160", "\uffa0\u180f"),
        ),  # fillers would be boxes
        ("\ufa2e \U0002f800 中", ("\ufa2e", "\U0002f800")),  # their normal forms are printed, they are not
        ("🫩 🫆 🇨🇶 🫪 🛘 🧑🏻‍🐰‍🧑🏼 🫨", ("🫩", "🫆", "🇨🇶", "🫪", "🛘", "🧑🏻‍🐰‍🧑🏼")),  # Emoji 16, 17; the last is 15
        ("👩‍🧶 👩‍🚀", ("👩‍🧶",)),  # a sequence nobody has drawn would fall apart into two pictures
    ],
)
def test_named_as_whole_clusters(words: str, expected: tuple[str, ...]) -> None:
    assert checks.unprintable(words) == expected


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=60))
@settings(max_examples=60, deadline=None)
def test_what_is_not_named_is_never_printed_as_a_box(text: str) -> None:
    assert _boxes("𒀀")  # WeasyPrint does tell about boxes
    printable = "".join(c for c in text if not checks.unprintable(c) and not unicodedata.category(c).startswith("C"))
    if not checks.unprintable(printable):
        assert not _boxes(printable)


ORPHANS = {
    "a vowel sign of Hindi at the beginning": ("ि क", ("ि",)),
    "the same in the second line": ("कि\nि", ("ि",)),
    "a joiner of words inside a syllable": ("क\u2060ि की", ("ि",)),
    "a selector inside a syllable": ("क\ufe0fि", ("ि",)),
    "an accent at the beginning": ("\u0301e\u0301", ("\u0301",)),
    "a vowel sign of Thai at the beginning": ("\u0e34ก กิ", ("\u0e34",)),
    "a vowel sign of Burmese": ("\u102c က", ("\u102c",)),
    "a vowel sign of Khmer": ("\u17b6ក", ("\u17b6",)),
    "a vowel sign of Arabic": ("\u064eب بَ", ("\u064e",)),
    "a point of Hebrew": ("\u05b8א", ("\u05b8",)),
    "one that is named with what stands before it": ("क ि", (" ि",)),
    "none at all": ("हिन्दी က ကို ភាសាខ្មែរ ที่นี่ தமிழ் ශ්‍රී བོད་ཡིག بَ שָׁלוֹם e\u0301 ❤️ 1\ufe0f\u20e3", ()),
}


@pytest.mark.parametrize(("words", "expected"), ORPHANS.values(), ids=ORPHANS)
def test_a_mark_that_would_stand_on_a_circle_is_named(words: str, expected: tuple[str, ...]) -> None:
    made = letter(words)
    assert pdf.measure(made).unprintable == expected
    around = pdf.fitted(letter(addressee=("Nermin", *words.split("\n"))))
    assert around.unprintable == expected
    if expected:
        with pytest.raises(NotPrintable, match="characters no font prints"):
            pdf.draw(made)


def _boxes(words: str) -> list[str]:
    """WeasyPrint's own warnings about missing glyphs, silenced in production."""
    told: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: told.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("weasyprint")
    silence = logger.filters[:]
    logger.filters.clear()
    logger.addHandler(handler)
    try:
        pdf._lay_out(letter(words), 10).write_pdf()
    finally:
        logger.filters[:] = silence
        logger.removeHandler(handler)
    return [message for message in told if "notdef" in message]


def test_emoji_are_one_picture_each_and_digits_stay_digits() -> None:
    family = pypdfium2.PdfDocument(pdf.draw(letter("👨‍👩‍👧‍👦", marks=False)).pdf)[0]
    digits = pypdfium2.PdfDocument(pdf.draw(letter("34710", marks=False)).pdf)[0]
    keycaps = pypdfium2.PdfDocument(pdf.draw(letter("1\u20e3 #\u20e3 2\ufe0f\u20e3", marks=False)).pdf)[0]
    assert _images(family) == 1
    assert _images(digits) == 0
    assert _images(keycaps) == 3  # with and without U+FE0F


def _images(page: pypdfium2.PdfPage) -> int:
    return sum(1 for _ in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=5))
