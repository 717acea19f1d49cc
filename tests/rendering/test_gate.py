"""What a press would spoil, or an envelope betray, never leaves the drawing room."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace

import pikepdf
import pytest

from rendering import pdf
from rendering.checks import NotPrintable, unprintable
from rendering.gate import gate
from rendering.layout.geometry import MM, PAGE_HEIGHT
from rendering.layout.page import Letter
from rendering.stationery import STATIONERIES
from tests.rendering.paper import letter, long_letter

LETTER: Letter = long_letter(4)


@pytest.fixture(scope="module")
def drawn() -> pdf.Drawn:
    made = pdf.draw(LETTER)
    assert made.pages == 2
    return made


BY_HAND: Letter = long_letter(6, envelope="hand")


@pytest.fixture(scope="module")
def by_hand() -> pdf.Drawn:
    made = pdf.draw(BY_HAND)
    assert made.pages == 3
    gate(made.pdf, 3, BY_HAND)
    return made


def test_a_letter_passes(drawn: pdf.Drawn) -> None:
    gate(drawn.pdf, 2)
    gate(drawn.pdf, 2, LETTER)


def _without_fonts(document: pikepdf.Pdf, which: slice = slice(None)) -> None:
    fonts = list(document.pages[0].Resources.Font.values())
    assert len(fonts) > 1
    for font in fonts[which]:
        descriptor = font.DescendantFonts[0].FontDescriptor
        for key in [key for key in descriptor if key.startswith("/FontFile")]:
            del descriptor[key]


def _with_note(document: pikepdf.Pdf) -> None:
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9])
    document.pages[0].Annots = document.make_indirect(pikepdf.Array([document.make_indirect(note)]))


def _with_form(document: pikepdf.Pdf) -> None:
    document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([]))


def _with_file(document: pikepdf.Pdf) -> None:
    document.attachments["a.txt"] = b"a"


SPOILED: dict[str, tuple[Callable[[pikepdf.Pdf], object], str]] = {
    "a page too many": (lambda document: document.pages.append(document.pages[0]), "pages instead of"),
    "Letter size": (lambda document: setattr(document.pages[0], "MediaBox", [0, 0, 612, 792]), "page 1 is not A4"),
    "a page that lies on its side": (lambda document: setattr(document.pages[1], "Rotate", 90), "page 2 is not A4"),
    "a page that shows a part": (lambda document: setattr(document.pages[0], "CropBox", [9, 9, 300, 300]), "not A4"),
    "fonts left out": (_without_fonts, "font that is not in the file"),
    "the first font left out": (lambda document: _without_fonts(document, slice(1)), "font that is not in the file"),
    "the others left out": (lambda document: _without_fonts(document, slice(1, None)), "font that is not in the file"),
    "a note on the page": (_with_note, "more than ink"),
    "a form": (_with_form, "a form"),
    "a file inside": (_with_file, "more than pages"),
}


@pytest.mark.parametrize("case", SPOILED)
def test_it_stops_what_a_press_would_spoil(drawn: pdf.Drawn, case: str) -> None:
    spoil, reason = SPOILED[case]
    with pytest.raises(NotPrintable, match=reason):
        gate(_changed(drawn.pdf, spoil), 2)


def _changed(content: bytes, change: Callable[[pikepdf.Pdf], object]) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        change(document)
        document.save(out)
    return out.getvalue()


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"<html>", b"\x00" * 100])
def test_it_stops_what_is_no_pdf(content: bytes) -> None:
    with pytest.raises(NotPrintable, match="not a readable PDF"):
        gate(content, 1)


# One dot of half a millimetre: (page, millimetres from the left, from the top).
INK = {
    "at the edge of a window of C6/C5, left of the address": (0, 2.0, 70.0),
    "at its right": (0, 109.0, 70.0),
    "right of what is always visible": (0, 88.6, 80.0),
    "above the return address": (0, 60.0, 50.0),
    "below the address": (0, 60.0, 98.0),
    "in the margin of page 1": (0, 10.0, 200.0),
    "in the margin of page 2": (1, 200.0, 200.0),
    "at the head of page 2": (1, 60.0, 10.0),
    "below the foot": (1, 60.0, 292.0),
}


@pytest.mark.parametrize("case", INK)
@pytest.mark.parametrize("shade", [0.0, 0.9], ids=["black", "pale"])
def test_it_stops_a_dot_of_ink_where_none_may_be(drawn: pdf.Drawn, case: str, shade: float) -> None:
    page, left, top = INK[case]
    spotted = _changed(drawn.pdf, lambda document: _spot(document, page, left, top, shade))
    with pytest.raises(NotPrintable, match=f"page {page + 1} has ink where none may be"):
        gate(spotted, 2, LETTER)


def _spot(document: pikepdf.Pdf, page: int, left: float, top: float, shade: float = 0.0) -> None:
    dot = f"q {shade} g {left * MM} {(PAGE_HEIGHT - top) * MM} 1.4 1.4 re f Q".encode()
    document.pages[page].contents_add(document.make_stream(b"q "), prepend=True)
    document.pages[page].contents_add(document.make_stream(b"Q " + dot))


# Of a letter that is folded by hand: the lowest panel of a back lies outside, that of a front does not.
OUTSIDE = {
    "the lowest panel": (1, 60.0, 230.0, False),
    "where the foot of other letters stands": (1, 60.0, 270.0, False),
    "where their mark stands": (1, 184.0, 283.0, False),
    "just below the fold": (1, 60.0, 211.0, False),
    "above its own foot": (1, 60.0, 150.0, True),
    "the foot of a front": (2, 60.0, 270.0, True),
}


@pytest.mark.parametrize("case", OUTSIDE)
def test_nothing_lies_outside_of_a_packet_that_is_folded_by_hand(by_hand: pdf.Drawn, case: str) -> None:
    page, left, top, fine = OUTSIDE[case]
    spotted = _changed(by_hand.pdf, lambda document: _spot(document, page, left, top))
    with nullcontext() if fine else pytest.raises(NotPrintable, match=f"page {page + 1} has ink where none may be"):
        gate(spotted, by_hand.pages, BY_HAND)


OTHERS: dict[str, tuple[Letter, str]] = {
    "the mark of another piece": (replace(LETTER, piece_id="SOMEBODY"), "another mark"),
    "another place in the run": (replace(LETTER, serial=124), "another mark"),
    "marks where there should be none": (replace(LETTER, marks=False), "another mark"),
    "an address in the place of another layout": (replace(LETTER, envelope="ptt"), "nothing stands in the window"),
}


@pytest.mark.parametrize("case", OTHERS)
def test_it_stops_what_is_not_the_letter_that_was_ordered(drawn: pdf.Drawn, case: str) -> None:
    ordered, reason = OTHERS[case]
    with pytest.raises(NotPrintable, match=reason):
        gate(drawn.pdf, 2, ordered)


def test_it_stops_a_face_that_does_not_belong_to_the_stationery(drawn: pdf.Drawn) -> None:
    with pytest.raises(NotPrintable, match="page 1 is set in a face"):
        gate(drawn.pdf, 2, replace(LETTER, stationery="modern"))


def test_the_back_of_an_odd_letter_is_blank_or_as_once_not_there() -> None:
    made = pdf.draw(letter())
    gate(made.pdf, 1, letter())
    gate(_changed(made.pdf, lambda document: document.pages.__delitem__(1)), 1, letter())
    with pytest.raises(NotPrintable, match="page 2 is not blank"):
        gate(_changed(made.pdf, lambda document: document.pages.__setitem__(1, document.pages[0])), 1)


@pytest.mark.parametrize("stationery", STATIONERIES)
def test_eight_accents_above_the_first_line_stay_out_of_the_window(stationery: str) -> None:
    high = letter(("E" + "\u0301" * 8 + " ") * 200, stationery=stationery)
    if unprintable(high.text, stationery):  # a face without this accent: the sender hears so before
        assert stationery == "daktilo"
        return
    made = pdf.draw(high)
    gate(made.pdf, made.pages, high)


def test_a_letter_of_emoji_accents_and_many_scripts_passes() -> None:
    written = "E" + "\u0301" * 8 + " ❤️👨‍👩‍👧‍👦 שלום مرحبا हिन्दी ไทยกี่ မြန်မာ ខ្មែរ བོད་ཡིག Ελληνικά ქართული\n" * 40
    wanted = replace(LETTER, text=written, addressee=("עדי לוי", "شارع الحرية 12", "ISRAEL"))
    made = pdf.draw(wanted)
    gate(made.pdf, made.pages, wanted)


def test_an_address_that_fills_its_column_to_a_hair_passes() -> None:
    """Its ink ends at 87.94 of 88 millimetres; a raster sets the last letter half a dot further."""
    full = "ހުރިހާ އުފަންވަނީ އިންސާނުން އިންސާނުން އިންސާނުން"
    wanted = letter(addressee=(full, "34710 Kadıköy"))
    assert pdf.fitted(wanted).lines == ()
    made = pdf.draw(wanted)
    gate(made.pdf, made.pages, wanted)
