"""Reads one field of the tariff file at a time; whatever is wrong is refused in a sentence that names it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

__all__ = ["day", "flag", "listed", "no_others", "number", "table"]

Fields = Mapping[str, Any]


def table(fields: Fields, name: str, where: str) -> Fields:
    found = fields.get(name)
    if not isinstance(found, dict):
        raise ValueError(f"{where[0].upper()}{where[1:]} has no table {name}; see the sample tariff.")
    return found


def number(fields: Fields, name: str, where: str, *, least: int = 0, most: int | None = None) -> int:
    """A whole number; `most` is for what is no amount."""
    found = fields.get(name)
    if isinstance(found, int) and not isinstance(found, bool) and least <= found and (most is None or found <= most):
        return found
    if most is None:
        raise ValueError(f"{where}: {name} is not a whole number of at least {least}; amounts are in kuruş.")
    raise ValueError(f"{where}: {name} is not a whole number from {least} to {most}.")


def flag(fields: Fields, name: str, where: str) -> bool:
    found = fields.get(name)
    if not isinstance(found, bool):
        raise ValueError(f"{where}: {name} is neither true nor false.")
    return found


def day(found: object, where: str) -> date:
    if not isinstance(found, date) or isinstance(found, datetime):
        raise ValueError(f"{where}: a date without quotes is expected, such as 2026-10-29.")
    return found


def listed(fields: Fields, name: str) -> list[Fields]:
    """The tables of an array that may be absent."""
    found = fields.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ValueError(f"The tariff's {name} are no [[{name}]] tables; write [[{name}]] above each of them.")
    return found


def no_others(fields: Fields, known: Collection[str], where: str) -> None:
    """A misspelt field would be passed over in silence, and what it limits would never end."""
    for name in fields:
        if name not in known:
            raise ValueError(f"{where}: {name} is not known here. Known: {', '.join(known)}.")
