"""What a clerk of the print room hands in: scanned marks and lists, read line by line into events of letters."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from flows.core import events as ev
from flows.order.number import order_number
from flows.price.price import Product
from flows.words.text import Text, Verbatim, text
from flows.words.turkish import fold

__all__ = [
    "BESIDE",
    "KINDS",
    "WORDS",
    "Answer",
    "Scan",
    "ScanOutcome",
    "UnreadableLine",
    "event",
    "missing_sheets",
    "no_letter",
    "objection",
    "on_line",
    "read",
    "stray_sheets",
    "tracking_number",
]


@dataclass(frozen=True, slots=True)
class Scan:
    """One line: which letter (`number` of its order, or `piece` on its sheets), and what stands beside it. `page` of
    `pages`, and the letter's `serial` number, when the mark of a sheet was scanned, 0 otherwise."""

    line: int
    shown: str
    number: int | None = None
    piece: str = ""
    page: int = 0
    pages: int = 0
    serial: int = 0
    tracking: str = ""
    reason: str = "other"


@dataclass(frozen=True, slots=True)
class UnreadableLine:
    """A line that names no letter, or says something impossible beside it."""

    line: int
    sentence: Text


class ScanOutcome(Enum):
    """What became of a letter's scans."""

    NOTED = "noted"
    AGAIN = "again"  # it was noted before
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Answer:
    """One sentence to the clerk, about one letter or one line."""

    outcome: ScanOutcome
    sentence: Text


MARK = re.compile(
    r"MX1\|(?P<piece>[0-9A-F]{12})\|P(?P<page>\d\d)/(?P<pages>\d\d)\|S(?P<serial>\d{6,9})", re.IGNORECASE
)  # rendering.layout.marks
FILE = re.compile(r"(?:MX\d{1,12}-)?(?P<piece>[0-9a-f]{12})(?:[0-9a-f]{20})?(?:\.pdf(?:\.age)?)?", re.IGNORECASE)

HEADS: Mapping[str, tuple[str, ...]] = {
    "letter": ("letter", "order", "mark", "piece", "mektup", "sipariş"),
    "tracking": ("tracking", "tracking number", "takip", "takip no", "takip numarası"),
    "reason": ("reason", "neden", "iade nedeni"),
}
"""What the columns may be called in a file with a heading."""

WORDS: Mapping[str, tuple[str, ...]] = {
    "unknown": ("unknown", "tanınmıyor"),
    "moved": ("moved", "taşındı", "taşınmış"),
    "refused": ("refused", "red", "kabul etmedi"),
    "unclaimed": ("unclaimed", "alınmadı"),
    "address": ("address", "adres", "adres yetersiz"),
    "other": ("other", "diğer", ""),
}
"""The reasons of a return (flows.order.notifications.REASONS) as a clerk may write them."""

BESIDE: Mapping[str, str] = {"posted": "tracking", "returned": "reason"}
"""What the second column of a file without a heading is, by kind of scan."""


def read(kind: str, content: str) -> tuple[list[Scan], list[UnreadableLine]]:
    """A scan file: one mark a line, or columns divided by comma, semicolon or tab, with or without a heading."""
    columns: tuple[str, ...] = ("letter", BESIDE.get(kind, ""))
    found: list[Scan | UnreadableLine] = []
    for line, cells in _rows(content):
        if not found and "letter" in (heads := tuple(_HEADS.get(fold(cell), "") for cell in cells)):
            columns = heads
            continue
        named = dict(zip(columns, cells, strict=False))
        found.append(_scan(line, named.get("letter", ""), named.get("tracking", ""), named.get("reason", "")))
    return [one for one in found if isinstance(one, Scan)], [one for one in found if isinstance(one, UnreadableLine)]


def _rows(content: str) -> Iterator[tuple[int, list[str]]]:
    """A line that is longer than any of ours is not taken apart: csv refuses what it finds too long."""
    lines = content.removeprefix("\ufeff").splitlines()
    divider = next((sign for sign in (";", "\t", ",") if any(sign in line for line in lines)), ";")
    for number, line in enumerate(lines, 1):
        found = [line] if len(line) > WIDEST else next(csv.reader([line], delimiter=divider), [])
        cells = [cell.strip() for cell in found]
        if any(cells):
            yield number, cells


WIDEST = 1_000  # characters of a line: a mark, a tracking number and a reason are a tenth of it


def _spelt(words: Mapping[str, tuple[str, ...]]) -> Mapping[str, str]:
    return {fold(one): key for key, spelt in words.items() for one in spelt}


_HEADS, _WORDS = _spelt(HEADS), _spelt(WORDS)  # folded once: a file has many lines


def _scan(line: int, letter: str, tracking: str, reason: str) -> Scan | UnreadableLine:
    known, number = _WORDS.get(fold(reason)), tracking_number(tracking) if tracking else ""
    if known is None:
        return UnreadableLine(line, no_such_reason(reason))
    if number is None:
        return UnreadableLine(line, no_tracking_number(tracking))
    scan = Scan(line, letter, tracking=number, reason=known)
    if found := MARK.fullmatch(letter):
        page, pages, serial = (int(found[part]) for part in ("page", "pages", "serial"))
        return replace(scan, piece=found["piece"], page=page, pages=pages, serial=serial)
    if order := order_number(letter):
        return replace(scan, number=order)
    if found := FILE.fullmatch(letter):
        return replace(scan, piece=found["piece"])
    return UnreadableLine(line, no_letter(letter))


