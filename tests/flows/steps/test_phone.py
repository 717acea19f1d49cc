"""The telephone's question: a number is read back, a landline is fine, and one that nobody knows is asked about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.core.effects import Reply
from flows.core.events import ButtonTapped, ContactShared, Event, TextWritten
from flows.core.state import Standing, Turn
from flows.words.text import Lines, Phone, Text
from tests.flows.conversation.test_machine import after, standings

UNKNOWN = "+905931234567"


def asked() -> Standing:
    """Somebody at the question, who has given no number yet."""
    return replace(standings()["phone"], profile=replace(standings()["phone"].profile, phone=""))


def first(turn: Turn) -> Text:
    """The first sentence that is said."""
    said = next(effect.text for effect in turn.effects if isinstance(effect, Reply))
    sentence = said.parts[0] if isinstance(said, Lines) else said
    assert isinstance(sentence, Text)
    return sentence


@pytest.mark.parametrize(
    ("answer", "number", "verified", "word"),
    [
        (TextWritten("0532 123 45 67", 1), "+905321234567", False, "Thanks. Your number: {phone}."),
        (ContactShared("905321234567", own=True), "+905321234567", True, "Thanks. Your number: {phone}."),
        (ContactShared("+905931234567", own=True), UNKNOWN, True, "Thanks. Your number: {phone}."),
        (TextWritten("0212 555 44 33", 1), "+902125554433", False, "by e-mail"),
        (TextWritten("444 0 333", 1), "+904440333", False, "by e-mail"),
    ],
)
def test_a_number_is_kept_and_read_back(answer: Event, number: str, verified: bool, word: str) -> None:
    turn = after(asked(), answer)
    assert (turn.standing.profile.phone, turn.standing.profile.phone_verified) == (number, verified)
    assert turn.standing.step == "email"
    assert word in first(turn).message
    assert first(turn).values["phone"] == Phone(number)


def doubted() -> Standing:
    turn = after(asked(), TextWritten("0593 123 45 67", 1))
    assert (turn.standing.step, turn.standing.profile.phone) == ("phone", "")
    assert first(turn).values["phone"] == Phone(UNKNOWN)
    assert first(turn).message.endswith("Is it right?")
    return turn.standing


def taps(standing: Standing, action: str) -> Standing:
    return after(standing, ButtonTapped(action, "", str(standing.screen), "t")).standing


def test_a_number_that_nobody_knows_is_kept_after_a_yes() -> None:
    kept = taps(doubted(), "yes")
    assert (kept.profile.phone, kept.profile.phone_verified, kept.step) == (UNKNOWN, False, "email")
    assert kept.draft.phone == ""


def test_a_number_that_nobody_knows_can_be_corrected_by_a_tap_or_by_writing_it_again() -> None:
    fixed = taps(doubted(), "fix")
    assert (fixed.step, fixed.draft.phone, fixed.profile.phone) == ("phone", "", "")
    again = after(doubted(), TextWritten("0532 123 45 67", 2)).standing
    assert (again.profile.phone, again.draft.phone) == ("+905321234567", "")


def test_a_yes_on_an_older_screen_keeps_nothing() -> None:
    assert taps(taps(doubted(), "fix"), "yes").profile.phone == ""
