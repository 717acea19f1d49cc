"""The print room's count beside a real store and the real door: each gap is named, and stops its batch."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.printer.reconciling import reconcile
from flows.core.events import Person
from flows.core.state import Order, State
from locales import say
from rendering.layout.marks import content
from storage.database.tables import micros
from storage.monitoring import alarms
from tests.bot.printer.test_tray import ELA, ISIL, NOTED, REFUSED, Desk
from tests.fakes import open_store

EVENING = datetime(2026, 11, 30, 20, 59, tzinfo=UTC)
"""One minute before midnight in Istanbul."""


class Table(Desk):
    """The desk of the print room at the end of a day."""

    async def handed(
        self, person: Person, nth: int, state: State = State.PRINTED, at: datetime = EVENING, serial: int = 0
    ) -> Order:
        self.clock.time = at
        order = await self.letter(person, nth, state, product="normal")
        row = f"'{order.id}', 'folder', 'x', {order.pages}, '{order.sha256}', {serial or 100 + nth}, {micros(at)}"
        await self.run(f"INSERT INTO dispatch (order_id, sink, receipt, pages, sha256, serial, at) VALUES ({row})")
        return order

    async def run(self, sql: str) -> None:
        await self.store.database.run(lambda conn: conn.exec_driver_sql(sql).rowcount)

    async def counts(self, *lines: str) -> list[str]:
        return await self.files("\n".join(lines) if lines else None)

    async def files(self, content: str | None) -> list[str]:
        found = await reconcile(self.store, self.clock, content)
        return [("" if one.outcome is NOTED else "! ") + say(one.sentence, "en") for one in found]

    async def alarm(self) -> int:
        return (await self.store.do(alarms.counts, self.clock.now()))["batches_stopped"]


def sheets(order: Order, nth: int, *pages: int) -> list[str]:
    return [content(order.letter[:12].upper(), page, order.pages, 100 + nth) for page in pages]


@pytest.fixture
async def table(tmp_path: Path) -> AsyncIterator[Table]:
    async with open_store(tmp_path) as store:
        found = Table(store)
        await found.door.start()
        yield found
        await found.door.stop()


async def test_a_missing_sheet_stops_its_batch_until_it_is_found(table: Table) -> None:
    one, two = await table.handed(ISIL, 1), await table.handed(ELA, 2)
    told = await table.counts(*sheets(one, 1, 1, 3), *sheets(two, 2, 1))
    assert told == [
        "! Batch: 30 November 2026. It does not add up. Sheets handed over: 4, printed: 3, in envelopes: 4, posted: 0.",
        "! This batch is stopped: nothing of it may be posted until the gap is found and the batch is reconciled"
        " again.",
        "! MX000002: these sheets were not counted: S000102 P03/03. Look for them at the printer and in the envelopes"
        " that were closed about the same time.",
    ]
    assert await table.counts(*sheets(one, 1, 1, 3), *sheets(two, 2, 1)) == told  # the same again changes nothing
    assert await table.alarm() == 1
    ((outcome, words),) = await table.says("posted", one.number)
    assert outcome is REFUSED and "its batch is stopped (30 November 2026)" in words
    assert await table.state(ISIL) is State.PRINTED
    assert [words[:2] for words in await table.counts()] == ["! "] * 3  # the scans alone do not find a sheet
    told = await table.counts(*sheets(one, 1, 2, 3), *sheets(two, 2, 1, 3))
    assert told == [
        "Batch: 30 November 2026. Every sheet is in its envelope: the batch may be posted. Letters: 2, sheets: 4."
    ]
    assert await table.alarm() == 0
    assert [outcome for outcome, _ in await table.says("posted", one.number, two.number)] == [NOTED, NOTED]
    assert await table.counts() == ["No batch is open: whatever was handed to the print room is posted or settled."]


async def test_a_stopped_batch_stops_no_other_and_no_scan_but_posted(table: Table) -> None:
    """A batch is a day in Istanbul: two letters of two minutes are of two days."""
    first, waits = await table.handed(ISIL, 1), await table.handed(ELA, 2, State.ERASED)
    tomorrow = await table.handed(ELA, 3, at=EVENING + timedelta(minutes=1))
    told = await table.counts()
    assert [words[:25] for words in told if "Batch" in words] == [
        "! Batch: 30 November 2026",
        "Batch: 1 December 2026. B",
    ]
    assert [outcome for outcome, _ in await table.says("posted", first.number, tomorrow.number)] == [REFUSED, NOTED]
    ((outcome, words),) = await table.says("posted", waits.number)  # by which it would count as enclosed
    assert outcome is REFUSED and "stopped" in words
    assert [outcome for outcome, _ in await table.says("printed", waits.number)] == [NOTED]
    assert (await table.counts())[0].startswith("Batch: 30 November 2026. By the scans every letter is in its envelope")
    assert [outcome for outcome, _ in await table.says("posted", first.number, waits.number)] == [NOTED, NOTED]


async def test_an_envelope_that_stayed_behind_is_named_until_it_is_posted_and_is_no_alarm(table: Table) -> None:
    await table.handed(ISIL, 1, State.POSTED)
    behind = await table.handed(ELA, 2)
    assert "! MX000002: it is in its envelope, but was not posted with the others." in await table.counts()
    assert await table.alarm() == 0  # nothing is in the wrong envelope
    assert [outcome for outcome, _ in await table.says("posted", behind.number)] == [NOTED]
    assert (await table.counts())[0].startswith("Batch: 30 November 2026. By the scans every letter is posted.")
    assert await table.alarm() == 0


async def test_a_letter_that_was_spoiled_may_have_been_printed_twice(table: Table) -> None:
    order = await table.handed(ISIL, 1, State.ERASED)
    twice = sheets(order, 1, 1, 3) * 2
    assert any("counted more often" in words for words in await table.counts(*twice))
    assert [outcome for outcome, _ in await table.says("spoiled", order.number)] == [NOTED]
    assert [outcome for outcome, _ in await table.says("printed", order.number)] == [NOTED]
    assert (await table.counts(*twice))[0].startswith("Batch: 30 November 2026. Every sheet is in its envelope")


# What lies among the sheets and is not of the batch -> words about it
STRANGE = {
    "a mark of nobody": (content("0123456789AB", 1, 1, 7), "No letter is called like this"),
    "no mark at all": ("Nermin Öztürk", "No letter is called like this"),
    "a letter that was cancelled meanwhile": ("MX000002", "the print room was not to print it (its state: cancelled)"),
    "a letter that is not printed yet": ("MX000003", "the print room was not to print it"),
}


@pytest.mark.parametrize("name", STRANGE)
async def test_a_sheet_of_nobody_is_named_and_stops_the_batch(table: Table, name: str) -> None:
    line, words = STRANGE[name]
    order = await table.handed(ISIL, 1)
    await table.letter(ELA, 2, State.CANCELLED, dispatched_at=None)
    await table.letter(ELA, 3, State.QUEUED, dispatched_at=None)
    told = await table.counts(*sheets(order, 1, 1, 3), line)
    assert told[0].startswith("! Batch: 30 November 2026. It does not add up.") and "is stopped" in told[1]
    assert told[2].startswith("! Sheets or lines that belong to no letter of ours: 1. They are named below.")
    assert told[3].startswith("! Line 3: ") and words in told[3]
    assert await table.alarm() == 1
    assert (await table.counts(line))[0].startswith("! Line 1: ")  # alone it is of no batch, and no batch is asked


@pytest.mark.parametrize("content", ["", " \n\n", ";;\n", "letter\n", "\ufeffmektup;takip no\n"])
async def test_a_file_without_a_sheet_is_no_count_and_says_of_no_batch_that_it_may_be_posted(
    table: Table, content: str
) -> None:
    await table.handed(ISIL, 1)
    assert await table.files(content) == [
        "! The file holds no sheet. Accepted: one mark or order number a line. Example: MX000123"
    ]
    assert await table.alarm() == 0


async def test_the_scans_alone_say_that_nobody_has_counted_the_sheets(table: Table) -> None:
    order = await table.handed(ISIL, 1)
    assert await table.counts() == [
        "Batch: 30 November 2026. By the scans every letter is in its envelope. Its sheets were not counted."
        " Letters: 1, sheets: 2."
    ]
    assert (await table.counts(*sheets(order, 1, 1, 3)))[0].startswith("Batch: 30 November 2026. Every sheet is in its")


async def test_whoever_was_forgotten_holds_no_batch_open(table: Table) -> None:
    await table.handed(ISIL, 1, State.ERASED)
    await table.run("UPDATE person SET handle_index = NULL, handle = NULL, profile = NULL")
    assert await table.counts() == ["No batch is open: whatever was handed to the print room is posted or settled."]
