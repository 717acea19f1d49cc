"""Who may order: a birth date becomes "adult", or the day on which the question may be asked again."""

from __future__ import annotations

from datetime import date, timedelta

from flows.words.dates import Misread, read_date, today_in_istanbul
from flows.words.text import Text, Verbatim, text

__all__ = [
    "ADULT_AGE",
    "BLOCKED_FOR",
    "OLDEST_AGE",
    "RULE_VERSION",
    "adult_on",
    "blocked_until",
    "is_adult",
    "read_birth_date",
    "today_in_istanbul",
]

RULE_VERSION = "1"
"""Kept with "adult, checked on": which rule said so. Raise it when `adult_on` changes."""
ADULT_AGE = 18
"""Majority begins on completing 18 (Turkish Civil Code, TMK m.11)."""
BLOCKED_FOR = timedelta(days=30)
"""How long another birth date cannot be tried after a refusal (docs/design.md, "Limits")."""
OLDEST_AGE = 120


def read_birth_date(typed: str, today: date) -> date | Text:
    """The birth date typed, or the sentence that asks again with the reason; `today` is the day in Istanbul."""
    found = read_date(typed)
    if isinstance(found, Misread):
        return _ask_again(found, typed)
    if found > today:
        return text(
            "age",
            "This date is in the future: {date}. Could you please write your date of birth as day, month, year?"
            " Example: 5 March 1990",
            date=found,
        )
    if _birthday(found, OLDEST_AGE) < today:
        return text(
            "age",
            "This date is more than {years} years ago: {date}. Could you please check the year? Example: 5 March 1990",
            date=found,
            years=OLDEST_AGE,
        )
    return found


def _ask_again(why: Misread, typed: str) -> Text:
    if why is Misread.NO_SUCH_DAY:
        return text(
            "age",
            "There is no such day in the calendar: {typed}. Could you please write your date of birth as day, month,"
            " year? Example: 5 March 1990",
            typed=Verbatim(typed.strip()),
        )
    if why is Misread.SHORT_YEAR:
        return text(
            "age",
            "The year has two digits, so we cannot be sure of the century. Could you please write it with four digits?"
            " Example: 5 March 1990",
        )
    return text(
        "age",
        "We could not read a date in this. Could you please write your date of birth as day, month, year?"
        " Example: 5 March 1990",
    )


def _birthday(birth: date, age: int) -> date:
    try:
        return birth.replace(year=birth.year + age)
    except ValueError:  # 29 February in a common year: the year of age is complete on 1 March, never earlier
        return date(birth.year + age, 3, 1)


def adult_on(birth: date) -> date:
    """The first day of being an adult: the 18th birthday, 1 March for those born on 29 February (TMK m.11)."""
    return _birthday(birth, ADULT_AGE)


def is_adult(birth: date, today: date) -> bool:
    """Whether 18 is completed on `today`."""
    return today >= adult_on(birth)


def blocked_until(birth: date, today: date) -> date:
    """The first day a refused person may try again: in 30 days or on the 18th birthday, whichever comes first."""
    return min(today + BLOCKED_FOR, adult_on(birth))
