"""A button may come late, twice or from nobody: what a step does where what the button is about is not there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from flows.core.events import ButtonTapped, Person
from flows.core.state import Draft, Measure, Profile, Standing
from flows.core.step import Forward, GoTo, Here, Move, Stay
from flows.input.manuscript import Manuscript
from flows.steps import birth_check, code, letter, preview, settings, stationery, support
from tests.dialogue import operator

NOON = datetime(2026, 11, 23, 9, tzinfo=UTC)


def here(**draft: object) -> Here:
    standing = Standing(Person("telegram", "1"), profile=Profile(), draft=Draft(**draft))  # type: ignore[arg-type]
    return Here(standing, operator(), NOON, "f" * 32)


def tap(value: str = "") -> ButtonTapped:
    return ButtonTapped("any", value, "1", "tap")


# (what takes the tap, what the draft holds, the button's value) -> what becomes of it
CASES: dict[str, tuple[Callable[[Here, ButtonTapped], Move], dict[str, object], str, Move]] = {
    "a date of birth is confirmed that was forgotten: it is asked for again": (
        birth_check.take_yes,
        {},
        "",
        GoTo(step="birth_date", draft=Draft()),
    ),
    "another code is wanted without an address: the address is asked for": (
        code.take_resend,
        {},
        "",
        GoTo(step="email"),
    ),
    "a preview is approved that is not drawn: the question stands": (preview.take_approve, {}, "", Stay(ask=True)),
    "a consent is withdrawn that was not given: the question stands": (settings.take_withdraw, {}, "", Stay(ask=True)),
    "the paper is chosen that is chosen already: on": (
        stationery.take_choice,
        {"stationery": "sade", "measure": Measure(0, "sade", 1, 0)},
        "sade",
        Forward(),
    ),
    "six stars: the question stands": (support.take_stars, {}, "41.6", Stay(ask=True)),
    "no stars: the question stands": (support.take_stars, {}, "41.0", Stay(ask=True)),
    "stars without a ticket: the question stands": (support.take_stars, {}, ".4", Stay(ask=True)),
    "stars that are no digits: the question stands": (support.take_stars, {}, "41.4²", Stay(ask=True)),
}


@pytest.mark.parametrize("name", CASES)
def test_a_tap(name: str) -> None:
    take, draft, value, becomes = CASES[name]
    assert take(here(**draft), tap(value)) == becomes


def test_a_letter_without_words_does_not_end() -> None:
    move = letter.finish(here())
    assert isinstance(move, Stay) and move.say is not None
    assert move.say.message == "Your letter has no words yet. Just write the first line here."


def test_a_letter_that_a_correction_makes_too_long_stays_as_it_was() -> None:
    long = Draft(manuscript=Manuscript(((1, "a" * 200_000),)))
    move = letter.rewritten(here(), long)
    assert move == Stay(say=long.manuscript.overflow)
    assert long.manuscript.overflow is not None


def test_the_day_of_a_step_is_that_of_istanbul() -> None:
    late = Here(here().standing, operator(), datetime(2026, 11, 23, 21, 30, tzinfo=UTC), "f" * 32)
    assert late.today == date(2026, 11, 24)
