"""The dispatcher: no letter lost, none printed twice, whoever crashes, sleeps or arrives at the same time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest

from bot.printer.dispatch import LEASE, REST, Dispatcher
from bot.printer.folder import FolderSink
from bot.printer.sink import Piece, PrintSink, Receipt, SinkAway, SinkRefused, SinkUnsure
from flows.core.events import Envelope, LetterDispatched, PrintClaimed, PrintStuck, PrintWithheld
from storage.printing import outbox
from tests.bot.printer.conformance import PaperPiece, pdfs, piece
from tests.bot.printer.fakes import Crash, Fuse, Printer, Shelf, TestClock
from tests.fakes import PATIENCE


def no_objection(pdf: bytes, pages: int) -> None:
    """A gate that stands open."""


def dispatcher(shelf: Shelf, sink: PrintSink, clock: TestClock) -> Dispatcher:
    return Dispatcher(shelf, sink, clock, shelf.receive, no_objection)


def a_shelf(pieces: int = 1) -> Shelf:
    shelf = Shelf()
    shelf.put(*(piece(nth) for nth in range(1, pieces + 1)))
    return shelf


async def until_done(shelf: Shelf, sink: PrintSink, clock: TestClock) -> None:
    """New processes on the same database, one after another, until the shelf is empty or a person is needed."""
    for _ in range(5):
        await dispatcher(shelf, sink, clock).run_once()
        clock.time += LEASE
    assert set(shelf.states()) <= {"cleared", "needs_human"}


# The road of one letter -----------------------------------------------------------------------------------------------


async def test_a_paid_letter_is_claimed_printed_and_reported() -> None:
    shelf, printer, clock = a_shelf(), Printer(), TestClock()
    assert await dispatcher(shelf, printer, clock).run_once() == 1
    claimed, dispatched = (envelope.event for envelope in shelf.heard)
    assert isinstance(claimed, PrintClaimed)
    assert claimed.until == clock.now() + LEASE
    assert dispatched == LetterDispatched(piece().order, claimed.token, "printer", piece().letter)
    assert [envelope.key.split(":")[0] for envelope in shelf.heard] == ["print", "dispatched"]
    assert printer.sheets == [piece().letter]


async def test_a_backlog_goes_out_in_order_under_one_token() -> None:
    shelf, printer = a_shelf(20), Printer()
    work = dispatcher(shelf, printer, TestClock())
    assert [await work.run_once(), await work.run_once(), await work.run_once()] == [16, 4, 0]
    assert printer.sheets == [piece(nth).letter for nth in range(1, 21)]
    assert len({e.event.token for e in shelf.heard[:16] if isinstance(e.event, PrintClaimed)}) == 1


async def test_a_letter_cancelled_at_the_last_moment_is_not_printed() -> None:
    """The door decided for the sender: the claim was heard and the piece is not on the dispatcher's list."""
    shelf, printer = a_shelf(2), Printer()
    shelf.rows[piece(1).order].cancelled = True
    assert await dispatcher(shelf, printer, TestClock()).run_once() == 1
    assert printer.sheets == [piece(2).letter]


async def test_a_letter_stopped_before_it_is_handed_over_is_withheld_and_its_neighbour_is_printed() -> None:
    shelf, printer = a_shelf(2), Printer()
    shelf.rows[piece(1).order].stop = True
    assert await dispatcher(shelf, printer, TestClock()).run_once() == 1
    assert printer.sheets == [piece(2).letter]
    withheld = [envelope.event for envelope in shelf.heard if isinstance(envelope.event, PrintWithheld)]
    assert [event.order for event in withheld] == [piece(1).order]
    assert shelf.rows[piece(1).order].cancelled


@pytest.mark.parametrize("there", [True, False], ids=["the sink has it", "the sink has it not"])
async def test_a_stopped_letter_of_a_dead_dispatcher_is_looked_up_first(there: bool) -> None:
    """What the sink has was printed; what it has not is withheld."""
    shelf, printer, clock = a_shelf(), Printer(), TestClock()
    row = shelf.rows[piece().order]
    row.state, row.token, row.stop = "submitting", "dead", True
    if there:
        printer.sheets.append(piece().letter)
    await dispatcher(shelf, printer, clock).run_once()
    kinds = [type(envelope.event) for envelope in shelf.heard]
    assert kinds == [PrintClaimed, LetterDispatched if there else PrintWithheld]
    assert printer.sheets == ([piece().letter] if there else [])


