"""The letter as a page of HTML: the addressee in the window, the text exactly as typed, the notice at the foot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape

from flows.words.styles import Styles
from rendering import faces
from rendering.layout import address, body, photos
from rendering.layout.body import direction
from rendering.layout.envelopes import DEFAULT, LAYOUTS
from rendering.layout.geometry import (
    FOOT,
    MARGIN_BOTTOM,
    MARGIN_SIDE,
    MARGIN_TOP,
    NOTE_LEADING,
    NOTE_PT,
    NOTE_WIDTH,
    ORNAMENT_TOP,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    TEXT_TOP,
)
from rendering.layout.photos import Photo
from rendering.stationery import STATIONERIES, Stationery

__all__ = ["Letter", "css", "foot", "html"]


@dataclass(frozen=True, slots=True)
class Letter:
    """All that is printed, and nothing else about anybody.

    text: the whole letter, "\\n" between its lines; a blank line parts two paragraphs.
    addressee: the lines in the window, as printed.  return_line: the small line above them, may be "".
    footnote: the notice to the addressee (KVKK m.10), at the foot of the last page.
    styles: how its text is set.
    marks: False prints no DataMatrix (prison mail can be refused for codes).
    serial: counts the letters that were drawn.
    envelope: the layout of page 1, a name of rendering/layout/envelopes.py.
    photos: at most four, on a page of their own after the last word.
    """

    letter_id: str
    piece_id: str
    language: str
    text: str
    addressee: tuple[str, ...]
    return_line: str
    footnote: str
    stationery: str = "klasik"
    marks: bool = True
    serial: int = 1
    styles: Styles = ()
    envelope: str = DEFAULT
    photos: tuple[Photo, ...] = ()

    @property
    def bare(self) -> Letter:
        """Its addresses alone."""
        return replace(self, text="", styles=(), footnote="", photos=())


def html(letter: Letter, tight: bool = False) -> str:
    """The page. `tight` lets a paragraph break anywhere, so that the last line of a full letter still fits."""
    language = escape(letter.language)
    parts = [
        f'<html lang="{language}"><body{" class=tight" if tight else ""}><div class="ornament"></div>',
        address.html(letter.addressee, letter.return_line),
        f'<div class="text" lang="{language}">',
    ]
    face = STATIONERIES[letter.stationery].face
    parts += [block.above + block.html for block in body.blocks(letter.text, letter.styles, face)]
    parts += ["</div>", photos.html(letter.photos, letter.envelope), "</body></html>"]
    return faces.whole_keycaps("".join(parts))


def foot(letter: Letter) -> str:
    """The notice, which is stamped on the last page; the text must not depend on it."""
    way = direction(letter.footnote)
    words = faces.whole_keycaps(escape(letter.footnote))
    return f'<div class="foot" lang="{escape(letter.language)}" dir="{way}">{words}</div>'


def css(paper: Stationery, envelope: str = DEFAULT) -> str:
    """The style sheet of a paper for an envelope: positions from the geometry, type from the stationery."""
    left, first = MARGIN_SIDE, TEXT_TOP
    foot_top = FOOT.top - (PAGE_HEIGHT - MARGIN_BOTTOM)
    foot_rest = PAGE_HEIGHT - FOOT.bottom
    # The fi ligature eats the dot of a Turkish i whatever language the sender chose: no common ligatures anywhere.
    # The emoji face is never named: Pango finds it by itself for emoji, but named it would also take the digits.
    # Black is written as RGB 0 0 0 here and becomes DeviceGray (pure K) in pdf.py.
    return f"""
@page {{ size: {PAGE_WIDTH}mm {PAGE_HEIGHT}mm; margin: {MARGIN_TOP}mm {MARGIN_SIDE}mm {MARGIN_BOTTOM}mm;
  @bottom-left {{ content: element(foot); width: {NOTE_WIDTH}mm; height: {FOOT.height}mm;
    margin: {foot_top}mm 0 {foot_rest}mm; vertical-align: bottom }}
  @bottom-right {{ content: counter(page) "/" counter(pages); width: 20mm; height: {FOOT.height}mm;
    margin: {foot_top}mm {PAGE_WIDTH - MARGIN_SIDE - FOOT.right}mm {foot_rest}mm 0; vertical-align: bottom;
    font: 8pt/9pt {faces.ADDRESS_FAMILIES}; text-align: right }} }}
@page :first {{ margin-top: {first}mm }}
html, body, p {{ margin: 0; padding: 0 }}
body {{ color: black; font-variant-ligatures: no-common-ligatures }}
.text {{ font-family: {faces.families(paper.faces)} }}
{body.css(paper.face, faces.families(paper.faces))}
.ornament {{ position: absolute; top: {ORNAMENT_TOP - first}mm; left: 0; right: 0 }}
{address.css(envelope, left, first)}
{photos.CSS}
.foot {{ position: running(foot); font: {NOTE_PT}pt/{NOTE_LEADING}pt {faces.ADDRESS_FAMILIES}; white-space: pre-line;
  overflow-wrap: anywhere }}
{paper.css}
{_by_hand(LAYOUTS[envelope].raised(2)) if LAYOUTS[envelope].by_hand else ""}"""


def _by_hand(raised: float) -> str:
    """Who folds a letter sees its upper panel in front and, behind, the lowest panel of the last sheet's back."""
    foot = PAGE_HEIGHT - FOOT.bottom + raised
    return f"""
.ornament {{ display: none }}
@page :left {{ margin-bottom: {MARGIN_BOTTOM + raised}mm;
  @bottom-left {{ margin-bottom: {foot}mm }} @bottom-right {{ margin-bottom: {foot}mm }} }}"""
