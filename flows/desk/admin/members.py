"""The staff list: who is appointed to what, by an admin; an admin of the settings cannot be taken off it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flows.core.state import Turn
from flows.desk.admin.effects import AppointStaff, DismissStaff
from flows.desk.base.effects import LogAccess, Say
from flows.desk.base.request import Asked
from flows.desk.base.roles import LABELS, Member, Presence, Role
from flows.desk.base.turns import does, says
from flows.desk.base.wording import known_as, named
from flows.words.text import Lines, Text, Verbatim, text
from flows.words.turkish import fold

__all__ = ["Staff", "leaving", "staff"]

ADD, REMOVE, LIST = ("ekle", "add"), ("cikar", "sil", "remove"), ("liste", "list", "")
ROLES: Final = {
    "temsilci": Role.AGENT,
    "agent": Role.AGENT,
    "yonetici": Role.ADMIN,
    "admin": Role.ADMIN,
    "denetci": Role.AUDITOR,
    "auditor": Role.AUDITOR,
}
LONGEST_NAME: Final = 40


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody with a role, by id; `bootstrap`: the admins of the settings; `known`: admins whose names are known."""

    members: tuple[tuple[Member, frozenset[Role]], ...]
    bootstrap: frozenset[int]
    known: tuple[Member, ...] = ()

    def called(self, user: int) -> str:
        """A colleague by name and id, by the id alone where no name is known."""
        appointed = (one for one, _ in self.members)
        return next((known_as(one) for one in (*appointed, *self.known) if one.handle == str(user)), str(user))


def staff(asked: Asked, facts: Staff) -> Turn[None]:
    first, *rest = asked.words.split() or [""]
    what = fold(first)
    if what in LIST:
        return says(_list(facts))
    if what in ADD:
        return _add(asked, facts, rest)
    if what in REMOVE:
        return _remove(asked, facts, rest)
    return says(_usage(asked))


def _list(facts: Staff) -> Lines:
    """An admin of the settings once, whatever else they were appointed to: they hold every role."""
    rows: list[Text] = [
        text("staff", "{who} · admin of the settings", who=Verbatim(facts.called(user)))
        for user in sorted(facts.bootstrap)
    ]
    rows += [
        text("staff", "{who} · {roles}", who=Verbatim(known_as(one)), roles=_labels(roles))
        for one, roles in facts.members
        if int(one.handle) not in facts.bootstrap
    ]
    return Lines((text("staff", "The staff, with their Telegram ids:"), *rows))


def _labels(roles: frozenset[Role]) -> Lines:
    return Lines(tuple(LABELS[role] for role in Role if role in roles), by=", ")


def _add(asked: Asked, facts: Staff, words: list[str]) -> Turn[None]:
    user = _id(words[0]) if words else 0
    roles, name = set[Role](), list[str]()
    for word in words[1:]:
        role = ROLES.get(fold(word.strip(",")))
        if role is not None and not name:
            roles.add(role)
        else:
            name.append(word)
    if not user or not roles:
        return says(_usage(asked))
    called = " ".join(name)[:LONGEST_NAME] or str(user)
    said = text(
        "staff",
        "Appointed: {id} · {name} · {roles}\nThey write /start to this bot once; then it can write to them.",
        id=str(user),
        name=Verbatim(called),
        roles=_labels(frozenset(roles)),
    )
    acts = AppointStaff(user, frozenset(roles), called), LogAccess("appoint_staff", f"staff:{user}"), Say(said)
    news = text(
        "staff",
        "{who} has appointed an admin: {id} · {name}",
        who=Verbatim(asked.name),
        id=str(user),
        name=Verbatim(called),
    )
    if Role.ADMIN in roles:
        return does(*acts).plus(_told(asked, user, news))
    was = next((before for one, before in facts.members if one.handle == str(user)), frozenset[Role]())
    gone = Role.ADMIN in was and user not in facts.bootstrap  # by another role, as by "cikar"
    return does(*acts).plus(_told(asked, user, _no_admin_any_more(asked, facts, user)) if gone else ())


def _no_admin_any_more(asked: Asked, facts: Staff, user: int) -> Text:
    gone = Verbatim(facts.called(user))
    return text("staff", "{who} has removed an admin: {gone}", who=Verbatim(asked.name), gone=gone)


# Not by the bot itself: banChatMember asks for can_restrict_members, a right it has no other use for, and in a
# supergroup the person could not come back without unbanChatMember (Bot API).
IN_THE_GROUP: Final[Mapping[Presence, Text]] = {
    Presence.THERE: text(
        "staff",
        "The person taken off the list is still in the staff group and can read everything that is written there. The"
        " bot removes nobody from it: please do it in Telegram now.",
    ),
    Presence.UNKNOWN: text(
        "staff",
        "Whether the person taken off the list is still in the staff group could not be looked up. If they are, they"
        " can read everything that is written there: please look, and remove them in Telegram.",
    ),
}
"""Said of somebody who was dismissed; nothing where they are not in the group."""


def leaving(asked: Asked) -> int:
    """Whom a command takes off the list, 0 for nobody."""
    first, *rest = asked.words.split() or [""]
    return _id(rest[0]) if rest and fold(first) in REMOVE else 0


def _remove(asked: Asked, facts: Staff, words: list[str]) -> Turn[None]:
    user = _id(words[0]) if words else 0
    if not user:
        return says(_usage(asked))
    if user in facts.bootstrap:
        return says(
            text("staff", "This id stands in MEKTUPX_ADMINS: only the operator can take it out, in the settings.")
        )
    roles = next((roles for one, roles in facts.members if one.handle == str(user)), None)
    if roles is None:
        return says(text("staff", "Nobody with this id is on the list: {id}", id=str(user)))
    gone = Verbatim(facts.called(user))
    said = text("staff", "Removed: {gone}. From now on this bot does nothing for them.", gone=gone)
    news = _no_admin_any_more(asked, facts, user)
    still = [IN_THE_GROUP[asked.theirs]] if asked.theirs in IN_THE_GROUP else []
    acts = DismissStaff(user), LogAccess("dismiss_staff", f"staff:{user}"), Say(Lines((said, *still)))
    return does(*acts).plus(_told(asked, user, Lines((news, *still))) if Role.ADMIN in roles else ())


def _told(asked: Asked, user: int, news: Text | Lines) -> tuple[Say, ...]:
    """Every other admin hears of it, so that nobody makes themselves the second pair of eyes unseen."""
    return tuple(Say(news, to=admin) for admin in sorted(asked.admins - {str(asked.user), str(user)}))


def _id(typed: str) -> int:
    """A Telegram user id, 0 for anything else (at most 52 bits: Bot API, User)."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else 0


def _usage(asked: Asked) -> Text:
    command = named(asked, "personel", "staff")
    english = asked.language == "en"
    return text(
        "staff",
        "Write one of these:\n{list}\n{add}\n{remove}\nRoles: {roles}",
        list=f"{command} {'list' if english else 'liste'}",
        add=f"{command} {'add 123456789 agent Deniz' if english else 'ekle 123456789 temsilci Deniz'}",
        remove=f"{command} {'remove' if english else 'cikar'} 123456789",
        roles="agent, admin, auditor" if english else "temsilci, yonetici, denetci",
    )
