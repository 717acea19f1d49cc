"""What cannot be printed is named before anybody pays; what a press would spoil never reaches it."""

from __future__ import annotations

import io
import logging
import unicodedata

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rendering import checks, pdf
from rendering.checks import NotPrintable
from rendering.layout.geometry import ADDRESS, ADDRESS_PT, MM
from tests.rendering.paper import letter, long_letter


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


@pytest.mark.parametrize(
    ("lines", "refused"),
    [
        (("Nermin Öztürk", "Caferağa Mah. Moda Cad. No: 12 D: 5", "34710 Kadıköy/İSTANBUL"), ()),
        (("Nermin Öztürk", "Çok " * 15), ("Çok " * 15,)),
        (("W" * 30, "i" * 30), ("W" * 30,)),  # measured, not counted
        (tuple("abcdef"), ()),
        (tuple("abcdefg"), ("g",)),  # the zone has six lines
    ],
)
def test_address_lines_that_do_not_fit(lines: tuple[str, ...], refused: tuple[str, ...]) -> None:
    assert checks.address_overflow(lines) == refused
    if refused:
        with pytest.raises(NotPrintable, match="does not fit"):
            pdf.draw(letter(addressee=lines))


@given(st.text(alphabet="abcçdefgğhıijklmnoöprsştuüvyzABCİ0123456789 .:/", min_size=1, max_size=60))
@settings(max_examples=60, deadline=None)
def test_the_measured_width_is_at_least_the_printed_width(line: str) -> None:
    from tests.rendering.paper import glyphs

    if not line.strip() or checks.address_overflow((line,)):
        return
    boxes = [box for _, box in glyphs(pdf.draw(letter(addressee=(line,), return_line="")).pdf) if 60 < box.top < 95]
    width = checks.faces.metrics(checks.faces.ADDRESS_FACE).width(line, ADDRESS_PT) / MM
    assert max(box.right for box in boxes) <= ADDRESS.left + width + 0.5


def test_the_gate_lets_a_letter_pass() -> None:
    drawn = pdf.draw(long_letter(8))
    checks.gate(drawn.pdf, drawn.pages)


def test_the_gate_lets_a_letter_pass_that_was_approved_before_letters_had_a_blank_back() -> None:
    drawn, out = pdf.draw(letter()), io.BytesIO()
    with pikepdf.open(io.BytesIO(drawn.pdf)) as document:
        del document.pages[drawn.pages :]
        document.save(out)
    checks.gate(out.getvalue(), drawn.pages)


def _without_fonts(document: pikepdf.Pdf) -> None:
    for font in document.pages[0].Resources.Font.values():
        descriptor = font.DescendantFonts[0].FontDescriptor
        for key in [key for key in descriptor if key.startswith("/FontFile")]:
            del descriptor[key]


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda document: document.pages.append(document.pages[0]), "pages instead of"),
        (lambda document: setattr(document.pages[0], "MediaBox", [0, 0, 612, 792]), "not A4"),
        (lambda document: document.pages.__setitem__(1, document.pages[0]), "page 2 is not blank"),
        (_without_fonts, "font that is not in the file"),
    ],
    ids=["a page too many", "Letter size", "words on the blank back", "fonts left out"],
)
def test_the_gate_stops_what_a_press_would_spoil(spoil, reason: str) -> None:  # type: ignore[no-untyped-def]
    drawn = pdf.draw(letter())
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(drawn.pdf)) as document:
        spoil(document)
        document.save(out)
    with pytest.raises(NotPrintable, match=reason):
        checks.gate(out.getvalue(), drawn.pages)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"<html>", b"\x00" * 100])
def test_the_gate_stops_what_is_no_pdf(content: bytes) -> None:
    with pytest.raises(NotPrintable, match="not a readable PDF"):
        checks.gate(content, 1)
