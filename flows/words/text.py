"""A sentence a person will read, as a value: the English words, where they stand, and what fills them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

__all__ = [
    "Count",
    "DateRange",
    "Foreign",
    "FullDate",
    "Kurus",
    "Lines",
    "Percent",
    "Phone",
    "Text",
    "Value",
    "Verbatim",
    "money",
    "plural",
    "text",
    "units",
]


@dataclass(frozen=True, slots=True)
class Kurus:
    """An amount of money in integer kuruş; 4850 reads "48,50 TL"."""

    amount: int

    @property
    def lira(self) -> str:
        """As programs write it, with a point and two digits: "48.50". Errors: ValueError below zero."""
        if self.amount < 0:
            raise ValueError("An amount of money is not below zero.")
        whole, part = divmod(self.amount, 100)
        return f"{whole}.{part:02}"


@dataclass(frozen=True, slots=True)
class Foreign:
    """An amount in hundredths of a currency that is not ours, by its ISO 4217 code; (4850, "EUR") reads "48,50 EUR"."""

    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Count:
    """A whole number shown with the language's own grouping; also chooses the plural."""

    number: int


@dataclass(frozen=True, slots=True)
class Percent:
    """A share of a hundred: %20 in Turkish, 20% in English."""

    whole: int


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number in E.164, shown in its national or international format."""

    e164: str


@dataclass(frozen=True, slots=True)
class FullDate:
    """A day with the name of its weekday; of an instant the hour too. For what somebody must not miss."""

    at: date | datetime


@dataclass(frozen=True, slots=True)
class DateRange:
    """From one day to another, both included; what the two have in common is said once."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Verbatim:
    """What a person typed: shown letter for letter, never translated, always escaped."""

    words: str


Value = Kurus | Foreign | Count | DateRange | FullDate | Percent | Phone | Verbatim | date | datetime | time | str | int


@dataclass(frozen=True, slots=True)
class Text:
    """One translatable sentence or paragraph.

    context: msgctxt, the name of the step or room it belongs to.
    message: msgid, the English sentence with {names} for its values.
    values: what fills the names; formatted by `locales.say` in the reader's language. A nested Text is translated too.
    many, number: the English plural and the number that chooses between the two.
    """

    context: str
    message: str
    values: Mapping[str, Value | Text | Lines] = field(default_factory=dict)
    many: str | None = None
    number: int = 0

    def __hash__(self) -> int:
        return hash((self.context, self.message, self.many, self.number))


@dataclass(frozen=True, slots=True)
class Lines:
    """Several texts below each other, one a line (`by` = what stands between them)."""

    parts: tuple[Text | Verbatim, ...]
    by: str = "\n"


def text(context: str, message: str, /, **values: Value | Text | Lines) -> Text:
    """The usual way to write a sentence: ``text("age", "What is your date of birth? …")``."""
    return Text(context, message, values)


def money(amount: Kurus, currency: str = "TRY") -> Kurus | Foreign:
    """An amount as it is to be shown: what came in another currency is never called lira."""
    if currency == "TRY":
        return amount
    known = len(currency) == 3 and currency.isascii() and currency.isalpha()
    return Foreign(amount.amount, currency.upper() if known else "?")


def plural(context: str, one: str, many: str, number: int, /, **values: Value | Text | Lines) -> Text:
    """A sentence whose wording depends on a number, available in it as ``{n}``."""
    return Text(context, one, {"n": Count(number), **values}, many, number)


def units(words: str) -> int:
    """How long Telegram counts it: in UTF-16 code units (Bot API, MessageEntity)."""
    return len(words.encode("utf-16-le", "surrogatepass")) // 2
