"""What is right of a printed letter, seen on rasters and in its file: written by hand, never asked of the product."""

from __future__ import annotations

import io
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import page as validator
import pikepdf
import pypdfium2
import regex
import zxingcpp
from PIL import Image, ImageChops

from rendering.layout.page import Letter
from tests.programs import program

__all__ = ["Place", "faults", "positions"]

Place = tuple[float, float, float, float]
"""Left, top, right, bottom, in millimetres of the sheet or of an envelope."""

DOTS: Final = 4  # a millimetre: windows, folds and plays are whole or half millimetres
WHITE: Final = 255

# Envelope (DIN 678), its window at the left (DIN 680: 90 x 45, 20 from the left, 15 from below), play of the packet.
DL: Final = ((220, 110), (20, 50, 110, 95), (10, 5))
C6C5: Final = ((229, 114), (20, 54, 110, 99), (19, 9))
DL_RIGHT: Final = ((220, 110), (110, 50, 200, 95), (10, 5))
C6C5_RIGHT: Final = ((229, 114), (119, 54, 209, 99), (19, 9))
WINDOWS: Final = {
    "din": (DL, C6C5),
    "ptt": (DL_RIGHT, C6C5_RIGHT),
    "dl-left": (DL,),
    "dl-right": (DL_RIGHT,),
    "c6c5-left": (C6C5,),
    "c6c5-right": (C6C5_RIGHT,),
    "hand": (),
}
# Where address and return address may be inked: 65 mm, three clear of what some window hides, half of one for an
# overhang, and a dot for what a raster rounds.
ADDRESS: Final[dict[str, Place]] = {
    "din": (22.25, 56.25, 88.25, 88.75),
    "ptt": (121.25, 56.25, 187.25, 88.75),
    "dl-left": (22.25, 56.25, 88.25, 88.75),
    "dl-right": (112.25, 56.25, 178.25, 88.75),
    "c6c5-left": (22.25, 56.25, 88.25, 88.75),
    "c6c5-right": (121.25, 56.25, 187.25, 88.75),
    "hand": (121.25, 56.25, 187.25, 88.75),
}
FOLD: Final = 105
BELOW_WINDOW: Final = 101.0  # eight accents above the first line of the letter; the lowest window ends at 99
ORNAMENT: Final[Place] = (5, 5, 205, 43)
FOOT: Final[Place] = (22, 266, 188, 287)
MARK: Final[Place] = (163, 262, 191, 290)
SIDES: Final = (20, 190)
LAST: Final = 266.0
RAISED: Final = 80  # the foot of a back that is folded by hand: its lowest panel, from 210 on, lies outside

# The face of each paper, and whether the faces beside it are a serif's.
FACES: Final = {
    "klasik": ("Noto-Serif", True),
    "sade": ("Noto-Sans", False),
    "modern": ("Lato", False),
    "daktilo": ("Courier-Prime", True),
    "elyazisi": ("Caveat", True),
    "bayram": ("Vollkorn", True),
    "yas": ("Gentium-Plus", True),
    "cocuk": ("Mali", False),
    "iri": ("Atkinson-Hyperlegible-Next", False),
}
EVERYWHERE: Final = ("Noto-Sans", "Noto-Music", "Noto-Serif-Tibetan", "Droid-Sans-Fallback", "Noto-Color-Emoji")
BESIDE_SERIF: Final = ("Noto-Serif", "Amiri")
CODE: Final = "Courier-Prime"

_UNSEEN: Final = regex.compile(r"[\s\p{Z}\p{Cc}\p{Default_Ignorable_Code_Point}]")
"""What leaves no ink."""


def faults(drawn: bytes, pages: int, letter: Letter) -> Iterator[str]:
    """A sentence for each thing that is wrong with a drawn letter."""
    document = pypdfium2.PdfDocument(drawn)
    try:
        if len(document) != pages + pages % 2:
            yield f"has {len(document)} sides for {pages} pages"
        sheets = [document[number].render(scale=DOTS * 25.4 / 72, grayscale=True).to_pil() for number in range(pages)]
        yield from _window(sheets[0], letter.envelope, (*letter.addressee, letter.return_line))
        for number, sheet in enumerate(sheets, 1):
            yield from _ink(sheet, letter.envelope, number)
            yield from _mark(document[number - 1], number, pages, letter)
    finally:
        document.close()
    yield from _characters(drawn, pages, letter)
    yield from _file(drawn, letter.stationery)


# Ink ------------------------------------------------------------------------------------------------------------------


def _ink(sheet: Image.Image, envelope: str, number: int) -> Iterator[str]:
    left, right = SIDES
    if number == 1:
        allowed = [ADDRESS[envelope], (left, FOLD if envelope == "hand" else BELOW_WINDOW, right, LAST)]
        allowed += [] if envelope == "hand" else [ORNAMENT]
    else:
        allowed = [(left, 17, right, LAST - _raised(envelope, number))]
    bare = sheet.copy()
    for place in (*allowed, *(_higher(place, _raised(envelope, number)) for place in (FOOT, MARK))):
        bare.paste(WHITE, _dots(place))
    if _inked(bare):
        yield f"page {number} has ink outside of its rectangles"
    if not _inked(sheet):
        yield f"page {number} is empty"


def _raised(envelope: str, number: int) -> int:
    return RAISED if envelope == "hand" and number % 2 == 0 else 0


