"""Finds marks without a letter: HarfBuzz puts a dotted circle below them, which nobody has typed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from weasyprint.text.ffi import ffi, pango  # type: ignore[import-untyped]
from weasyprint.text.line_break import Layout  # type: ignore[import-untyped]

from rendering.engine.glyphs import nominal

__all__ = ["on_circles"]

_CIRCLE: Final = "\N{DOTTED CIRCLE}"


def on_circles(line: str, style: Any) -> Iterator[str]:
    """What of a line, which holds no break, would stand on a circle that is not in it."""
    layout = Layout(style)
    layout.set_text(line)
    utf8, run = line.encode(), layout.get_first_line()[0].runs
    while run != ffi.NULL:
        glyphs, item = run.data.glyphs, run.data.item
        circle = nominal(pango.pango_font_get_hb_font(item.analysis.font), _CIRCLE)
        places = ffi.unpack(glyphs.log_clusters, glyphs.num_glyphs)
        ends = dict(zip(starts := sorted(set(places)), [*starts[1:], item.length], strict=True))
        for number, place in enumerate(places):
            if glyphs.glyphs[number].glyph == circle:
                words = utf8[item.offset + place : item.offset + ends[place]].decode()
                if _CIRCLE not in words:
                    yield words
        run = run.next
