"""How the tests look at paper: where the ink is, what the words are, what the marks say."""

from __future__ import annotations

import io
from dataclasses import replace

import pikepdf
import pypdfium2
import zxingcpp
from PIL import Image

from rendering.layout.geometry import MM, PAGE_HEIGHT, Rectangle
from rendering.layout.page import Letter
from rendering.sample import LETTER

SENTENCE = "Sardunyaların bu sabah açtı; pencereyi her açtığımda mutfağındaki çay kokusunu arıyorum. "
DPI = 150


def letter(text: str = "Canım anneannem,\n\nSardunyaların bu sabah açtı.", **changes: object) -> Letter:
    return replace(LETTER, text=text, **changes)


def long_letter(paragraphs: int, **changes: object) -> Letter:
    return letter("\n\n".join([SENTENCE * 8] * paragraphs), **changes)


def words(pdf: bytes, page: int = 0) -> str:
    return pypdfium2.PdfDocument(pdf)[page].get_textpage().get_text_range().replace("\r\n", "\n")


def glyphs(pdf: bytes, page: int = 0) -> list[tuple[str, Rectangle]]:
    """Every visible character and where it stands, in millimetres from the upper left corner."""
    text = pypdfium2.PdfDocument(pdf)[page].get_textpage()
    found = []
    for index in range(text.count_chars()):
        character = text.get_text_range(index, 1)
        if character.strip():
            left, bottom, right, top = text.get_charbox(index)
            box = Rectangle(left / MM, PAGE_HEIGHT - top / MM, right / MM, PAGE_HEIGHT - bottom / MM)
            found.append((character, box))
    return found


def raster(pdf: bytes, page: int = 0, dpi: int = DPI) -> Image.Image:
    return pypdfium2.PdfDocument(pdf)[page].render(scale=dpi / 72).to_pil()


def inked(picture: Image.Image, place: Rectangle, dpi: int = DPI) -> bool:
    """Whether anything at all is printed in that place."""
    dots = dpi / 25.4
    part = picture.convert("L").crop(
        (round(place.left * dots), round(place.top * dots), round(place.right * dots), round(place.bottom * dots))
    )
    darkest: int = part.getextrema()[0]
    return darkest < 250


def marks(pdf: bytes, page: int = 0) -> list[str]:
    """What another library reads from a 150 dpi raster."""
    return [
        found.text for found in zxingcpp.read_barcodes(raster(pdf, page), formats=zxingcpp.BarcodeFormat.DataMatrix)
    ]


def streams(pdf: bytes) -> list[bytes]:
    """Every stream of the file, unpacked: a search in the packed file would find nothing anywhere."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [thing.read_bytes() for thing in document.objects if isinstance(thing, pikepdf.Stream)]