def _higher(place: Place, by: int) -> Place:
    left, top, right, bottom = place
    return left, top - by, right, bottom - by


def positions(envelope: str) -> Iterator[tuple[tuple[int, int], Place, tuple[float, float]]]:
    """(size, window, how far the packet has slid), for each of nine places of the packet in each envelope."""
    for size, window, (across, down) in WINDOWS[envelope]:
        for right in (0, across / 2, across):
            for low in (0, down / 2, down):
                yield size, window, (right, low)


def _window(sheet: Image.Image, envelope: str, lines: tuple[str, ...]) -> Iterator[str]:
    packet = sheet.crop((0, 0, sheet.width, FOLD * DOTS))
    address = packet.copy()
    address.paste(WHITE, (0, 0, sheet.width, round(ORNAMENT[3] * DOTS)))
    if any(lines) != _inked(address):
        yield "no address stands where the window is, or ink without one"
    for size, window, (right, low) in positions(envelope):
        place = round(right * DOTS), round(low * DOTS)
        if ImageChops.difference(_seen(packet, size, window, place), _put(address, size, place)).getbbox():
            yield f"the window of {size[0]} x {size[1]} hides some of the address or shows more, slid by {right}, {low}"


def _put(packet: Image.Image, size: tuple[int, int], place: tuple[int, int]) -> Image.Image:
    front = Image.new("L", (size[0] * DOTS, size[1] * DOTS), WHITE)
    front.paste(packet, place)
    return front


def _seen(packet: Image.Image, size: tuple[int, int], window: Place, place: tuple[int, int]) -> Image.Image:
    """The front of the envelope with a packet in it: white but for its window."""
    front = Image.new("L", (size[0] * DOTS, size[1] * DOTS), WHITE)
    hole = _dots(window)
    front.paste(_put(packet, size, place).crop(hole), hole[:2])
    return front


def _inked(picture: Image.Image) -> bool:
    return bool(picture.getextrema()[0] != WHITE)


def _dots(place: Place) -> tuple[int, int, int, int]:
    left, top, right, bottom = (round(edge * DOTS) for edge in place)
    return left, top, right, bottom


def _mark(page: Any, number: int, pages: int, letter: Letter) -> Iterator[str]:
    left, top, right, bottom = (edge * 72 / 25.4 for edge in _higher(MARK, _raised(letter.envelope, number)))
    rest = (left, page.get_height() - bottom, page.get_width() - right, top)
    corner = page.render(scale=150 / 72, grayscale=True, crop=rest).to_pil()
    read = [one.text for one in zxingcpp.read_barcodes(corner, formats=zxingcpp.BarcodeFormat.DataMatrix)]
    due = [f"MX1|{letter.piece_id}|P{number:02d}/{pages:02d}|S{letter.serial:06d}"] if letter.marks else []
    if read != due:
        yield f"the mark of page {number} reads {read}"


# Characters -----------------------------------------------------------------------------------------------------------


def _characters(drawn: bytes, pages: int, letter: Letter) -> Iterator[str]:
    """All of the letter is in the file, and nothing else but page numbers and hyphens."""
    asked = [program("pdftotext"), "-raw", "-enc", "UTF-8", "-", "-"]
    read = _counted(subprocess.run(asked, input=drawn, capture_output=True, check=True).stdout.decode())
    written = _counted("".join((letter.text, *letter.addressee, letter.return_line, letter.footnote)))
    # A return address that is broken between two of its parts has no sign between them (rendering/layout/address.py).
    if missing := written - read - Counter("·" * letter.return_line.count(" · ")):
        yield f"does not read back {_told(missing)}"
    ours = Counter("".join(f"{number}/{pages}" for number in range(1, pages + 1)) if pages > 1 else "")
    ours["\u2010"] += letter.text.count("\u00ad")  # a soft hyphen at the end of a line is one to see
    if more := read - written - ours:
        yield f"reads back {_told(more)} that nobody wrote"


def _counted(words: str) -> Counter[str]:
    """Each character that leaves ink, where canonical equivalents are one (Unicode Standard Annex 15)."""
    return Counter(unicodedata.normalize("NFD", _UNSEEN.sub("", words)))


def _told(counted: Counter[str]) -> str:
    return ", ".join(f"{times} x U+{ord(sign):04X}" for sign, times in sorted(counted.items())[:8])


# The file -------------------------------------------------------------------------------------------------------------


def _file(drawn: bytes, stationery: str) -> Iterator[str]:
    told = validator.validate_pdf_bytes(drawn, profile=validator.ValidationProfile.PDF_A_2U)
    if told.failures:
        yield f"is no PDF/A-2u: {', '.join(sorted({failure.rule_id for failure in told.failures}))}"
    with pikepdf.open(io.BytesIO(drawn)) as document:
        if wrong := document.check_pdf_syntax():
            yield f"is no sound PDF: {len(wrong)} faults"
        for name in sorted(set(_fonts(document))):
            if not _belongs(name, stationery):
                yield f"is set in {name}"


def _fonts(document: pikepdf.Pdf) -> Iterator[str]:
    for page in document.pages:
        for font in page.get("/Resources", {}).get("/Font", {}).values():
            yield str(font.BaseFont).rpartition("+")[2].lstrip("/")


def _belongs(name: str, stationery: str) -> bool:
    face, serif = FACES[stationery]
    return name.startswith((face, CODE, *EVERYWHERE, *(BESIDE_SERIF if serif else ())))
