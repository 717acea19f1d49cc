"""Through the window of the envelope one sees the address and nothing of the letter."""

from __future__ import annotations

import pytest

from rendering import pdf
from rendering.layout.geometry import (
    ADDRESS,
    ADDRESS_SETTING,
    EXPOSED,
    FOOT,
    MARK_CORNER,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    RETURN_LINE,
    Rectangle,
)
from rendering.stationery import STATIONERIES
from tests.rendering.paper import glyphs, inked, letter, long_letter, raster

# The address zone with the return line above it: all that may be inked inside the exposed rectangle.
ALLOWED = Rectangle(ADDRESS.left, RETURN_LINE.top, ADDRESS.right, ADDRESS.bottom)
AROUND = (
    Rectangle(EXPOSED.left, EXPOSED.top, EXPOSED.right, ALLOWED.top),
    Rectangle(EXPOSED.left, ALLOWED.bottom, EXPOSED.right, EXPOSED.bottom),
    Rectangle(EXPOSED.left, EXPOSED.top, ALLOWED.left - 0.2, EXPOSED.bottom),
    Rectangle(ALLOWED.right, EXPOSED.top, EXPOSED.right, EXPOSED.bottom),
)
SIX = (
    "Özgür Öztürk",
    "Öztürk Çiçekçilik",
    "Moda İş Merkezi",
    "Caferağa Mah. Moda Cad.",
    "No: 12 D: 5",
    "34710 Kadıköy",
)


@pytest.mark.parametrize("stationery", STATIONERIES)
@pytest.mark.parametrize("marks", [True, False], ids=["with marks", "without marks"])
def test_no_ink_but_the_address_can_become_visible(stationery: str, marks: bool) -> None:
    sheet = raster(pdf.draw(long_letter(8, stationery=stationery, marks=marks)).pdf)
    assert inked(sheet, ALLOWED)  # the address is there
    assert inked(sheet, Rectangle(22, 105, 188, 260))  # and so is the letter
    for place in AROUND:
        assert not inked(sheet, place)


@pytest.mark.parametrize(
    "addressee", [SIX[:1], SIX[:3], SIX[:4], SIX[:5], SIX], ids=lambda lines: f"{len(lines)} lines"
)
def test_the_address_stays_in_its_zone(addressee: tuple[str, ...]) -> None:
    drawn = pdf.draw(letter("Metin", addressee=addressee)).pdf
    visible = [(character, box) for character, box in glyphs(drawn) if box.meets(EXPOSED)]
    assert "".join(character for character, _ in visible).endswith("".join("".join(addressee).split()))
    top, _ = ADDRESS_SETTING[max(4, len(addressee))]
    for _, box in visible:
        assert ALLOWED.left - 0.2 <= box.left
        assert box.right <= ALLOWED.right
        assert box.bottom <= ALLOWED.bottom
        # A tenth of a millimetre, two dots at 600 dpi, for the accent of a capital.
        assert box.top >= top - 0.1 or box.bottom <= RETURN_LINE.bottom


def test_an_address_from_right_to_left_stays_in_its_zone() -> None:
    drawn = pdf.draw(letter("Metin", addressee=("אבגדה", "Tel Aviv"))).pdf
    assert any(character == "א" for character, _ in glyphs(drawn))
    for _, box in glyphs(drawn):
        assert not box.meets(EXPOSED) or box.right <= ALLOWED.right


def test_everything_else_is_planned_outside_of_the_window() -> None:
    mark = Rectangle(MARK_CORNER[0] - 20, MARK_CORNER[1] - 20, *MARK_CORNER)
    assert not FOOT.meets(EXPOSED)
    assert not mark.meets(EXPOSED)
    for top, _ in ADDRESS_SETTING.values():  # the address zones of DIN 5008 (y62.7-90) and Pingen (y60-85.5)
        assert top >= 62.7
        assert Rectangle(ADDRESS.left, top, ADDRESS.right, ADDRESS.bottom).meets(EXPOSED)
    assert mark.right <= PAGE_WIDTH - 15  # printers and inserters keep 15 mm at the sides, 5 at top and bottom
    assert mark.bottom <= PAGE_HEIGHT - 5
    assert not mark.meets(FOOT)


def test_the_addressee_appears_once_on_page_one() -> None:
    drawn = pdf.draw(long_letter(8))
    texts = ["".join(character for character, _ in glyphs(drawn.pdf, page)) for page in range(drawn.pages)]
    assert [text.count("NerminÖztürk") for text in texts] == [1] + [0] * (drawn.pages - 1)
