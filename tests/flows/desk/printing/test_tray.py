"""What is handed in with /tepsi: the words of a message as lines of a file, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from flows.core.state import State, Turn
from flows.desk.base.effects import LogAccess, Say
from flows.desk.base.request import Asked
from flows.desk.printing.tray import PART, PARTS, WORDS, content, kind, tray
from flows.order.scans import KINDS, Answer, ScanOutcome, read
from flows.words.text import Lines, Text, text
from locales import say

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def typed(words: str = "", *answers: Answer, language: str = "en") -> Asked:
    return Asked("k", 11, "Deniz", language, 11, 5, True, command="tepsi", words=words, answers=answers)


def answer(outcome: ScanOutcome, nth: int = 1) -> Answer:
    return Answer(outcome, text("tray", "{order}: noted already.", order=f"MX{nth:06}"))


def said(turn: Turn[None]) -> list[str]:
    shown = [one.text for one in turn.effects if isinstance(one, Say)]
    return ["\n".join(say(part, "en") for part in (one.parts if isinstance(one, Lines) else (one,))
                      if isinstance(part, Text)) for one in shown]  # fmt: skip


@dataclass(frozen=True)
class Paper:
    number: str = "MX000123"
    piece: str = "A1B2C3D4E5F6"
    pages: int = 3
    state: State = State.ERASED
    since: datetime = NOW
    by_hand: bool = False


def test_every_kind_of_scan_has_its_words() -> None:
    assert set(WORDS) == set(KINDS)


@pytest.mark.parametrize("word", [word for words in WORDS.values() for word in words])
def test_a_kind_is_known_in_either_language_and_spelling(word: str) -> None:
    assert word in WORDS[kind(typed(f"{word.upper()} MX000123"))]


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("basildi MX000123", [("MX000123", "")]),
        ("basildi\nMX000123\n\nMX000124", [("MX000123", ""), ("MX000124", "")]),
        ("basildi MX000123, MX000124", [("MX000123", ""), ("MX000124", "")]),
        ("imha MX 000123 MX000124;MX000125", [("MX000123", ""), ("MX000124", ""), ("MX000125", "")]),
        ("gonderildi MX000123 RR473124829TR", [("MX000123", "RR473124829TR")]),
        ("gonderildi\nMX000123 RR 473 124 829 TR", [("MX000123", "RR473124829TR")]),
        ("gonderildi\nMX000123;RR473124829TR\nMX000124;", [("MX000123", "RR473124829TR"), ("MX000124", "")]),
        ("gonderildi\nmektup;takip no\nMX000123;RR473124829TR", [("MX000123", "RR473124829TR")]),
    ],
)
def test_the_lines_after_the_command_are_read_as_a_file_is(words: str, lines: list[tuple[str, str]]) -> None:
    scans, misread = read(kind(typed(words)), content(typed(words)))
    assert misread == []
    assert [(scan.shown, scan.tracking) for scan in scans] == lines


def test_a_reason_of_several_words_is_one() -> None:
    (scan,), _ = read("returned", content(typed("dondu MX000123 kabul etmedi")))
    assert scan.reason == "refused"


def test_the_answer_counts_and_begins_with_what_was_refused() -> None:
    turn = tray(
        typed("basildi MX1", answer(ScanOutcome.NOTED), answer(ScanOutcome.REFUSED, 2), answer(ScanOutcome.AGAIN, 3)),
        [],
    )
    assert said(turn)[0].split("\n")[:2] == ["Noted: 1. Noted before: 1. Refused: 1.", "MX000002: noted already."]
    assert turn.effects[-1] == LogAccess("tray_printed", "staff:11", outcome="noted 1, refused 1")


def test_a_long_file_is_answered_in_three_messages_at_most() -> None:
    turn = tray(typed("basildi", *(answer(ScanOutcome.NOTED, nth) for nth in range(900))), [])
    assert len(said(turn)) == PARTS and all(len(one) < 4096 for one in said(turn))
    assert said(turn)[-1].endswith(f"Not shown: {900 - (PART * PARTS - 2)}")


@pytest.mark.parametrize("words", ["basildi", "kayboldu MX000123", "MX000123"])
def test_what_is_incomplete_is_answered_with_an_example(words: str) -> None:
    turn = tray(typed(words), [])
    assert "/tray posted MX000123 RR473124829TR" in said(turn)[0]
    assert not any(isinstance(one, LogAccess) for one in turn.effects)


def test_alone_it_lists_what_lies_in_the_tray() -> None:
    assert said(tray(typed(), [Paper()])) == [
        "Letters the print room is waited for: 1\n"
        "MX000123 · A1B2C3D4E5F6 · pages: 3 · since 23 November 2026, 12:00 ·"
        " handed to the print room, its text erased from our system"
    ]
    assert "Nothing is waited for" in said(tray(typed(), []))[0]
    assert "Not shown: 157" in said(tray(typed(), [replace(Paper(), number=f"MX{n}") for n in range(200)]))[-1]


def test_a_letter_without_marks_says_so_and_how_it_is_matched() -> None:
    marked, unmarked = Paper(), replace(Paper(), number="MX000124", by_hand=True)
    (shown,) = said(tray(typed(), [marked, unmarked]))
    head, how, first, second = shown.split("\n")
    assert head == "Letters the print room is waited for: 2"
    assert how.startswith("A letter without marks is printed alone. Count its sheets,")
    assert first.startswith("MX000123") and "marks" not in first
    assert second.startswith("MX000124") and second.endswith(" · no marks, match it by hand")


def test_in_a_group_no_letter_is_said_to_bear_no_marks() -> None:
    """Such a letter goes to a prison, and a group's history stays with Telegram."""
    unmarked = replace(Paper(), by_hand=True)
    (listed,) = said(tray(replace(typed(), private=False), (Paper(), unmarked)))
    _head, where, first, second = listed.splitlines()
    assert first == second and "match it by hand" not in listed
    assert "In a private chat" in where
    assert said(tray(replace(typed(), private=False), (Paper(), Paper()))) == [listed]  # nor that there is one
