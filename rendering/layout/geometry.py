"""Where things lie on the sheet, in millimetres from its left and top edge, and which norm says so."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "ADDRESS_BOTTOM",
    "ADDRESS_LINES",
    "ADDRESS_PT",
    "ADDRESS_SETTING",
    "CLEAR",
    "COLUMN",
    "FOOT",
    "HAIR",
    "MARGIN_BOTTOM",
    "MARGIN_SIDE",
    "MARGIN_TOP",
    "MARK_CORNER",
    "MARK_MODULE",
    "MM",
    "NOTE_LEADING",
    "NOTE_LINES",
    "NOTE_PT",
    "NOTE_WIDTH",
    "ORNAMENT",
    "ORNAMENT_TOP",
    "PAGE_HEIGHT",
    "PAGE_WIDTH",
    "RETURN_BOTTOM",
    "RETURN_SETTING",
    "RETURN_TOP",
    "TAIL",
    "TEXT_TOP",
    "Rectangle",
]

MM = 72 / 25.4  # PDF points in a millimetre


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A part of the sheet: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def common(self, other: Rectangle) -> Rectangle:
        """What both cover."""
        return Rectangle(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def around(self, other: Rectangle) -> Rectangle:
        """The smallest rectangle that holds both."""
        return Rectangle(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def grown(self, by: float) -> Rectangle:
        """With so much more paper on each side."""
        return Rectangle(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def higher(self, by: float) -> Rectangle:
        """The same so much further up the sheet."""
        return Rectangle(self.left, self.top - by, self.right, self.bottom - by)

    def holds(self, other: Rectangle) -> bool:
        """Whether the other lies within it."""
        return self.common(other) == other

    def meets(self, other: Rectangle) -> bool:
        """Whether the two share any paper."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


# ISO 216.
PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0

# Everything in the window keeps this far from what a sliding sheet may lose at the window's edge.
CLEAR = 3.0
# How wide the addressee's lines and the return address may be: what C6/C5 shows in every position (x20-91), less CLEAR
# at both sides. It is the narrowest of rendering/layout/envelopes.py; flows/address/line_width.py breaks lines by it.
COLUMN = 65.0

ADDRESS_LINES = 6  # DIN 5008: the address zone has six lines
ADDRESS_PT = 10.0  # Deutsche Post and UPU S42: 10 to 12 pt, sans, never underlined
# Lines: (upper edge, leading). Up to five stand inside the address zones of DIN 5008 form B (y62.7-90) and of Pingen
# (y60-85.5), up to four at the 4.6 mm of DIN 5008. Six need all that is always visible (y54-90), less CLEAR.
ADDRESS_SETTING = {4: (66.0, 4.6), 5: (64.5, 4.2), 6: (62.7, 4.0)}
ADDRESS_BOTTOM = 87.0
# Millimetres by which a letter's own shape may leave the rectangle of its line: an overhang or an accent; what hangs
# below a last line of Khmer or Burmese, still clear of what is always visible.
HAIR, TAIL = 0.5, 1.5

# The return address stands right above the addressee (DIN 5008), in one line or two; the last ends at RETURN_BOTTOM.
RETURN_TOP, RETURN_BOTTOM = 57.0, 61.6
RETURN_SETTING = ((7.0, 1, 2.75), (6.0, 2, 2.3))  # points, lines, leading; DIN 5008: 8 pt, 6 pt at least

# Body of the letter. The sides line up with the address in a left window; 164 mm hold about 72 letters of 12 pt.
MARGIN_SIDE = 23.0
MARGIN_TOP = 25.0
TEXT_TOP = 109.0  # page 1: below the window and clear of the first fold (DIN 5008: 105)
MARGIN_BOTTOM = 34.0  # room for the foot and the mark
ORNAMENT_TOP = 24.0  # page 1, above the window
ORNAMENT = Rectangle(5, 5, 205, 43)  # where the ink of an ornament may be: clear of the window and of the printer's rim

# Foot: page number and, on the last page, the notice to the addressee. Printers leave 5 mm at the bottom free.
FOOT = Rectangle(23, 267, 167, 286)
NOTE_WIDTH = 126.0  # the notice; the rest of the foot is for the page number
NOTE_PT, NOTE_LEADING = 7.0, 8.8
NOTE_LINES = 6

# The DataMatrix stands at the lower right: lower right corner of its last module, 11 mm from the edge of the sheet.
MARK_CORNER = (187.0, 286.0)
MARK_MODULE = 0.508  # 12 dots at 600 dpi; inserting machines ask for 0.4 mm at least (ISO/IEC 16022 leaves it open)
