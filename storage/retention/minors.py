"""People who were refused because of their age: when they may try again is kept until then, 30 days at most."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, literal_column, select, update

from flows.input.age import today_in_istanbul
from storage.database.tables import conversation, micros, person
from storage.keys import codecs
from storage.keys.vault import KeyGone, Vault
from storage.retention.rule import Rule

REFUSED: ColumnElement[str] = literal_column(
    "'blocked'"
)  # the step they stand at (flows/steps/blocked.py), spelt out for its index
AGAIN = "birth_date"


def clear(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    """The day itself is sealed, so each of the few who stand there is looked at; from then on the question is open."""
    today, cleared = today_in_istanbul(now), 0
    waiting = (
        select(person.c.id, person.c.key_id, person.c.profile)
        .join_from(person, conversation)
        .where(conversation.c.step == REFUSED, conversation.c.updated_at <= micros(now), person.c.profile.is_not(None))
        .with_for_update(of=person)
    )
    for row in conn.execute(waiting).all():
        try:
            profile = codecs.read_profile(vault.open(row.profile, table="person", column="profile", row=row.id))
        except KeyGone:
            continue
        if profile.blocked_until is not None and today < profile.blocked_until:
            continue
        forgotten = codecs.write(replace(profile, blocked_until=None))
        sealed = vault.seal(forgotten, key_id=row.key_id, table="person", column="profile", row=row.id)
        conn.execute(update(person).where(person.c.id == row.id).values(profile=sealed))
        theirs = conversation.c.person_id == row.id
        conn.execute(update(conversation).where(theirs).values(step=AGAIN, screen=conversation.c.screen + 1))
        cleared += 1
    return cleared


RULE = Rule("refused minor", timedelta(days=30), "KVKK m.7: the purpose has ended", clear)
