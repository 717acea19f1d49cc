"""The letter as print-ready PDF: the same letter gives the same bytes, so what a sender approves is what is printed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import pydyf  # type: ignore[import-untyped]
import weasyprint  # type: ignore[import-untyped]

from rendering import checks
from rendering.checks import NotPrintable
from rendering.counting import Memo, frames, lines_of_pages, shapes
from rendering.drawn import BYTE_LIMIT, PAGE_LIMIT, TOO_LARGE, Drawn, Fitted, Measured, sides
from rendering.layout import fit, invoice, marks, photos, report
from rendering.layout.envelopes import LAYOUTS
from rendering.layout.invoice import InvoicePage
from rendering.layout.page import Letter, html
from rendering.layout.report import Report
from rendering.orphans import orphans
from rendering.stamping import UNSTAMPED, stamp
from rendering.stationery import STATIONERIES
from rendering.typesetting import OfflineFetcher, lines, paper, render

__all__ = [
    "PAGE_LIMIT",
    "VARIANT",
    "Drawn",
    "Measured",
    "OfflineFetcher",
    "draw",
    "draw_invoice",
    "draw_report",
    "fitted",
    "measure",
]

VARIANT = "pdf/a-2u"  # ISO 19005-2: all fonts inside, text searchable; untagged, which saves a third of the time

_memo: Final = Memo()


def draw(letter: Letter, limit: int = PAGE_LIMIT) -> Drawn:
    """The PDF; raises NotPrintable rather than print boxes, cut a line or exceed the limit."""
    _refuse(letter)
    if _unprintable(letter) or _unprintable_around(_around(letter)):
        raise NotPrintable("characters no font prints")
    document = _lay_out(letter, limit)
    pages = len(document.pages)
    if pages > limit:
        raise NotPrintable(f"more than {limit} pages")
    if fit.overflow(document.pages[0], LAYOUTS[letter.envelope]):
        raise NotPrintable("an address that does not fit the window")
    stamp(document, letter)

    def finish(_: weasyprint.Document, pdf: Any) -> None:
        # ISO 19005-2, 6.6.2: whoever archives a file can read its metadata without unpacking them.
        pdf.objects[int(pdf.catalog["Metadata"].split()[0])].compress = False
        for number, stream in enumerate(_page_streams(pdf), start=1):
            stream.stream[:] = [_IN_BLACK.get(part, part) for part in stream.stream]
            if letter.marks:
                said = marks.content(letter.piece_id, number, pages, letter.serial)
                stream.stream.append(marks.strokes(said, LAYOUTS[letter.envelope].raised(number)))
        if sides(pages) > pages:
            pdf.add_page(_blank_like(pdf))
        # ISO 32000-1, 12.2: a printer neither shrinks the page, which would move the address, nor turns its back over.
        pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"PrintScaling": "/None", "Duplex": "/DuplexFlipLongEdge"})

    pdf: bytes = document.write_pdf(finisher=finish, pdf_variant=VARIANT)
    if len(pdf) - sum(len(photo.jpeg) for photo in letter.photos) > BYTE_LIMIT:
        raise NotPrintable(TOO_LARGE)
    return Drawn(pdf, pages, hashlib.sha256(pdf).hexdigest())


def draw_report(told: Report) -> bytes:
    """A page to read, for the person it is about only; no gate, because no press ever sees it."""
    pdf: bytes = render(report.html(told), report.CSS).write_pdf()
    return pdf


def draw_invoice(page: InvoicePage) -> bytes:
    """A copy of an invoice, for the person it was issued to."""
    pdf: bytes = render(invoice.html(page), invoice.CSS).write_pdf(pdf_variant=VARIANT)
    return pdf


def measure(letter: Letter, limit: int = PAGE_LIMIT) -> Measured:
    """Layout only, while the sender is still writing: what was measured before is remembered."""
    _refuse(letter)
    strange = _unprintable(letter)
    page_of_photos = len(letter.photos) > 0
    room = limit - page_of_photos
    counts = _counted(replace(letter, photos=()), room)
    pages = len(counts) + page_of_photos
    dpi = photos.dpi(letter.photos, letter.envelope)
    return Measured(pages, (pages + 1) // 2, sum(counts[room:]), strange, dpi)


def _counted(letter: Letter, limit: int) -> list[int]:
    """The lines on each page."""
    found = shapes(letter, _memo)
    if found is None:
        return [sum(1 for _ in lines(page._page_box)) for page in _lay_out(letter, limit).pages]
    sheet = frames(paper(letter))
    counts = lines_of_pages(found, sheet, together=2)
    return counts if len(counts) <= limit else lines_of_pages(found, sheet, together=1)


def fitted(letter: Letter) -> Fitted:
    """The address alone, as it will be printed: what of it leaves its place, what no typeface of ours prints."""
    bare = letter.bare
    _refuse(bare)
    page = render(html(bare), paper(bare), UNSTAMPED).pages[0]
    over = fit.overflow(page, LAYOUTS[bare.envelope])
    strange = _unprintable_around("\n".join(bare.addressee))
    own = _unprintable_around(bare.return_line)
    return Fitted(over.lines, strange, bool(over.sender), own, over.parts, over.sender)


# RGB black is four inks on some presses; DeviceGray is black only, and allowed in PDF/A beside an RGB intent.
_IN_BLACK = {b"0 0 0 rg": b"0 g", b"0 0 0 RG": b"0 G"}


def _unprintable(letter: Letter) -> tuple[str, ...]:
    """What of its text no face prints, or prints with a circle that is not in it."""
    missing = checks.unprintable(letter.text, letter.stationery)
    return _with_orphans(missing, letter.text, STATIONERIES[letter.stationery].faces)


def _unprintable_around(words: str) -> tuple[str, ...]:
    return _with_orphans(checks.unprintable_around(words), words, checks.AROUND)


def _with_orphans(missing: tuple[str, ...], words: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """A mark that is named with its letter is not named again."""
    return (*missing, *(mark for mark in orphans(words, names) if not any(mark in cluster for cluster in missing)))


def _around(letter: Letter) -> str:
    return "\n".join((*letter.addressee, letter.return_line, letter.footnote))


def _refuse(letter: Letter) -> None:
    if letter.stationery not in STATIONERIES:
        raise NotPrintable("an unknown stationery")
    if letter.envelope not in LAYOUTS:
        raise NotPrintable("an unknown layout of the envelope")
    if len(letter.photos) > photos.MOST:
        raise NotPrintable(f"more than {photos.MOST} photos")
    checks.survivable(f"{letter.text}\n{_around(letter)}")
    if any("\n" in line for line in (*letter.addressee, letter.return_line)):
        raise NotPrintable("a line break inside a line of the address")
    if checks.note_overflow(letter.footnote):
        raise NotPrintable("a notice that does not fit the foot of the page")


def _lay_out(letter: Letter, limit: int) -> weasyprint.Document:
    """Paragraphs keep two lines together, unless that alone would push the letter over the limit."""
    rules, held = (paper(letter), UNSTAMPED), photos.held(letter.photos)
    document = render(html(letter), *rules, held=held)
    return document if len(document.pages) <= limit else render(html(letter, tight=True), *rules, held=held)


def _blank_like(pdf: Any) -> Any:
    """A page of the same size without anything on it."""
    first = pdf.objects[pdf.pages["Kids"][0]]
    kept = {key: first[key] for key in ("Type", "Parent", "MediaBox", "TrimBox", "BleedBox")}
    return pydyf.Dictionary({**kept, "Resources": pydyf.Dictionary()})


def _page_streams(pdf: Any) -> Iterator[Any]:
    """The drawing of each page, in order; Kids and Contents are references `number 0 R`."""
    for number in pdf.pages["Kids"][::3]:
        yield pdf.objects[int(pdf.objects[number]["Contents"].split()[0])]
