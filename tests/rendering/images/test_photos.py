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


def bomb(side: int = 32_000) -> bytes:
    """A PNG of a few kilobytes that says it has a thousand million pixels, or as many as a square of this side."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")

    head = side.to_bytes(4, "big") * 2 + b"\x08\x00\x00\x00\x00"
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


def saved(picture: Image.Image, kind: str, **more: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **more)  # type: ignore[arg-type]
    return out.getvalue()


TWO = [Image.new("RGB", (60, 40), colour) for colour in ((200, 30, 30), (0, 128, 128))]
MORE = {"save_all": True, "append_images": TWO[1:]}
ODD = {  # a file that is a picture, though no plain one -> the colour of its first frame
    "the four inks of a press": (saved(TWO[0].convert("CMYK"), "JPEG"), (200, 30, 30)),
    "grey": (saved(Image.new("L", (60, 40), 90), "JPEG"), (90, 90, 90)),
    "grey of sixteen bits": (saved(Image.new("I;16", (60, 40), 0x5A00), "PNG"), (90, 90, 90)),
    "half transparent": (saved(Image.new("LA", (60, 40), (90, 128)), "PNG"), (172, 172, 172)),
    "an animated PNG": (saved(TWO[0], "PNG", **MORE), (200, 30, 30)),
    "an animated WebP": (saved(TWO[0], "WEBP", **MORE), (200, 30, 30)),
    "two pictures in one file (MPO)": (saved(TWO[0], "MPO", **MORE), (200, 30, 30)),
}


@pytest.mark.parametrize("case", ODD)
def test_a_picture_that_is_no_plain_one_is_printed_as_it_looks(case: str) -> None:
    content, colour = ODD[case]
    found = opened(photos.for_paper(content).jpeg)
    assert (found.mode, found.size) == ("RGB", (60, 40))
    assert all(abs(a - b) < 5 for a, b in zip(found.getpixel((20, 20)), colour, strict=True))  # type: ignore[arg-type]
    assert not {"exif", "icc_profile", "comment", "xmp", "mp"} & set(found.info)


HEIC = Path(__file__).with_name("upright.heic").read_bytes()
REFUSED_FOR_PAPER = {
    "a GIF": saved(TWO[0], "GIF", **MORE),
    "half an HEIC": HEIC[: len(HEIC) // 2],
    "an HEIC with a hole": HEIC[:400] + bytes(100) + HEIC[500:],
    "half a WebP": saved(Image.effect_noise((300, 300), 80).convert("RGB"), "WEBP")[:5000],
    "no byte": b"",
}


@pytest.mark.parametrize("case", REFUSED_FOR_PAPER)
def test_what_cannot_be_decoded_to_its_end_is_not_printed(case: str) -> None:
    with pytest.raises(NotPrintable, match="no picture"):
        photos.for_paper(REFUSED_FOR_PAPER[case])


CORNERS = {
    1: "top left",
    2: "top right",
    3: "bottom right",
    4: "bottom left",
    5: "top left",
    6: "top right",
    7: "bottom right",
    8: "bottom left",
}
"""EXIF 2.32, 4.6.4 A, Orientation: where the first pixels of the file are to be seen."""


@pytest.mark.parametrize("orientation", CORNERS)
def test_every_way_of_holding_a_telephone_is_printed_upright(orientation: int) -> None:
    held, exif = Image.new("RGB", (60, 40), (0, 128, 128)), Image.Exif()
    held.paste((200, 30, 30), (0, 0, 30, 20))
    exif[0x0112] = orientation
    seen = opened(photos.for_paper(saved(held, "JPEG", exif=exif)).jpeg)
    assert seen.size == ((60, 40) if orientation < 5 else (40, 60))
    across, down = seen.width - 6, seen.height - 6
    places = {"top left": (5, 5), "top right": (across, 5), "bottom left": (5, down), "bottom right": (across, down)}
    red = [name for name, place in places.items() if seen.getpixel(place)[0] > 100]  # type: ignore[index]
    assert red == [CORNERS[orientation]]


@pytest.mark.parametrize("side", [8_000, 32_000])
def test_more_pixels_than_a_telephone_takes_are_refused_before_they_are_decoded(side: int) -> None:
    """Pillow itself would unpack the smaller one."""
    with pytest.raises(NotPrintable, match="too many pixels"):
        photos.for_paper(bomb(side))
