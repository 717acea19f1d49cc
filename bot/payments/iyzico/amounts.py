"""Amounts between kuruş, which we count in, and the decimal lira that iyzico writes. None is ever a float."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from flows.words.text import Kurus

__all__ = ["kurus", "plain"]

LARGEST: Final = 10**12
"""Kuruş; no letter costs so much, and a number such as 1E999999 is turned away before anything is computed with it."""

FINEST: Final = -20
"""The exponent of the last digit read; iyzico itself writes eight decimals."""


def kurus(amount: Decimal) -> Kurus:
    """ "20.00000000" as 2000. ValueError for what is no amount: below zero, endless, or with parts of a kuruş."""
    if not _sober(amount):
        raise ValueError("This is no amount of money.")
    over, under = amount.as_integer_ratio()
    whole, rest = divmod(over * 100, under)
    if rest or not 0 <= whole <= LARGEST:
        raise ValueError("This is no amount of money.")
    return Kurus(whole)


def plain(amount: Decimal) -> str:
    """As iyzico signs it: without zeros at the end. 10.50 is "10.5", 10.0 is "10"."""
    if not _sober(amount):
        raise ValueError("This is no amount of money.")
    words = format(amount, "f")
    return words.rstrip("0").rstrip(".") if "." in words else words


def _sober(amount: Decimal) -> bool:
    exponent = amount.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= FINEST and amount.adjusted() <= len(str(LARGEST))
