"""Finds a person's row by a blind index and opens what is sealed with the person's own key."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from flows.core.events import Person
from flows.core.state import Draft, Order, Profile, Standing
from flows.input.manuscript import Manuscript
from storage.database.dialects import hold as locked
from storage.database.dialects import in_turn
from storage.database.tables import conversation, letter, message_outbox, person, ticket
from storage.keys import codecs
from storage.keys.vault import KeyGone, Vault
from storage.senders import discounts
from storage.senders.order_rows import orders_of

__all__ = [
    "Known",
    "Who",
    "find",
    "hold",
    "hold_row",
    "index_of",
    "opened_person",
    "person_by_id",
    "row_id",
    "who",
]

Who = tuple[str, str]  # (channel, handle)


@dataclass(slots=True)
class Known:
    """A person's row as this transaction found it. `senders`: who has taken their oldest and newest unsent messages."""

    id: str
    key_id: str
    standing: Standing
    letter_id: str = ""
    letter_key: str = ""
    senders: tuple[str, ...] = ()
    order_count: int = 0
    idle: bool = False  # was told that an account nobody uses ends: whatever happens now is a use


def who(known: Person) -> Who:
    """What a person is looked up by."""
    return known.channel, known.handle


def index_of(vault: Vault, key: Who) -> bytes:
    """The blind index of a person's address in a messenger."""
    return vault.blind("person.handle", "\0".join(key))


_taken = func.coalesce(message_outbox.c.taken_by, "")
_unsent = message_outbox.c.person_id == person.c.id
_STANDINGS = (
    select(
        person.c.id,
        person.c.handle_index,
        person.c.key_id,
        person.c.reachable,
        person.c.order_count,
        person.c.profile,
        person.c.idle_told_at,
        conversation.c.step,
        conversation.c.aside,
        conversation.c.screen,
        conversation.c.draft,
        letter.c.id.label("letter_id"),
        letter.c.key_id.label("letter_key"),
        letter.c.manuscript,
        select(func.min(_taken)).where(_unsent).scalar_subquery().label("first_sender"),
        select(func.max(_taken)).where(_unsent).scalar_subquery().label("last_sender"),
    )
    .join_from(person, conversation, isouter=True)
    .join(letter, letter.c.id == conversation.c.letter_id, isouter=True)
    .where(person.c.handle_index.in_(bindparam("indexes", expanding=True)))
)
# Not part of the statement above: PostgreSQL reads a locked row anew, but the rows joined to it as they were before the
# wait (https://www.postgresql.org/docs/current/transaction-iso.html), and half of an update would be lost.
_HOLD = (
    select(person.c.id)
    .where(person.c.handle_index.in_(bindparam("indexes", expanding=True)))
    .order_by(person.c.id)
    .with_for_update(key_share=True)
)

_HOLD_ROW = select(person.c.id).where(person.c.id == bindparam("row")).with_for_update(key_share=True)

_FORGET_ROW = update(person).where(person.c.id == bindparam("row")).values(handle_index=None, handle=None, profile=None)


def hold(conn: Connection, vault: Vault, people: Collection[Person]) -> None:
    """Until the transaction ends nobody else changes these people, nor brings a stranger among them in."""
    indexes = [index_of(vault, who(p)) for p in people]
    if indexes:
        in_turn(conn, indexes)
        locked(conn, _HOLD, {"indexes": indexes})


def hold_row(conn: Connection, row: str) -> None:
    """The same of one person, by row id."""
    locked(conn, _HOLD_ROW, {"row": row})


def find(conn: Connection, vault: Vault, people: Collection[Person]) -> dict[Who, Known]:
    """Where each person stands, in one statement and a second one if somebody has orders; strangers are absent."""
    wanted = {index_of(vault, who(p)): p for p in people}
    rows = conn.execute(_STANDINGS, {"indexes": list(wanted)}).all()
    with_orders = [row.id for row in rows if row.order_count]
    by_person = orders_of(conn, vault, with_orders) if with_orders else {}
    found: dict[Who, Known] = {}
    for row in rows:
        known = wanted[bytes(row.handle_index)]
        try:
            found[who(known)] = _known(vault, known, row, by_person.get(row.id, ()))
        except KeyGone:
            # A backup from before the person was forgotten: the row is nobody's now, and the person a stranger.
            conn.execute(_FORGET_ROW, {"row": row.id})
    return found


def find_held(conn: Connection, vault: Vault, people: Collection[Person]) -> dict[Who, Known]:
    """Like `find`, with how often discount codes are used where that may decide something; on PostgreSQL their rows are
    this transaction's until it ends."""
    hold(conn, vault, people)
    found = find(conn, vault, people)
    for known in found.values():
        if discounts.needs_uses(known.standing):
            known.standing = replace(known.standing, code_uses=discounts.used_by_others(conn, known.id))
    return found