LONGEST = 60  # characters of a line that an answer repeats


def no_letter(typed: str) -> Text:
    return text(
        "tray",
        "No letter is called like this: {typed}. Accepted: an order number, the mark of a sheet, the name of a file in"
        " the tray. Example: MX000123",
        typed=Verbatim(typed[:LONGEST]),
    )


def on_line(line: int, sentence: Text) -> Text:
    return text("tray", "Line {line}: {sentence}", line=line, sentence=sentence)


def no_tracking_number(typed: str) -> Text:
    return text(
        "tray",
        "This is no tracking number, a digit may be wrong: {typed}. Accepted: two letters, nine digits, two letters."
        " Example: RR473124829TR",
        typed=Verbatim(typed[:LONGEST]),
    )


def no_such_reason(typed: str) -> Text:
    return text(
        "tray",
        "There is no such reason: {typed}. Accepted: {accepted}",
        typed=Verbatim(typed[:LONGEST]),
        accepted=Verbatim(", ".join(word for spelt in WORDS.values() for word in spelt if word)),
    )


WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
S10 = re.compile(r"[A-Z]{2}(?P<serial>\d{8})(?P<check>\d)[A-Z]{2}")


def tracking_number(typed: str) -> str | None:
    """An item number in capitals and without blanks; None if its check digit is wrong (UPU standard S10)."""
    number = re.sub(r"[\s-]", "", typed).upper()
    found = S10.fullmatch(number)
    if found is None or not number.isascii():
        return None
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(found["serial"], WEIGHTS, strict=True)) % 11
    return number if int(found["check"]) == {10: 0, 11: 5}.get(rest, rest) else None


def missing_sheets(scans: Sequence[Scan], pages: int) -> tuple[int, ...]:
    """Sheets (two pages each) of which no page was scanned; none are missing where no sheet was scanned at all: then a
    clerk vouches for the whole letter."""
    seen = {(scan.page + 1) // 2 for scan in scans if scan.page}
    return tuple(sheet for sheet in range(1, (pages + 1) // 2 + 1) if sheet not in seen) if seen else ()


def event(kind: str, order: str, scans: Sequence[Scan]) -> ev.OrderEvent:
    """What these scans of one letter mean."""
    return KINDS[kind](order, scans[-1])


def stray_sheets(scans: Sequence[Scan], pages: int, serial: int) -> tuple[str, ...]:
    """Sheets that were scanned and are not of the approved letter: of another revision of it. serial: what its sheets
    bear; 0 for a letter of before serial numbers were counted, at which nobody looks."""
    theirs = {(one.serial, one.page, one.pages) for one in scans if one.page and serial}
    return tuple(
        f"S{number:06d} P{page:02d}/{of:02d}" for number, page, of in sorted(theirs) if (number, of) != (serial, pages)
    )


def objection(kind: str, number: str, product: str, pages: int, scans: Sequence[Scan], serial: int = 0) -> Text | None:
    """Why these scans of one letter cannot be taken, or None."""
    tracking = {scan.tracking for scan in scans}
    if stray := stray_sheets(scans, pages, serial):
        return text(
            "tray",
            "{order}: these sheets are not of the approved letter: {sheets}. Set them aside and print the letter from"
            " the tray; nothing was noted.",
            order=number,
            sheets=Verbatim(", ".join(stray)),
        )
    if kind == "printed" and (gap := missing_sheets(scans, pages)):
        return text(
            "tray",
            "{order}: these sheets were not scanned: {sheets}. Find them before the envelope is closed; nothing was"
            " noted.",
            order=number,
            sheets=Verbatim(", ".join(map(str, gap))),
        )
    if kind != "posted":
        return None
    if len(tracking) > 1:
        return text(
            "tray", "{order}: two different tracking numbers stand in the file; nothing was noted.", order=number
        )
    if Product(product) is not Product.NORMAL and not all(tracking):
        return text(
            "tray",
            "{order} is a registered letter: its tracking number is missing. Example: MX000123;RR473124829TR",
            order=number,
        )
    if Product(product) is Product.NORMAL and any(tracking):
        return text(
            "tray",
            "{order} is a normal letter and has no tracking number. Were two letters mixed up? Nothing was noted.",
            order=number,
        )
    return None


KINDS: Mapping[str, Callable[[str, Scan], ev.OrderEvent]] = {
    "printed": lambda order, scan: ev.LetterPrinted(order),
    "spoiled": lambda order, scan: ev.LetterSpoiled(order),
    "posted": lambda order, scan: ev.LetterPosted(order, scan.tracking),
    "returned": lambda order, scan: ev.LetterReturned(order, scan.reason),
    "destroyed": lambda order, scan: ev.LetterDestroyed(order),
}
"""What can be scanned -> the event it is."""
