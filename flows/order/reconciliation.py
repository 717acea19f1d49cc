"""Whether a batch adds up: the sheets that were printed, those in envelopes, and those at the post are the same.

A batch is what the print room was handed on one day. A sheet that is missing may lie in somebody else's envelope, so a
gap stops the batch: nothing of it is posted until it is found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum

from flows.core.state import State
from flows.order.scans import Answer, Scan, ScanOutcome, stray_sheets
from flows.words.text import Count, Text, Value, Verbatim, text

__all__ = [
    "ENCLOSED",
    "NOTHING_OPEN",
    "NO_SHEET",
    "WAITING",
    "WITH_PRINT_ROOM",
    "Batch",
    "Paper",
    "Reconciled",
    "Scanned",
    "Stop",
    "answers",
    "reconcile",
]

WAITING = frozenset({State.DISPATCHED, State.ERASED, State.OVERDUE})
"""Handed to the print room, and in no envelope that anybody has scanned."""
ENCLOSED = frozenset({State.PRINTED})
POSTED = frozenset({State.POSTED, State.RETURNED, State.REPOSTING, State.DESTROYING, State.DESTROYED})
"""With the post, or back from it in its sealed envelope."""
WITH_PRINT_ROOM = WAITING | ENCLOSED | POSTED | {State.SPOILED}
"""The print room may have sheets of these letters, and of no others."""


class Stop(IntEnum):
    """Whether anything of a batch may be posted, as it is stored."""

    NONE = 0
    SCANS = 1  # until the scans add up
    SHEETS = 2  # until its sheets are counted again


@dataclass(frozen=True, slots=True)
class Paper:
    """A letter of a batch. serial: what its sheets bear, 0 where none was given. copies: how often it may have been
    printed, once more for each scan "spoiled". lost: its sender's data are erased, and it was set aside."""

    order: str
    number: str
    pages: int
    serial: int
    state: State
    copies: int = 1
    lost: bool = False

    @property
    def sheets(self) -> int:
        return (self.pages + 1) // 2


@dataclass(frozen=True, slots=True)
class Batch:
    """What was handed over on one day. before: how its last reconciliation left it."""

    day: date
    letters: tuple[Paper, ...]
    before: Stop = Stop.NONE


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How a batch stands, in sheets. printed: None where nobody has counted what came out of the printer."""

    day: date
    letters: int
    handed: int
    printed: int | None
    enclosed: int
    posted: int
    gaps: tuple[Text, ...] = ()
    stop: Stop = Stop.NONE


Scanned = Mapping[str, Sequence[Scan]]
"""What came out of the printer, by order: a mark a sheet, or an order number for a whole letter."""


def reconcile(batch: Batch, scanned: Scanned | None = None, strangers: int = 0) -> Reconciled:
    """scanned: every sheet of the batch, None where nobody has counted them. strangers: sheets among them that belong
    to no letter of ours."""
    ours = [letter for letter in batch.letters if not letter.lost and letter.state in WAITING | ENCLOSED | POSTED]
    open_ = [letter for letter in ours if letter.state not in POSTED]
    posted = [letter for letter in ours if letter.state in POSTED]
    enclosed = [letter for letter in ours if letter.state not in WAITING]
    sheets = list(_sheets(open_, batch.before) if scanned is None else _counted(ours, scanned, strangers))
    loose = [_of(LOOSE, one) for one in open_ if one.state in WAITING and (enclosed or scanned is not None)]
    unposted = [_of(UNPOSTED, one) for one in open_ if one.state in ENCLOSED and posted]
    return Reconciled(
        batch.day,
        len(ours),
        _sum(ours),
        None if scanned is None else _sum(posted) + sum(_printed(one, scanned) for one in open_),
        _sum(enclosed),
        _sum(posted),
        (*sheets, *loose, *unposted),
        Stop.SHEETS if sheets else Stop.SCANS if loose else Stop.NONE,
    )


def _sum(letters: Sequence[Paper]) -> int:
    return sum(letter.sheets for letter in letters)


# The gaps -------------------------------------------------------------------------------------------------------------

STRANGERS = text(
    "batch",
    "Sheets or lines that belong to no letter of ours: {n}. They are named below. Look at each, then count again.",
)
MISSING = text(
    "batch",
    "{order}: these sheets were not counted: {sheets}. Look for them at the printer and in the envelopes that were"
    " closed about the same time.",
)
TOO_MANY = text(
    "batch",
    "{order}: these sheets were counted more often than they should have been printed: {sheets}. Destroy the copy, then"
    " count again.",
)
OF_ANOTHER = text(
    "batch",
    "{order}: these sheets are not of the approved letter: {sheets}. Set them aside, then count again.",
)
UNCOUNTED = text(
    "batch",
    "Its sheets did not add up when they were counted last. Please hand in all of them again.",
)
LOOSE = text("batch", "{order}: it is in no envelope yet. Scan it as printed once it is, or as spoiled.")
UNPOSTED = text("batch", "{order}: it is in its envelope, but was not posted with the others.")


def _of(words: Text, letter: Paper, sheets: Iterable[str] = ()) -> Text:
    values: dict[str, Value] = {"order": letter.number}
    named = ", ".join(sheets)
    return replace(words, values={**values, "sheets": Verbatim(named)} if named else values)


def _sheets(letters: Sequence[Paper], before: Stop) -> Iterator[Text]:
    """Who scans envelopes only cannot say that a missing sheet was found."""
    if before is Stop.SHEETS and letters:
        yield UNCOUNTED


def _counted(letters: Sequence[Paper], scanned: Scanned, strangers: int) -> Iterator[Text]:
    """Sheets that are missing, or lie there once too often, or are not of the approved letter. What is with the post
    nobody can count any more."""
    if strangers:
        yield replace(STRANGERS, values={"n": Count(strangers)})
    for letter in letters:
        copies = _copies(letter, scanned)
        missing = [sheet for sheet, count in copies.items() if not count and letter.state not in POSTED]
        extra = [sheet for sheet, count in copies.items() if count > letter.copies]
        stray = stray_sheets(scanned.get(letter.order, ()), letter.pages, letter.serial)
        if missing:
            yield _of(MISSING, letter, (_mark(letter, sheet) for sheet in missing))
        if extra:
            yield _of(TOO_MANY, letter, (_mark(letter, sheet) for sheet in extra))
        if stray:
            yield _of(OF_ANOTHER, letter, stray)


def _copies(letter: Paper, scanned: Scanned) -> dict[int, int]:
    """How often each sheet came out of the printer. Both its sides may be scanned, each once a copy; a line without a
    mark is the clerk's word for the whole letter."""
    scans = [one for one in scanned.get(letter.order, ()) if not stray_sheets((one,), letter.pages, letter.serial)]
    pages = Counter(scan.page for scan in scans)
    return {sheet: pages[0] + max(pages[2 * sheet - 1], pages[2 * sheet]) for sheet in range(1, letter.sheets + 1)}


