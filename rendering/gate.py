"""The last look at every letter: its structure, its faces, its marks, and that no ink lies where none may be.

Whatever is drawn outside the allowed rectangles is refused, as GOV.UK Notify does.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
from pypdfium2 import raw

from rendering import raster
from rendering.checks import NotPrintable
from rendering.drawn import sides
from rendering.layout import address, marks
from rendering.layout.envelopes import LAYOUTS, Layout
from rendering.layout.geometry import (
    FOOT,
    MARGIN_BOTTOM,
    MARGIN_SIDE,
    MARGIN_TOP,
    MARK_CORNER,
    MM,
    ORNAMENT,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    TEXT_TOP,
    Rectangle,
)
from rendering.layout.page import Letter
from rendering.stationery import STATIONERIES

__all__ = ["gate", "marked", "zones"]

_SIZE_TOLERANCE = 0.5  # points; printers scale a page that is not their paper
_DOTS = 2  # for each millimetre: half a millimetre is proved where 3 are promised
_MARK_DOTS = 150 / 25.4  # what a camera of an inserting machine sees
_MARK_SIDE = 22.0  # millimetres around the mark's corner that hold the largest mark and its quiet zone
_CLIMB = 8.0  # an accent on an accent, eight times (flows/words/marks.py), above the first line
_CORNER = Rectangle(MARK_CORNER[0] - _MARK_SIDE, MARK_CORNER[1] - _MARK_SIDE, MARK_CORNER[0] + 4, MARK_CORNER[1] + 4)
_OVERHANG = 3.0  # an Arabic letter grows where a line breaks after it; below the last line hang vowel signs


def gate(content: bytes, pages: int, letter: Letter | None = None) -> None:
    """Raises NotPrintable for what a press would spoil or an envelope betray; its reason holds no word of the letter.

    letter: what was drawn. Without it, as at the print room's door, only structure and fonts can be looked at.
    """
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        raise NotPrintable("the file is not a readable PDF") from None
    try:
        _is_plain(document, pages)
        for number in range(len(document)):
            page = document[number]
            _is_a4(page, number + 1)
            if number >= pages and raw.FPDFPage_CountObjects(page):
                raise NotPrintable(f"page {number + 1} is not blank")
            known = _faces(page, number + 1)
            if letter is not None and number < pages:
                _look(page, number + 1, pages, letter, known)
            page.close()
    finally:
        document.close()


def marked(content: bytes) -> bool:
    """Whether the first page of a letter bears a mark. What is no PDF is not called a letter without marks."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        return True
    try:
        return bool(_marks(document[0], raised=0.0))  # of no layout is the mark of page 1 higher than usual
    finally:
        document.close()


def zones(layout: Layout, number: int) -> tuple[Rectangle, ...]:
    """Where ink may be on a page, counted from 1."""
    left, right = MARGIN_SIDE - _OVERHANG, PAGE_WIDTH - MARGIN_SIDE + _OVERHANG
    raised = layout.raised(number)
    bottom = PAGE_HEIGHT - MARGIN_BOTTOM + _OVERHANG - raised
    foot = Rectangle(FOOT.left, FOOT.top, MARK_CORNER[0], FOOT.bottom).grown(1).higher(raised)
    if number > 1:
        return (Rectangle(left, MARGIN_TOP - _CLIMB, right, bottom), foot)
    top = max(layout.exposed.bottom, TEXT_TOP - _CLIMB)  # nothing of the letter where a window can show it
    ornament = () if layout.by_hand else (ORNAMENT,)
    return (_address(layout), *ornament, Rectangle(left, top, right, bottom), foot)


def _address(layout: Layout) -> Rectangle:
    """As wide as what fit.py lets through, and half a dot more: a raster sets each glyph to its nearest dot."""
    return address.zone(layout).grown(0.5 / _DOTS)


