"""What a window shows of a sheet that slides about, held against the figures of DIN 678 and DIN 680 written by hand."""

from __future__ import annotations

import pytest

from rendering.layout.envelopes import (
    C6C5,
    DEFAULT,
    DL,
    LAYOUTS,
    Envelope,
    Side,
    always_visible,
    can_become_visible,
    positions,
)
from rendering.layout.geometry import FOOT, MARK_CORNER, PAGE_HEIGHT, PAGE_WIDTH, RETURN_SETTING, Rectangle

# A packet of 105 x 210 mm; in millimetres of the sheet: left, top, right, bottom.
FIGURES: dict[tuple[str, Side], tuple[Envelope, Rectangle, Rectangle]] = {
    ("DL", "left"): (DL, Rectangle(20, 50, 100, 90), Rectangle(10, 45, 110, 95)),
    ("C6/C5", "left"): (C6C5, Rectangle(20, 54, 91, 90), Rectangle(1, 45, 110, 99)),
    ("DL", "right"): (DL, Rectangle(110, 50, 190, 90), Rectangle(100, 45, 200, 95)),
    ("C6/C5", "right"): (C6C5, Rectangle(119, 54, 190, 90), Rectangle(100, 45, 209, 99)),
}


@pytest.mark.parametrize("case", FIGURES, ids=" ".join)
def test_what_is_always_and_what_can_become_visible(case: tuple[str, Side]) -> None:
    envelope, always, can = FIGURES[case]
    assert envelope.name == case[0]
    assert always_visible(envelope, case[1]) == always
    assert can_become_visible(envelope, case[1]) == can
    assert len(set(positions(envelope, case[1]))) == 4
    assert all(can.holds(shown) and shown.holds(always) for shown in positions(envelope, case[1]))


# What of the sheet the addressee's ink may use, three millimetres clear of what a window may hide.
ADDRESSES = {
    "din": (23, 88),
    "ptt": (122, 187),
    "dl-left": (23, 88),
    "dl-right": (113, 178),
    "c6c5-left": (23, 88),
    "c6c5-right": (122, 187),
    "hand": (122, 187),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_address_is_clear_of_every_edge_and_nothing_else_is_exposed(name: str) -> None:
    layout = LAYOUTS[name]
    assert (layout.address.left, layout.address.right) == ADDRESSES[name]
    assert layout.shown.holds(layout.address.around(layout.return_line).grown(3))
    mark = Rectangle(MARK_CORNER[0] - 20, MARK_CORNER[1] - 20, *MARK_CORNER)
    for planned in (FOOT, mark):
        assert not planned.meets(layout.exposed)
    assert mark.right <= PAGE_WIDTH - 15  # printers and inserters keep 15 mm at the sides, 5 at top and bottom
    assert mark.bottom <= PAGE_HEIGHT - 5
    assert not mark.meets(FOOT)


def test_the_usual_layout_suits_both_sizes_with_the_window_at_the_left() -> None:
    assert (LAYOUTS[DEFAULT].side, LAYOUTS[DEFAULT].envelopes) == ("left", (DL, C6C5))


def test_the_return_address_is_as_high_as_its_place() -> None:
    for _, lines, leading in RETURN_SETTING:
        assert lines * leading <= LAYOUTS[DEFAULT].return_line.height + 0.001
