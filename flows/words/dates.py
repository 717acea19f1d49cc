"""A date as people type it: 5.3.1990, 05/03/1990, 5 Mart 1990, 1990-03-05; whatever cannot be one says why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import Enum
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flows.words.digits import ascii_digits
from flows.words.turkish import fold

__all__ = ["ISTANBUL", "Misread", "at_istanbul", "clock_in_istanbul", "read_date", "today_in_istanbul"]


class Misread(Enum):
    """Why something typed is no date; the caller words it for its own question."""

    NO_DATE = "no date can be recognised in it"
    SHORT_YEAR = "its year has two digits, so the century is a guess"
    NO_SUCH_DAY = "the calendar has no such day"


@dataclass(frozen=True, slots=True)
class _Parts:
    year: str
    month: int
    day: int


_MONTHS = {
    fold(name): number
    for number, names in enumerate(
        (
            "Ocak January Oca Jan",
            "Şubat February Şub Feb",
            "Mart March Mar",
            "Nisan April Nis Apr",
            "Mayıs May",
            "Haziran June Haz Jun",
            "Temmuz July Tem Jul",
            "Ağustos August Ağu Aug",
            "Eylül September Eyl Sep Sept",
            "Ekim October Eki Oct",
            "Kasım November Kas Nov",
            "Aralık December Ara Dec",
        ),
        start=1,
    )
    for name in names.split()
}
_YEAR_FIRST = re.compile(r"(\d{4})[-./ ]{1,2}(\d{1,2})[-./ ]{1,2}(\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[-./, ]{1,2}(\d{1,2})[-./, ]{1,2}(\d{2}|\d{4})")
_EIGHT_DIGITS = re.compile(r"(\d{2})(\d{2})(\d{4})")
_DAY_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-./, ]*([a-z]+)[-./, ']*(\d{2}|\d{4})")
_MONTH_NAMED = re.compile(r"([a-z]+)[-./ ]*(\d{1,2})(?:st|nd|rd|th)?[-./, ]+(\d{2}|\d{4})")
_LONGEST = 40


def read_date(typed: str) -> date | Misread:
    """The date somebody typed, day before month as in Türkiye; a month's name may be Turkish or English.

    Month names come in any case and without their accents ("5 MAYIS 1990", "5 agustos 1990"), digits in any script.
    """
    if len(typed) > _LONGEST:
        return Misread.NO_DATE
    parts = _parts(fold(ascii_digits(typed)).strip(" .,'\""))
    if parts is None:
        return Misread.NO_DATE
    if len(parts.year) == 2:
        return Misread.SHORT_YEAR
    try:
        return date(int(parts.year), parts.month, parts.day)
    except ValueError:
        return Misread.NO_SUCH_DAY


def _parts(words: str) -> _Parts | None:
    if found := _YEAR_FIRST.fullmatch(words):
        return _Parts(found[1], int(found[2]), int(found[3]))
    if found := _DAY_FIRST.fullmatch(words) or _EIGHT_DIGITS.fullmatch(words):
        return _Parts(found[3], int(found[2]), int(found[1]))
    if (found := _DAY_NAMED.fullmatch(words)) and found[2] in _MONTHS:
        return _Parts(found[3], _MONTHS[found[2]], int(found[1]))
    if (found := _MONTH_NAMED.fullmatch(words)) and found[1] in _MONTHS:
        return _Parts(found[3], _MONTHS[found[1]], int(found[2]))
    return None


def _istanbul() -> tzinfo:
    try:
        return ZoneInfo("Europe/Istanbul")
    except ZoneInfoNotFoundError:  # a machine without a time zone database; +03 all year since 27 March 2016
        return timezone(timedelta(hours=3), "+03")


ISTANBUL: Final = _istanbul()
"""The service lives on one calendar: cut-offs, deadlines and birthdays are those of Istanbul."""


def today_in_istanbul(now: datetime) -> date:
    """The calendar day in Türkiye at a moment; `now` carries its time zone, else ValueError."""
    if now.tzinfo is None:
        raise ValueError("A moment without a time zone has no day in Istanbul.")
    return now.astimezone(ISTANBUL).date()


def clock_in_istanbul(now: datetime) -> time:
    """The hour and minute in Türkiye at a moment."""
    return now.astimezone(ISTANBUL).time()


def at_istanbul(day: date, hour: time) -> datetime:
    """The moment at which the clocks of Türkiye show that hour on that day."""
    return datetime.combine(day, hour, ISTANBUL).astimezone(UTC)
