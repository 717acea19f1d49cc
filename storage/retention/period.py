"""How long something is kept: a span of time, or months of the calendar, which end with the day of their number."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flows.words.dates import at_istanbul, today_in_istanbul

__all__ = ["Months", "Period", "last_day", "past", "years"]


@dataclass(frozen=True, slots=True)
class Months:
    """Months of the calendar of Istanbul. They end with the day of the same number, or with the last day of a month
    that has none (TBK m.92/1-3): what began on 29 February ends on 28 February of a common year."""

    number: int


Period = timedelta | Months


def years(number: int) -> Months:
    """Years of the calendar."""
    return Months(12 * number)


def last_day(since: datetime, period: Period) -> date:
    """The last day on which something of this instant is kept."""
    if isinstance(period, timedelta):
        return today_in_istanbul(since + period)
    began = today_in_istanbul(since)
    first = _month(began, period.number)
    return first.replace(day=min(began.day, _length(first)))


def past(now: datetime, period: Period) -> datetime:
    """The period of whatever happened before this instant is over; of a period in months a whole day at once."""
    if isinstance(period, timedelta):
        return now - period
    today = today_in_istanbul(now)
    first = _month(today, -period.number)
    begun = first.replace(day=today.day) if today.day <= _length(first) else _month(first, 1)
    return at_istanbul(begun, time())


def _month(day: date, later: int) -> date:
    """The first day of a month that comes so many months later."""
    year, month = divmod(day.year * 12 + day.month - 1 + later, 12)
    return date(year, month + 1, 1)


def _length(day: date) -> int:
    return monthrange(day.year, day.month)[1]
