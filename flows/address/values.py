"""An address as values: its parts, what is wrong with them, and both together."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flows.words.text import Text

__all__ = ["Address", "Kind", "Problem", "Reading"]


@dataclass(frozen=True, slots=True)
class Address:
    """Where a letter goes, in the parts an envelope has; empty means not known.

    country: ISO 3166-1 code, "KKTC", or "" while an address that is not Turkish names none.
    name: the addressee, as typed.
    organisation: institution, unit, ward, dormitory; parts separated by ", ".
    landmark: "Migros'un Yanı", for the postman and not for the sorting machine; parts by ", ".
    mahalle: with its ending ("Caferağa Mah.", "Yeşilova Köyü"). street: "Moda Cad.", "PK 543"; parts by ", ".
    building: "Deniz Apt.", "A Blok"; parts by ", ". number, floor, flat: "12/A", "3", "5".
    postcode: five digits. ilce, il: official spelling, il in lower case ("İstanbul").
    foreign_lines: every line below the name, as typed, when the country is not Türkiye.
    numberless: the sender said there is no door number.
    unread: what could not be understood; it is asked about, and printed nowhere.
    """

    country: str = "TR"
    name: str = ""
    organisation: str = ""
    mahalle: str = ""
    street: str = ""
    building: str = ""
    number: str = ""
    floor: str = ""
    flat: str = ""
    postcode: str = ""
    ilce: str = ""
    il: str = ""
    foreign_lines: tuple[str, ...] = ()
    numberless: bool = False
    unread: tuple[str, ...] = ()
    landmark: str = ""


class Kind(StrEnum):
    """What can be wrong with an address."""

    MISSING = "missing"
    CONTRADICTION = "contradiction"
    UNKNOWN = "unknown"
    ELSEWHERE = "elsewhere"
    UNREADABLE = "unreadable"
    UNCLEAR = "unclear"
    TOO_LONG = "too long"
    SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to ask about.

    field: the part of `Address` to answer with `complete`; choices: the parts the sender may choose between.
    blocking: must be answered; otherwise a warning the sender may overrule.
    """

    kind: Kind
    text: Text
    field: str
    blocking: bool = True
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of an address and what is still to ask, most important first.

    taken: what the message held besides and no envelope carries, to be said once and kept nowhere.
    candidates: the addresses of a message that holds several.
    """

    address: Address
    problems: tuple[Problem, ...] = ()
    taken: tuple[str, ...] = ()
    candidates: tuple[Address, ...] = ()

    @property
    def blocking(self) -> tuple[Problem, ...]:
        """Problems that must be answered before the letter can go on."""
        return tuple(problem for problem in self.problems if problem.blocking)
