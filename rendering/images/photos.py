"""A photo on its way to the support desk or back: drawn anew, so that nothing but what is to be seen goes with it."""

from __future__ import annotations

import io
from typing import Any, Final

from rendering.checks import NotPrintable

__all__ = ["MOST_PIXELS", "clean"]

FORMATS: Final = ("JPEG", "PNG", "WEBP")
MOST_PIXELS: Final = 50_000_000  # a telephone's largest; more than that in a small file is a bomb
LONGEST: Final = 2560  # pixels of a side: what Telegram shows of a photo
RATIO: Final = 20  # of the sides (Bot API, sendPhoto)


def clean(content: bytes) -> bytes:
    """A JPEG of the same picture, upright, without EXIF, place, comments, thumbnails or further frames.

    Errors: NotPrintable with the reason, for what is no picture of FORMATS, too large, or too narrow to be sent.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415 - the service, which imports this file to name its job, needs no PIL

    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise NotPrintable("too many pixels")
            if max(picture.size) > RATIO * min(picture.size):
                raise NotPrintable("too narrow")
            picture.draft("RGB", (LONGEST, LONGEST))  # a large JPEG is decoded smaller at once
            shown = ImageOps.exif_transpose(picture)
            shown.thumbnail((LONGEST, LONGEST))
            return _jpeg(shown, Image.new("RGB", shown.size, "white"))
    except NotPrintable:
        raise
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NotPrintable(f"no picture: {type(error).__name__}") from None


def _jpeg(picture: Any, drawn: Any) -> bytes:
    """On white where it is transparent. The pixels go into a new picture, so that nothing else can come along."""
    pixels = picture.convert("RGBA")
    drawn.paste(pixels, mask=pixels.getchannel("A"))
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=88)
    return out.getvalue()
