"""How many sheets a letter takes, and what they weigh with their envelope."""

from __future__ import annotations

from flows.price.tariff import PaperWeight, default_tariff

__all__ = ["sheets_of", "weight_grams"]


def sheets_of(pages: int) -> int:
    """Sheets of paper for a number of pages: two a sheet, which is printed on both sides."""
    if pages < 1:
        raise ValueError("A letter has at least one page.")
    return (pages + 1) // 2


def weight_grams(sheets: int, paper: PaperWeight | None = None) -> int:
    """Grams of sheets and envelope, rounded up: the scale at the counter decides by whole grams."""
    paper = paper or default_tariff().paper
    return -(-(sheets * paper.sheet_milligrams + paper.envelope_milligrams) // 1000)
