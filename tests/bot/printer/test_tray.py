"""The print room's desk beside a real store and the real door: what a clerk hands in, and what is answered."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.demo.search import in_files, in_tables
from bot.intake.door import Door
from bot.printer.folder import FolderSink
from bot.printer.tray import Answer, ScanOutcome, clear_overdue, report, sweep
from bot.wording.speak import Speaker
from flows.conversation import machine
from flows.core import effects as fx
from flows.core.events import Person
from flows.core.state import Order, Profile, Standing, State, Turn
from flows.words.text import Kurus
from locales import say
from storage.printing import scans
from storage.senders import people
from storage.store.store import KeptTurn, Store
from tests.bot.printer.conformance import piece
from tests.bot.printer.fakes import TestClock
from tests.dialogue import operator, papers
from tests.fakes import moment, open_store

ISIL, ELA = Person("telegram", "1001"), Person("telegram", "1002")
RR = "RR473124829TR"
NOTED, AGAIN, REFUSED = ScanOutcome.NOTED, ScanOutcome.AGAIN, ScanOutcome.REFUSED


class Desk:
    """A store with dispatched letters, and a clerk."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clock = TestClock()
        self.effects: list[fx.Effect] = []
        advance = partial(machine.advance, operator())
        self.door = Door(store, advance, Speaker(papers()), self.clock, self)

    def kept(self, messages: Sequence[object], effects: Sequence[fx.Effect]) -> None:
        self.effects += effects

    async def letter(self, person: Person, nth: int = 1, state: State = State.ERASED, **changes: object) -> Order:
        at = self.clock.now()
        made = Order(
            f"{nth:032x}", state, Kurus(9600), f"{nth + 0xA0:012x}{'0' * 20}", "ab" * 32, 3, 2, "taahhutlu", at,
            payment=f"pay-{nth}", paid=Kurus(9600), paid_at=at, dispatched_at=at,
        )  # fmt: skip
        made = replace(made, **changes)  # type: ignore[arg-type]
        async with self.store.transaction() as tx:
            before = (await tx.standings_of([person])).get((person.channel, person.handle))
            known = before or Standing(person, profile=Profile(name="Işıl İnci", email="a@example.com"))
            await tx.keep([KeptTurn(before, Turn(known.with_order(made)), (), moment(at))])
        return (await self.orders(person))[-1]

    async def orders(self, person: Person) -> tuple[Order, ...]:
        standing = await self.store.do(people.standing_of, person)
        assert standing is not None
        return standing.orders

    async def state(self, person: Person, nth: int = -1) -> State:
        return (await self.orders(person))[nth].state

    async def says(self, kind: str, *lines: str) -> list[tuple[ScanOutcome, str]]:
        answers = await report(self.store, self.door.receive, self.clock, kind, "\n".join(lines))
        assert all(isinstance(answer, Answer) for answer in answers)
        return [(answer.outcome, say(answer.sentence, "en")) for answer in answers]

    def asked(self, kind: type[fx.Effect]) -> int:
        return sum(isinstance(effect, kind) for effect in self.effects)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_store(tmp_path) as store:
        found = Desk(store)
        await found.door.start()
        yield found
        await found.door.stop()


async def test_a_letter_is_scanned_from_the_tray_to_the_counter(desk: Desk) -> None:
    order = await desk.letter(ISIL)
    assert await desk.says("printed", order.number) == [
        (NOTED, "MX000001: noted. Its state: printed, in its envelope.")
    ]
    assert desk.asked(fx.RemoveFromTray) == 1
    ((outcome, _),) = await desk.says("posted", f"{order.number};{RR}")
    (posted,) = await desk.orders(ISIL)
    assert (outcome, posted.state, posted.tracking) == (NOTED, State.POSTED, RR)


async def test_the_same_file_twice_changes_nothing(desk: Desk) -> None:
    order = await desk.letter(ISIL)
    file = f"{order.number};{RR}"
    assert [outcome for outcome, _ in (*await desk.says("posted", file), *await desk.says("posted", file))] == [
        NOTED,
        AGAIN,
    ]
    assert desk.asked(fx.RecordScan) == 1


