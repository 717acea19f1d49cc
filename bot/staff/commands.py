"""What a member of the staff can ask for: one table, from which the menu, /help and the rights are drawn."""

from __future__ import annotations

import difflib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.staff.access import Role
from flows.text import Count, Lines, Text, Verbatim, text
from flows.turkish import fold

__all__ = [
    "COMMANDS",
    "FIGURES",
    "Asked",
    "House",
    "StaffCommand",
    "find",
    "menu",
    "misspelt",
    "nearest",
    "no_command",
    "not_yours",
]


@dataclass(frozen=True, slots=True)
class House:
    """What the commands may ask of the other rooms."""

    figures: Callable[[], Awaitable[Mapping[str, int]]]
    troubles: Callable[[], Awaitable[tuple[Text, ...]]]
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Asked:
    """One command as it was given: who, with which rights, in which language, and the words after it."""

    person: int
    roles: frozenset[Role]
    language: str
    words: str
    house: House


@dataclass(frozen=True, slots=True)
class StaffCommand:
    """One row: its Turkish name, its English twin, who may use it, what it is for, and what it answers."""

    name: str
    twin: str
    roles: frozenset[Role]
    help: Text
    run: Callable[[Asked], Awaitable[Text]]
    example: str = ""  # the words of an example after the name
    also: tuple[str, ...] = field(default=())  # further names that no menu shows

    def called(self, language: str) -> str:
        """The name as a reader of that language types it."""
        return f"/{self.name if language == 'tr' else self.twin}"

    def shown(self, language: str) -> str:
        """A whole example."""
        return f"{self.called(language)} {self.example}".rstrip()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, self.twin, *self.also)


# What they answer -----------------------------------------------------------------------------------------------------


async def _help(asked: Asked) -> Text:
    rows = tuple(
        text("staff", "{command} · {what}", command=one.called(asked.language), what=one.help)
        for one in COMMANDS
        if one.roles & asked.roles
    )
    return text("staff", "What you can do here:\n\n{commands}", commands=Lines(rows))


FIGURES: Final[Mapping[str, Text]] = {
    "people": text("staff", "Senders"),
    "conversations": text("staff", "Open conversations"),
    "orders_unpaid": text("staff", "Orders waiting for payment"),
    "orders_paid": text("staff", "Paid orders"),
    "letters_waiting": text("staff", "Letters waiting to be printed"),
    "letters_printed": text("staff", "Printed letters"),
    "needs_human": text("staff", "Letters that need a person"),
    "messages_waiting": text("staff", "Messages waiting to be sent"),
    "work_waiting": text("staff", "Work in the queue"),
    "tickets_open": text("staff", "Open support tickets"),
    "requests_open": text("staff", "Open data-subject requests"),
}
"""The figures of /status that have words; another one is shown by its own name."""


async def _status(asked: Asked) -> Text:
    house = asked.house
    troubles = await house.troubles()
    health = (
        text("staff", "These need a look:\n{troubles}", troubles=Lines(troubles))
        if troubles
        else text("staff", "Everything is in order.")
    )
    figures = await house.figures()
    rows = tuple(
        text("staff", "{figure}: {n}", figure=FIGURES.get(name, Verbatim(name)), n=Count(n))
        for name, n in figures.items()
    )
    return text("staff", "{health}\n\n{figures}\n\nAs of: {now}", health=health, figures=Lines(rows), now=house.now())


# The table ------------------------------------------------------------------------------------------------------------

EVERYBODY: Final = frozenset(Role)

COMMANDS: Final[tuple[StaffCommand, ...]] = (
    StaffCommand("durum", "status", EVERYBODY, text("staff", "Health and figures"), _status),
    StaffCommand("yardim", "help", EVERYBODY, text("staff", "All commands"), _help, also=("start",)),
)


def find(name: str) -> StaffCommand | None:
    """The command of that name, also as a Turkish keyboard writes it: /yardım, /DURUM."""
    key = fold(name)
    return next((one for one in COMMANDS if key in one.names), None)


def menu(language: str) -> tuple[tuple[str, Text], ...]:
    """Names and descriptions for Telegram's menu button. The menu hides, it does not authorise."""
    return tuple((one.called(language).lstrip("/"), one.help) for one in COMMANDS)


def nearest(typed: str, roles: frozenset[Role]) -> StaffCommand:
    """The command that was most likely meant, among those the person may use."""
    names = {name: one for one in COMMANDS if one.roles & roles for name in one.names}
    return names[difflib.get_close_matches(fold(typed), names, n=1, cutoff=0.0)[0]]


def misspelt(typed: str, roles: frozenset[Role], language: str) -> Text:
    """There is no such command; here is the nearest, with an example."""
    meant = nearest(typed, roles)
    return text(
        "staff",
        "There is no such command: {typed}\nDid you mean this one? {command} · {what}\nExample: {example}",
        typed=Verbatim(f"/{typed}"),
        command=meant.called(language),
        what=meant.help,
        example=meant.shown(language),
    )


def not_yours(command: StaffCommand, language: str) -> Text:
    """The command exists, the right does not."""
    called = command.called(language)
    return text("staff", "Your role does not include this command: {command}\nAn admin can help you.", command=called)


def no_command(language: str) -> Text:
    """Words without a slash, in private: nothing here reads them."""
    called = next(one for one in COMMANDS if one.run is _help).called(language)
    return text("staff", "Commands begin with a slash. Here you can see all of them: {help}", help=called)
