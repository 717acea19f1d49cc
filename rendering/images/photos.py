"""A photo drawn anew, for the support desk or for paper, so that nothing but what is to be seen goes with it."""

from __future__ import annotations

import io
import struct
from typing import Any, Final

from rendering.checks import NotPrintable
from rendering.layout.photos import SHARP, WHOLE, Photo

__all__ = ["MOST_PIXELS", "PRINTED_BYTES", "TOO_MANY_PIXELS", "TOO_NARROW", "clean", "for_paper"]

FORMATS: Final = ("JPEG", "PNG", "WEBP", "HEIF")
MOST_PIXELS: Final = 50_000_000  # a telephone's largest; more than that in a small file is a bomb
LONGEST: Final = 2560  # pixels of a side: what Telegram shows of a photo
RATIO: Final = 20  # of the sides (Bot API, sendPhoto)

TOO_MANY_PIXELS: Final = "too many pixels"
TOO_NARROW: Final = "too narrow"

PRINTED: Final = (round(WHOLE.width / 25.4 * SHARP), round(WHOLE.height / 25.4 * SHARP))
"""Pixels of a picture that fills its page; more of them no press would print."""
PRINTED_BYTES: Final = 1_200_000
"""Of a picture for paper: four of them, and their letter, are a file that every printer and print house takes."""
QUALITIES: Final = (90, 80, 70)  # of a JPEG, from the first that is small enough


def clean(content: bytes) -> bytes:
    """A JPEG of the same picture for a chat, upright, without EXIF, place, comments, thumbnails or further frames.

    Errors: NotPrintable with the reason, for what is no picture of FORMATS, too large, or too narrow to be sent.
    """
    return _jpeg(_drawn(content, (LONGEST, LONGEST)), 88)


def for_paper(content: bytes) -> Photo:
    """The same for paper: as many pixels as can be printed, in sRGB, and no more bytes than PRINTED_BYTES."""
    drawn = _drawn(content, PRINTED)
    while True:
        for quality in QUALITIES:
            packed = _jpeg(drawn, quality)
            if len(packed) <= PRINTED_BYTES:
                return Photo(packed, *drawn.size)
        drawn = drawn.reduce(2)


def _drawn(content: bytes, most: tuple[int, int]) -> Any:
    """The pixels in a new picture, so that nothing else can come along; no more of them than `most`."""
    import pi_heif  # type: ignore[import-untyped]  # noqa: PLC0415 - the service, which imports this file to name its job, needs none of these
    from PIL import Image, ImageFile, ImageOps  # noqa: PLC0415

    pi_heif.register_heif_opener(thumbnails=False)
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint turns it on: half a picture would be printed with a grey rest
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise NotPrintable(TOO_MANY_PIXELS)
            if max(picture.size) > RATIO * min(picture.size):
                raise NotPrintable(TOO_NARROW)
            picture.draft("RGB", (max(most), max(most)))  # a large JPEG is decoded smaller at once
            shown = _of_eight_bits(ImageOps.exif_transpose(picture))
            shown.thumbnail(most)
            return _on_white(_in_srgb(shown))
    except NotPrintable:
        raise
    except Image.DecompressionBombError:
        raise NotPrintable(TOO_MANY_PIXELS) from None
    except (OSError, ValueError, SyntaxError, TypeError, KeyError, struct.error) as error:  # whatever a file may hold
        raise NotPrintable(f"no picture: {type(error).__name__}") from None


def _of_eight_bits(picture: Any) -> Any:
    """Grey of sixteen bits, as scanners write it: converted, all that is lighter than a 256th would be white."""
    if not picture.mode.startswith("I;16"):
        return picture
    return picture.convert("I").point([level >> 8 for level in range(1 << 16)], "L")


def _in_srgb(picture: Any) -> Any:
    """Telephones write Display P3: without its profile a red of theirs would come out pale."""
    from PIL import ImageCms  # noqa: PLC0415

    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "CMYK"):
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):  # a profile that nobody can read is worth as much as none
        return picture


def _on_white(picture: Any) -> Any:
    """What is transparent shows the paper."""
    from PIL import Image  # noqa: PLC0415

    pixels = picture.convert("RGBA")
    drawn = Image.new("RGB", pixels.size, "white")
    drawn.paste(pixels, mask=pixels.getchannel("A"))
    return drawn


def _jpeg(drawn: Any, quality: int) -> bytes:
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=quality)
    return out.getvalue()
