"""What the desk asks to be done about its own members, in the imperative."""

from __future__ import annotations

from dataclasses import dataclass

from flows.core.effects import Effect
from flows.desk.base.roles import Role

__all__ = [
    "AppointStaff",
    "DismissStaff",
]


@dataclass(frozen=True, slots=True)
class AppointStaff(Effect):
    user: int
    roles: frozenset[Role]
    name: str


@dataclass(frozen=True, slots=True)
class DismissStaff(Effect):
    user: int
