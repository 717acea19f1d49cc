"""Who may do what at the staff desk. Whoever holds no role hears one polite sentence and nothing about the service."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final

from flows.words.text import Text, text

__all__ = ["ALL", "DESK", "LABELS", "STRANGER", "Member", "Presence", "Role", "read", "written"]


class Role(StrEnum):
    """What a member of the staff is trusted with."""

    ADMIN = "admin"  # data-subject requests, staff, templates, the print queue
    AGENT = "agent"  # answers senders, never sees a letter
    AUDITOR = "auditor"  # reads the record of who accessed what


class Presence(Enum):
    """In the staff chat, at this moment. UNKNOWN: Telegram could not be asked, and then nothing privileged is done."""

    THERE = "there"
    AWAY = "away"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the staff: their handle and what colleagues call them."""

    handle: str
    name: str


ALL: Final = frozenset(Role)
DESK: Final = frozenset({Role.ADMIN, Role.AGENT})
"""Those who talk with senders."""

STRANGER: Final[Text] = text("staff", "This bot is for the staff of MektupX only. Have a nice day.")

LABELS: Final = {
    Role.ADMIN: text("staff", "admin"),
    Role.AGENT: text("staff", "agent"),
    Role.AUDITOR: text("staff", "auditor"),
}


def written(roles: Collection[Role]) -> str:
    """As it is kept: names in a fixed order."""
    return " ".join(role for role in Role if role in roles)


def read(kept: str) -> frozenset[Role]:
    """The reverse of `written`; what this version does not know is no right."""
    return frozenset(Role(name) for name in kept.split() if name in set(Role))
