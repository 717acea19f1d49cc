"""How an amount, a number, a day, an hour or a telephone number is written in each language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Final

import phonenumbers
from babel.dates import format_date
from babel.numbers import format_decimal

from flows.words.dates import ISTANBUL
from flows.words.text import Count, DateRange, Foreign, FullDate, Kurus, Percent, Phone, Value, Verbatim

__all__ = ["CONVENTIONS", "Convention", "number", "percent", "phone", "shown"]

NO_BREAK: Final = "\u00a0"


@dataclass(frozen=True, slots=True)
class Convention:
    """What Babel's locale data and we disagree on: Babel writes ₺1.234,50 and 05.03.1990 14:30."""

    day: str
    full_day: str
    hour: str
    between: str  # full day and hour
    percent: str
    home_region: str


CONVENTIONS: Final = {
    "tr": Convention("d MMMM y", "d MMMM y EEEE", "%H.%M", " ", percent="%{}", home_region="TR"),
    "en": Convention("d MMMM y", "EEEE, d MMMM y", "%H:%M", ", ", percent="{}%", home_region=""),
}


def shown(value: Value, language: str) -> str:
    """One value as a reader of that language writes it."""
    match value:
        case str():
            return value
        case Verbatim(words):
            return words
        case Kurus(amount):
            return f"{_decimal(Decimal(amount) / 100, '#,##0.00', language)}{NO_BREAK}TL"
        case Foreign(amount, currency):
            return f"{_decimal(Decimal(amount) / 100, '#,##0.00', language)}{NO_BREAK}{currency}"
        case Count(number=whole):
            return number(whole, language)
        case Percent(whole):
            return percent(whole, language)
        case Phone(e164):
            return phone(e164, language)
        case FullDate(at=datetime() as instant):
            local, convention = _local(instant), CONVENTIONS[language]
            return f"{_full_day(local.date(), language)}{convention.between}{_hour(local.time(), language)}"
        case FullDate(at=day):
            return _full_day(day, language)
        case DateRange(first=first, last=last):
            return _range(first, last, language)
        case datetime():
            local = _local(value)
            return f"{_day(local.date(), language)}, {_hour(local.time(), language)}"
        case date():
            return _day(value, language)
        case time():
            return _hour(value, language)
        case int():
            return str(value)


def number(whole: int, language: str) -> str:
    """A whole number in groups of three: 20.000 in Turkish, 20,000 in English."""
    return _decimal(Decimal(whole), "#,##0", language)


def percent(whole: int, language: str) -> str:
    """A share of a hundred: %20 in Turkish, 20% in English."""
    return CONVENTIONS[language].percent.format(number(whole, language))


def phone(e164: str, language: str) -> str:
    """0532 123 45 67 for a Turkish reader's own country, +90 532 123 45 67 for everybody else."""
    try:
        parsed = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    at_home = phonenumbers.region_code_for_number(parsed) == CONVENTIONS[language].home_region
    form = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)


def _decimal(amount: Decimal, pattern: str, language: str) -> str:
    return format_decimal(amount, format=pattern, locale=language)


def _day(day: date, language: str) -> str:
    return format_date(day, format=CONVENTIONS[language].day, locale=language)


def _range(first: date, last: date, language: str) -> str:
    """1–3 Aralık 2026, 30 Kasım – 2 Aralık 2026, 30 Aralık 2026 – 2 Ocak 2027; one day stands alone."""
    whole = CONVENTIONS[language].day
    if first == last:
        return _day(last, language)
    begins, dash = whole, " – "
    if first.year == last.year:
        begins = whole.removesuffix(" y")
        if first.month == last.month:
            begins, dash = "d", "–"
    return f"{format_date(first, format=begins, locale=language)}{dash}{_day(last, language)}"


def _full_day(day: date, language: str) -> str:
    return format_date(day, format=CONVENTIONS[language].full_day, locale=language)


def _local(instant: datetime) -> datetime:
    """On the clock of Istanbul; one without a zone is UTC."""
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(ISTANBUL)


def _hour(hour: time, language: str) -> str:
    return hour.strftime(CONVENTIONS[language].hour)
