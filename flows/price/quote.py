"""A quote: what a letter costs on a day, line by line, with its VAT, its discount and its tariff."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum

from flows.price.discounts import Offer
from flows.price.product import Product
from flows.price.rounding import net_of
from flows.price.tariff import Tariff
from flows.price.weight import weight_grams
from flows.words.text import Kurus

__all__ = ["Line", "Part", "Quote", "quote"]


class Part(Enum):
    """What a line of a quote is for."""

    FIRST_SHEET = "first_sheet"  # printed, in its envelope, with the product's postage in the lightest step
    FURTHER_SHEETS = "further_sheets"
    WEIGHT = "weight"  # what the post asks above its lightest step
    PHOTO_PAGE = "photo_page"
    DISCOUNT = "discount"


@dataclass(frozen=True, slots=True)
class Line:
    """An amount, VAT included; a discount's is negative. count: sheets, or grams up to which the weight step goes."""

    part: Part
    amount: Kurus
    count: int = 0


@dataclass(frozen=True, slots=True)
class Quote:
    """tariff: the name of its version. offer: the discount among the lines, None without one."""

    product: Product
    lines: tuple[Line, ...]
    tariff: str
    day: date
    vat_percent: int
    offer: Offer | None = None

    @property
    def total(self) -> Kurus:
        return Kurus(sum(line.amount.amount for line in self.lines))

    @property
    def net(self) -> Kurus:
        return net_of(self.total, self.vat_percent)

    @property
    def vat(self) -> Kurus:
        return Kurus(self.total.amount - self.net.amount)

    @property
    def discount(self) -> Kurus:
        """What was taken off."""
        return Kurus(-sum(line.amount.amount for line in self.lines if line.part is Part.DISCOUNT))

    @property
    def code(self) -> str:
        """The key of the discount code that was used, "" where none was."""
        return self.offer.code if self.offer else ""


def quote(
    tariff: Tariff, product: Product, sheets: int, at: date, offers: Iterable[Offer] = (), *, photos: bool = False
) -> Quote:
    """By the prices of the day `at`, with the best of the offers; the first one where two are equal.

    sheets: all of them. photos: whether one of their pages is a photo page. Errors: ValueError above the heaviest
    step; NoPrices.
    """
    lines = (*_lines(tariff, product, sheets, at), *(_photo_page(tariff, at) if photos else ()))
    gross = sum(line.amount.amount for line in lines)
    best = max(offers, key=lambda offer: offer.reduction.off(gross), default=None)
    off = best.reduction.off(gross) if best else 0
    if off:
        lines = (*lines, Line(Part.DISCOUNT, Kurus(-off)))
    return Quote(product, lines, tariff.version, at, tariff.in_force(at).vat_percent, best if off else None)


def _lines(tariff: Tariff, product: Product, sheets: int, at: date) -> Iterator[Line]:
    if sheets < 1:
        raise ValueError("A letter has at least one sheet.")
    prices = tariff.in_force(at)
    weight = weight_grams(sheets, tariff.paper)
    grams, extra = next(((grams, extra) for grams, extra in prices.steps if weight <= grams), (0, 0))
    if not grams:
        raise ValueError(f"The tariff's heaviest step is {prices.steps[-1][0]} g; this letter weighs {weight} g.")
    yield Line(Part.FIRST_SHEET, Kurus(prices.first_sheet[product]), 1)
    if sheets > 1 and prices.sheet:
        yield Line(Part.FURTHER_SHEETS, Kurus((sheets - 1) * prices.sheet), sheets - 1)
    if extra:
        yield Line(Part.WEIGHT, Kurus(extra), grams)


def _photo_page(tariff: Tariff, at: date) -> Iterator[Line]:
    """Nothing more where the prices have changed since it was taken, and have none for it any more."""
    cost = tariff.in_force(at).photo_page
    if cost:
        yield Line(Part.PHOTO_PAGE, Kurus(cost), 1)
