"""Which envelopes the print room uses, and what their window shows of a sheet that slides about inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Literal

from rendering.layout.geometry import (
    ADDRESS_BOTTOM,
    CLEAR,
    COLUMN,
    FOOT,
    PAGE_WIDTH,
    RETURN_BOTTOM,
    RETURN_TOP,
    Rectangle,
)

__all__ = [
    "C6C5",
    "DEFAULT",
    "DL",
    "FOLD",
    "LAYOUTS",
    "PACKET",
    "Envelope",
    "Layout",
    "Side",
    "always_visible",
    "can_become_visible",
    "positions",
]

Side = Literal["left", "right"]

FOLD = 105.0  # DIN 5008 form B: the first fold; the second one lies as far below it
FOLD_CLEAR = 4.0  # nobody hits a fold to the millimetre by hand
PACKET = (PAGE_WIDTH, FOLD)  # the folded letter
WINDOW = (90.0, 45.0)  # DIN 680
WINDOW_SIDE, WINDOW_BOTTOM = 20.0, 15.0  # from the edges of the envelope (DIN 680)


@dataclass(frozen=True, slots=True)
class Envelope:
    """One size of envelope; the packet has `width - 210` and `height - 105` of free play in it."""

    name: str
    width: float
    height: float

    def window(self, side: Side) -> Rectangle:
        """On the envelope, from its left and top edge; a right window is the left one in a mirror."""
        left = WINDOW_SIDE if side == "left" else self.width - WINDOW_SIDE - WINDOW[0]
        bottom = self.height - WINDOW_BOTTOM
        return Rectangle(left, bottom - WINDOW[1], left + WINDOW[0], bottom)

    @property
    def play(self) -> tuple[float, float]:
        """How far the packet can slide to the right and down."""
        return self.width - PACKET[0], self.height - PACKET[1]


# DIN 678: DL and C6/C5.
DL = Envelope("DL", 220.0, 110.0)
C6C5 = Envelope("C6/C5", 229.0, 114.0)


def positions(envelope: Envelope, side: Side) -> tuple[Rectangle, ...]:
    """What the window shows of the sheet, in millimetres of the sheet, with the packet in each corner."""
    window, (across, down) = envelope.window(side), envelope.play
    return tuple(
        Rectangle(window.left - right, window.top - low, window.right - right, window.bottom - low)
        for right in (0.0, across)
        for low in (0.0, down)
    )


def always_visible(envelope: Envelope, side: Side) -> Rectangle:
    """The part of the sheet that stands in the window wherever the packet lies."""
    return reduce(Rectangle.common, positions(envelope, side))


def can_become_visible(envelope: Envelope, side: Side) -> Rectangle:
    """The part of the sheet that stands in the window somewhere: the address belongs there, and no other word."""
    return reduce(Rectangle.around, positions(envelope, side))


@dataclass(frozen=True, slots=True)
class Layout:
    """How page 1 is laid out for the envelopes of a print room; one address suits all of them.

    side: where their window is. envelopes: none for letters that are enveloped by hand: after a letter fold the upper
    panel of page 1 lies outside and, behind it, the lowest one of the last sheet's back. Whoever holds the packet reads
    the address on the one and nothing on the other.
    """

    name: str
    side: Side
    envelopes: tuple[Envelope, ...]

    @property
    def by_hand(self) -> bool:
        return not self.envelopes

    @property
    def shown(self) -> Rectangle:
        """Always visible in every envelope of the layout."""
        if self.by_hand:  # the address stands where a window on that side would be
            return reduce(Rectangle.common, (always_visible(one, self.side) for one in (DL, C6C5)))
        return reduce(Rectangle.common, (always_visible(one, self.side) for one in self.envelopes))

    @property
    def exposed(self) -> Rectangle:
        """What can become visible in any envelope of the layout; of a packet without one, its whole front."""
        if self.by_hand:
            return Rectangle(0, 0, *PACKET)
        return reduce(Rectangle.around, (can_become_visible(one, self.side) for one in self.envelopes))

    def raised(self, number: int) -> float:
        """How much higher than usual a page, counted from 1, ends with its text, foot and mark."""
        return FOOT.bottom - (2 * FOLD - FOLD_CLEAR) if self.by_hand and number % 2 == 0 else 0.0

    @property
    def address(self) -> Rectangle:
        """Where the ink of the addressee's lines may be: as wide in every layout, so that lines break alike."""
        left = self.shown.left + CLEAR
        return Rectangle(left, RETURN_BOTTOM, left + COLUMN, ADDRESS_BOTTOM)

    @property
    def return_line(self) -> Rectangle:
        """Where the ink of the return address may be, right above the addressee (DIN 5008)."""
        return Rectangle(self.address.left, RETURN_TOP, self.address.right, RETURN_BOTTOM)


BOTH = (DL, C6C5)
LAYOUTS: Mapping[str, Layout] = {
    layout.name: layout
    for layout in (
        Layout("din", "left", BOTH),  # DIN 5008 and DIN 680: the window at the left
        Layout("ptt", "right", BOTH),  # UPU's sheet for Türkiye: the address at the lower right
        Layout("dl-left", "left", (DL,)),
        Layout("dl-right", "right", (DL,)),
        Layout("c6c5-left", "left", (C6C5,)),
        Layout("c6c5-right", "right", (C6C5,)),
        Layout("hand", "right", ()),
    )
}
DEFAULT = "din"