async def test_one_claim_that_fails_at_the_door_does_not_hold_up_the_others() -> None:
    shelf, printer, clock = a_shelf(3), Printer(), TestClock()

    async def stumbling(envelope: object) -> None:
        if envelope.event.order == piece(2).order:  # type: ignore[attr-defined]
            raise RuntimeError("the database said no")
        await shelf.receive(envelope)  # type: ignore[arg-type]

    assert await Dispatcher(shelf, printer, clock, stumbling, no_objection).run_once() == 2
    assert shelf.states() == ["cleared", "ready", "cleared"]


async def test_a_backlog_shares_its_commits() -> None:
    """Each letter alone cost seven: a hundred letters a second are not to be had that way."""
    shelf, printer = a_shelf(16), Printer()
    steps: list[tuple[str, int]] = []

    class Counted(Shelf):
        def submitting(self, orders: Collection[str], token: str) -> set[str]:
            steps.append(("submitting", len(orders)))
            return super().submitting(orders, token)

        def submitted(self, orders: Collection[str], token: str) -> set[str]:
            steps.append(("submitted", len(orders)))
            return super().submitted(orders, token)

    counted = Counted(rows=shelf.rows)
    assert await dispatcher(counted, printer, TestClock()).run_once() == 16
    assert steps == [("submitting", 16), ("submitted", 16)]


async def test_the_first_letter_is_reported_while_a_slow_sink_is_busy_with_the_second() -> None:
    """Its sender need not wait, nor its lease run out, because others stand behind it."""
    shelf, printer, reported = a_shelf(2), Printer(), asyncio.Event()

    class Busy(Printer):
        async def submit(self, piece: Piece) -> Receipt:
            if printer.sheets:
                await reported.wait()
            return await printer.submit(piece)

    async def receive(envelope: Envelope) -> None:
        await shelf.receive(envelope)
        if isinstance(envelope.event, LetterDispatched):
            reported.set()

    async with asyncio.timeout(PATIENCE):
        assert await Dispatcher(shelf, Busy(), TestClock(), receive, no_objection).run_once() == 2
    assert printer.sheets == [piece(1).letter, piece(2).letter]


async def test_when_the_shelf_fails_nothing_goes_on_behind_its_back() -> None:
    shelf, printer, clock = a_shelf(2), Printer(), TestClock()

    def refusing(orders: Collection[str], token: str) -> set[str]:
        raise RuntimeError("the database said no")

    shelf.submitted, known = refusing, shelf.submitted  # type: ignore[method-assign]
    with pytest.raises(RuntimeError, match="said no"):
        await dispatcher(shelf, printer, clock).run_once()
    assert shelf.states() == ["submitting", "submitting"]
    shelf.submitted = known  # type: ignore[method-assign]
    clock.time += LEASE
    await until_done(shelf, printer, clock)
    assert printer.sheets == [piece(1).letter, piece(2).letter]


# Crashes --------------------------------------------------------------------------------------------------------------


async def passages(pieces: int) -> int:
    """How many places there are to crash at in one undisturbed run."""
    fuse = Fuse()
    shelf = a_shelf(pieces)
    shelf.fuse = fuse
    await dispatcher(shelf, Printer(fuse), TestClock()).run_once()
    return fuse.passed


async def test_one_or_two_crashes_anywhere_lose_nothing_and_print_nothing_twice() -> None:
    """Every schedule with one crash, and every one with a second crash anywhere in the recovery from the first."""
    places = await passages(2)
    schedules = 0
    for first, second in product(range(1, places + 1), range(places + 4)):
        shelf, clock = a_shelf(2), TestClock()
        printer = Printer()
        for place in (first, second):
            shelf.fuse = printer.fuse = Fuse(place)
            with suppress(Crash):
                await dispatcher(shelf, printer, clock).run_once()
            clock.time += LEASE
        shelf.fuse = printer.fuse = Fuse()
        await until_done(shelf, printer, clock)
        assert sorted(printer.sheets) == [piece(1).letter, piece(2).letter], (first, second)
        assert shelf.states() == ["cleared", "cleared"], (first, second)
        schedules += 1
    assert schedules > 300


