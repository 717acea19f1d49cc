"""Letters that were begun and left: a month of silence, then words, answers and the letter's key go."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, exists, select, update

from flows.core.events import Person
from flows.core.state import State
from storage.database.tables import conversation, instant, letter, micros, orders, person
from storage.keys.vault import Vault
from storage.printing.outbox import discard
from storage.retention.rule import MANY, SLICE, Rule
from storage.senders.people import opened_person

REST = "home"  # the step at which no question is open (flows/steps/home.py)
LIVE = (State.LINKING, State.AWAITING, State.HELD, State.QUEUED, State.PRINTING, State.STUCK)
"""While an order is here its letter is still needed."""

# By their person: that is how orders and conversations are found without looking at all of them.
_live_order = exists().where(
    orders.c.person_id == letter.c.person_id,
    orders.c.letter_id == letter.c.id,
    orders.c.state.in_([str(s) for s in LIVE]),
)


def clear_letters(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    """A letter somebody is still busy with (its conversation went on) is not left, however old its last word is."""
    busy = exists().where(
        conversation.c.person_id == letter.c.person_id,
        conversation.c.letter_id == letter.c.id,
        conversation.c.updated_at >= micros(before),
    )
    stale = select(letter.c.id).where(letter.c.updated_at < micros(before), ~_live_order, ~busy).limit(SLICE)
    gone = conn.scalars(stale).all()
    for one in gone:
        discard(conn, one, "", now, "left unfinished")
    return len(gone)


def clear_answers(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    live = exists().where(
        orders.c.person_id == conversation.c.person_id,
        orders.c.letter_id == conversation.c.letter_id,
        orders.c.state.in_([str(s) for s in LIVE]),
    )
    stale = select(conversation.c.person_id).where(
        conversation.c.updated_at < micros(before), conversation.c.draft.is_not(None), ~live
    )
    rested = (
        update(conversation)
        .where(conversation.c.person_id.in_(stale.limit(MANY)))
        .values(draft=None, letter_id=None, step=REST, aside="", screen=conversation.c.screen + 1)
    )
    return conn.execute(rested).rowcount


def ending(conn: Connection, vault: Vault, now: datetime, limit: int = 200) -> list[tuple[str, Person, datetime]]:
    """(mark, person, when it goes) of letters that were left unfinished and go in a week. Each is told once: its mark
    is an update key, and they are kept for two days (storage.retention.traces)."""
    period = LETTERS.period
    left = conversation.c.updated_at.between(micros(now - (period - WARNED) - WHILE), micros(now - (period - WARNED)))
    found = (
        select(person.c.id, person.c.channel, person.c.handle, conversation.c.updated_at)
        .join_from(conversation, person, person.c.id == conversation.c.person_id)
        .join(letter, letter.c.id == conversation.c.letter_id)
        .where(left, conversation.c.draft.is_not(None), letter.c.manuscript.is_not(None), ~_live_order)
        .order_by(conversation.c.updated_at)
        .limit(limit)
    )
    opened = ((row, opened_person(vault, row.id, row.channel, row.handle)) for row in conn.execute(found).all())
    return [
        (f"{row.id}:{row.updated_at}", theirs, instant(row.updated_at) + period)
        for row, theirs in opened
        if theirs is not None
    ]


WARNED = timedelta(days=7)
"""How long before it is erased its sender hears of it."""
WHILE = timedelta(hours=47)
"""So long it is told: a service that was away for a day catches up, and no longer than the update key is kept."""

LETTERS = Rule("unfinished letter", timedelta(days=30), "KVKK m.7: the purpose has ended", clear_letters)
ANSWERS = Rule("unfinished order", timedelta(days=30), "KVKK m.7: the purpose has ended", clear_answers)
