"""The members of the staff and the chats they talk in: rows of `person` on the channel "staff"."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from flows.core.events import Person
from flows.core.outgoing import OutgoingMessage
from flows.core.state import Profile, Standing
from flows.desk.admin.members import Staff
from flows.desk.base.request import CHANNEL, Asked
from flows.desk.base.roles import DESK, Member, Role, read, written
from flows.words.turkish import fold
from storage.database.dialects import changed, fresh_id, once, say
from storage.database.tables import message_outbox, micros, person, staff
from storage.keys import codecs
from storage.keys.vault import KeyGone, Vault
from storage.queues import messages
from storage.queues.messages import StoredMessage
from storage.senders.people import Known, find, hold, index_of, opened_person, row_id, who

__all__ = [
    "appoint",
    "called",
    "chat",
    "desks",
    "dismiss",
    "languages",
    "list_of",
    "member",
    "member_at",
    "post",
    "reachable_again",
    "remember",
    "roles_of",
    "with_admins",
]


def chat(conn: Connection, vault: Vault, handle: str, at: datetime, *, known: bool = True) -> Known:
    """The row of a staff chat, a topic or a member; made where there is none. Strangers (known: no) go within a day."""
    asked = Person(CHANNEL, handle)
    hold(conn, vault, [asked])
    found = find(conn, vault, [asked]).get(who(asked))
    if found is not None:
        return found
    row, key = fresh_id(), vault.keyring.spare()
    made = {
        "id": row,
        "channel": CHANNEL,
        "handle_index": index_of(vault, who(asked)),
        "handle": vault.seal(handle.encode(), key_id=key, table="person", column="handle", row=row),
        "language": "tr",
        "known": int(known),
        "key_id": key,
        "created_at": micros(at),
    }
    conn.execute(insert(person), made)
    return Known(row, key, Standing(asked))


def roles_of(conn: Connection, vault: Vault, user: int) -> frozenset[Role]:
    """What somebody was appointed to, by messenger id; nothing for everybody else."""
    found = row_id(conn, vault, Person(CHANNEL, str(user)))
    kept = None if found is None else conn.scalar(select(staff.c.roles).where(staff.c.person_id == found[0]))
    return frozenset() if kept is None else read(kept)


def remember(conn: Connection, vault: Vault, asked: Asked, at: datetime) -> str:
    """The row id of a member who has written: they can be reached, and colleagues see their first name."""
    row = chat(conn, vault, asked.who.handle, at)
    profile = Profile(language=asked.language, name=asked.name)
    if row.standing.profile == profile and not row.standing.unreachable:
        return row.id
    sealed = vault.seal(codecs.write(profile), key_id=row.key_id, table="person", column="profile", row=row.id)
    values = {"profile": sealed, "language": asked.language, "reachable": 1, "known": 1}
    conn.execute(update(person).where(person.c.id == row.id).values(**values))
    return row.id


def member(conn: Connection, vault: Vault, row: str | None) -> Member | None:
    """Who a row id is to colleagues; None once their row is gone."""
    if row is None:
        return None
    found = conn.execute(
        select(person.c.handle, person.c.profile, staff.c.name)
        .join_from(person, staff, isouter=True)
        .where(person.c.id == row)
    ).first()
    who_ = None if found is None else opened_person(vault, row, CHANNEL, found.handle)
    if found is None or who_ is None:
        return None
    try:
        if found.name is not None:
            name = vault.open(found.name, table="staff", column="name", row=row).decode()
        elif found.profile is not None:
            name = codecs.read_profile(vault.open(found.profile, table="person", column="profile", row=row)).name
        else:
            name = who_.handle
    except KeyGone:
        return None
    return Member(who_.handle, name or who_.handle)


def member_at(conn: Connection, vault: Vault, handle: str) -> Member | None:
    """A member by their handle: appointed, or somebody known to the staff bot; None for a stranger."""
    found = row_id(conn, vault, Person(CHANNEL, handle))
    if found is None or not conn.scalar(select(person.c.known).where(person.c.id == found[0])):
        return None
    return member(conn, vault, found[0])


def called(conn: Connection, vault: Vault, typed: str, admins: Collection[str]) -> tuple[Member, ...]:
    """Who is meant by a messenger id or by the name colleagues know them by, whole or the first of it; several where
    several bear it. admins: the handles of all of them."""
    if typed.isascii() and typed.isdigit():
        found = member_at(conn, vault, typed)
        return () if found is None else (found,)
    known = [member_at(conn, vault, handle) for handle in sorted(admins)]
    known += [one for one, _ in list_of(conn, vault).members]
    staff_of = {one.handle: one for one in known if one is not None}.values()
    meant = fold(typed)
    whole = tuple(one for one in staff_of if fold(one.name) == meant)
    return whole or tuple(one for one in staff_of if fold(one.name.partition(" ")[0]) == meant)


def with_admins(conn: Connection, vault: Vault, asked: Asked) -> Staff:
    """The staff list as it is shown: with the names of the admins of the settings, where they have ever written."""
    found = (member_at(conn, vault, handle) for handle in sorted(asked.admins))
    return replace(list_of(conn, vault), known=tuple(one for one in found if one is not None))


def list_of(conn: Connection, vault: Vault) -> Staff:
    """Everybody who was appointed; the door adds the admins of the settings."""
    rows = conn.execute(select(staff.c.person_id, staff.c.roles).order_by(staff.c.at)).all()
    named = ((member(conn, vault, row.person_id), read(row.roles)) for row in rows)
    return Staff(tuple((one, roles) for one, roles in named if one is not None), frozenset())


def languages(conn: Connection, vault: Vault, admins: Collection[int]) -> dict[int, str]:
    """Everybody of the staff by messenger id, with the language they last wrote in, "" who never has. admins: those of
    the settings."""
    handles = {one.handle for one, _ in list_of(conn, vault).members} | {str(user) for user in admins}
    found = {handle: row_id(conn, vault, Person(CHANNEL, handle)) for handle in handles}
    spoken = {
        row.id: row.language
        for row in conn.execute(
            select(person.c.id, person.c.language).where(person.c.id.in_([one[0] for one in found.values() if one]))
        )
    }
    return {int(handle): spoken.get(one[0], "") if one else "" for handle, one in found.items()}


def appoint(
    conn: Connection, vault: Vault, user: int, roles: frozenset[Role], name: str, *, by: str, at: datetime
) -> None:
    """Writes or replaces somebody's roles."""
    row = chat(conn, vault, str(user), at)
    conn.execute(update(person).where(person.c.id == row.id).values(known=1))
    values = {
        "roles": written(roles),
        "name": vault.seal(name.encode(), key_id=row.key_id, table="staff", column="name", row=row.id),
        "added_by": by,
        "at": micros(at),
    }
    say(conn, once(staff), {"person_id": row.id, **values})
    changed(conn, update(staff).where(staff.c.person_id == row.id).values(**values))


