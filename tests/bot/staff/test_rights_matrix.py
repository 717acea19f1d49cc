"""Everything that asks for a right, as every role, in every place, against rights that are written by hand."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from bot.staff.commands import COMMANDS, OTHERS, TAPS
from bot.staff.door import StaffDoor
from flows.desk.base.request import Asked
from flows.desk.base.roles import Presence, Role
from flows.desk.support.template_admin import TEMPLATE_ACTIONS
from storage.store.store import StoredMessage
from tests.dialogue import operator
from tests.fakes import FakeClock, open_store

from . import rights
from .rights import Right

SETTINGS, ADMIN, AGENT, AUDITOR, STRANGER = 1, 11, 12, 13, 99
WHO = {
    "admin of the settings": (SETTINGS, frozenset(Role)),
    "admin": (ADMIN, frozenset({Role.ADMIN})),
    "agent": (AGENT, frozenset({Role.AGENT})),
    "auditor": (AUDITOR, frozenset({Role.AUDITOR})),
    "stranger": (STRANGER, frozenset[Role]()),
}
GROUP, TOPIC = -1001, 7
ANSWERS = {
    "stranger": "This bot is for the staff of MektupX only.",
    "not yours": "Your role does not include this",
    "in private": "Please write this to me in private",
    "away": "You are not in the staff group at this moment",
    "unsure": "Whether you are in the staff group could not be looked up",
}
"""What the door answers instead of doing what is asked."""


@dataclass
class Desk:
    """The staff's door over a real database; `presence` is what Telegram says of whoever asks."""

    door: StaffDoor
    heard: list[StoredMessage]
    presence: Presence = Presence.THERE
    count: int = field(default=0)

    async def asks(self, user: int, place: str, **what: Any) -> str:
        """How it is turned away, a key of ANSWERS; else "silence", or "heard" where something is answered."""
        self.count += 1
        private = place == "private"
        chat, thread = (user if private else GROUP), (TOPIC if place == "topic" else 0)
        asked = Asked(f"staff:{self.count}", user, "Deniz", "en", chat, self.count, private, thread=thread)
        self.heard.clear()
        assert await self.door.receive(replace(asked, **what))
        said = [one.message.text for one in self.heard if one.message.text]
        refused = [name for name, words in ANSWERS.items() if any(one.startswith(words) for one in said)]
        return (refused or ["heard" if said else "silence"])[0]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """An admin, an agent and an auditor are appointed by the admin of the settings."""
    async with open_store(tmp_path) as store:
        heard: list[StoredMessage] = []

        def kept(stored: Sequence[StoredMessage]) -> None:
            heard.extend(stored)

        async def presence(user: int) -> Presence:
            return desk.presence

        door = StaffDoor(
            store,
            FakeClock(),
            admins={SETTINGS},
            presence=presence,
            group=lambda: GROUP,
            kept=kept,
            taker="here",
            operator=operator(),
        )
        desk = Desk(door, heard)
        for user, role in ((ADMIN, "admin"), (AGENT, "agent"), (AUDITOR, "auditor")):
            words = f"add {user} {role} Deniz"
            assert await desk.asks(SETTINGS, "private", command="staff", words=words) == "heard"
        yield desk


def expected(right: Right, roles: frozenset[Role], place: str, presence: Presence = Presence.THERE) -> set[str]:
    """A stranger is answered in private only, so that nobody in a group learns what the bot is."""
    if not roles:
        return {"stranger"} if place == "private" else {"silence"}
    if not roles & right.roles:
        return {"not yours"}
    if right.place == "private" and place != "private":
        return {"in private"}
    absent = {Presence.AWAY: "away", Presence.UNKNOWN: "unsure"}.get(presence) if right.looked_up else None
    return {absent} if absent else {"heard", "silence"}


async def everybody_everywhere(desk: Desk, right: Right, **what: Any) -> None:
    for (who, (user, roles)), place in itertools.product(WHO.items(), ("private", "group", "topic")):
        assert await desk.asks(user, place, **what) in expected(right, roles, place), (who, place)
    for desk.presence in (Presence.AWAY, Presence.UNKNOWN):
        for who, (user, roles) in WHO.items():
            found = await desk.asks(user, "private", **what)
            assert found in expected(right, roles, "private", desk.presence), (who, desk.presence)


EXAMPLES = {command.name: command for command in COMMANDS}


@pytest.mark.parametrize("name", rights.COMMANDS)
async def test_a_command(desk: Desk, name: str) -> None:
    command = EXAMPLES[name]
    await everybody_everywhere(desk, rights.COMMANDS[name], command=name, words=command.shown("en").partition(" ")[2])


@pytest.mark.parametrize("action", rights.BUTTONS)
async def test_a_button(desk: Desk, action: str) -> None:
    """A button is no right: anybody can send what it would send."""
    await everybody_everywhere(desk, rights.BUTTONS[action], action=action, value="1", tap="tap")


@pytest.mark.parametrize("command", rights.WITHOUT_A_COMMAND)
async def test_what_is_asked_without_a_command(desk: Desk, command: str) -> None:
    await everybody_everywhere(desk, rights.WITHOUT_A_COMMAND[command], command=command, words="Yolda.", replied="#41")


def test_nothing_that_asks_for_a_right_is_left_out_here() -> None:
    assert set(rights.COMMANDS) == {command.name for command in COMMANDS}
    assert set(rights.BUTTONS) - {"explode"} == set(TAPS)
    assert set(rights.WITHOUT_A_COMMAND) - {"nonsense"} == set(OTHERS) - {"(nameless)"}  # who has no name has no right
    assert [words.split()[0] for words in rights.TEMPLATE_WORDS] == [one.twin for one in TEMPLATE_ACTIONS]


@pytest.mark.parametrize("words", rights.TEMPLATE_WORDS)
async def test_a_word_after_the_template_command(desk: Desk, words: str) -> None:
    """Looking is for whoever writes to senders, changing for admins: said by the command itself, not by the door."""
    may = rights.TEMPLATE_WORDS[words]
    for user, roles in ((ADMIN, {Role.ADMIN}), (AGENT, {Role.AGENT})):
        await desk.asks(user, "private", command="template", words=words)
        (said,) = (one.message.text for one in desk.heard if one.message.text)
        assert said.startswith("Only an admin changes templates.") is not bool(roles & may), (user, said)
