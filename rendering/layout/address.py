"""The address in the window as HTML: the return address in small type, the addressee's lines below it."""

from __future__ import annotations

from html import escape

from rendering import faces
from rendering.layout.body import direction
from rendering.layout.envelopes import LAYOUTS, Layout
from rendering.layout.geometry import (
    ADDRESS_PT,
    ADDRESS_SETTING,
    COLUMN,
    HAIR,
    MM,
    RETURN_BOTTOM,
    RETURN_SETTING,
    TAIL,
    Rectangle,
)

__all__ = ["css", "html", "return_lines", "zone"]

BETWEEN = " · "  # where a return address is broken first


def html(addressee: tuple[str, ...], return_line: str) -> str:
    """Two blocks that stand where `css` puts them; each line says its own direction."""
    small, lines = return_lines(return_line)
    return (
        f'<div class="return small{small} rows{len(lines)}" lang="tr">{_lines(lines)}</div>'
        f'<div class="address lines{_setting(addressee)}" lang="und">{_lines(addressee)}</div>'
    )


def _lines(lines: tuple[str, ...]) -> str:
    return "".join(f'<div dir="{direction(line)}">{escape(line)}</div>' for line in lines)


def _setting(addressee: tuple[str, ...]) -> int:
    """The row of ADDRESS_SETTING that holds these lines; a seventh is refused when the page is laid out (fit.py)."""
    return next((most for most in ADDRESS_SETTING if len(addressee) <= most), max(ADDRESS_SETTING))


def return_lines(line: str) -> tuple[int, tuple[str, ...]]:
    """The row of RETURN_SETTING, and the return address as its lines: one in the larger type, else two."""
    broken = [(row, _broken(line, points), most) for row, (points, most, _) in enumerate(RETURN_SETTING)]
    return next(((row, lines) for row, lines, most in broken if len(lines) <= most), broken[-1][:2])


def _broken(line: str, points: float) -> tuple[str, ...]:
    """Between the parts of the address where that is enough, else between words; never within a word."""
    if not line:
        return ()
    between_parts = _filled(line.split(BETWEEN), BETWEEN, points)
    return (
        between_parts
        if len(between_parts) <= 2 and _wide(between_parts, points)
        else _filled(line.split(), " ", points)
    )


def _wide(lines: tuple[str, ...], points: float) -> bool:
    """Whether the column is wide enough for each of the lines."""
    width = faces.metrics(faces.ADDRESS_FACE).width
    return all(width(line, points) <= COLUMN * MM for line in lines)


def _filled(parts: list[str], by: str, points: float) -> tuple[str, ...]:
    lines: list[str] = []
    for part in parts:
        longer = f"{lines[-1]}{by}{part}" if lines else part
        if lines and _wide((longer,), points):
            lines[-1] = longer
        else:
            lines.append(part)
    return tuple(lines)


def zone(layout: Layout) -> Rectangle:
    """All that may be inked in what a window can show: the return address and the addressee, with their tails."""
    place = layout.return_line.around(layout.address)
    return Rectangle(place.left - HAIR, place.top - HAIR, place.right, place.bottom + TAIL)


def css(envelope: str, left: float, top: float) -> str:
    """left, top: the corner of page 1's text, which positions are counted from.

    Each line has its height, because a face of another script would make it taller and push the last one out.
    """
    column = LAYOUTS[envelope].address.left - left
    small = "\n".join(
        f".small{row} {{ font-size: {points}pt; line-height: {leading}mm }} .small{row} div {{ height: {leading}mm }}"
        for row, (points, _, leading) in enumerate(RETURN_SETTING)
    )
    settings = "\n".join(
        f".lines{most} {{ top: {upper - top}mm; line-height: {leading}mm }} .lines{most} div {{ height: {leading}mm }}"
        for most, (upper, leading) in ADDRESS_SETTING.items()
    )
    ends = "\n".join(
        f".small{row}.rows{lines} {{ top: {RETURN_BOTTOM - lines * leading - top}mm }}"
        for row, (_, most, leading) in enumerate(RETURN_SETTING)
        for lines in range(1, most + 1)
    )
    return f"""
.return, .address {{ position: absolute; left: {column}mm; width: {COLUMN}mm; white-space: pre;
  font-family: {faces.ADDRESS_FAMILIES} }}
{small}
{ends}
.address {{ font-size: {ADDRESS_PT}pt }}
{settings}"""
