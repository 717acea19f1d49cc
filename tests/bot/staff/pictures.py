"""A photo as a telephone makes it: with the place where it was taken, which nobody is to see."""

from __future__ import annotations

import io

from PIL import Image

__all__ = ["CANARY", "photo"]

CANARY = b"canary: 41.0136 N, 28.9550 E"


def photo(
    colour: str = "teal", *, kind: str = "JPEG", size: tuple[int, int] = (320, 200), turned: bool = False
) -> bytes:
    """Bytes of a picture that hold the CANARY in its EXIF, a comment and, where its kind has them, further chunks."""
    picture = Image.new("RGB", size, colour)
    exif = Image.Exif()
    exif[0x010E] = CANARY.decode()  # ImageDescription
    exif[0x0112] = 6 if turned else 1  # Orientation
    exif.get_ifd(0x8825)[29] = CANARY.decode()  # GPSDateStamp
    out = io.BytesIO()
    picture.save(out, kind, exif=exif, **({"comment": CANARY} if kind == "JPEG" else {}))
    return out.getvalue()
