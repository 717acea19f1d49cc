"""Whole kuruş: how a share of an amount is rounded, and what of a price is left without its VAT."""

from __future__ import annotations

from flows.words.text import Kurus

__all__ = ["net_of", "share"]


def share(amount: int, part: int, whole: int) -> int:
    """part / whole of an amount of at least nothing. Half a kuruş and more counts as one (Law 5083, m.2)."""
    return (2 * amount * part + whole) // (2 * whole)


def net_of(gross: Kurus, percent: int) -> Kurus:
    """A price without the VAT inside it; the VAT is what is left of the price, so that both make it up.

    A price by tariff includes its VAT (VAT Law 3065, m.20/4), and VAT is due on what is left after a discount (m.25/a).
    """
    return Kurus(share(gross.amount, 100, 100 + percent))
