"""Makes no margin boxes for a page that has nothing in any of them; WeasyPrint measures all sixteen of each page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from weasyprint.layout import page as layout  # type: ignore[import-untyped]

__all__ = ["make_margin_boxes"]

_BOXES: Final = (
    *(f"@{edge}-{place}" for edge in ("top", "bottom") for place in ("left", "center", "right")),
    *(f"@{edge}-{place}" for edge in ("left", "right") for place in ("top", "middle", "bottom")),
    *(f"@{edge}-{side}-corner" for edge in ("top", "bottom") for side in ("left", "right")),
)
_EMPTY: Final = ("normal", "inhibit", "none")
_theirs: Final = layout.make_margin_boxes


def make_margin_boxes(context: Any, page: Any, state: Any) -> Iterable[Any]:
    """See `weasyprint.layout.page.make_margin_boxes`."""
    styles = (context.style_for(page.page_type, box) for box in _BOXES)
    if all(style is None or style["content"] in _EMPTY for style in styles):
        return ()
    return _theirs(context, page, state)  # type: ignore[no-any-return]
