"""The pages of a letter as pictures, for the preview in the chat."""

from __future__ import annotations

import io

import pypdfium2  # type: ignore[import-untyped]
from pypdfium2 import raw

__all__ = ["pictures"]


def pictures(content: bytes, width: int = 900, most: int = 10) -> tuple[bytes, ...]:
    """Each page as PNG bytes, `width` pixels wide, the first `most` pages; nobody wants to see a blank back."""
    document = pypdfium2.PdfDocument(content)
    try:
        last = document[len(document) - 1]
        blank = raw.FPDFPage_CountObjects(last) == 0
        last.close()
        return tuple(_picture(document[number], width) for number in range(min(len(document) - blank, most)))
    finally:
        document.close()


def _picture(page: pypdfium2.PdfPage, width: int) -> bytes:
    image = page.render(scale=width / page.get_width()).to_pil()
    page.close()
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
