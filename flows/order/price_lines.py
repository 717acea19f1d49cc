"""A price explained line by line, as its sender reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flows.price.quote import Line, Part, Quote
from flows.price.tariff import Tariff
from flows.words.text import Count, Kurus, Percent, Text, Verbatim, plural, text

__all__ = ["code_name", "discount", "explained", "vat_inside"]

Say = Callable[[Line, Quote, Tariff, Text], Text]


def _further(line: Line, found: Quote, tariff: Tariff, product: Text) -> Text:
    return plural(
        "price", "{n} further sheet: {amount}", "{n} further sheets: {amount}", line.count, amount=line.amount
    )


def _discount(found: Quote, tariff: Tariff) -> Text:
    if not found.code:
        return text("price", "Birthday discount: −{amount}", amount=found.discount)
    return text(
        "price",
        "Discount code {code}: −{amount}",
        code=code_name(tariff, found.code),
        amount=found.discount,
    )


SAID: Mapping[Part, Say] = {
    Part.FIRST_SHEET: lambda line, found, tariff, product: text(
        "price", "First sheet, {product}: {amount}", product=product, amount=line.amount
    ),
    Part.FURTHER_SHEETS: _further,
    Part.WEIGHT: lambda line, found, tariff, product: text(
        "price", "Weight, up to {grams} g: {amount}", grams=Count(line.count), amount=line.amount
    ),
    Part.PHOTO_PAGE: lambda line, found, tariff, product: text("price", "Photo page: {amount}", amount=line.amount),
    Part.DISCOUNT: lambda line, found, tariff, product: _discount(found, tariff),
}


def explained(found: Quote, tariff: Tariff, product: Text) -> tuple[Text, ...]:
    """Each line of a quote; none where there is nothing to add up. product: how the sender calls it."""
    if len(found.lines) == 1:
        return ()
    return tuple(SAID[line.part](line, found, tariff, product) for line in found.lines)


def discount(found: Quote, tariff: Tariff) -> Text | None:
    """What was taken off and why, None where nothing was."""
    return _discount(found, tariff) if found.discount.amount else None


def vat_inside(percent: int, amount: Kurus) -> Text:
    """How much of a price is VAT."""
    return text("price", "VAT included ({percent}): {amount}", percent=Percent(percent), amount=amount)


def code_name(tariff: Tariff, key: str) -> Verbatim:
    """A code as the operator writes it."""
    known = tariff.codes.get(key)
    return Verbatim(known.name if known else key)
