"""What is known of a message in hand: each state and what each event makes of it, by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.outbox.held import TRANSITIONS, Held, MessageEvent, MessageState
from flows.core.events import Person
from flows.core.outgoing import OutgoingMessage
from storage.store.store import Arrival, StoredMessage
from tests.fakes import NOON

S, E = MessageState, MessageEvent

# (state, event) -> state
SPECIFIED = {
    (S.NEW, E.BEGUN): S.IN_DOUBT,
    (S.RECORDED, E.BEGUN): S.IN_DOUBT,
    (S.IN_DOUBT, E.SETTLED): S.NEW,
    (S.IN_DOUBT, E.LOST): S.REPEATED,
    (S.REPEATED, E.BEGUN): S.REPEATED_IN_DOUBT,
    (S.REPEATED_IN_DOUBT, E.SETTLED): S.REPEATED,
    (S.REPEATED_IN_DOUBT, E.LOST): S.REPEATED,
    # A call never begins before the one in doubt was looked for; if it did, its repetition would have to say so.
    (S.IN_DOUBT, E.BEGUN): S.REPEATED_IN_DOUBT,
}


@pytest.mark.parametrize("event", E, ids=lambda event: event.name)
@pytest.mark.parametrize("state", S, ids=lambda state: state.name)
def test_what_an_event_makes_of_a_state(state: MessageState, event: MessageEvent) -> None:
    """All that is not specified leaves the state as it is."""
    assert TRANSITIONS[state][event] is SPECIFIED.get((state, event), state)


def held(begun: int | None = None, *, doubt: bool = False) -> Held:
    stored = StoredMessage(1, Person("pigeon", "elm"), OutgoingMessage("say", "Merhaba."), begun=begun, doubt=doubt)
    return Held(stored, NOON, NOON + timedelta(minutes=1), 0)


def test_a_message_begins_as_the_outbox_knows_it() -> None:
    assert held().state is S.NEW
    assert held(7).state is S.RECORDED
    assert held(7, doubt=True).state is S.IN_DOUBT


# What the outbox is told of each state, where the newest number was 7, and where none was known.
TOLD = {
    S.NEW: (Arrival.NONE, Arrival.NONE),
    S.RECORDED: (Arrival.NONE, Arrival.NONE),
    S.IN_DOUBT: (Arrival.TRACEABLE, Arrival.UNKNOWN),
    S.REPEATED: (Arrival.UNKNOWN, Arrival.UNKNOWN),
    S.REPEATED_IN_DOUBT: (Arrival.TRACEABLE, Arrival.UNKNOWN),
}


@pytest.mark.parametrize("state", S, ids=lambda state: state.name)
def test_the_outbox_is_told_whether_it_may_have_arrived(state: MessageState) -> None:
    numbered, unnumbered = held(7), held(0)
    numbered.state = unnumbered.state = state
    assert (numbered.arrival, unnumbered.arrival) == TOLD[state]


def test_a_repetition_whose_answer_is_lost_is_looked_for_and_says_so_again() -> None:
    message = held(7, doubt=True)
    message.note(E.LOST)
    assert message.repeated and not message.in_doubt
    message.begins(9)
    assert message.in_doubt and message.sought.begun == 9
    message.note(E.SETTLED)
    assert message.repeated and not message.in_doubt
