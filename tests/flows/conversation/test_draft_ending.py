"""The word about an unfinished letter reaches its sender where they can be reached, and only if there is a letter."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from flows.conversation import machine
from flows.core.effects import Effect, MailDraftEnding, Reply
from flows.core.events import ButtonTapped, DraftEnding, Envelope, Event, Moment, Person
from flows.core.state import Acceptance, Draft, Profile, Standing, Turn
from flows.input.manuscript import Manuscript
from tests.dialogue import operator

NOON = datetime(2026, 12, 16, 9, tzinfo=UTC)
ENDING = DraftEnding(date(2026, 12, 23))
WORDS = Draft(letter="a" * 32, manuscript=Manuscript(((1, "Canım anneannem,"),)))
KNOWN = Profile(notice=Acceptance("1", "a", NOON), adult_on=date(2026, 11, 23), email="isil@example.com")
LEFT = Standing(Person("telegram", "1"), step="letter", screen=4, profile=KNOWN, draft=WORDS)


def happens(standing: Standing, event: Event) -> Turn[Standing]:
    return machine.advance(operator(), standing, Envelope("k", standing.person, event, Moment(NOON, "f" * 32)))


def told(standing: Standing) -> tuple[Effect, ...]:
    return happens(standing, ENDING).effects


def test_it_is_said_in_the_chat_beside_whatever_is_open() -> None:
    turn = happens(LEFT, ENDING)
    (said,) = turn.effects
    assert isinstance(said, Reply)
    assert [(key.action, key.lasting) for row in said.buttons for key in row] == [("go_on", True)]
    assert turn.standing == LEFT


def test_a_chat_that_cannot_be_reached_has_it_by_mail() -> None:
    assert told(replace(LEFT, unreachable=True)) == (MailDraftEnding(ENDING.until),)


SILENT = {
    "there is no letter": replace(LEFT, draft=Draft(addressee_name="Nermin Öztürk")),
    "the letter has become an order": replace(LEFT, draft=replace(WORDS, order="1" * 32)),
}


@pytest.mark.parametrize("standing", SILENT.values(), ids=SILENT)
def test_nothing_is_said_where(standing: Standing) -> None:
    assert told(standing) == ()


@pytest.mark.parametrize("step", ["letter", "home"])
def test_one_tap_leads_back_to_the_letter_and_is_written_down(step: str) -> None:
    turn = happens(replace(LEFT, step=step), ButtonTapped("go_on", "", "", "t"))
    assert turn.standing.screen > LEFT.screen
    assert turn.standing.question != "home"
    assert turn.standing.draft.manuscript == WORDS.manuscript
