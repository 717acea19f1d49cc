"""Draws parts of a finished page as grey dots, where a look at the whole page would take too long for every letter."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import pypdfium2  # type: ignore[import-untyped]
from PIL import Image
from pypdfium2 import raw

from rendering.layout.geometry import PAGE_HEIGHT, PAGE_WIDTH, Rectangle

__all__ = ["Dots", "box", "inked", "picture", "rest"]

_WHITE: Final = 255
_HOW: Final = raw.FPDF_GRAYSCALE | raw.FPDF_ANNOT


@dataclass(frozen=True, slots=True)
class Dots:
    """A part of the page in whole dots: left, top, right, bottom."""

    left: int
    top: int
    right: int
    bottom: int


def box(place: Rectangle, fineness: float) -> Dots:
    """The dots at the edges included. fineness: dots for each millimetre."""
    return Dots(
        math.floor(place.left * fineness),
        math.floor(place.top * fineness),
        math.ceil(place.right * fineness),
        math.ceil(place.bottom * fineness),
    )


def _sheet(fineness: float) -> Dots:
    return box(Rectangle(0, 0, PAGE_WIDTH, PAGE_HEIGHT), fineness)


def rest(allowed: Iterable[Rectangle], fineness: float) -> tuple[Dots, ...]:
    """All dots of the sheet outside these rectangles, as few parts of which no two overlap."""
    sheet, holes = _sheet(fineness), [box(place, fineness) for place in allowed]
    heights = {min(max(edge, 0), sheet.bottom) for hole in holes for edge in (hole.top, hole.bottom)}
    open_since: dict[tuple[int, int], int] = {}
    found = list[Dots]()
    for top, bottom in pairwise(sorted({0, sheet.bottom, *heights})):
        gaps = set(_gaps([hole for hole in holes if hole.top < bottom and top < hole.bottom], sheet.right))
        found += [Dots(gap[0], open_since.pop(gap), gap[1], top) for gap in [*open_since] if gap not in gaps]
        for gap in gaps:
            open_since.setdefault(gap, top)
    found += [Dots(left, top, right, sheet.bottom) for (left, right), top in open_since.items()]
    return tuple(sorted(found, key=lambda part: (part.top, part.left)))


def _gaps(holes: Iterable[Dots], width: int) -> Iterator[tuple[int, int]]:
    at = 0
    for hole in sorted(holes, key=lambda one: one.left):
        if hole.left > at:
            yield at, hole.left
        at = max(at, hole.right)
    if at < width:
        yield at, width


def inked(page: pypdfium2.PdfPage, part: Dots, fineness: float) -> bool:
    """Whether any dot is darker than the paper."""
    dots = _draw(page, part, fineness)
    return dots.count(_WHITE) != len(dots)


def picture(page: pypdfium2.PdfPage, part: Dots, fineness: float) -> Image.Image:
    """The dots to look at."""
    size = part.right - part.left, part.bottom - part.top
    return Image.frombuffer("L", size, _draw(page, part, fineness), "raw", "L", 0, 1)


def _draw(page: pypdfium2.PdfPage, part: Dots, fineness: float) -> bytearray:
    """One byte for each dot, as they stand on the whole page; PDFium draws what reaches into the part only."""
    width, height = part.right - part.left, part.bottom - part.top
    sheet = _sheet(fineness)
    dots = bytearray(b"\xff") * (width * height)
    memory = (ctypes.c_ubyte * len(dots)).from_buffer(dots)
    bitmap: Any = raw.FPDFBitmap_CreateEx(width, height, raw.FPDFBitmap_Gray, memory, width)
    try:
        raw.FPDF_RenderPageBitmap(bitmap, page, -part.left, -part.top, sheet.right, sheet.bottom, 0, _HOW)
    finally:
        raw.FPDFBitmap_Destroy(bitmap)
    return dots
