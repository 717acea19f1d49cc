"""What an admin reads and does with /kuyruk: each act in each state of a piece, by word and by button."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flows.core.events import BY_DESK, FoundPrinted, FoundUnprinted, Moment
from flows.core.state import Turn
from flows.desk.base.effects import EVERYBODY, DropButtons, LogAccess, Say, TellSender
from flows.desk.base.request import Asked
from flows.desk.printing.effects import MovePiece
from flows.desk.printing.pieces import PIECE_ACTIONS, OutboxRow, refusal
from flows.desk.printing.queue import TAP, QueueFacts, meant, queue
from flows.words.text import Lines, Text
from locales import LANGUAGES, say

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ORDER, SHA = "1" * 32, "ab12" * 16
ROW = OutboxRow(ORDER, "MX000123", "ready", 3, SHA, 0, NOW, NOW, None, "A1B2C3D4E5F6", "person-row")
STUCK = replace(ROW, state="needs_human", attempts=2)
HELD = replace(ROW, state="leased", held=True)
LEFT = replace(ROW, state="submitting")
STOPPED = replace(HELD, held=False, stopping=True)


def typed(words: str = "", *, private: bool = True, language: str = "en") -> Asked:
    return Asked(
        "k", 11, "Deniz", language, 11, 5, private, command="kuyruk", words=words, moment=Moment(NOW, "f" * 32)
    )


def tapped(value: str) -> Asked:
    return replace(typed(), action=TAP, value=value, tap="t", command="", words="")


def facts(row: OutboxRow | None = None, *others: OutboxRow) -> QueueFacts:
    return QueueFacts((row, *others) if row else others, row)


def said(turn: Turn[None], language: str = "en") -> str:
    shown = [one.text for one in turn.effects if isinstance(one, Say)]
    lines = [part for one in shown for part in (one.parts if isinstance(one, Lines) else (one,))]
    return "\n".join(say(part, language) for part in lines if isinstance(part, Text))


def buttons(turn: Turn[None]) -> list[str]:
    return [f"{key.action}:{key.value}" for one in turn.effects if isinstance(one, Say) for row in one.buttons
            for key in row]  # fmt: skip


# Looking --------------------------------------------------------------------------------------------------------------


def test_the_list_shows_piece_pages_hash_and_state_and_nothing_else() -> None:
    assert said(queue(typed(), facts(ROW, STUCK))).split("\n") == [
        "Letters in the queue: 2. Waiting for a person: 1.",
        "MX000123 · A1B2C3D4E5F6 · pages: 3 · ab12ab12ab12 · waits to be printed · since 23 November 2026, 12:00",
        "MX000123 · A1B2C3D4E5F6 · pages: 3 · ab12ab12ab12 · waits for a person · since 23 November 2026, 12:00",
    ]
    assert said(queue(typed(), facts())) == "Nothing waits to be printed."


def test_a_long_queue_is_turned_over_by_buttons() -> None:
    rows = tuple(replace(ROW, number=f"MX{n:06}") for n in range(1, 24))
    first = queue(typed(), QueueFacts(rows))
    assert "Page 1 of 3" in said(first) and "MX000010" in said(first) and "MX000011" not in said(first)
    assert "queue:page.2" in buttons(first) and "queue:page.0" not in buttons(first)
    last = queue(tapped("page.9"), QueueFacts(rows))
    assert "Page 3 of 3" in said(last) and buttons(last)[-1] == "queue:page.2"
    assert all(len(one.encode()) <= 64 for one in buttons(last))


@pytest.mark.parametrize(
    ("words", "number", "piece", "act"),
    [
        ("MX000123", 123, "", ""),
        ("mx123 yeniden", 123, "", "retry"),
        ("#123 BASILDI", 123, "", "printed"),
        ("123 basilmadı", 123, "", "again"),
        ("123 kişiye", 123, "", "person"),
        ("a1b2c3d4e5f6 beklet", 0, "A1B2C3D4E5F6", "park"),
        ("000000000017", 17, "000000000017", ""),
        ("Nermin", 0, "", ""),
    ],
)
def test_an_order_is_named_by_its_number_or_its_piece(words: str, number: int, piece: str, act: str) -> None:
    found = meant(typed(words))
    assert (found.number, found.piece, found.act, found.sure) == (number, piece, act, False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_there_and_what_is_no_act_is_said_with_an_example(language: str) -> None:
    assert "MX000999" in said(queue(typed("MX000999", language=language), facts()), language)
    turn = queue(typed("MX000123 yak", language=language), facts(ROW))
    example = "/queue MX000123 retry" if language == "en" else "/kuyruk MX000123 yeniden"
    assert example in said(turn, language) and "yak" in said(turn, language)
    assert not any(isinstance(one, MovePiece | TellSender | LogAccess) for one in turn.effects)


# Doing ----------------------------------------------------------------------------------------------------------------

CASES = {
    # state of the piece: the acts that are possible
    "ready": (ROW, {"park", "person"}),
    "in a dispatcher's hand": (HELD, set()),
    "left by a dispatcher": (LEFT, {"park", "person"}),
    "to be stopped": (STOPPED, set()),
    "waits for a person": (STUCK, {"retry", "person", "printed", "again"}),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("act", PIECE_ACTIONS)
def test_each_act_in_each_state(name: str, act: str) -> None:
    row, possible = CASES[name]
    assert (refusal(act, row) is None) is (act in possible)
    turn = queue(typed(f"MX000123 {PIECE_ACTIONS[act].words[0]}"), facts(row))
    done = [one for one in turn.effects if isinstance(one, MovePiece | TellSender)]
    if act not in possible:
        assert done == [] and LogAccess(f"queue_{act}", ORDER, "MX000123", "refused") in turn.effects
        assert buttons(turn) == []
    elif PIECE_ACTIONS[act].asks is None:
        assert LogAccess(f"queue_{act}", ORDER, "MX000123") in turn.effects
        assert done == (
            [] if row.state == "needs_human" and act == "person" else [MovePiece(ORDER, PIECE_ACTIONS[act].moves)]
        )
    else:
        assert done == [] and buttons(turn) == [f"queue:{act}!.123", "queue:show.123"]


@pytest.mark.parametrize("name", CASES)
def test_a_row_offers_just_what_is_possible(name: str) -> None:
    row, possible = CASES[name]
    turn = queue(tapped("show.123"), facts(row))
    assert {one.split(":")[1].split(".")[0] for one in buttons(turn)} == possible
    assert not any(isinstance(one, LogAccess) for one in turn.effects)


@pytest.mark.parametrize(("act", "event"), [("printed", FoundPrinted), ("again", FoundUnprinted)])
def test_a_word_that_cannot_be_taken_back_is_asked_twice(act: str, event: type) -> None:
    once = queue(tapped(f"{act}.123"), facts(STUCK))
    assert not any(isinstance(one, TellSender) for one in once.effects)
    sure = queue(tapped(f"{act}!.123"), facts(STUCK))
    assert [one for one in sure.effects if isinstance(one, TellSender)] == [TellSender("person-row", event(ORDER))]
    assert LogAccess(f"queue_{act}", ORDER, "MX000123") in sure.effects
    late = queue(tapped(f"{act}!.123"), facts(ROW))  # a colleague was faster
    assert not any(isinstance(one, TellSender) for one in late.effects)
    assert [DropButtons() in turn.effects for turn in (once, sure, late)] == [False, True, True]


def test_what_is_in_a_dispatchers_hand_cannot_be_pulled_and_that_is_said() -> None:
    assert "in hand at this moment" in said(queue(typed("MX000123 beklet"), facts(HELD)))


def test_a_person_is_called_where_the_staff_reads_it() -> None:
    turn = queue(typed("MX000123 kisiye"), facts(STUCK))
    assert [one.to for one in turn.effects if isinstance(one, Say)] == ["", EVERYBODY]
    here = queue(typed("MX000123 kisiye", private=False), facts(STUCK))
    assert [one.to for one in here.effects if isinstance(one, Say)] == [""]


def test_a_posting_date_is_shown() -> None:
    later = replace(ROW, not_before=NOW + timedelta(days=3))
    assert "Not before: 26 November 2026" in said(queue(typed("MX000123"), facts(later)))


@pytest.mark.parametrize(
    "value", ["", "?", "printed!", "printed!.x", "explode.123", "page.x", "page." + "9" * 40, "!."]
)
def test_a_forged_button_does_nothing(value: str) -> None:
    found = meant(tapped(value))
    turn = queue(tapped(value), facts(STUCK if found.number else None))
    assert not any(isinstance(one, MovePiece | TellSender) for one in turn.effects)


def test_what_is_told_to_an_order_can_be_an_errand() -> None:
    assert {act.event for act in PIECE_ACTIONS.values() if act.event} <= set(BY_DESK)
