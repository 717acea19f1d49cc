"""Letters that were begun and left: a month of silence, of which a week is told, then words, answers and key go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, case, exists, false, func, select, update

from flows.core.events import Person
from flows.core.state import State
from storage.database.tables import conversation, letter, micros, orders, person
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
        ~_left(letter.c.manuscript.is_not(None), before, now),
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
    written = exists().where(letter.c.id == conversation.c.letter_id, letter.c.manuscript.is_not(None))
    stale = select(conversation.c.person_id).where(
        conversation.c.updated_at < micros(now - WARNED),  # by its index; the rest says which of these
        conversation.c.draft.is_not(None),
        ~live,
        _left(written, before, now),
    )
    rested = (
        update(conversation)
        .where(conversation.c.person_id.in_(stale.limit(MANY)))
        .values(draft=None, letter_id=None, step=REST, aside="", screen=conversation.c.screen + 1)
    )
    return conn.execute(rested).rowcount


def _left(words: ColumnElement[bool], before: datetime, now: datetime) -> ColumnElement[bool]:
    """Whether a conversation has been left for good: a week after its sender was told, and never before where it holds
    words of a letter, however long the service was away; else by its age alone."""
    return case(
        (_told_at >= conversation.c.updated_at, _told_at < micros(now - WARNED)),
        (words & conversation.c.draft.is_not(None), false()),
        else_=conversation.c.updated_at < micros(before),
    )


_told_at = func.coalesce(conversation.c.ending_told_at, 0)
"""Before the last word of the conversation it counts for nothing: somebody came back."""


@dataclass(frozen=True, slots=True)
class Ending:
    """A letter that goes in a week: the row of its conversation, a key for telling it once, and whom to tell; nobody
    where no chat is known any more."""

    row: str
    key: str
    person: Person | None


def ending(conn: Connection, vault: Vault, now: datetime, limit: int = 200) -> list[Ending]:
    """Letters that were left unfinished for so long, and whose senders do not know yet."""
    found = (
        select(person.c.id, person.c.channel, person.c.handle, conversation.c.updated_at)
        .join_from(conversation, person, person.c.id == conversation.c.person_id)
        .join(letter, letter.c.id == conversation.c.letter_id)
        .where(
            conversation.c.updated_at <= micros(now - (LEFT - WARNED)),
            _told_at < conversation.c.updated_at,
            conversation.c.draft.is_not(None),
            letter.c.manuscript.is_not(None),
            ~_live_order,
        )
        .order_by(conversation.c.updated_at)
        .limit(limit)
    )
    return [
        Ending(row.id, f"draft:{row.id}:{row.updated_at}", opened_person(vault, row.id, row.channel, row.handle))
        for row in conn.execute(found).all()
    ]


def told(conn: Connection, vault: Vault, row: str, now: datetime) -> None:
    """Its sender knows the day, or is nobody who could be told."""
    conn.execute(update(conversation).where(conversation.c.person_id == row).values(ending_told_at=micros(now)))


WARNED = timedelta(days=7)
"""How long before it is erased its sender hears of it."""

LEFT = timedelta(days=30)
LETTERS = Rule("unfinished letter", LEFT, "KVKK m.7: the purpose has ended", clear_letters)
ANSWERS = Rule("unfinished order", LEFT, "KVKK m.7: the purpose has ended", clear_answers)
