"""What somebody reads before they ask to be erased, by what their orders have come to."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.wording.speak import words
from flows.core.events import Person
from flows.core.state import Order, Standing, State
from flows.core.step import Here
from flows.steps.rights import outlook
from flows.words.text import Kurus, Lines
from tests.dialogue import operator

NOON = datetime(2026, 11, 23, 9, tzinfo=UTC)
UNPAID = "Orders that are not paid in full are cancelled"
UNDER_WAY = "A letter that is being printed or posted goes its way first"
RETURNED = "A letter that came back to us is destroyed unopened."
KEPT = "What the law keeps: invoices until 31 December 2036"

# (state, was it paid) -> what is said besides what goes
SAID = {
    "waits for its payment": (State.AWAITING, False, {UNPAID}),
    "was paid with a wrong amount": (State.HELD, True, {UNPAID, KEPT}),
    "was handed to the print room": (State.DISPATCHED, True, {UNDER_WAY, KEPT}),
    "came back": (State.RETURNED, True, {RETURNED, KEPT}),
    "was posted": (State.POSTED, True, {KEPT}),
    "was cancelled before it was paid": (State.CANCELLED, False, set[str]()),
}


@pytest.mark.parametrize("name", SAID)
def test_before_an_erasure_it_is_said_what_becomes_of_a_letter_that(name: str) -> None:
    state, paid, wanted = SAID[name]
    order = Order(
        "1" * 32, state, Kurus(9600), "2" * 32, "ab", 1, 1, "normal", NOON, number="MX000123",
        paid_at=NOON if paid else None,
    )  # fmt: skip
    here = Here(Standing(Person("telegram", "1"), orders=(order,)), operator(), NOON, "f" * 32)
    said = words(Lines(outlook(here)), "en").replace("\u00a0", " ")
    assert said.startswith("What goes: your account")
    assert {one for one in (UNPAID, UNDER_WAY, RETURNED, KEPT) if one in said} == wanted