async def test_an_acknowledged_letter_the_sink_no_longer_knows_is_for_a_person() -> None:
    """It may have been printed and taken away: printing it again is not a machine's decision."""
    shelf, printer, clock = a_shelf(), Printer(), TestClock()
    shelf.rows[piece().order].state = "submitted"
    assert await dispatcher(shelf, printer, clock).run_once() == 0
    assert (shelf.states(), printer.sheets) == (["needs_human"], [])


# A slow dispatcher, and two at once -----------------------------------------------------------------------------------


async def test_two_dispatchers_at_once_make_one_claim(tmp_path: Path) -> None:
    shelf, clock, sink = a_shelf(8), TestClock(), FolderSink(tmp_path)
    done = await asyncio.gather(*(dispatcher(shelf, sink, clock).run_once() for _ in range(4)))
    assert sum(done) == 8
    assert len(pdfs(tmp_path)) == 8
    assert sum(isinstance(envelope.event, LetterDispatched) for envelope in shelf.heard) == 8


class Slow:
    """A sink before or after which its dispatcher falls asleep (SIGSTOP) until somebody wakes it."""

    def __init__(self, sink: PrintSink, asleep: str) -> None:
        self.sink, self.asleep, self.name = sink, asleep, sink.name
        self.fell_asleep, self.wake = asyncio.Event(), asyncio.Event()

    async def start(self) -> None: ...

    async def close(self) -> None: ...

    async def submit(self, piece: Piece) -> Receipt:
        receipt = None if self.asleep == "before" else await self.sink.submit(piece)
        self.fell_asleep.set()
        await self.wake.wait()
        return receipt or await self.sink.submit(piece)

    async def lookup(self, piece: Piece) -> Receipt | None:
        return await self.sink.lookup(piece)


@pytest.mark.parametrize("asleep", ["before", "after"])
async def test_a_dispatcher_that_sleeps_through_its_lease_is_fenced(tmp_path: Path, asleep: str) -> None:
    shelf, clock, sink = a_shelf(), TestClock(), FolderSink(tmp_path)
    slow = Slow(sink, asleep)
    sleeping = asyncio.create_task(dispatcher(shelf, slow, clock).run_once())
    await slow.fell_asleep.wait()
    clock.time += LEASE
    assert await dispatcher(shelf, sink, clock).run_once() == 1
    slow.wake.set()
    assert await sleeping == 0
    assert len(pdfs(tmp_path)) == 1
    assert sum(isinstance(envelope.event, LetterDispatched) for envelope in shelf.heard) == 1


async def test_after_its_lease_a_dispatcher_begins_no_further_piece() -> None:
    shelf, clock = a_shelf(2), TestClock()
    printer = Printer()
    work = dispatcher(shelf, printer, clock)

    async def long_submit(piece: Piece) -> Receipt:
        clock.time += LEASE
        return await Printer.submit(printer, piece)

    printer.submit = long_submit  # type: ignore[method-assign]
    await work.run_once()
    assert printer.sheets == [piece(1).letter]
    assert shelf.states() == ["cleared", "leased"]


# What the sink may answer ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [SinkRefused("not A4"), SinkUnsure("no answer")])
async def test_a_refused_or_unknown_letter_waits_for_a_person(answer: Exception) -> None:
    shelf, printer = a_shelf(2), Printer(failing=[answer])
    assert await dispatcher(shelf, printer, TestClock()).run_once() == 1
    assert shelf.states() == ["needs_human", "cleared"]
    assert [type(envelope.event) for envelope in shelf.heard if envelope.key.startswith("stuck")] == [PrintStuck]


async def test_an_unknown_answer_that_can_be_looked_up_is_no_trouble() -> None:
    class Mumbling(Printer):
        async def submit(self, piece: Piece) -> Receipt:
            await super().submit(piece)
            raise SinkUnsure("the connection broke before the answer")

    shelf, printer = a_shelf(), Mumbling()
    assert await dispatcher(shelf, printer, TestClock()).run_once() == 1
    assert (shelf.states(), len(printer.sheets)) == (["cleared"], 1)