def _is_plain(document: pypdfium2.PdfDocument, pages: int) -> None:
    """Pages and nothing else: what a viewer would run, fill in or unpack has no place in a print queue."""
    if len(document) not in (pages, sides(pages)):  # approved before letters had a blank back, or after
        raise NotPrintable(f"{len(document)} pages instead of {sides(pages)}")
    if raw.FPDF_GetSecurityHandlerRevision(document) != -1:
        raise NotPrintable("the file is encrypted")
    if raw.FPDFDoc_GetAttachmentCount(document) or raw.FPDFDoc_GetJavaScriptActionCount(document):
        raise NotPrintable("the file holds more than pages")
    if raw.FPDF_GetFormType(document) != raw.FORMTYPE_NONE:
        raise NotPrintable("the file holds a form")


def _is_a4(page: pypdfium2.PdfPage, number: int) -> None:
    width, height = page.get_size()
    turned = raw.FPDFPage_GetRotation(page) != 0 or page.get_cropbox() != page.get_mediabox()
    if turned or abs(width - PAGE_WIDTH * MM) > _SIZE_TOLERANCE or abs(height - PAGE_HEIGHT * MM) > _SIZE_TOLERANCE:
        raise NotPrintable(f"page {number} is not A4")
    if raw.FPDFPage_GetAnnotCount(page):
        raise NotPrintable(f"page {number} holds more than ink")


def _faces(page: pypdfium2.PdfPage, number: int) -> frozenset[str]:
    """The names of the page's fonts, all of them inside the file."""
    seen: dict[int, str] = {}
    for font in _fonts(page):
        place = ctypes.addressof(font.contents)
        if place in seen:
            continue
        if raw.FPDFFont_GetIsEmbedded(font) != 1:
            raise NotPrintable(f"page {number} uses a font that is not in the file")
        seen[place] = _name(font)
    return frozenset(seen.values())


def _fonts(page: pypdfium2.PdfPage) -> Iterator[Any]:
    for index in range(raw.FPDFPage_CountObjects(page)):
        thing = raw.FPDFPage_GetObject(page, index)
        if raw.FPDFPageObj_GetType(thing) == raw.FPDF_PAGEOBJ_TEXT:
            yield raw.FPDFTextObj_GetFont(thing)


def _name(font: Any) -> str:
    """Without the six letters and the plus that tell one subset from another (ISO 32000-1, 9.6.4)."""
    size = raw.FPDFFont_GetBaseFontName(font, None, 0)
    name = ctypes.create_string_buffer(size)
    raw.FPDFFont_GetBaseFontName(font, name, size)
    return name.value.decode("utf-8", "replace").rpartition("+")[2]


def _look(page: pypdfium2.PdfPage, number: int, pages: int, letter: Letter, faces: frozenset[str]) -> None:
    if not faces <= STATIONERIES[letter.stationery].embeddable:
        raise NotPrintable(f"page {number} is set in a face that does not belong to its stationery")
    window, outside = _looked_at(letter.envelope, number)
    if number == 1 and any(map(str.strip, letter.addressee)) and not raster.inked(page, window, _DOTS):
        raise NotPrintable("nothing stands in the window")
    if any(raster.inked(page, part, _DOTS) for part in outside):
        raise NotPrintable(f"page {number} has ink where none may be")
    expected = [marks.content(letter.piece_id, number, pages, letter.serial)] if letter.marks else []
    if _marks(page, LAYOUTS[letter.envelope].raised(number)) != expected:
        raise NotPrintable(f"page {number} has another mark than its own")


@lru_cache(maxsize=64)
def _looked_at(envelope: str, number: int) -> tuple[raster.Dots, tuple[raster.Dots, ...]]:
    """The window, and all that lies where no ink may be."""
    layout = LAYOUTS[envelope]
    return raster.box(address.zone(layout), _DOTS), raster.rest(zones(layout, number), _DOTS)


def _marks(page: pypdfium2.PdfPage, raised: float) -> list[str]:
    """What another library than the one that has drawn the mark reads from the corner where it stands."""
    import zxingcpp  # noqa: PLC0415 - whoever never looks at a letter never loads it

    place = raster.box(_CORNER.higher(raised), _MARK_DOTS)
    corner, known = raster.picture(page, place, _MARK_DOTS), zxingcpp.barcode_formats_from_str("DataMatrix")
    return [mark.text for mark in zxingcpp.read_barcodes(corner, formats=known)]
