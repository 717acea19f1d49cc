"""A style that a face lacks: its letters are slanted, or made heavier, as browsers do (CSS Fonts 4, font-synthesis)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

__all__ = ["SLANT", "Synthesis"]

SLANT: Final = 0.2  # fontconfig's 90-synthetic.conf: so far to the right for each upwards
_HEAVIER: Final = 1 / 24  # of the size: FreeType's FT_GlyphSlot_Embolden
_BOLD: Final = 600  # from this weight on a face counts as bold


@dataclass(frozen=True, slots=True)
class Synthesis:
    """What is done to the letters of a face; where they stand does not change, and so no line and no page."""

    slanted: bool = False
    heavier: bool = False

    @classmethod
    def of(cls, font: Any, style: Any) -> Synthesis:
        """What a face lacks of a style; pictures stay as they are."""
        if font.png:
            return cls()
        return cls(
            slanted=style["font_style"] != "normal" and not font.style,
            heavier=style["font_weight"] >= _BOLD > font.weight,
        )

    def ink(self, stream: Any, style: Any) -> None:
        """Sets how letters are filled from here on: a heavier one has an outline of its own colour."""
        if self.heavier:
            stream.set_color(style["color"], stroke=True)
            stream.set_line_width(style["font_size"] * _HEAVIER)
        stream.set_line_join(int(self.heavier))  # round: the corners of a letter grow no thorns
        stream.set_text_rendering(2 if self.heavier else 0)
