"""The staff list: what each form of the command does, who hears of it, and whom nobody can take off."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.core.effects import Effect
from flows.desk.admin import members
from flows.desk.admin.effects import AppointStaff, DismissStaff
from flows.desk.base.effects import LogAccess, Say
from flows.desk.base.request import Asked
from flows.desk.base.roles import Member, Presence, Role
from tests.flows.desk.support.template_examples import asked, done, spoken

# Ece (13) asks. In the settings: Robin (12). On the list: an agent, an admin.
LISTED = members.Staff(
    ((Member("21", "Umut"), frozenset({Role.AGENT})), (Member("22", "Deniz"), frozenset({Role.ADMIN, Role.AUDITOR}))),
    frozenset({12}),
    known=(Member("12", "Robin"), Member("22", "Deniz")),
)
ADMINS = frozenset({"12", "13", "22"})


def asks(words: str, **changes: object) -> Asked:
    return replace(asked(words, language="en"), admins=ADMINS, **changes)  # type: ignore[arg-type]


def appointed(user: int, name: str, *roles: Role) -> tuple[Effect, ...]:
    return AppointStaff(user, frozenset(roles), name), LogAccess("appoint_staff", f"staff:{user}")


def dismissed(user: int) -> tuple[Effect, ...]:
    return DismissStaff(user), LogAccess("dismiss_staff", f"staff:{user}")


USAGE = "Write one of these:\n/staff list\n/staff add 123456789 agent Deniz\n/staff remove 123456789"

# what is written -> what is done, what whoever asked reads, which other admins are told what
CASES = {
    "an agent is appointed": (
        "add 30 agent Ece Su",
        appointed(30, "Ece Su", Role.AGENT),
        "Appointed: 30 · Ece Su · agent",
        {},
    ),
    "in Turkish, with two roles": (
        "ekle 30 temsilci, denetçi Ece",
        appointed(30, "Ece", Role.AGENT, Role.AUDITOR),
        "Appointed: 30 · Ece · agent, auditor",
        {},
    ),
    "a role's name after the name is a part of it": (
        "add 30 agent Ada Admin",
        appointed(30, "Ada Admin", Role.AGENT),
        "30 · Ada Admin · agent",
        {},
    ),
    "without a name the number is one": ("add 30 agent", appointed(30, "30", Role.AGENT), "30 · 30 · agent", {}),
    "a name that is too long is cut": ("add 30 agent " + "a" * 50, appointed(30, "a" * 40, Role.AGENT), "a" * 40, {}),
    "an admin is appointed: the others hear of it": (
        "add 30 admin Ada",
        appointed(30, "Ada", Role.ADMIN),
        "Appointed: 30",
        dict.fromkeys(("12", "22"), "Ece has appointed an admin: 30 · Ada"),
    ),
    "an admin becomes an agent: the others hear of it": (
        "add 22 agent Deniz",
        appointed(22, "Deniz", Role.AGENT),
        "Appointed: 22",
        {"12": "Ece has removed an admin: Deniz (22)"},
    ),
    "an admin of the settings is appointed to something else: they stay an admin": (
        "add 12 agent Robin",
        appointed(12, "Robin", Role.AGENT),
        "Appointed: 12",
        {},
    ),
    "an agent is taken off": ("remove 21", dismissed(21), "Removed: Umut (21)", {}),
    "an admin is taken off: the others hear of it": (
        "sil 22",
        dismissed(22),
        "Removed: Deniz (22)",
        {"12": "Ece has removed an admin: Deniz (22)"},
    ),
    "nobody takes off an admin of the settings": ("remove 12", (), "stands in MEKTUPX_ADMINS", {}),
    "somebody who is not on the list": ("remove 99", (), "Nobody with this id is on the list: 99", {}),
    "nobody is named": ("remove", (), USAGE, {}),
    "no number": ("remove Umut", (), USAGE, {}),
    "a number that no id has": ("add 1234567890123456 agent", (), USAGE, {}),
    "no role": ("add 30 Ece", (), USAGE, {}),
    "no id": ("add", (), USAGE, {}),
    "something else": ("promote 21", (), USAGE, {}),
    "the list": (
        "list",
        (),
        "Robin (12) · admin of the settings\nUmut (21) · agent\nDeniz (22) · admin, auditor",
        {},
    ),
    "nothing but the command: the list": ("", (), "Umut (21) · agent", {}),
}


@pytest.mark.parametrize("name", CASES)
def test_the_command(name: str) -> None:
    words, acts, read, others = CASES[name]
    turn = members.staff(asks(words), LISTED)
    assert done(turn) == acts
    said = [one for one in turn.effects if isinstance(one, Say)]
    assert read in spoken(said[0].text, "en") and said[0].to == ""
    assert {one.to: spoken(one.text, "en") for one in said[1:]} == others


def test_an_admin_of_the_settings_stands_in_the_list_once_whatever_else_they_are() -> None:
    twice = replace(LISTED, members=(*LISTED.members, (Member("12", "Robin Su"), frozenset({Role.AGENT}))))
    said = spoken(members.staff(asks("list"), twice), "en")
    assert said.count("12") == 1
    assert "Robin Su (12) · admin of the settings" in said


def test_one_who_never_wrote_stands_there_with_their_number() -> None:
    said = spoken(members.staff(asks("list"), replace(LISTED, known=())), "en")
    assert "\n12 · admin of the settings\n" in said


STILL_THERE = {
    "is still in the group": (Presence.THERE, "is still in the staff group"),
    "could not be looked up": (Presence.UNKNOWN, "could not be looked up"),
    "has left the group": (Presence.AWAY, None),
}


@pytest.mark.parametrize("name", STILL_THERE)
def test_whoever_was_dismissed(name: str) -> None:
    presence, said = STILL_THERE[name]
    turn = members.staff(asks("remove 22", theirs=presence), LISTED)
    assert done(turn) == dismissed(22)
    for one in (one for one in turn.effects if isinstance(one, Say)):
        read = spoken(one.text, "en")
        assert said in read if said else "group" not in read


WHOM = {"remove 21": 21, "cikar 21": 21, "remove": 0, "remove x": 0, "add 21 agent": 0, "": 0}


@pytest.mark.parametrize("words", WHOM)
def test_whose_place_in_the_group_is_looked_up(words: str) -> None:
    assert members.leaving(asks(words)) == WHOM[words]


def test_the_usage_is_shown_in_the_readers_language() -> None:
    turn = members.staff(replace(asked("yok"), admins=ADMINS), LISTED)
    assert "/personel ekle 123456789 temsilci Deniz" in spoken(turn)