def _known(vault: Vault, asked: Person, row: Any, their_orders: Sequence[Order]) -> Known:
    profile = Profile()
    if row.profile is not None:
        profile = codecs.read_profile(vault.open(row.profile, table="person", column="profile", row=row.id))
    standing = Standing(asked, profile=profile, orders=tuple(their_orders), unreachable=not row.reachable)
    if row.step is not None:
        notes = codecs.ConversationBody(Draft())
        if row.draft is not None:
            notes = codecs.read_notes(vault.open(row.draft, table="conversation", column="draft", row=row.id))
        draft = notes.draft
        if row.manuscript is not None:
            draft = replace(draft, manuscript=_manuscript(vault, row))
        standing = replace(
            standing,
            step=row.step,
            aside=row.aside,
            screen=row.screen,
            about=notes.about,
            last_tap=notes.last_tap,
            draft=draft,
            keyboard=notes.keyboard,
        )
    senders = () if row.first_sender is None else (row.first_sender, row.last_sender)
    return Known(
        row.id,
        row.key_id,
        standing,
        row.letter_id or "",
        row.letter_key or "",
        senders,
        row.order_count,
        row.idle_told_at is not None,
    )


def _manuscript(vault: Vault, row: Any) -> Manuscript:
    try:
        words = vault.open(row.manuscript, table="letter", column="manuscript", row=row.letter_id)
    except KeyGone:  # an old backup was put back: the letter was destroyed and stays destroyed
        return Manuscript()
    return codecs.read_manuscript(words)


def opened_person(vault: Vault, row_id: str, channel: str, handle: bytes | None) -> Person | None:
    """The Person behind a row; None once forgotten."""
    if handle is None:
        return None
    try:
        return Person(channel, vault.open(handle, table="person", column="handle", row=row_id).decode())
    except KeyGone:
        return None


def person_by_id(conn: Connection, vault: Vault, row_id: str) -> Person | None:
    """The Person of a row id."""
    row = conn.execute(select(person.c.channel, person.c.handle).where(person.c.id == row_id)).first()
    return None if row is None else opened_person(vault, row_id, row.channel, row.handle)


def row_id(conn: Connection, vault: Vault, asked: Person) -> tuple[str, str] | None:
    """(row id, key id) of a person, None for a stranger."""
    row = conn.execute(_ROW, {"index": index_of(vault, who(asked))}).first()
    return None if row is None else (row.id, row.key_id)


_ROW = select(person.c.id, person.c.key_id).where(person.c.handle_index == bindparam("index"))


# Small acts -----------------------------------------------------------------------------------------------------------


def standing_of(conn: Connection, vault: Vault, asked: Person) -> Standing | None:
    """Where a person stands, None for a stranger."""
    known = find(conn, vault, [asked]).get(who(asked))
    return None if known is None else known.standing


def set_reachable(conn: Connection, vault: Vault, asked: Person, reachable: bool) -> None:
    """Whether the chat can be reached; its messages wait until it can."""
    there = person.c.handle_index == index_of(vault, who(asked))
    conn.execute(update(person).where(there).values(reachable=int(reachable)))


def running_message(conn: Connection, vault: Vault, asked: Person) -> int | None:
    """The messenger's id of the person's running line."""
    there = person.c.handle_index == index_of(vault, who(asked))
    return conn.scalar(select(person.c.running_message).where(there))


_NOT_TO_BE_FOUND = (
    update(message_outbox)
    .where(message_outbox.c.person_id == bindparam("row"), message_outbox.c.begun.is_not(None))
    .values(begun=0, line=None)
)


def replace_handle(conn: Connection, vault: Vault, asked: Person, new_handle: str) -> bool:
    """Moves a person to another address of the same messenger, the running line stays behind; False for a stranger.

    Messages have numbers of their own in another chat: what was on its way cannot be looked for there.
    """
    found = row_id(conn, vault, asked)
    if found is None:
        return False
    if asked.handle.partition("/")[0] != new_handle.partition("/")[0]:
        conn.execute(_NOT_TO_BE_FOUND, {"row": found[0]})
    there = row_id(conn, vault, replace(asked, handle=new_handle))
    if there is not None and there != found:
        # Somebody has written from the new address already: what is still to be said goes there, the old one ends.
        unsent = update(message_outbox).where(message_outbox.c.person_id == found[0])
        conn.execute(unsent.values(person_id=there[0]))
        conn.execute(update(ticket).where(ticket.c.thread == found[0]).values(thread=there[0]))
        conn.execute(_FORGET_ROW, {"row": found[0]})
        return True
    sealed = vault.seal(new_handle.encode(), key_id=found[1], table="person", column="handle", row=found[0])
    moved = {"handle_index": index_of(vault, (asked.channel, new_handle)), "handle": sealed, "running_message": None}
    conn.execute(update(person).where(person.c.id == found[0]).values(**moved))
    return True
