"""Whole kuruş: how a share of an amount is rounded, and which part of a price is VAT."""

from __future__ import annotations

from flows.words.text import Kurus

__all__ = ["share", "vat_in"]


def share(amount: int, part: int, whole: int) -> int:
    """part / whole of an amount of at least nothing. Half a kuruş and more counts as one (Law 5083, m.2)."""
    return (2 * amount * part + whole) // (2 * whole)


def vat_in(total: Kurus, percent: int) -> Kurus:
    """The VAT inside a price that includes it; the rest is the net price, so that both make the total.

    A price by tariff includes its VAT (VAT Law 3065, m.20/4), and VAT is due on what is left after a discount (m.25/a).
    """
    return Kurus(share(total.amount, percent, 100 + percent))
