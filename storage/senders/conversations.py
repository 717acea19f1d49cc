"""Keeps conversation states: which question is open with whom, the answers so far, and the letter's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from flows.core.events import Person
from flows.core.state import Draft, Standing
from flows.input.manuscript import Manuscript
from storage.database.dialects import fresh_id, many, upsert
from storage.database.tables import conversation, letter, micros, person
from storage.keys import codecs
from storage.keys.vault import KeyGone, Vault
from storage.senders.people import Known, Who, index_of, row_id, who

__all__ = ["Visit", "keep", "ordered_draft"]

_NEW_PERSON = insert(person)
_PERSON = update(person).where(person.c.id == bindparam("row"))  # sets the columns that the values name
_CONVERSATION = upsert(conversation, "person_id")
_NEW_LETTER = insert(letter)
_LETTER = update(letter).where(letter.c.id == bindparam("row"))
_LETTER_KEY = select(letter.c.key_id).where(letter.c.id == bindparam("row"), letter.c.person_id == bindparam("person"))
NO_WORDS = Manuscript()


@dataclass(slots=True)
class Visit:
    """A person's row (None for a stranger), where they stood before and stand after the batch, and when."""

    known: Known | None
    before: Standing | None
    after: Standing
    at: datetime


def keep(conn: Connection, vault: Vault, visits: Mapping[Who, Visit]) -> dict[Who, Known]:
    """Writes what changed of each person, profile, letter and conversation: one executemany a table."""
    people: dict[Who, Known] = {}
    new: list[dict[str, Any]] = []
    profiles: list[dict[str, Any]] = []
    talks: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    first_words: list[dict[str, Any]] = []
    for key, visit in visits.items():
        row, after, before = visit.known, visit.after, visit.before
        if row is None:
            row, before = Known(fresh_id(), vault.keyring.spare(), after), None
            new.append(_new_person(vault, row, visit))
        elif before is None or _about(before) != _about(after):
            profiles.append(_profile(vault, row, after))
        people[key] = row
        if before is None or row.idle or _talk(before) != _talk(after):
            _letter(conn, vault, row, visit, first_words=first_words, words=words)
            talks.append(_conversation(vault, row, visit))
    many(conn, _NEW_PERSON, new)
    many(conn, _PERSON, profiles)
    many(conn, _NEW_LETTER, first_words)
    many(conn, _LETTER, words)
    many(conn, _CONVERSATION, talks)
    return people


def _talk(standing: Standing) -> tuple[object, ...]:
    return (
        standing.step,
        standing.aside,
        standing.screen,
        standing.last_tap,
        standing.draft,
        standing.keyboard,
        standing.about,
    )


def _about(standing: Standing) -> tuple[object, ...]:
    return standing.profile, standing.unreachable, len(standing.orders)


def _sealed_profile(vault: Vault, row: Known, after: Standing) -> dict[str, Any]:
    row.order_count = len(after.orders)
    return {
        "language": after.profile.language,
        "known": int(after.profile.notice is not None),
        "profile": vault.seal(
            codecs.write(after.profile), key_id=row.key_id, table="person", column="profile", row=row.id
        ),
        "order_count": row.order_count,
        "reachable": int(not after.unreachable),
    }


def _profile(vault: Vault, row: Known, after: Standing) -> dict[str, Any]:
    return {"row": row.id, **_sealed_profile(vault, row, after)}


def _new_person(vault: Vault, row: Known, visit: Visit) -> dict[str, Any]:
    asked = visit.after.person
    return {
        "id": row.id,
        "channel": asked.channel,
        "handle_index": index_of(vault, who(asked)),
        "handle": vault.seal(asked.handle.encode(), key_id=row.key_id, table="person", column="handle", row=row.id),
        "key_id": row.key_id,
        "created_at": micros(visit.at),
        **_sealed_profile(vault, row, visit.after),
    }


def _conversation(vault: Vault, row: Known, visit: Visit) -> dict[str, Any]:
    after = visit.after
    draft = after.draft if after.draft.manuscript == NO_WORDS else replace(after.draft, manuscript=NO_WORDS)
    notes = codecs.write(codecs.ConversationBody(draft, after.last_tap, after.keyboard, after.about))
    return {
        "person_id": row.id,
        "step": after.step,
        "aside": after.aside,
        "screen": after.screen,
        "draft": vault.seal(notes, key_id=row.key_id, table="conversation", column="draft", row=row.id),
        "letter_id": after.draft.letter or None,
        "updated_at": micros(visit.at),
    }


def _letter(
    conn: Connection,
    vault: Vault,
    row: Known,
    visit: Visit,
    *,
    first_words: list[dict[str, Any]],
    words: list[dict[str, Any]],
) -> None:
    """The words of the draft, sealed with the letter's own key; a letter never seen before is given one.

    From its order on the answers stand beside the words: a cancelled order leaves its letter as a draft.
    """
    draft = visit.after.draft
    if not draft.letter:
        if draft.manuscript != NO_WORDS:
            raise ValueError("a manuscript needs the id of its letter")
        return
    answers = _answers(draft)
    if draft.letter == row.letter_id:
        before = visit.before and (visit.before.draft.manuscript, _answers(visit.before.draft))
        if before == (draft.manuscript, answers):
            return
        key = row.letter_key
    else:
        key = conn.scalar(_LETTER_KEY, {"row": draft.letter, "person": row.id}) or ""
    seen = bool(key)
    key = key or vault.keyring.spare()
    sealed = vault.seal(
        codecs.write_letter(draft.manuscript, answers),
        key_id=key,
        table="letter",
        column="manuscript",
        row=draft.letter,
        pad=True,
    )
    at = micros(visit.at)
    if seen:
        words.append({"row": draft.letter, "manuscript": sealed, "updated_at": at})
    else:
        first_words.append(
            {
                "id": draft.letter,
                "person_id": row.id,
                "key_id": key,
                "manuscript": sealed,
                "created_at": at,
                "updated_at": at,
            }
        )


def _answers(draft: Draft) -> Draft | None:
    """Without the notes that are about the chat and not about the letter."""
    about_letter = replace(draft, manuscript=NO_WORDS, heard=(), lowest="", desk_at=None, desk_cut=False)
    return about_letter if draft.order else None


_ORDERED = select(letter.c.manuscript).where(letter.c.id == bindparam("row"), letter.c.person_id == bindparam("person"))


def ordered_draft(conn: Connection, vault: Vault, asked: Person, letter_id: str) -> Draft | None:
    """A letter of this person as it was when it was ordered; None where it is destroyed or was never ordered."""
    owner = row_id(conn, vault, asked)
    row = owner and conn.execute(_ORDERED, {"row": letter_id, "person": owner[0]}).first()
    if row is None or row.manuscript is None:
        return None
    try:
        words = vault.open(row.manuscript, table="letter", column="manuscript", row=letter_id)
    except KeyGone:
        return None
    answers = codecs.read_answers(words).draft
    return replace(answers, manuscript=codecs.read_manuscript(words)) if answers else None
