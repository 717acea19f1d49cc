"""The access log in pages: what a line says, how pages are turned, and that reading it is a line of its own."""

from __future__ import annotations

import pytest

from flows.core.effects import Toast
from flows.desk.admin.access_log import Line, Visits, Wanted, log, wanted
from flows.desk.base.effects import LogAccess
from tests.flows.desk.support.template_examples import NOON, asked, done, keys, spoken

LINE = Line(7, NOON, "staff:13 Ece", "ask_opening", "legal_order", "41", "refused")

LINES = {
    "who, what, why, about which number, and how it ended": (
        LINE,
        "7 · 23 November 2026, 12:00 · staff:13 Ece · asked to open a letter · legal order · 41 · refused",
    ),
    "done is not worth a word": (
        Line(8, NOON, "staff:13", "close_ticket", "service", "41", "done"),
        "8 · 23 November 2026, 12:00 · staff:13 · closed a ticket · 41",
    ),
    "an act that has no name yet is shown as it is kept": (
        Line(9, NOON, "staff:13", "dance"),
        "9 · 23 November 2026, 12:00 · staff:13 · dance",
    ),
    "a line whose period is over is blank": (Line(3), "3 · blank: its period is over"),
}


@pytest.mark.parametrize("name", LINES)
def test_a_line_says(name: str) -> None:
    line, said = LINES[name]
    turn = log(asked("", language="en"), Visits(Wanted(), (line,), 1, "all"))
    assert spoken(turn, "en").replace("\u00a0", " ") == f"Access log, page 1 of 1, lines: 1\n{said}"
    assert done(turn) == (LogAccess("read_log", "all"),)


# (page, lines in all) -> buttons
TURNED = {
    "one page": (1, 12, {}),
    "the first of two": (1, 13, {"Older": ("visits", "2.MX000123")}),
    "the last of two": (2, 24, {"Newer": ("visits", "1.MX000123")}),
    "the second of three": (2, 25, {"Newer": ("visits", "1.MX000123"), "Older": ("visits", "3.MX000123")}),
}


@pytest.mark.parametrize("name", TURNED)
def test_pages_are_turned(name: str) -> None:
    page, lines, buttons = TURNED[name]
    turn = log(asked("MX000123", language="en"), Visits(Wanted("MX000123", page), (LINE,), lines, "MX000123"))
    assert keys(turn, "en") == buttons


def test_a_page_without_lines_says_so() -> None:
    assert "There is no line here." in spoken(log(asked(""), Visits(Wanted(), (), 0, "all")), "en")


def test_what_is_neither_an_order_nor_a_member_is_named_with_an_example_and_nothing_is_read() -> None:
    turn = log(asked("x" * 50, language="en"), Visits(Wanted("x" * 50)))
    assert "x" * 40 in spoken(turn, "en") and "x" * 41 not in spoken(turn, "en")
    assert "/log MX000123" in spoken(turn, "en")
    assert done(turn) == ()


def test_a_tap_ends_its_waiting_sign() -> None:
    tap = asked("2.MX000123", action="visits")
    assert Toast("tap") in log(tap, Visits(wanted(tap), (LINE,), 20, "MX000123")).effects


WANTED = {
    "": Wanted(),
    "MX000123": Wanted("MX000123"),
    "MX000123 2": Wanted("MX000123", 2),
    "Ece Su 3": Wanted("Ece Su", 3),
    "Ece Su": Wanted("Ece Su"),
    "13": Wanted("13"),  # alone it is a member, not a page
    "Ece 0": Wanted("Ece 0"),
    "Ece 12345": Wanted("Ece 12345"),
}


@pytest.mark.parametrize("words", WANTED)
def test_what_was_asked_for(words: str) -> None:
    assert wanted(asked(words)) == WANTED[words]


TAPPED = {"2.MX000123": Wanted("MX000123", 2), "3.": Wanted("", 3), "x.MX000123": Wanted("MX000123", 1)}


@pytest.mark.parametrize("value", TAPPED)
def test_what_was_tapped(value: str) -> None:
    assert wanted(asked(value, action="visits")) == TAPPED[value]
