"""The print room's count: a file of all sheets, or nothing but the scans, becomes an answer for each open batch."""

from __future__ import annotations

from datetime import datetime

from bot.base.clock import Clock
from flows.desk.base.wording import STATES
from flows.order.reconciliation import NO_SHEET, NOTHING_OPEN, WITH_PRINT_ROOM, Scanned, answers
from flows.order.scans import Answer, Scan, ScanOutcome, no_letter, on_line, read
from flows.words.text import Text, text
from storage.printing import batches, scans
from storage.printing.scans import OnPaper
from storage.store.executor import Executor

__all__ = ["reconcile"]


async def reconcile(store: Executor, clock: Clock, content: str | None = None) -> list[Answer]:
    """content: every sheet that came out of the printer, one a line; None where only scans are to be compared. The same
    again changes nothing. How the batches stand comes first, what was refused after it."""
    if content is None:
        return await _settled(store, clock.now())
    sheets, misread = read("printed", content)
    if not sheets and not misread:
        return [Answer(ScanOutcome.REFUSED, NO_SHEET)]
    refused = [Answer(ScanOutcome.REFUSED, on_line(one.line, one.sentence)) for one in misread]
    known: dict[tuple[int | None, str], OnPaper | None] = {}
    scanned: dict[str, list[Scan]] = {}
    for sheet in sheets:
        letter = sheet.number, sheet.piece
        if letter not in known:
            known[letter] = await store.do(scans.find, number=sheet.number, piece=sheet.piece)
        found = known[letter]
        if found is not None and found.state in WITH_PRINT_ROOM:
            scanned.setdefault(found.order, []).append(sheet)
        else:
            sentence = no_letter(sheet.shown) if found is None else _not_handed_over(found)
            refused.append(Answer(ScanOutcome.REFUSED, on_line(sheet.line, sentence)))
    return [*await _settled(store, clock.now(), scanned, len(refused)), *refused]


def _not_handed_over(letter: OnPaper) -> Text:
    return text(
        "batch",
        "{order}: the print room was not to print it (its state: {state}). Please set its sheets aside and tell an"
        " admin.",
        order=letter.number,
        state=STATES[letter.state],
    )


async def _settled(store: Executor, at: datetime, scanned: Scanned | None = None, strangers: int = 0) -> list[Answer]:
    found = await store.do(batches.settle, at, scanned, strangers)
    if not found and not strangers:
        return [Answer(ScanOutcome.NOTED, NOTHING_OPEN)]
    return [answer for one in found for answer in answers(one)]
