"""Draws one line of text so that each of its characters can be read back from the paper.

PDF/A-2u (ISO 19005-2, 6.2.11.7) asks for a Unicode value of every glyph. WeasyPrint gives a glyph the characters of
the first cluster it stood in, and nothing to the marks of that cluster. Here a glyph stands for its own character, and
a cluster whose glyphs would read otherwise carries its words with it (/ActualText, ISO 32000-1, 14.9.4).
"""

from __future__ import annotations

import struct
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakKeyDictionary

from weasyprint.draw import text as drawing  # type: ignore[import-untyped]
from weasyprint.text.ffi import FROM_UNITS, ffi, harfbuzz, pango  # type: ignore[import-untyped]
from weasyprint.text.fonts import get_hb_object_data  # type: ignore[import-untyped]

from rendering.engine import emoji
from rendering.engine.synthesis import SLANT, Synthesis

__all__ = ["Cluster", "draw_first_line", "nominal"]

# PangoGlyphInfo: glyph, width, x offset, y offset. Its attributes are one bit each, and what Pango leaves unset around
# them differs from glyph to glyph: with them nothing would ever be found again.
_INFO: Final = struct.Struct("=Iiii4x")
_THOUSANDTHS: Final = 1000 * FROM_UNITS
_NO_VALUE: Final = ("\ufeff", "\u2060")
"""The one is no value of a glyph (ISO 19005-2, 6.2.11.7.2); the other is what Unicode has in its place."""
_theirs: Final = drawing.draw_first_line
ffi.cdef("hb_bool_t hb_font_get_nominal_glyph(hb_font_t *font, hb_codepoint_t character, hb_codepoint_t *glyph);")

Info = tuple[int, int, int, int]
Plain = dict[tuple[Info, str], tuple[str, float, float]]
"""What stands on its line as it is, for a character: code, rounding, advance."""

_plain: Final[WeakKeyDictionary[Any, dict[float, Plain]]] = WeakKeyDictionary()  # of each face of a document, by size


@dataclass(frozen=True, slots=True)
class Cluster:
    """Glyphs that belong together, in the order in which they stand, and the characters they show."""

    glyphs: tuple[Info, ...]
    words: str


def nominal(hb_font: Any, character: str) -> int | None:
    """The glyph of a character in a face's own table."""
    found = ffi.new("hb_codepoint_t *")
    return found[0] if harfbuzz.hb_font_get_nominal_glyph(hb_font, ord(character), found) else None


def draw_first_line(stream: Any, textbox: Any, text_overflow: str, block_ellipsis: str, matrix: Any) -> list[Any]:
    """See `weasyprint.draw.text.draw_first_line`; returns the emoji, which are drawn above the text."""
    if text_overflow == "ellipsis" or block_ellipsis != "none":
        return _theirs(stream, textbox, text_overflow, block_ellipsis, matrix)  # type: ignore[no-any-return]
    size = textbox.style["font_size"]
    if not textbox.text.strip() or size < 1e-6:
        return []
    layout = textbox.pango_layout
    utf8: bytes = getattr(layout, "utf8", None) or layout.text.encode()
    pen = _Pen(stream, textbox.style, matrix)
    run = layout.get_first_line()[0].runs
    while run != ffi.NULL:
        pen.take(run.data.item.analysis.font)
        rtl = run.data.item.analysis.level % 2 == 1
        pen.draw_run(run.data, utf8, rtl)
        run = run.next
    pen.lift()
    return pen.emoji


def _clusters(infos: list[Info], places: list[int], utf8: bytes, start: int, length: int) -> Iterator[Cluster]:
    count, starts = len(infos), sorted(set(places))
    # HarfBuzz may draw a mark, or half of one, before its letter or before another mark: only together are they words.
    heads = [place for place in starts if not place or not _is_mark(utf8[start + place : start + place + 4])]
    ends = dict(zip(heads, [*heads[1:], length], strict=True))
    of = {place: heads[bisect_right(heads, place) - 1] for place in starts}
    first = 0
    for index in range(1, count + 1):
        if index == count or of[places[index]] != of[places[first]]:
            place = of[places[first]]
            yield Cluster(tuple(infos[first:index]), utf8[start + place : start + ends[place]].decode())
            first = index


