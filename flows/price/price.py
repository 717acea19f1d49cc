"""What a letter costs and when it should arrive, from a dated tariff file; money is whole kuruş, never a float."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from flows.price.quote import quote
from flows.price.tariff import NoPrices, PaperWeight, Prices, Product, Tariff, default_tariff, read_tariff
from flows.price.weight import sheets_of, weight_grams
from flows.words.dates import Misread, read_date
from flows.words.text import Kurus, Text, text

__all__ = [
    "POSTING_AHEAD",
    "NoPrices",
    "PaperWeight",
    "Prices",
    "Product",
    "Tariff",
    "default_tariff",
    "delivery_window",
    "price",
    "read_posting_date",
    "read_tariff",
    "sheets_of",
    "weight_grams",
    "working_days_after",
]

POSTING_AHEAD = timedelta(days=180)
"""How far ahead a posting date may be chosen (docs/design.md, "Limits")."""


def price(tariff: Tariff, product: Product, sheets: int, at: date, *, photos: bool = False) -> Kurus:
    """What the sender pays without a discount, VAT included. Errors: as of `quote`."""
    return quote(tariff, product, sheets, at, photos=photos).total


_WEEKEND: Final = (5, 6)  # Saturday, Sunday


def working_days_after(day: date, n: int, holidays: frozenset[date] = frozenset()) -> date:
    """The n-th working day after a day; weekends and holidays do not count.

    n = 0: the day itself if it is a working day, else the next one.
    """
    if n < 0:
        raise ValueError("Working days are counted forward.")
    found = day
    while n > 0 or not _open(found, holidays):
        found += timedelta(days=1)
        n -= _open(found, holidays)
    return found


def _open(day: date, holidays: frozenset[date]) -> bool:
    return day.weekday() not in _WEEKEND and day not in holidays


def delivery_window(tariff: Tariff, product: Product, posted: date) -> tuple[date, date]:
    """Earliest and latest expected day of delivery for a letter posted on a day; an expectation, not a promise."""
    start = working_days_after(posted, 0, tariff.holidays)
    earliest, latest = tariff.delivery[product]
    return working_days_after(start, earliest, tariff.holidays), working_days_after(start, latest, tariff.holidays)


def read_posting_date(typed: str, today: date) -> date | Text:
    """The day a letter should be posted, from tomorrow to 180 days ahead, or the sentence that asks again."""
    found = read_date(typed)
    if isinstance(found, Misread):
        return text(
            "delivery",
            "We could not read a posting date in this. Could you please write it as day, month, year?"
            " Example: {example}",
            example=today + timedelta(days=7),
        )
    if found <= today:
        return text(
            "delivery",
            "This day is too early: {date}. The first day you can choose is: {first}",
            date=found,
            first=today + timedelta(days=1),
        )
    if found > today + POSTING_AHEAD:
        return text(
            "delivery",
            "This day is too far ahead: {date}. The last day you can choose is: {last}",
            date=found,
            last=today + POSTING_AHEAD,
        )
    return found