async def test_two_clerks_with_the_same_file_at_once_are_one_scan(desk: Desk) -> None:
    order = await desk.letter(ISIL)
    receive, late = desk.door.receive, []

    async def after_the_other(envelope: object) -> bool:
        late.append(await receive(envelope))  # type: ignore[arg-type]
        return await receive(envelope)  # type: ignore[arg-type]

    (answer,) = await report(desk.store, after_the_other, desk.clock, "printed", order.number)
    assert late == [True]
    assert answer.outcome is AGAIN
    assert desk.asked(fx.RecordScan) == 1


async def test_a_wrong_line_keeps_no_other_letter_back(desk: Desk) -> None:
    one, two = await desk.letter(ISIL), await desk.letter(ELA, 2)
    answers = await desk.says("printed", one.number, "Nermin", "MX000999", two.number)
    assert sorted(outcome.value for outcome, _ in answers) == ["noted", "noted", "refused", "refused"]
    assert any(words.startswith("Line 2: No letter is called like this: Nermin") for _, words in answers)
    assert any(words.startswith("Line 3: No letter is called like this: MX000999") for _, words in answers)


async def test_all_sheets_of_a_letter_are_one_scan_and_a_gap_stops_it(desk: Desk) -> None:
    order = await desk.letter(ISIL)
    piece = order.letter[:12].upper()
    ((outcome, words),) = await desk.says("printed", f"MX1|{piece}|P01/03|S000001")
    assert outcome is REFUSED and "these sheets were not scanned: 2" in words
    assert await desk.state(ISIL) is State.ERASED
    ((outcome, _),) = await desk.says("printed", f"MX1|{piece}|P01/03|S000001", f"MX1|{piece}|P03/03|S000001")
    assert outcome is NOTED


async def test_a_tracking_number_belongs_to_one_letter(desk: Desk) -> None:
    one, two = await desk.letter(ISIL), await desk.letter(ELA, 2)
    answers = await desk.says("posted", f"{one.number};{RR}", f"{two.number};{RR}")
    assert [outcome for outcome, _ in answers] == [REFUSED, REFUSED]  # one of them is wrong; nobody knows which
    assert [outcome for outcome, _ in await desk.says("posted", f"{one.number};{RR}")] == [NOTED]
    ((outcome, words),) = await desk.says("posted", f"{two.number};{RR}")
    assert outcome is REFUSED and "given to another letter" in words
    assert await desk.state(ELA) is State.ERASED


async def test_a_tracking_number_stands_nowhere_in_the_open(desk: Desk, tmp_path: Path) -> None:
    """Not even in the stamps of what was seen, which keep the keys of envelopes as they are."""
    order = await desk.letter(ISIL)
    await desk.says("posted", f"{order.number};{RR}")
    wanted = {"number": order.number, "tracking": RR, "order": order.id}
    found = await desk.store.database.run(in_tables, desk.store.vault, wanted)
    assert "tracking" in found["scan"] and "tracking" in found["orders"]  # sealed, and opened to be found
    assert found["inbox"] == {"order"}
    assert in_files(tmp_path, wanted) and all("tracking" not in names for names in in_files(tmp_path, wanted).values())


# Where a letter stands, a scan that does not fit there
UNFIT = [
    (State.QUEUED, "printed"),
    (State.CANCELLED, "printed"),
    (State.ERASED, "returned"),
    (State.POSTED, "spoiled"),
    (State.RETURNED, "destroyed"),  # the sender has not decided
    (State.DESTROYED, "posted"),
    (State.SPOILED, "posted"),
]


@pytest.mark.parametrize(("state", "kind"), UNFIT)
async def test_a_scan_that_does_not_fit_the_state_is_said_and_not_noted(desk: Desk, state: State, kind: str) -> None:
    order = await desk.letter(ISIL, state=state)
    beside = f";{RR}" if kind == "posted" else ""
    ((outcome, words),) = await desk.says(kind, f"{order.number}{beside}")
    assert outcome is REFUSED and "does not fit" in words
    assert await desk.state(ISIL) is state
    assert desk.effects == []


