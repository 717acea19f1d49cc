"""Indents the first line of a paragraph at the side where it begins: at the right where it reads from there.

WeasyPrint makes room for the indent, but moves a line that reads from the right by nothing (CSS Text 3, text-indent).
"""

from __future__ import annotations

from typing import Any, Final

from weasyprint.layout import inline  # type: ignore[import-untyped]

__all__ = ["text_align"]

_theirs: Final = inline.text_align


def text_align(context: Any, line: Any, available_width: float, last: bool) -> float:
    """How far a line is moved from where it begins; see `weasyprint.layout.inline.text_align`."""
    offset: float = _theirs(context, line, available_width, last)
    return offset + line.text_indent if line.style["direction"] == "rtl" else offset
