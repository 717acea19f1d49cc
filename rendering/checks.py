"""What is refused before it reaches paper: characters nobody can print, addresses too wide, files a press spoils."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from functools import lru_cache

import pypdfium2  # type: ignore[import-untyped]
import regex  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from pypdfium2 import raw

from rendering.drawn import sides
from rendering.layout import fonts
from rendering.layout.geometry import (
    ADDRESS,
    ADDRESS_LINES,
    ADDRESS_PT,
    MM,
    NOTE_LINES,
    NOTE_PT,
    NOTE_WIDTH,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    RETURN_LINE,
    RETURN_PT,
)
from rendering.stationery import STATIONERIES

__all__ = [
    "MAX_CHARACTERS",
    "MAX_LINES",
    "NotPrintable",
    "address_overflow",
    "gate",
    "note_overflow",
    "return_overflow",
    "survivable",
    "unprintable",
]

MAX_CHARACTERS = 100_000  # ten pages hold about 25,000; layout takes 7 ms a thousand characters
MAX_LINES = 2_000  # ten pages hold about 360; 48,000 two-letter lines took 100 s
MAX_MARKS = 32  # on one letter; 20,000 marks on one took 0.8 s and grow superlinearly. Flows allows 8
_SIZE_TOLERANCE = 0.5  # points; printers scale a page that is not their paper

_MARKS = regex.compile(rf"[\p{{M}}\p{{Cf}}]{{{MAX_MARKS + 1}}}")
_HARMFUL = regex.compile(r"[\p{Cs}\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
_CLUSTER = regex.compile(r"\X")
# Controls that steer their neighbours and have no shape of their own.
_SHAPELESS = regex.compile(r"(?V1)[[\p{Default_Ignorable_Code_Point}\n\t]--[\U0001BCA0-\U0001BCA3]]")
# Sequences that are one picture only if the emoji face joins them: ZWJ, skin tones, flags, tags.
_JOINED = regex.compile(r"[\u200d\U0001F3FB-\U0001F3FF\U0001F1E6-\U0001F1FF\U000E0020-\U000E007F]")
_EMOJI = regex.compile(r"\p{Extended_Pictographic}|[\U0001F1E6-\U0001F1FF]")
_ANNOTATIONS = "\ufff9\ufffa\ufffb\U0001bca0\U0001bca1\U0001bca2\U0001bca3"
_STEERING = frozenset(map(ord, "\n\t\ufe0e\ufe0f"))
_PRESENTATION = regex.compile(r"[\ufe0e\ufe0f]")


class NotPrintable(ValueError):
    """The letter cannot become paper as it is; `reason` never holds words of the letter."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def survivable(words: str) -> None:
    """Refuses what could crash or hang the layout; flows has cleaned it before, this is the second lock."""
    if len(words) > MAX_CHARACTERS:
        raise NotPrintable(f"more than {MAX_CHARACTERS} characters")
    if words.count("\n") >= MAX_LINES:
        raise NotPrintable(f"more than {MAX_LINES} lines")
    if _HARMFUL.search(words):
        raise NotPrintable("a control character or half a surrogate pair")
    if _MARKS.search(words):
        raise NotPrintable(f"more than {MAX_MARKS} combining marks on one letter")


def unprintable(text: str, stationery: str = "klasik") -> tuple[str, ...]:
    """What no typeface of ours prints: whole clusters in the order of the text, each once."""
    known = _known(STATIONERIES[stationery].face)
    if known.issuperset(map(ord, set(text))) and not _JOINED.search(text):
        return ()
    clusters = dict.fromkeys(_CLUSTER.findall(text))
    return tuple(cluster for cluster in clusters if not _prints(cluster, known))


def _prints(cluster: str, known: frozenset[int]) -> bool:
    if _JOINED.search(cluster) and _EMOJI.search(cluster):
        return _PRESENTATION.sub("", cluster) in _pictures()
    shaped = _SHAPELESS.sub("", cluster)
    return known.issuperset(map(ord, shaped)) or known.issuperset(map(ord, unicodedata.normalize("NFC", shaped)))


