"""Wherever the sheet slides in its envelope, the window shows the whole address and no dot of anything else."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops

from rendering import pdf
from rendering.images.window import window
from tests.rendering.paper import letter, long_letter, raster

# By hand, in millimetres of the sheet: the left and upper edge of the window (90 x 45) with the packet in each corner
# of its envelope and in the middle (DIN 678, DIN 680).
WINDOWS = {
    "DL, left": [(20, 50), (10, 50), (20, 45), (10, 45), (15, 47.5)],
    "C6/C5, left": [(20, 54), (1, 54), (20, 45), (1, 45), (10.5, 49.5)],
    "DL, right": [(110, 50), (100, 50), (110, 45), (100, 45), (105, 47.5)],
    "C6/C5, right": [(119, 54), (100, 54), (119, 45), (100, 45), (109.5, 49.5)],
}
SUITS = {
    "din": ("DL, left", "C6/C5, left"),
    "ptt": ("DL, right", "C6/C5, right"),
    "dl-left": ("DL, left",),
    "dl-right": ("DL, right",),
    "c6c5-left": ("C6/C5, left",),
    "c6c5-right": ("C6/C5, right",),
}
DOTS = 150 / 25.4
SIX = (
    "Abdülmuttalip Öztürk",
    "עדי לוי, שדרות רוטשילד 12",
    "شارع الحرية رقم ١٢",
    "Cumhuriyet Mah. Mustafa Kemal Cad.",
    "हिन्दी မြန်မာ ğüşiöçĞÜŞİÖÇ 🙂",
    "34710 Kadıköy/İSTANBUL",
)
SENDER = "Işıl İnci, Kızılay Mah. Ihlamur Sok. No: 3 Daire 15, 06420 Çankaya/ANKARA, Türkiye"


@pytest.mark.parametrize("layout", SUITS)
def test_the_whole_address_is_seen_in_every_position_and_nothing_else(layout: str) -> None:
    sheet = raster(pdf.draw(long_letter(4, envelope=layout, addressee=SIX, return_line=SENDER)).pdf)
    # Set on the paper without an ornament: what inks the upper panel of this page is the address alone.
    bare = raster(pdf.draw(letter("", stationery="sade", envelope=layout, addressee=SIX, return_line=SENDER)).pdf)
    panel = _inked(bare.crop((0, 0, bare.width, round(105 * DOTS))))
    assert panel > 2_000
    for envelope in SUITS[layout]:
        for left, top in WINDOWS[envelope]:
            place = tuple(round(edge * DOTS) for edge in (left, top, left + 90, top + 45))
            assert _inked(bare.crop(place)) == panel, f"{envelope}: a part of the address is hidden at {left}, {top}"
            other = ImageChops.difference(sheet.crop(place), bare.crop(place))
            assert other.getbbox() is None, f"{envelope}: more than the address is seen at {left}, {top}"


def _inked(picture: Image.Image) -> int:
    return sum(picture.convert("L").histogram()[:200])


@pytest.mark.parametrize(
    ("layout", "size"),
    [("din", (229 + 16, 110 + 114 + 24)), ("dl-right", (220 + 16, 110 + 16)), ("hand", (210 + 16, 105 + 16))],
)
def test_the_picture_shows_each_envelope_with_the_address_in_its_window_and_no_word_of_the_letter(
    layout: str, size: tuple[int, int]
) -> None:
    short = pdf.draw(letter("Kısa.", stationery="sade", envelope=layout, marks=False)).pdf
    full = pdf.draw(long_letter(4, stationery="sade", envelope=layout)).pdf
    shown = Image.open(io.BytesIO(window(full, layout)))
    assert shown.size == tuple(4 * millimetres for millimetres in size)
    assert 30_000 > _inked(shown.convert("L").point(lambda shade: 255 if shade > 100 else 0)) > 1_000
    assert window(short, layout) == window(full, layout)
