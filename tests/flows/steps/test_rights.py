"""What somebody reads before they ask to be erased, and what becomes of their letter at that very tap."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.wording.speak import words
from flows.conversation import machine
from flows.core.effects import OpenRequest, Refund, StopPrint
from flows.core.events import ButtonTapped, Envelope, Moment, Person
from flows.core.state import Acceptance, Order, Profile, Standing, State, Turn
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


# A stop is a stop at the tap ------------------------------------------------------------------------------------------

LEASE = {"piece": "leased", "lease_token": "lease-1", "lease_until": NOON + timedelta(minutes=2)}


def letter(number: int, state: State, **more: object) -> Order:
    made = Order(f"{number:032}", state, Kurus(9600), f"{number + 50:032}", "ab", 1, 1, "normal", NOON, payment="P",
                 number=f"MX{number:06}", paid=Kurus(9600), paid_at=NOON, piece="ready")  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def asked(choice: str, *orders: Order) -> Turn[Standing]:
    """The answer to the tap under /sil; no worker, no admin, and no other turn comes after it."""
    known = Profile(notice=Acceptance("1", "a", NOON))
    there = Standing(Person("telegram", "1"), step="home", aside="erase", screen=3, profile=known, orders=orders)
    moment = Moment(NOON, "f" * 32)
    return machine.advance(
        operator(), there, Envelope("k", there.person, ButtonTapped("request", choice, "3", "t"), moment)
    )


QUEUED, WAY = letter(1, State.QUEUED), letter(2, State.PRINTING, **LEASE)
STUCK = letter(3, State.STUCK, **{**LEASE, "piece": "needs_human"})
THERE = letter(4, State.DISPATCHED, piece="cleared")

STOPPED = {
    # the letters -> (their states after the tap, whether each is being stopped), refunds asked for, pieces held back
    "waits for its hour": ([QUEUED], [(State.CANCELLED, False)], 1, 0),
    "is on its way to the print room": ([WAY], [(State.PRINTING, True)], 0, 1),
    "waits for a person": ([STUCK], [(State.STUCK, True)], 0, 1),
    "has reached the print room": ([QUEUED, THERE], [(State.CANCELLED, False), (State.DISPATCHED, False)], 1, 0),
    "is one of several": ([QUEUED, WAY], [(State.CANCELLED, False), (State.PRINTING, True)], 1, 1),
}


@pytest.mark.parametrize(("orders", "after", "refunds", "held"), STOPPED.values(), ids=STOPPED)
def test_a_letter_is_stopped_in_the_turn_of_the_tap_when_it(
    orders: list[Order], after: list[tuple[State, bool]], refunds: int, held: int
) -> None:
    turn = asked("stop", *orders)
    assert [(one.state, one.stopping) for one in turn.standing.orders] == after
    assert len([one for one in turn.effects if isinstance(one, Refund)]) == refunds
    assert len([one for one in turn.effects if isinstance(one, StopPrint)]) == held
    assert [one for one in turn.effects if isinstance(one, OpenRequest)] == [OpenRequest("erasure", "stop")]


@pytest.mark.parametrize("choice", ["send", ""])
def test_a_letter_that_is_to_be_sent_first_is_left_alone(choice: str) -> None:
    orders = (QUEUED, WAY) if choice else (THERE,)
    turn = asked(choice, *orders)
    assert turn.standing.orders == orders
    assert [one for one in turn.effects if isinstance(one, OpenRequest)] == [OpenRequest("erasure", choice)]
