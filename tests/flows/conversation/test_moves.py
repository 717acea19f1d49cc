"""Where a move leads: beside the journey, on it, nowhere at all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from flows.conversation.moves import moved
from flows.core.effects import Reply
from flows.core.events import Person
from flows.core.state import Profile, Standing
from flows.core.step import Back, GoTo, Here, Move
from tests.dialogue import operator

NOON = datetime(2026, 11, 23, 9, tzinfo=UTC)

# where one stands (the journey's question, a side question before it), the move -> where it leads
LEADS = {
    "on the journey": (("addressee", ""), GoTo(step="letter"), ("letter", "")),
    "beside it: the side question changes, the journey waits": (
        ("addressee", "settings"),
        GoTo(step="language"),
        ("addressee", "language"),
    ),
    "back where there is no way back: the question stands": (("notice", ""), Back(), ("notice", "")),
}


@pytest.mark.parametrize("name", LEADS)
def test_a_move_leads(name: str) -> None:
    (step, aside), move, (after, beside) = LEADS[name]
    standing = Standing(Person("telegram", "1"), step=step, aside=aside, profile=Profile(language="en"))
    turn = moved(Here(standing, operator(), NOON, "f" * 32), move)
    assert (turn.standing.step, turn.standing.aside) == (after, beside)
    assert any(isinstance(effect, Reply) for effect in turn.effects)


def test_a_move_of_no_known_kind_is_a_mistake_of_ours() -> None:
    unknown: Any = Move()
    with pytest.raises(TypeError, match="unknown kind"):
        moved(Here(Standing(Person("telegram", "1")), operator(), NOON, "f" * 32), unknown)
