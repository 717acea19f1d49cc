"""The proof itself: a sample of its conversations, the list of faults, and the report that nobody typed."""

from __future__ import annotations

import ast
import io
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from bot.payments.provider import Reference
from bot.payments.refund_attempts import RefundAttempts
from flows.core import events as ev
from flows.core.state import State
from rendering import pdf
from rendering.drawn import Drawn
from rendering.layout.page import Letter
from rendering.sample import LETTER
from storage.store.store import Store
from tests.fakes import open_store, plain_logs  # noqa: F401 - a fixture
from tests.flows.wanderer import SENDER
from tests.prove import conversations, institutions, sheets
from tests.prove.faults import FAULTS, Fault
from tests.prove.institutions import HOUSES
from tests.prove.money import History, prove_money
from tests.prove.paper import prove_paper
from tests.prove.report import Row, Run, written
from tests.prove.sections import FULL, SAMPLE, SECTIONS, sections, to_print_rooms
from tests.prove.senders import CLOSED, LIVE, line, tokens
from tests.prove.world import Trouble

TESTS = Path(__file__).parents[1]
SEED = 5
pytestmark = pytest.mark.usefixtures("plain_logs")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(tmp_path) as found:
        yield found


# Conversations --------------------------------------------------------------------------------------------------------


async def test_conversations_whose_updates_are_shuffled_doubled_and_lost_come_out_right(store: Store) -> None:
    row = await conversations.converse(store, 30, SEED, trouble=Trouble(storage=0.05, printer=0.1), name="a sample")
    assert row.good, row.wrong
    counted = row.details
    assert counted["conversations"] == 30
    assert row.acknowledged == counted["updates"] > counted["answered"] > 0
    for fate in ("shuffled", "doubled", "lost: the acknowledgement", "lost: the store refused"):
        assert counted[fate] > 0, fate
    assert counted["letters printed"] >= 20
    assert counted["messenger's answer lost"] > counted.get("said again, with the mark", 0)


@pytest.mark.parametrize("name", HOUSES)
def test_random_histories_of_money_come_out_right(name: str, tmp_path: Path) -> None:
    row = prove_money(tmp_path, f"sqlite:///{tmp_path}/mektupx.db", name, 15, SEED)
    assert row.good, row.wrong
    assert row.tried > 60 and row.struck > 8 and row.acknowledged > 3