def _printed(letter: Paper, scanned: Scanned) -> int:
    """Sheets that came out at least once: the copies of a spoiled letter are its waste."""
    return sum(1 for count in _copies(letter, scanned).values() if count)


def _mark(letter: Paper, sheet: int) -> str:
    """The front of a sheet, as its mark names it."""
    front = f"P{2 * sheet - 1:02d}/{letter.pages:02d}"
    return f"S{letter.serial:06d} {front}" if letter.serial else front


# What the clerk hears -------------------------------------------------------------------------------------------------

NOTHING_OPEN = text("batch", "No batch is open: whatever was handed to the print room is posted or settled.")


NO_SHEET = text("batch", "The file holds no sheet. Accepted: one mark or order number a line. Example: MX000123")
"""A file that was cut off or saved empty is no count; the scans alone are compared where there is no file at all."""


def answers(found: Reconciled) -> list[Answer]:
    """The batch in one sentence, then each of its gaps."""
    if not found.gaps:
        return [Answer(ScanOutcome.NOTED, _in_order(found))]
    stopped = [Answer(ScanOutcome.REFUSED, STOPPED)] if found.stop else []
    gaps = [Answer(ScanOutcome.REFUSED, gap) for gap in found.gaps]
    return [Answer(ScanOutcome.REFUSED, _not_in_order(found)), *stopped, *gaps]


STOPPED = text(
    "batch",
    "This batch is stopped: nothing of it may be posted until the gap is found and the batch is reconciled again.",
)


def _in_order(found: Reconciled) -> Text:
    count: dict[str, Value] = {"day": found.day, "letters": Count(found.letters), "sheets": Count(found.handed)}
    if found.printed is None and found.enclosed:
        return _by_scans(found, count)
    if found.posted:
        return text(
            "batch",
            "Batch: {day}. Every sheet is in its envelope, and every envelope is posted. Letters: {letters}, sheets:"
            " {sheets}.",
            **count,
        )
    if found.enclosed:
        return text(
            "batch",
            "Batch: {day}. Every sheet is in its envelope: the batch may be posted. Letters: {letters}, sheets:"
            " {sheets}.",
            **count,
        )
    return text("batch", "Batch: {day}. Nothing is in an envelope yet. Letters: {letters}, sheets: {sheets}.", **count)


def _by_scans(found: Reconciled, count: dict[str, Value]) -> Text:
    """Whoever scans envelopes has looked into none: of the sheets it is said that nobody has counted them."""
    if found.posted:
        return text(
            "batch",
            "Batch: {day}. By the scans every letter is posted. Its sheets were not counted. Letters: {letters},"
            " sheets: {sheets}.",
            **count,
        )
    return text(
        "batch",
        "Batch: {day}. By the scans every letter is in its envelope. Its sheets were not counted. Letters: {letters},"
        " sheets: {sheets}.",
        **count,
    )


def _not_in_order(found: Reconciled) -> Text:
    count = {"handed": Count(found.handed), "enclosed": Count(found.enclosed), "posted": Count(found.posted)}
    if found.printed is None:
        return text(
            "batch",
            "Batch: {day}. It does not add up. Sheets handed over: {handed}, in envelopes: {enclosed}, posted:"
            " {posted}.",
            day=found.day,
            **count,
        )
    return text(
        "batch",
        "Batch: {day}. It does not add up. Sheets handed over: {handed}, printed: {printed}, in envelopes: {enclosed},"
        " posted: {posted}.",
        day=found.day,
        printed=Count(found.printed),
        **count,
    )
