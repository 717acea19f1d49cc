"""A batch adds up or each gap is named: sheets that were printed, in envelopes, posted."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.core.state import State
from flows.order.reconciliation import Batch, Paper, Stop, answers, reconcile
from flows.order.scans import Scan, ScanOutcome
from locales import say

DAY = date(2026, 11, 30)
WAITS, ENCLOSED, POSTED, SPOILED, BACK = State.ERASED, State.PRINTED, State.POSTED, State.SPOILED, State.RETURNED


def letter(nth: int, state: State, pages: int = 3, **more: object) -> Paper:
    return Paper(f"id{nth}", f"MX{nth:06}", pages, 100 + nth, state, **more)  # type: ignore[arg-type]


def sheet(nth: int, page: int, serial: int = 0, pages: int = 3) -> tuple[str, Scan]:
    """The mark of a page of letter `nth`; page 0: its order number, without a mark."""
    return f"id{nth}", Scan(1, "", page=page, pages=pages if page else 0, serial=(serial or 100 + nth) if page else 0)


WHOLE = [sheet(1, 1), sheet(1, 3), sheet(2, 1), sheet(2, 3)]
BOTH = (letter(1, ENCLOSED), letter(2, ENCLOSED))

# How the batch stands -> (its letters, how it stood before, the sheets that were counted or None, whether anything of
# it may be posted, words of its gaps)
STANDS: dict[str, tuple[tuple[Paper, ...], Stop, list[tuple[str, Scan]] | None, Stop, list[str]]] = {
    "nothing has begun": ((letter(1, WAITS), letter(2, State.DISPATCHED)), Stop.NONE, None, Stop.NONE, []),
    "all in envelopes": (BOTH, Stop.NONE, None, Stop.NONE, []),
    "all posted, one came back": ((letter(1, POSTED), letter(2, BACK)), Stop.NONE, None, Stop.NONE, []),
    "all sheets counted, either side": (BOTH, Stop.NONE, WHOLE, Stop.NONE, []),
    "both sides of each sheet counted": (BOTH, Stop.NONE, [*WHOLE, sheet(1, 2), sheet(2, 2)], Stop.NONE, []),
    "a letter without marks, counted by its number": (BOTH, Stop.NONE, [*WHOLE[:2], sheet(2, 0)], Stop.NONE, []),
    "a letter that is in no envelope": (
        (letter(1, ENCLOSED), letter(2, WAITS)), Stop.NONE, None, Stop.SCANS, ["MX000002: it is in no envelope"],
    ),
    "a week in the tray": (
        (letter(1, POSTED), letter(2, State.OVERDUE)), Stop.NONE, None, Stop.SCANS, ["MX000002: it is in no envelope"],
    ),
    "an envelope that stayed behind": (
        (letter(1, POSTED), letter(2, ENCLOSED)), Stop.NONE, None, Stop.NONE, ["MX000002: it is in its envelope, but"],
    ),
    "a sheet that was not printed": (
        BOTH, Stop.NONE, WHOLE[:3], Stop.SHEETS, ["MX000002: these sheets were not counted: S000102 P03/03"],
    ),
    "counted, and not enclosed": (
        (letter(1, ENCLOSED), letter(2, WAITS)), Stop.NONE, WHOLE, Stop.SCANS, ["MX000002: it is in no envelope"],
    ),
    "a sheet printed twice": (
        BOTH, Stop.NONE, [*WHOLE, sheet(1, 3)], Stop.SHEETS, ["MX000001: these sheets were counted more often"],
    ),
    "a spoiled letter, printed again": (
        (letter(1, ENCLOSED, copies=2), letter(2, ENCLOSED)), Stop.NONE, [*WHOLE, *WHOLE[:2]], Stop.NONE, [],
    ),
    "a copy of a letter that is with the post": (
        (letter(1, POSTED), letter(2, POSTED)), Stop.NONE, [*WHOLE, sheet(2, 1)], Stop.SHEETS,
        ["MX000002: these sheets were counted more often than they should have been printed: S000102 P01/03"],
    ),
    "a sheet of another revision": (
        BOTH, Stop.NONE, [*WHOLE, sheet(2, 1, serial=99)], Stop.SHEETS, ["MX000002: these sheets are not of the"],
    ),
    "a sheet of another revision in place of ours": (
        BOTH, Stop.NONE, [*WHOLE[:3], sheet(2, 3, serial=99)], Stop.SHEETS,
        ["these sheets were not counted: S000102 P03/03", "not of the approved letter: S000099 P03/03"],
    ),
    "a lost sheet that nobody has counted again": (BOTH, Stop.SHEETS, None, Stop.SHEETS, ["hand in all of them again"]),
    "a lost sheet that was found": (BOTH, Stop.SHEETS, WHOLE, Stop.NONE, []),
    "an envelope that was made up for": (BOTH, Stop.SCANS, None, Stop.NONE, []),
    "a lost sheet whose letter was given up": (
        (letter(1, POSTED), letter(2, SPOILED)), Stop.SHEETS, None, Stop.NONE, [],
    ),
    "a letter whose sender was erased": (
        (letter(1, POSTED), letter(2, WAITS, lost=True)), Stop.NONE, None, Stop.NONE, [],
    ),
    "a letter of before serial numbers": (
        (Paper("id1", "MX000001", 3, 0, ENCLOSED),), Stop.NONE, [sheet(1, 1, serial=1)], Stop.SHEETS,
        ["these sheets were not counted: P03/03"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", STANDS)
def test_a_batch_adds_up_or_its_gaps_are_named(name: str) -> None:
    letters, before, counted, stop, gaps = STANDS[name]
    scanned = None if counted is None else {one: [scan for of, scan in counted if of == one] for one, _ in counted}
    found = reconcile(Batch(DAY, letters, before), scanned)
    told = [say(gap, "en") for gap in found.gaps]
    assert found.stop is stop
    assert len(told) == len(gaps) and all(words in one for words, one in zip(gaps, told, strict=True))
    outcomes = {answer.outcome for answer in answers(found)}
    assert outcomes == ({ScanOutcome.REFUSED} if gaps else {ScanOutcome.NOTED})
    assert any("stopped" in say(answer.sentence, "en") for answer in answers(found)) == bool(stop)


def test_the_three_counts_are_told_in_sheets() -> None:
    letters = (letter(1, POSTED), letter(2, ENCLOSED, 1), letter(3, WAITS, 5))
    counted = {"id2": [sheet(2, 1, pages=1)[1]], "id3": [sheet(3, 1, pages=5)[1], sheet(3, 4, pages=5)[1]]}
    found = reconcile(Batch(DAY, letters), counted)
    assert (found.handed, found.printed, found.enclosed, found.posted) == (6, 5, 3, 2)
    assert say(answers(found)[0].sentence, "en") == (
        "Batch: 30 November 2026. It does not add up. Sheets handed over: 6, printed: 5, in envelopes: 3, posted: 2."
    )
    assert say(answers(found)[0].sentence, "tr").startswith("Parti: 30 Kasım 2026. Sayılar tutmuyor.")


def test_a_sheet_of_nobody_stops_the_batch_it_lies_in() -> None:
    found = reconcile(
        Batch(DAY, BOTH), {one: [scan for of, scan in WHOLE if of == one] for one, _ in WHOLE}, strangers=2
    )
    assert found.stop is Stop.SHEETS
    assert say(found.gaps[0], "en").startswith("Sheets or lines that belong to no letter of ours: 2.")


@given(
    pages=st.lists(st.integers(1, 10), min_size=1, max_size=6),
    lost=st.integers(0, 30),
    data=st.data(),
)
def test_whichever_sheet_is_missing_is_the_one_that_is_named(pages: list[int], lost: int, data: st.DataObject) -> None:
    letters = tuple(letter(nth, ENCLOSED, count) for nth, count in enumerate(pages, 1))
    sheets = [
        sheet(nth, min(data.draw(st.integers(2 * one - 1, 2 * one)), count), pages=count)
        for nth, count in enumerate(pages, 1)
        for one in range(1, (count + 1) // 2 + 1)
    ]
    missing, scan = sheets.pop(lost % len(sheets))
    scanned = {f"id{nth}": [one for of, one in sheets if of == f"id{nth}"] for nth in range(1, len(pages) + 1)}
    (gap,) = reconcile(Batch(DAY, letters), scanned).gaps
    front = scan.page - (scan.page + 1) % 2
    assert f"{int(missing[2:]):06}: these sheets were not counted: S{scan.serial:06} P{front:02}/" in say(gap, "en")