@pytest.mark.parametrize("name", HOUSES)
def test_a_refund_that_nobody_can_be_sure_of_waits_for_a_person_and_one_sent_again_is_noticed(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(institutions, "LAGS", (180,))
    monkeypatch.setattr(History, "ACTS", {"granted in silence": History.is_granted_in_silence})
    row = prove_money(tmp_path, f"sqlite:///{tmp_path}/careful.db", name, 3, SEED)
    assert row.good, row.wrong
    assert row.handed >= row.details["refunds handed to a person"] > 0

    last = count()

    async def nothing(*asked: Any) -> tuple[int, list[Reference]]:
        return next(last), []  # each under a name of its own, or the note of the one before would stop it

    monkeypatch.setattr(RefundAttempts, "_sent", nothing)
    (forgetful := tmp_path / "forgetful").mkdir()
    row = prove_money(forgetful, f"sqlite:///{forgetful}/forgetful.db", name, 3, SEED)
    assert row.doubled > 0


@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize("what", ["IPP", "SFTP", "station"])
def test_letters_to_a_real_print_room_come_out_once_and_lie_in_no_file(what: str) -> None:
    (row,) = to_print_rooms(what, 7, SEED)
    assert row.good, row.wrong
    assert row.struck > 0 and row.details["letters printed"] > 0
    assert row.details["letters printed"] + row.handed >= row.acknowledged == row.details["letters"]


# Paper ----------------------------------------------------------------------------------------------------------------


def test_letters_that_try_to_break_the_page_come_out_right() -> None:
    row = prove_paper(0, 2, SEED, "a sample")
    assert row.good, row.wrong
    assert row.tried == row.acknowledged == 2 and row.struck > 0
    assert row.details["positions"] > 0 and row.details["addresses"] == 2


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    made = pdf.draw(LETTER)
    assert list(sheets.faults(made.pdf, made.pages, LETTER)) == []
    return made


def _changed(content: bytes, change: Callable[[pikepdf.Pdf], object]) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        change(document)
        document.save(out)
    return out.getvalue()


def _drawing(operators: bytes, *, before: bool = False) -> Callable[[pikepdf.Pdf], object]:
    return lambda document: document.pages[0].contents_add(document.make_stream(operators), prepend=before)


SPOILED: dict[str, tuple[Callable[[pikepdf.Pdf], object] | Letter, str]] = {
    "a character that is not on the paper": (replace(LETTER, text=LETTER.text + "Q"), "does not read back 1 x U+0051"),
    "one that nobody wrote": (replace(LETTER, text=LETTER.text.replace("Bayramda", "ayramda")), "that nobody wrote"),
    "an address that has slid": (_drawing(b"1 0 0 1 -12 0 cm", before=True), "hides some of the address"),
    "a dot in the window": (_drawing(b"\n100 272 2 2 re f"), "hides some of the address or shows more"),
    "a dot at the rim": (_drawing(b"\n10 10 2 2 re f"), "page 1 has ink outside"),
    "the mark of another letter": (replace(LETTER, serial=7), "the mark of page 1 reads"),
    "the face of another paper": (replace(LETTER, stationery="modern"), "is set in Noto-Serif"),
    "a file that says nothing of itself": (lambda document: document.Root.__delitem__("/Metadata"), "is no PDF/A-2u"),
    "a side too many": (lambda document: document.pages.append(document.pages[0]), "has 3 sides for 1 pages"),
}


@pytest.mark.parametrize("case", SPOILED)
def test_the_proof_of_paper_finds_what_is_wrong(drawn: Drawn, case: str) -> None:
    spoiled, said = SPOILED[case]
    changed = drawn.pdf if isinstance(spoiled, Letter) else _changed(drawn.pdf, spoiled)
    letter = spoiled if isinstance(spoiled, Letter) else LETTER
    assert any(said in wrong for wrong in sheets.faults(changed, 1, letter))


# The list of faults ---------------------------------------------------------------------------------------------------


@cache
def names_in(file: str) -> frozenset[str]:
    found = ast.walk(ast.parse((TESTS / file).read_text(encoding="utf-8")))
    return frozenset(one.name for one in found if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.fault)
def test_every_fault_is_injected_somewhere_that_exists(fault: Fault) -> None:
    assert fault.tests or fault.sections
    for test in fault.tests:
        file, _, name = test.partition("::")
        assert name in names_in(file), test
    assert set(fault.sections) <= {*SECTIONS, "cluster"}


def test_no_fault_is_listed_twice_and_every_section_proves_one() -> None:
    assert [name for name, times in Counter(one.fault for one in FAULTS).items() if times > 1] == []
    assert set(SECTIONS) <= {section for fault in FAULTS for section in fault.sections}


def test_a_state_is_live_closed_or_one_of_a_letter_that_has_left() -> None:
    """A new state of an order belongs to the letters that have left, unless it is named here."""
    assert not LIVE & CLOSED
    assert {State.DISPATCHED, State.ERASED}.isdisjoint(LIVE | CLOSED)


# The report -----------------------------------------------------------------------------------------------------------


def test_the_full_counts_are_the_bars() -> None:
    kills = FULL.turns + FULL.printing + FULL.handing + FULL.keys + FULL.first_start + FULL.moving
    assert kills + FULL.turns_pg + FULL.printing_pg + FULL.moving_pg >= 1_000
    assert FULL.people + FULL.people_pg == 10_000
    assert FULL.histories * len(HOUSES) == 10_000
    assert FULL.paying * len(HOUSES) == 200
    assert FULL.letters == 200
    assert FULL.paper == 1_000
    assert FULL.log == 2_000
    for name, jobs in sections(SAMPLE, 1).items():
        assert len(jobs) == len(sections(FULL, 1)[name])


NAMES = ("conversations", "kills", "money")


def report(row: Row, section: str = "kills", before: str = "", commit: str = "0123abc") -> str:
    run = Run("2026-01-15", commit, seed=7, sample=False, postgresql="18.4", minutes={section: 31.4})
    return written({section: [row]}, run, NAMES, before)


def test_the_report_says_what_was_counted_and_where_nobody_can_see_whose_machine_it_was() -> None:
    row = Row("killed: turns", 1200, 1000, 4711, injection="SIGKILL", holds="stored once", details={"pwrite64": 600})
    told = report(row)
    assert "| killed: turns | SIGKILL | stored once | 1,200 | 1,000 | 4,711 | 0 | 0 | 0 |" in told
    assert "* killed: turns: pwrite64 600." in told
    assert "Run on 2026-01-15 at commit 0123abc (full counts, seed 7)" in told and "PostgreSQL 18.4" in told
    assert "**1,200 trials, 1,000 of them struck: 0 lost, 0 doubled, 0 handed to a person.**" in told
    assert str(Path.home()) not in told and str(TESTS.parent) not in told
    assert all(fault.fault in told for fault in FAULTS)


def test_one_section_is_written_anew_and_the_others_stay_with_the_run_that_counted_them() -> None:
    before = report(Row("killed: turns", 1200, 1000, 4711, details={"pwrite64": 600}))
    both = report(Row("histories", 300, 20, 40, handed=5), "money", before, "4567def")
    assert both.index("## kills") < both.index("## money")
    assert "at commit 0123abc" in both and "at commit 4567def" in both and "* killed: turns: pwrite64 600." in both
    assert "**1,500 trials, 1,020 of them struck: 0 lost, 0 doubled, 5 handed to a person.**" in both
    assert "This is not the whole proof: conversations did not run." in both
    again = report(Row("killed: turns", 7, 7, 7), "kills", both, "89abcde")
    assert "at commit 0123abc" not in again and "* killed: turns: pwrite64" not in again
    assert "**307 trials, 27 of them struck:" in again and again.count("## kills") == again.count("## money") == 1


def test_a_row_with_something_lost_is_not_good_and_the_report_says_what() -> None:
    row = Row("killed: turns")
    row.loses("update 17 was acknowledged and had no effect")
    assert not row.good
    assert "update 17 was acknowledged and had no effect" in report(row)


def test_lines_of_a_letter_are_found_again_with_their_versions() -> None:
    assert tokens(f"{line(12, 1)}\nwords in between\n{line(7, 3)}") == [(12, 1), (7, 3)]


def test_a_tap_and_a_word_are_what_a_person_waits_for_an_answer_to() -> None:
    assert {ev.ButtonTapped, ev.TextWritten} <= set(SENDER)