async def test_a_letter_damaged_after_its_file_is_gone_is_refunded(desk: Desk) -> None:
    order = await desk.letter(ISIL)
    ((outcome, told),) = await desk.says("spoiled", order.number)  # its file is there: printed again
    assert outcome is NOTED and "Print it again" in told and "then as spoiled once more" in told
    assert (await desk.state(ISIL), desk.asked(fx.Refund)) == (State.ERASED, 0)
    await desk.says("printed", order.number)
    assert (await desk.says("spoiled", order.number))[0][0] is NOTED
    assert (await desk.state(ISIL), desk.asked(fx.Refund)) == (State.SPOILED, 1)


async def test_what_nobody_scans_for_a_week_leaves_the_tray(desk: Desk) -> None:
    await desk.letter(ISIL)
    await desk.letter(ELA, 2, State.PRINTED)
    desk.clock.time += timedelta(days=7)
    assert await clear_overdue(desk.store, desk.door.receive, desk.clock) == 0
    desk.clock.time += timedelta(microseconds=1)
    assert await clear_overdue(desk.store, desk.door.receive, desk.clock) == 1
    assert await clear_overdue(desk.store, desk.door.receive, desk.clock) == 0
    assert (await desk.state(ISIL), await desk.state(ELA)) == (State.OVERDUE, State.PRINTED)
    assert desk.asked(fx.RemoveFromTray) == 1


async def test_the_letter_of_somebody_forgotten_is_set_aside(desk: Desk) -> None:
    order = await desk.letter(ISIL)
    forgotten = "UPDATE person SET handle_index = NULL, handle = NULL, profile = NULL"
    await desk.store.database.run(lambda conn: conn.exec_driver_sql(forgotten).rowcount)
    ((outcome, words),) = await desk.says("printed", order.number)
    assert outcome is REFUSED and "tell an admin" in words


async def test_the_list_of_the_print_room_names_nobody(desk: Desk) -> None:
    one = await desk.letter(ISIL)
    await desk.letter(ELA, 2, State.POSTED)
    await desk.letter(ELA, 3, State.REPOSTING)
    assert [(row.number, row.piece, row.state) for row in await desk.store.do(scans.listing)] == [
        ("MX000001", one.letter[:12].upper(), State.ERASED),
        ("MX000003", "0000000000A3", State.REPOSTING),
    ]


@pytest.mark.parametrize("gone", [State.PRINTED, State.CANCELLED, State.LOST], ids=["scanned", "stopped", "closed"])
async def test_a_letter_that_was_scanned_or_stopped_does_not_lie_in_the_tray(
    desk: Desk, tmp_path: Path, gone: State
) -> None:
    """Its dispatcher slept through its lease between looking and linking, while a clerk had it printed and scanned; or
    its sender had it stopped while nobody knew whether the tray had it."""
    (tmp_path / "tray").mkdir()
    sink = FolderSink(tmp_path / "tray")
    orders = [await desk.letter(ISIL, nth, state) for nth, state in ((1, State.ERASED), (2, gone))]
    for order in orders:
        await sink.submit(replace(piece(), number=order.number, letter=order.letter))
    assert len(await sink.references()) == 2
    assert await sweep(desk.store, sink) == 1
    assert await sink.references() == {f"{orders[0].number}-{orders[0].letter}.pdf"}
    assert await sweep(desk.store, sink) == 0


async def test_what_belongs_to_no_letter_is_left_alone(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "tray").mkdir()
    (tmp_path / "tray" / "notes.pdf").write_bytes(b"a clerk's own")
    sink = FolderSink(tmp_path / "tray")
    await sink.submit(piece(77))
    assert await sweep(desk.store, sink) == 0
    assert len(list((tmp_path / "tray").iterdir())) == 3
