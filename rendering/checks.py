"""What is refused before it reaches paper: characters nobody can print, addresses too wide, files a press spoils."""

from __future__ import annotations

import ctypes
import math

import pypdfium2  # type: ignore[import-untyped]
import regex  # type: ignore[import-untyped]
from pypdfium2 import raw

from rendering import faces
from rendering.drawn import sides
from rendering.layout.geometry import (
    ADDRESS,
    ADDRESS_LINES,
    ADDRESS_PT,
    MM,
    NOTE_LINES,
    NOTE_PT,
    NOTE_WIDTH,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    RETURN_LINE,
    RETURN_PT,
)
from rendering.stationery import STATIONERIES

__all__ = [
    "MAX_CHARACTERS",
    "MAX_LINES",
    "NotPrintable",
    "address_overflow",
    "gate",
    "note_overflow",
    "return_overflow",
    "survivable",
    "unprintable",
]

MAX_CHARACTERS = 100_000  # ten pages hold about 25,000; layout takes 7 ms a thousand characters
MAX_LINES = 2_000  # ten pages hold about 360; 48,000 two-letter lines took 100 s
MAX_MARKS = 32  # on one letter; 20,000 marks on one took 0.8 s and grow superlinearly. Flows allows 8
_SIZE_TOLERANCE = 0.5  # points; printers scale a page that is not their paper

_MARKS = regex.compile(rf"[\p{{M}}\p{{Cf}}]{{{MAX_MARKS + 1}}}")
_HARMFUL = regex.compile(r"[\p{Cs}\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")


class NotPrintable(ValueError):
    """The letter cannot become paper as it is; `reason` never holds words of the letter."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def survivable(words: str) -> None:
    """Refuses what could crash or hang the layout; flows has cleaned it before, this is the second lock."""
    if len(words) > MAX_CHARACTERS:
        raise NotPrintable(f"more than {MAX_CHARACTERS} characters")
    if words.count("\n") >= MAX_LINES:
        raise NotPrintable(f"more than {MAX_LINES} lines")
    if _HARMFUL.search(words):
        raise NotPrintable("a control character or half a surrogate pair")
    if _MARKS.search(words):
        raise NotPrintable(f"more than {MAX_MARKS} combining marks on one letter")


def unprintable(text: str, stationery: str = "klasik") -> tuple[str, ...]:
    """What the faces of a stationery do not print: whole clusters in the order of the text, each once."""
    return faces.unprintable(text, STATIONERIES[stationery].faces)


def address_overflow(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The lines that do not fit the window: too wide at the printed size, or beyond the sixth."""
    width = faces.metrics(faces.ADDRESS_FACE).width
    return tuple(
        line
        for number, line in enumerate(lines)
        if number >= ADDRESS_LINES or width(line, ADDRESS_PT) > ADDRESS.width * MM
    )


def return_overflow(line: str) -> bool:
    """Whether the return line is too wide even at its smallest size."""
    return faces.metrics(faces.ADDRESS_FACE).width(line, RETURN_PT[-1]) > RETURN_LINE.width * MM


def note_overflow(footnote: str) -> bool:
    """Whether the notice to the addressee needs more lines than the foot has; a word may leave a line a tenth short."""
    width = faces.metrics(faces.ADDRESS_FACE).width
    usable = NOTE_WIDTH * MM * 0.9
    return sum(max(1, math.ceil(width(line, NOTE_PT) / usable)) for line in footnote.split("\n")) > NOTE_LINES


def gate(pdf: bytes, pages: int) -> None:
    """The last look before a press: opens, right number of pages, all of them A4, every font inside.

    An odd letter ends with a blank back; one that was approved before letters did so has none.
    """
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError:
        raise NotPrintable("the file is not a readable PDF") from None
    try:
        if len(document) not in (pages, sides(pages)):
            raise NotPrintable(f"{len(document)} pages instead of {sides(pages)}")
        for number in range(len(document)):
            page = document[number]
            if number >= pages and raw.FPDFPage_CountObjects(page):
                raise NotPrintable(f"page {number + 1} is not blank")
            width, height = page.get_size()
            if abs(width - PAGE_WIDTH * MM) > _SIZE_TOLERANCE or abs(height - PAGE_HEIGHT * MM) > _SIZE_TOLERANCE:
                raise NotPrintable(f"page {number + 1} is not A4")
            if not _fonts_embedded(page):
                raise NotPrintable(f"page {number + 1} uses a font that is not in the file")
            page.close()
    finally:
        document.close()


def _fonts_embedded(page: pypdfium2.PdfPage) -> bool:
    seen: set[int] = set()
    for index in range(raw.FPDFPage_CountObjects(page)):
        thing = raw.FPDFPage_GetObject(page, index)
        if raw.FPDFPageObj_GetType(thing) != raw.FPDF_PAGEOBJ_TEXT:
            continue
        font = raw.FPDFTextObj_GetFont(thing)
        address = ctypes.cast(font, ctypes.c_void_p).value or 0
        if address not in seen and raw.FPDFFont_GetIsEmbedded(font) != 1:
            return False
        seen.add(address)
    return True