def dismiss(conn: Connection, vault: Vault, user: int) -> None:
    """Takes somebody off the list; what is known of them goes like a stranger's, within a day."""
    found = row_id(conn, vault, Person(CHANNEL, str(user)))
    if found is not None:
        conn.execute(delete(staff).where(staff.c.person_id == found[0]))
        conn.execute(update(person).where(person.c.id == found[0]).values(known=0))


def post(
    conn: Connection,
    vault: Vault,
    said: Sequence[tuple[str, OutgoingMessage]],
    *,
    at: datetime,
    taker: str,
    known: bool = True,
) -> list[StoredMessage]:
    """Messages to staff chats, in order, into the outbox; those that are taken by `taker` come back."""
    rows = {handle: chat(conn, vault, handle, at, known=known) for handle in dict.fromkeys(to for to, _ in said)}
    return messages.store(conn, vault, [(rows[to], rows[to].standing, message, at) for to, message in said], taker)


def desks(conn: Connection, vault: Vault, admins: Collection[int]) -> list[str]:
    """The private chats of everybody who talks with senders."""
    appointed = [one.handle for one, roles in list_of(conn, vault).members if roles & DESK]
    return list(dict.fromkeys([*map(str, sorted(admins)), *appointed]))


def admins_of(conn: Connection, vault: Vault, admins: Collection[int]) -> set[str]:
    """The handles of all admins: those of the settings and those appointed."""
    return {*map(str, admins), *(one.handle for one, roles in list_of(conn, vault).members if Role.ADMIN in roles)}


def reachable_again(conn: Connection, vault: Vault, now: datetime) -> None:
    """Whoever still cannot be reached is found out by the message sender: what waits is tried now."""
    conn.execute(update(person).where(person.c.channel == CHANNEL, person.c.reachable == 0).values(reachable=1))
    theirs = message_outbox.c.person_id.in_(select(person.c.id).where(person.c.channel == CHANNEL))
    conn.execute(update(message_outbox).where(theirs, message_outbox.c.taken_by.is_(None)).values(due_at=micros(now)))
