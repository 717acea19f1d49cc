"""Sheets and photos as a person sees them on the page: each PDF page a picture, each photo itself."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

import pypdfium2  # type: ignore[import-untyped]
from PIL import Image, UnidentifiedImageError

__all__ = ["pages_of", "picture_of"]

WIDTH = 640  # pixels: sharp in a bubble, and in the tray
SHOWN = ("PNG", "JPEG", "WEBP", "GIF")  # what browsers show; anything else stays a file with a name


def pages_of(content: bytes) -> int:
    """How many pages a PDF has; 0 for what is none."""
    if not content.startswith(b"%PDF-"):
        return 0
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        return 0
    try:
        return len(document)
    finally:
        document.close()


@lru_cache(maxsize=64)
def picture_of(content: bytes, page: int) -> tuple[bytes, str] | None:
    """The picture and its media type; None for what has none.

    Called in the event loop's own thread: PDFium may be used by one thread only, and a page takes about 20 ms.
    """
    if 0 <= page < pages_of(content):
        return _drawn(content, page), "image/png"
    try:
        with Image.open(BytesIO(content), formats=SHOWN) as image:
            return content, Image.MIME[image.format or ""]
    except (UnidentifiedImageError, OSError, ValueError, KeyError):
        return None


def _drawn(content: bytes, page: int) -> bytes:
    document = pypdfium2.PdfDocument(content)
    try:
        sheet = document[page]
        image = sheet.render(scale=WIDTH / sheet.get_width()).to_pil()
        sheet.close()
    finally:
        document.close()
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