async def test_bytes_the_gate_objects_to_never_reach_the_sink() -> None:
    shelf, printer, clock = a_shelf(2), Printer(), TestClock()

    def gate(pdf: bytes, pages: int) -> None:
        if pdf == piece(1).pdf:
            raise ValueError("a font is missing")

    assert await Dispatcher(shelf, printer, clock, shelf.receive, gate).run_once() == 1
    assert printer.sheets == [piece(2).letter]
    assert shelf.states() == ["needs_human", "cleared"]


async def test_an_offline_sink_is_left_alone_for_longer_and_longer_then_the_backlog_drains_once_in_order() -> None:
    shelf, clock = a_shelf(5), TestClock()
    printer = Printer(failing=[SinkAway("offline") for _ in range(4)])
    work = dispatcher(shelf, printer, clock)
    tries = []
    for _ in range(2000):
        before = len(printer.failing)
        await work.run_once()
        if len(printer.failing) < before:
            tries.append(clock.time)
        clock.time += timedelta(seconds=1)
    assert printer.sheets == [piece(nth).letter for nth in range(1, 6)]
    assert shelf.states() == ["cleared"] * 5
    assert [later - sooner >= rest for sooner, later, rest in zip(tries, tries[1:], REST, strict=False)] == [True] * 3


async def test_while_the_sink_is_away_no_further_letter_loses_its_right_to_be_cancelled() -> None:
    shelf, clock = a_shelf(5), TestClock()
    printer = Printer(failing=[SinkAway("offline") for _ in range(9)])
    work = dispatcher(shelf, printer, clock)
    await work.run_once(limit=1)
    clock.time += REST[0]
    await work.run_once()
    assert shelf.states() == ["leased", "leased", "ready", "ready", "ready"]


UNKNOWN, OFF = SinkUnsure("the line was cut"), SinkAway("offline")
AFTER = {
    "off before any letter": ([OFF], ["leased", "leased", "leased"]),
    "off after the first": ([None, OFF], ["cleared", "leased", "leased"]),
    "the line is cut at the second, and it is off when it is asked about it": (
        [None, UNKNOWN],
        ["cleared", "submitting", "leased"],
    ),
}


@pytest.mark.parametrize("case", AFTER)
async def test_only_a_letter_that_the_sink_may_hold_has_to_be_asked_about_later(case: str) -> None:
    """A printer with nothing but a memory, which was switched off and on since, can tell of none."""
    failing, states = AFTER[case]

    tried: list[str] = []

    class Forgetful(Printer):
        async def submit(self, piece: Piece) -> Receipt:
            answer = failing[len(tried)]
            tried.append(piece.letter)
            if answer is not None:
                raise answer
            return await super().submit(piece)

        async def lookup(self, piece: Piece) -> Receipt | None:
            raise OFF

    shelf = a_shelf(3)
    await dispatcher(shelf, Forgetful(), TestClock()).run_once()
    assert shelf.states() == states


async def test_a_fault_of_our_own_leaves_the_piece_to_its_lease_and_goes_on() -> None:
    shelf, printer, clock = a_shelf(2), Printer(failing=[RuntimeError("a bug")]), TestClock()
    assert await dispatcher(shelf, printer, clock).run_once() == 1
    await until_done(shelf, printer, clock)
    assert printer.sheets == [piece(2).letter, piece(1).letter]


async def test_the_log_names_orders_and_never_tokens_or_contents(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    shelf = Shelf()
    shelf.put(*(piece(nth, b"%PDF canim anneannem " + bytes([64 + nth])) for nth in range(1, 5)))
    printer = Printer(failing=[SinkRefused("not A4"), RuntimeError("a bug"), SinkAway("offline")])
    await dispatcher(shelf, printer, TestClock()).run_once()
    token = next(iter(shelf.rows.values())).token
    assert piece(1).order in caplog.text
    assert token not in caplog.text
    assert "anneannem" not in caplog.text


def test_a_piece_of_storage_fits() -> None:
    """storage.printing.outbox.Piece has the attributes the Protocol asks for."""
    assert set(PaperPiece.__dataclass_fields__) <= set(outbox.Piece.__dataclass_fields__)
