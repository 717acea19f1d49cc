"""The pictures of emoji as they stand in a PDF: each encoded once in the life of a process."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import Any, Final

import pydyf  # type: ignore[import-untyped]
from PIL import Image
from weasyprint.images import RasterImage  # type: ignore[import-untyped]

__all__ = ["Picture", "picture"]

KEPT: Final = 1_000
"""Pictures a process remembers: 7 KB each."""


class Picture:
    """One emoji; WeasyPrint asks it to draw itself, and at the end for its object."""

    def __init__(self, name: str, png: bytes) -> None:
        image = Image.open(BytesIO(png)).convert("RGBA")
        self.id = name
        self.width, self.height = image.size
        self._colours = RasterImage._get_png_data(image.convert("RGB"))
        self._mask = RasterImage._get_png_data(image.getchannel("A"))

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        # ISO 19005-2, 6.2.8: an image is not interpolated.
        name = stream.add_image(self, False, 1)
        stream.transform(width, 0, 0, -height, 0, height)
        stream.draw_x_object(name)

    def get_x_object(self, interpolate: bool, ratio: float) -> Any:
        """A fresh object, because each document numbers its own."""
        colours = self._object(self._colours, "/DeviceRGB", 3)
        colours.extra["SMask"] = self._object(self._mask, "/DeviceGray", 1)
        return colours

    def _object(self, packed: bytes, space: str, colours: int) -> Any:
        predictor = pydyf.Dictionary({"Predictor": 15, "Columns": self.width, "Colors": colours})  # as PNG packs rows
        extra = {
            "Type": "/XObject",
            "Subtype": "/Image",
            "Width": self.width,
            "Height": self.height,
            "ColorSpace": space,
            "BitsPerComponent": 8,
            "Filter": "/FlateDecode",
            "DecodeParms": predictor,
        }
        return pydyf.Stream([packed], pydyf.Dictionary(extra))


@lru_cache(maxsize=KEPT)
def picture(name: str, png: bytes) -> Picture:
    """By its name, which says face and glyph, and its content."""
    return Picture(name, png)
