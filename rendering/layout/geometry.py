"""Where things lie on the sheet, in millimetres from its left and top edge, and which norm says so."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "ADDRESS",
    "ADDRESS_LINES",
    "ADDRESS_PT",
    "ADDRESS_SETTING",
    "EXPOSED",
    "FOOT",
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
    "ORNAMENT_TOP",
    "PAGE_HEIGHT",
    "PAGE_WIDTH",
    "RETURN_LEADING",
    "RETURN_LINE",
    "RETURN_PT",
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

    def meets(self, other: Rectangle) -> bool:
        """Whether the two share any paper."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


# ISO 216.
PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0

# What a window can show when a packet of 105 x 210 slides inside its envelope: DL (220 x 110) x10-110 y45-95,
# C6/C5 (229 x 114) x1-110 y45-99; window 90 x 45, 20 from the left, 15 from the bottom (DIN 680).
# Nothing but the address and the return line may stand here.
EXPOSED = Rectangle(1, 45, 110, 99)

# Inside the address zone of DIN 5008 form B (x20-105, y62.7-90) and inside Pingen's (x22, y60, 85.5 x 25.5).
ADDRESS = Rectangle(22, 66, 105, 85.5)
ADDRESS_LINES = 6  # DIN 5008: the address zone has six lines
ADDRESS_PT = 10.0  # Deutsche Post and UPU S42: 10 to 12 pt, sans, never underlined
# Lines: (upper edge, leading). Up to four stand at the 4.6 mm of DIN 5008; more begin higher and stand closer, still
# inside both norms, so that the last one ends at y85.5.
ADDRESS_SETTING = {4: (66.0, 4.6), 5: (65.0, 4.0), 6: (63.0, 3.65)}

# DIN 5008 puts the return line right above the address; Pingen keeps x20-109.5, y40-60 for its own postage.
RETURN_LINE = Rectangle(22, 60, 105, 63)
RETURN_LEADING = 2.75  # sets 7 pt so that neither the dot of an İ nor the tail of a p leaves it
RETURN_PT = (7.0, 6.0)  # DIN 5008: 8 pt, 6 pt at least; the larger one that fits

# Body of the letter. The sides line up with the address; 166 mm hold about 72 letters of 12 pt.
MARGIN_SIDE = 22.0
MARGIN_TOP = 25.0
TEXT_TOP = 109.0  # page 1: below the window and clear of the first fold (DIN 5008: 105)
MARGIN_BOTTOM = 34.0  # room for the foot and the mark
ORNAMENT_TOP = 24.0  # page 1, above the window

# Foot: page number and, on the last page, the notice to the addressee. Printers leave 5 mm at the bottom free.
FOOT = Rectangle(22, 269, 168, 286)
NOTE_WIDTH = 122.0  # the notice; the rest of the foot is for the page number
NOTE_PT, NOTE_LEADING = 7.0, 9.0
NOTE_LINES = 5

# The DataMatrix stands at the lower right: lower right corner of its last module, 11 mm from the edge of the sheet.
MARK_CORNER = (188.0, 286.0)
MARK_MODULE = 0.508  # 12 dots at 600 dpi; inserting machines ask for 0.4 mm at least (ISO/IEC 16022 leaves it open)