def _is_mark(utf8: bytes) -> bool:
    return unicodedata.category(utf8.decode(errors="ignore")[0]).startswith("M")


class _Pen:
    """Where the line has got to, and what of it is not yet in the stream."""

    def __init__(self, stream: Any, style: Any, matrix: Any) -> None:
        size = style["font_size"]
        self.stream, self.size, self.emoji = stream, size, list[Any]()
        self._style, self._matrix, self._drawn = style, matrix, Synthesis()
        self._pango_font: Any = None
        self._font: Any = None
        self._font_size = size
        self._plain: Plain = {}
        self._parts, self._hex = list[str](), list[str]()
        self._advance, self._behind = 0.0, 0.0
        stream.set_text_matrix(*matrix.values)

    def take(self, pango_font: Any) -> None:
        if pango_font == self._pango_font:
            return
        self.show()
        self._pango_font = pango_font
        self._font, self._font_size = self.stream.add_font(pango_font)
        if self._font.png:  # WeasyPrint 2800: the size of a face of pictures is that of its strike
            self._font_size = self.size
        self.stream.set_font_size(self._font.hash, self._font_size)
        self._plain = _plain.setdefault(self._font, {}).setdefault(self._font_size, {})
        self._draw_as(Synthesis.of(self._font, self._style))

    def _draw_as(self, synthesis: Synthesis) -> None:
        if synthesis.slanted != self._drawn.slanted:
            a, b, _, d, e, f = self._matrix.values
            slant = SLANT if synthesis.slanted else 0
            self.stream.set_text_matrix(a, b, slant, d, e + self._advance * self.size, f)
            self._behind = 0.0
        if synthesis.heavier != self._drawn.heavier:
            synthesis.ink(self.stream, self._style)
        self._drawn = synthesis

    def draw_run(self, item: Any, utf8: bytes, rtl: bool) -> None:
        """The glyphs of one face that stand in one direction."""
        string, start, length = item.glyphs, item.item.offset, item.item.length
        infos = list(_INFO.iter_unpack(ffi.buffer(string.glyphs, string.num_glyphs * _INFO.size)))
        places = ffi.unpack(string.log_clusters, string.num_glyphs)
        if item.item.num_chars == len(places) == len(set(places)):
            words = utf8[start : start + length].decode()
            self._draw_characters(zip(infos, reversed(words) if rtl else words, strict=True), rtl)
            return
        for cluster in _clusters(infos, places, utf8, start, length):
            self.draw(cluster, rtl)

    def _draw_characters(self, pairs: Iterable[tuple[Info, str]], rtl: bool) -> None:
        """A glyph for each character: most have been drawn before, and nothing of them but their place is new."""
        known, gathered = self._plain, self._hex
        for pair in pairs:
            plain = known.get(pair)
            if plain is None:
                self._first(*pair, rtl)
                continue
            code, drift, advance = plain
            gathered.append(code)
            behind = self._behind = self._behind + drift
            if behind >= 1 or behind <= -1:
                self._catch_up()
            self._advance += advance

    def _first(self, info: Info, word: str, rtl: bool) -> None:
        self.draw(Cluster((info,), word), rtl)
        glyph, width, aside, up = info
        if not (aside or up or self._font.png) and self._font.to_unicode.get(glyph) == word:
            exact = width * _THOUSANDTHS / self._font_size
            self._plain[info, word] = f"{glyph:04x}", self._font.widths[glyph] - exact, exact / 1000

    def draw(self, cluster: Cluster, rtl: bool) -> None:
        # Above it Pango numbers the boxes of unknown characters, which are no glyphs of the face.
        shown = [info for info in cluster.glyphs if info[0] < pango.PANGO_GLYPH_EMPTY]
        reads = self._reads_as(shown, cluster.words, rtl)
        # Where the pen goes back to set a mark, readers see the beginning of another line.
        spoken = bool(shown) and (not reads or (len(shown) > 1 and any(aside for _, _, aside, _ in shown)))
        if spoken:
            self.show()
            words = cluster.words.encode("utf-16-be").hex()
            self.stream.stream.append(f"/Span <</ActualText <feff{words}>>> BDC".encode())
        for info in cluster.glyphs:
            self._glyph(*info)
        if spoken:
            self.show()
            self.stream.stream.append(b"EMC")

    def _reads_as(self, shown: list[Info], words: str, rtl: bool) -> bool:
        """Gives every glyph its characters, and says whether they read as the cluster does."""
        known, said = self._font.to_unicode, []
        may = words.replace(*_NO_VALUE)
        own = [may] if len(shown) == 1 else self._own_characters([info[0] for info in shown], may)
        for info, characters in zip(shown, own, strict=True):
            said.append(known.setdefault(info[0], characters))
        return "".join(reversed(said) if rtl else said) == words

    def _own_characters(self, glyphs: list[int], words: str) -> list[str]:
        """The character a glyph has in the face's own table; what is left of the cluster goes to the first without."""
        known: dict[int, str] = {}
        for character in words:
            if (glyph := nominal(self._font.hb_font, character)) is not None:
                known.setdefault(glyph, character)
        left = "".join(character for glyph, character in known.items() if glyph not in glyphs) or words[0]
        return [known.get(glyph, left) for glyph in glyphs]

    def _glyph(self, glyph: int, width: int, right: int, up: int) -> None:
        font, exact = self._font, width * _THOUSANDTHS / self._font_size
        if glyph == pango.PANGO_GLYPH_EMPTY:
            self._move(-exact)
            self._advance += exact / 1000
            return
        if glyph & pango.PANGO_GLYPH_UNKNOWN_FLAG:
            # checks.unprintable has refused it before; the box says so to whoever draws without it.
            unknown = glyph - pango.PANGO_GLYPH_UNKNOWN_FLAG
            drawing.LOGGER.warning('.notdef glyph rendered for "%s" (U+%04X)', chr(unknown), unknown)
            glyph = 0
        declared = font.widths.get(glyph)
        if declared is None:
            declared = self._declare(glyph)
        aside = right * _THOUSANDTHS / self._font_size
        if up:
            self._move(-self._behind)
            self._behind = 0.0
            self.show()
            self.stream.set_text_rise(-up * FROM_UNITS)
            self._move(-aside)
            self._hex.append(f"{glyph:04x}")
            self.show()
            self.stream.set_text_rise(0)
        else:
            if aside:
                self._move(-aside)
            self._hex.append(f"{glyph:04x}")
        if font.png and (png := get_hb_object_data(font.hb_font, "png", glyph)):
            self._picture(glyph, png, declared)
        # What rounding leaves is carried to the next glyph, so that a long line ends where Pango ends it.
        self._behind += declared + aside - exact
        if abs(self._behind) >= 1:
            self._catch_up()
        self._advance += exact / 1000

    def _catch_up(self) -> None:
        whole = int(self._behind)
        self._move(whole)
        self._behind -= whole

    def _declare(self, glyph: int) -> int:
        logical = self._extents(glyph)
        width: int = round(logical.width * _THOUSANDTHS / self._font_size)
        self._font.widths[glyph] = width
        return width

    def _extents(self, glyph: int) -> Any:
        pango.pango_font_get_glyph_extents(self._pango_font, glyph, self.stream.ink_rect, self.stream.logical_rect)
        return self.stream.logical_rect

    def _picture(self, glyph: int, png: bytes, declared: int) -> None:
        image = emoji.picture(f"{self._font.hash}{glyph}", png)
        tall = declared / 1000
        lift = -self._extents(glyph).y * FROM_UNITS / self._font_size - self._font_size
        self.emoji.append([image, self._font, image.width / image.height * tall, tall, self._advance, lift])

    def _move(self, thousandths: float) -> None:
        if self._hex:
            self._parts.append(f"<{''.join(self._hex)}>")
            self._hex.clear()
        if thousandths:
            self._parts.append(f"{thousandths:.2f}".rstrip("0").rstrip("."))

    def lift(self) -> None:
        """The line is drawn, and what comes next is filled as it was before."""
        self.show()
        if self._drawn.heavier:
            Synthesis().ink(self.stream, self._style)

    def show(self) -> None:
        """Writes what has been gathered."""
        self._move(0)
        if self._parts:
            self.stream.show_text(" ".join(self._parts))  # two numbers side by side are not one
            self._parts.clear()
