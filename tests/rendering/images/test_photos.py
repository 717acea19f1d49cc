"""A photo leaves the drawing room with what is to be seen on it, and nothing else."""

from __future__ import annotations

import io
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageCms, ImageFile

from rendering.checks import NotPrintable
from rendering.images import photos
from tests.bot.staff.pictures import CANARY, photo


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_place_where_it_was_taken_goes_and_the_picture_stays(kind: str) -> None:
    taken = photo("teal", kind=kind)
    assert CANARY in taken
    drawn = photos.clean(taken)
    assert CANARY not in drawn
    found = opened(drawn)
    assert (found.format, found.size, dict(found.getexif())) == ("JPEG", (320, 200), {})
    assert "comment" not in found.info and "exif" not in found.info and "icc_profile" not in found.info
    red, green, blue = found.getpixel((10, 10))  # type: ignore[misc]
    assert abs(red) < 6 and abs(green - 128) < 6 and abs(blue - 128) < 6


def test_a_photo_of_an_iphone_is_read_upright_and_without_its_place() -> None:
    taken = Path(__file__).with_name("upright.heic").read_bytes()
    assert CANARY in taken
    for drawn in (photos.clean(taken), photos.for_paper(taken).jpeg):
        assert CANARY not in drawn
        found = opened(drawn)
        assert (found.format, found.size) == ("JPEG", (32, 48))  # red above, teal below
        assert all(abs(a - b) < 8 for a, b in zip(found.getpixel((16, 8)), (200, 30, 30), strict=True))  # type: ignore[arg-type]


def test_a_telephone_that_was_held_upright_is_seen_upright() -> None:
    assert opened(photos.clean(photo(size=(320, 200), turned=True))).size == (200, 320)


def test_a_large_one_is_made_as_large_as_it_is_shown() -> None:
    assert max(opened(photos.clean(photo(size=(6000, 4000)))).size) == photos.LONGEST


def test_what_is_transparent_lies_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (9, 9), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(photos.clean(out.getvalue())).getpixel((4, 4)) == (255, 255, 255)


def bomb() -> bytes:
    """A PNG of a few kilobytes that says it has a thousand million pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")

    head = (32_000).to_bytes(4, "big") * 2 + b"\x08\x00\x00\x00\x00"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 9)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.7", photo()[:200], photo(kind="GIF"), photo(kind="TIFF"), bomb(), photo(size=(2100, 100))],
    ids=["nothing", "a PDF", "half a JPEG", "a GIF", "a TIFF", "a bomb", "a ribbon"],
)
def test_what_cannot_be_shown_is_refused_with_a_reason(content: bytes) -> None:
    with pytest.raises(NotPrintable) as refused:
        photos.clean(content)
    assert refused.value.reason


# For paper ------------------------------------------------------------------------------------------------------------


def test_for_paper_it_has_the_dots_that_its_page_can_show() -> None:
    """300 for each inch of 164 mm by 238 mm."""
    found = photos.for_paper(photo(size=(6000, 4000)))
    assert (found.width, found.height) == opened(found.jpeg).size == (1937, 1291)
    assert photos.for_paper(photo(size=(400, 300))).width == 400  # never made larger


def test_for_paper_it_never_has_more_bytes_than_a_print_house_takes() -> None:
    noise, out = Image.effect_noise((1900, 2800), 200), io.BytesIO()
    noise.save(out, "PNG")
    found = photos.for_paper(out.getvalue())
    assert 100_000 < len(found.jpeg) <= 1_200_000


def swapped() -> bytes:
    """The profile of sRGB with the primaries of red and green exchanged (ICC.1, rXYZ and gXYZ)."""
    return (
        ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
        .tobytes()
        .replace(b"rXYZ", b"????")
        .replace(b"gXYZ", b"rXYZ")
        .replace(b"????", b"gXYZ")
    )


def test_colours_of_a_wider_space_stay_what_they_are() -> None:
    """Red and green change places in this profile, which is what its reader has to undo."""
    out = io.BytesIO()
    Image.new("RGB", (9, 9), (200, 10, 30)).save(out, "PNG", icc_profile=swapped())
    drawn = opened(photos.for_paper(out.getvalue()).jpeg)
    assert all(abs(a - b) < 12 for a, b in zip(drawn.getpixel((4, 4)), (10, 200, 30), strict=True))  # type: ignore[arg-type]
    assert "icc_profile" not in drawn.info


def test_half_a_picture_is_refused_also_after_weasyprint_has_allowed_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    whole = photo(size=(900, 900))
    with pytest.raises(NotPrintable):
        photos.for_paper(whole[: len(whole) * 2 // 3])
