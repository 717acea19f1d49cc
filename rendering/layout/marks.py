"""The small square on each page that lets the print room prove no sheet was lost, doubled or swapped."""

from __future__ import annotations

from itertools import groupby

from ppf.datamatrix import DataMatrix  # type: ignore[import-untyped]

from rendering.layout.geometry import MARK_CORNER, MARK_MODULE, MM

__all__ = ["content", "strokes"]


def content(piece_id: str, page: int, pages: int, serial: int) -> str:
    """What the mark says: opaque ids and counts only, never a name.

    `page == pages` is the end of the set. `serial` counts the letters that were drawn
    (docs/print-room.md, "Serial numbers").
    """
    return f"MX1|{piece_id}|P{page:02d}/{pages:02d}|S{serial:06d}"


def strokes(words: str, raised: float = 0.0) -> bytes:
    """PDF operators that paint the mark on a page whose axis points down, in points from the upper left corner.

    DeviceGray black is pure K on every press. Each horizontal run of modules is one rectangle, so no hairline
    can open between neighbours. raised: millimetres by which it stands above its usual place.
    """
    rows = DataMatrix(words).matrix
    module = MARK_MODULE * MM
    left = MARK_CORNER[0] * MM - module * len(rows[0])
    top = (MARK_CORNER[1] - raised) * MM - module * len(rows)
    painted = [f"q 0 g {module:.3f} 0 0 {module:.3f} {left:.3f} {top:.3f} cm"]
    for down, row in enumerate(rows):
        start = 0
        for value, run in groupby(row):
            end = start + len(list(run))
            if value:
                painted.append(f"{start} {down} {end - start} 1 re")
            start = end
    painted.append("f Q")
    return "\n".join(painted).encode("ascii")