@lru_cache(maxsize=8)
def _known(face: str) -> frozenset[int]:
    """The face's own characters, then those of every other font: Pango falls back in that order.

    Fonts also claim characters that Pango draws as a box (controls, separators, annotations) and private-use ones,
    where each font draws something else.
    """
    characters = fonts.covered(face) | fonts.covered()
    return frozenset(code for code in characters if _shown(chr(code))) | _STEERING


def _shown(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Co", "Zl", "Zp") and character not in _ANNOTATIONS


@lru_cache(maxsize=1)
def _pictures() -> frozenset[str]:
    """Every sequence the emoji face joins to one picture, from its own substitution table."""
    with TTFont(fonts.file_of(fonts.EMOJI_FACE), lazy=True) as font:
        letter_of = {name: chr(code) for code, name in sorted(font.getBestCmap().items(), reverse=True)}
        joined: set[str] = set(letter_of.values())
        for lookup in font["GSUB"].table.LookupList.Lookup:
            for outer in lookup.SubTable:
                table = getattr(outer, "ExtSubTable", outer)
                for first, ligatures in getattr(table, "ligatures", {}).items():
                    for ligature in ligatures:
                        names = (first, *ligature.Component)
                        if all(name in letter_of for name in names):
                            joined.add(_PRESENTATION.sub("", "".join(letter_of[name] for name in names)))
        return frozenset(joined)


def address_overflow(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The lines that do not fit the window: too wide at the printed size, or beyond the sixth."""
    width = fonts.metrics(fonts.ADDRESS_FACE).width
    return tuple(
        line
        for number, line in enumerate(lines)
        if number >= ADDRESS_LINES or width(line, ADDRESS_PT) > ADDRESS.width * MM
    )


def return_overflow(line: str) -> bool:
    """Whether the return line is too wide even at its smallest size."""
    return fonts.metrics(fonts.ADDRESS_FACE).width(line, RETURN_PT[-1]) > RETURN_LINE.width * MM


def note_overflow(footnote: str) -> bool:
    """Whether the notice to the addressee needs more lines than the foot has; a word may leave a line a tenth short."""
    width = fonts.metrics(fonts.ADDRESS_FACE).width
    usable = NOTE_WIDTH * MM * 0.9
    return sum(max(1, math.ceil(width(line, NOTE_PT) / usable)) for line in footnote.split("\n")) > NOTE_LINES


def gate(pdf: bytes, pages: int) -> None:
    """The last look before a press: opens, right number of pages, all of them A4, every font inside.

    An odd letter ends with a blank back; one that was approved before letters did so has none.
    """
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError:
        raise NotPrintable("the file is not a readable PDF") from None
    try:
        if len(document) not in (pages, sides(pages)):
            raise NotPrintable(f"{len(document)} pages instead of {sides(pages)}")
        for number in range(len(document)):
            page = document[number]
            if number >= pages and raw.FPDFPage_CountObjects(page):
                raise NotPrintable(f"page {number + 1} is not blank")
            width, height = page.get_size()
            if abs(width - PAGE_WIDTH * MM) > _SIZE_TOLERANCE or abs(height - PAGE_HEIGHT * MM) > _SIZE_TOLERANCE:
                raise NotPrintable(f"page {number + 1} is not A4")
            if not _fonts_embedded(page):
                raise NotPrintable(f"page {number + 1} uses a font that is not in the file")
            page.close()
    finally:
        document.close()


def _fonts_embedded(page: pypdfium2.PdfPage) -> bool:
    seen: set[int] = set()
    for index in range(raw.FPDFPage_CountObjects(page)):
        thing = raw.FPDFPage_GetObject(page, index)
        if raw.FPDFPageObj_GetType(thing) != raw.FPDF_PAGEOBJ_TEXT:
            continue
        font = raw.FPDFTextObj_GetFont(thing)
        address = ctypes.cast(font, ctypes.c_void_p).value or 0
        if address not in seen and raw.FPDFFont_GetIsEmbedded(font) != 1:
            return False
        seen.add(address)
    return True
