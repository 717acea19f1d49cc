"""Who may do what in the staff bot. Whoever is not named here hears one polite sentence and nothing about the house."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Final, Protocol

from flows.text import Text, text

__all__ = ["STRANGER", "Access", "Admins", "Role"]


class Role(StrEnum):
    """What a member of the staff is trusted with."""

    ADMIN = "admin"  # data-subject requests, staff, templates, the print queue
    AGENT = "agent"  # answers senders, never sees a letter
    AUDITOR = "auditor"  # reads the record of who accessed what


class Access(Protocol):
    """Asked at each command: a right that was taken away a minute ago is gone."""

    async def roles_of(self, person: int) -> frozenset[Role]: ...


class Admins:
    """The admins of MEKTUPX_ADMINS, by Telegram user id."""

    def __init__(self, admins: Collection[int]) -> None:
        self._admins = frozenset(admins)

    async def roles_of(self, person: int) -> frozenset[Role]:
        return frozenset(Role) if person in self._admins else frozenset()


STRANGER: Final[Text] = text("staff", "This bot is for the staff of MektupX only. Have a nice day.")
