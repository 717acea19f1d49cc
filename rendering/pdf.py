"""The letter as print-ready PDF: the same letter gives the same bytes, so what a sender approves is what is printed."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import weasyprint  # type: ignore[import-untyped]
from weasyprint.formatting_structure import boxes  # type: ignore[import-untyped]
from weasyprint.text.fonts import FontConfiguration  # type: ignore[import-untyped]
from weasyprint.urls import URLFetcher, URLFetcherResponse  # type: ignore[import-untyped]

from rendering import checks, engine
from rendering.checks import NotPrintable
from rendering.drawn import PAGE_LIMIT, Drawn, Measured
from rendering.layout import invoice, marks, report
from rendering.layout.invoice import InvoicePage
from rendering.layout.page import Letter, css, html
from rendering.layout.report import Report
from rendering.stationery import STATIONERIES

__all__ = [
    "PAGE_LIMIT",
    "VARIANT",
    "Drawn",
    "Measured",
    "OfflineFetcher",
    "draw",
    "draw_invoice",
    "draw_report",
    "measure",
]

VARIANT = "pdf/a-2u"  # ISO 19005-2: all fonts inside, text searchable; untagged, which saves a third of the time

# fontTools stamps a subset emoji font with the time of day; the same letter must give the same bytes.
os.environ["SOURCE_DATE_EPOCH"] = "0"
# WeasyPrint and its children log characters it cannot print: words of a letter have no place in a log of any level.
logging.getLogger("weasyprint").propagate = False
engine.install()


class OfflineFetcher(URLFetcher):  # type: ignore[misc]
    """Serves only bytes this process holds: a letter can reach no file, no network and no data: address."""

    def __init__(self, held: Mapping[str, bytes] | None = None) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self._held = dict(held or {})

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        if url not in self._held:
            raise ValueError("rendering fetches nothing")
        return URLFetcherResponse(url, self._held[url])


@lru_cache(maxsize=1)
def _type() -> FontConfiguration:
    return FontConfiguration()


@lru_cache(maxsize=len(STATIONERIES))
def _sheet(stationery: str) -> weasyprint.CSS:
    return weasyprint.CSS(string=css(STATIONERIES[stationery]), font_config=_type(), url_fetcher=OfflineFetcher())


def draw(letter: Letter, limit: int = PAGE_LIMIT) -> Drawn:
    """The PDF; raises NotPrintable rather than print boxes, cut a line or exceed the limit."""
    _refuse(letter)
    if checks.unprintable(_all_words(letter), letter.stationery):
        raise NotPrintable("characters no font prints")
    document = _lay_out(letter, limit)
    pages = len(document.pages)
    if pages > limit:
        raise NotPrintable(f"more than {limit} pages")

    def finish(_: weasyprint.Document, pdf: Any) -> None:
        # ISO 19005-2, 6.6.2: whoever archives a file can read its metadata without unpacking them.
        pdf.objects[int(pdf.catalog["Metadata"].split()[0])].compress = False
        for number, stream in enumerate(_page_streams(pdf), start=1):
            stream.stream[:] = [_IN_BLACK.get(part, part) for part in stream.stream]
            if letter.marks:
                stream.stream.append(marks.strokes(marks.content(letter.piece_id, number, pages, letter.serial)))

    pdf: bytes = document.write_pdf(finisher=finish, pdf_variant=VARIANT)
    return Drawn(pdf, pages, hashlib.sha256(pdf).hexdigest())


def draw_report(told: Report) -> bytes:
    """A page to read, for the person it is about only; no gate, because no press ever sees it."""
    source = weasyprint.HTML(string=report.html(told), url_fetcher=OfflineFetcher())
    sheet = weasyprint.CSS(string=report.CSS, font_config=_type(), url_fetcher=OfflineFetcher())
    pdf: bytes = source.write_pdf(stylesheets=[sheet], font_config=_type())
    return pdf


def draw_invoice(page: InvoicePage) -> bytes:
    """A copy of an invoice, for the person it was issued to."""
    source = weasyprint.HTML(string=invoice.html(page), url_fetcher=OfflineFetcher())
    sheet = weasyprint.CSS(string=invoice.CSS, font_config=_type(), url_fetcher=OfflineFetcher())
    pdf: bytes = source.write_pdf(stylesheets=[sheet], font_config=_type(), pdf_variant=VARIANT)
    return pdf


def measure(letter: Letter, limit: int = PAGE_LIMIT) -> Measured:
    """Layout only, while the sender is still writing."""
    _refuse(letter)
    strange = checks.unprintable(letter.text, letter.stationery)
    pages = _lay_out(letter, limit).pages
    over = sum(1 for page in pages[limit:] for _ in _lines(page._page_box))
    return Measured(len(pages), (len(pages) + 1) // 2, over, strange)


# RGB black is four inks on some presses; DeviceGray is black only, and allowed in PDF/A beside an RGB intent.
_IN_BLACK = {b"0 0 0 rg": b"0 g", b"0 0 0 RG": b"0 G"}


def _all_words(letter: Letter) -> str:
    return "\n".join((letter.text, *letter.addressee, letter.return_line, letter.footnote))


def _refuse(letter: Letter) -> None:
    if letter.stationery not in STATIONERIES:
        raise NotPrintable("an unknown stationery")
    checks.survivable(_all_words(letter))
    if any("\n" in line for line in (*letter.addressee, letter.return_line)):
        raise NotPrintable("a line break inside a line of the address")
    if checks.address_overflow(letter.addressee) or checks.return_overflow(letter.return_line):
        raise NotPrintable("an address that does not fit the window")
    if checks.note_overflow(letter.footnote):
        raise NotPrintable("a notice that does not fit the foot of the page")


def _lay_out(letter: Letter, limit: int) -> weasyprint.Document:
    """Paragraphs keep two lines together, unless that alone would push the letter over the limit."""
    document = _render(html(letter), letter.stationery)
    return document if len(document.pages) <= limit else _render(html(letter, tight=True), letter.stationery)


def _render(page: str, stationery: str) -> weasyprint.Document:
    source = weasyprint.HTML(string=page, url_fetcher=OfflineFetcher())
    return source.render(stylesheets=[_sheet(stationery)], font_config=_type())


def _page_streams(pdf: Any) -> Iterator[Any]:
    """The drawing of each page, in order; Kids and Contents are references `number 0 R`."""
    for number in pdf.pages["Kids"][::3]:
        yield pdf.objects[int(pdf.objects[number]["Contents"].split()[0])]


def _lines(box: Any) -> Iterator[boxes.LineBox]:
    """The lines of the letter itself: page number, footnote and address are out of its flow."""
    for child in getattr(box, "children", ()):
        if isinstance(child, boxes.LineBox):
            yield child
        elif not isinstance(child, boxes.MarginBox) and child.is_in_normal_flow():
            yield from _lines(child)
