"""What WeasyPrint does for a letter, done faster and truer: lines, indents, glyphs, missing styles, emoji, streams."""

from __future__ import annotations

from typing import Final

import pydyf  # type: ignore[import-untyped]
import weasyprint  # type: ignore[import-untyped]
from weasyprint import layout
from weasyprint.draw import text as drawing  # type: ignore[import-untyped]
from weasyprint.layout import inline  # type: ignore[import-untyped]

from rendering.engine import glyphs, indents, lines, margins, streams

__all__ = ["VERSION", "install"]

VERSION: Final = "70.0"
"""The only version these functions stand in for: another one may call them otherwise."""


def install() -> None:
    """Puts ours in the place of functions of WeasyPrint and pydyf; whatever ours does not know goes on to theirs."""
    if weasyprint.__version__ != VERSION:
        raise ImportError(f"rendering/engine belongs to WeasyPrint {VERSION}, not to {weasyprint.__version__}")
    inline.split_first_line = lines.split_first_line
    inline.text_align = indents.text_align
    layout.make_margin_boxes = margins.make_margin_boxes
    drawing.draw_first_line = glyphs.draw_first_line
    pydyf.Stream.data = property(streams.data)
