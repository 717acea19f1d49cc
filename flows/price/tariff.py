"""The tariff file as values: what printing and postage cost on which day, how long they take, what is taken off."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any, Final

from flows.price.discounts import BirthdayDiscount, Code, read_birthday, read_codes
from flows.price.fields import day, flag, no_others, number, table
from flows.price.product import Product

__all__ = ["NoPrices", "PaperWeight", "Prices", "Product", "Tariff", "default_tariff", "read_tariff"]


class NoPrices(ValueError):
    """No prices are in force on a day: before the first, or after the last where the file says that they end."""


@dataclass(frozen=True, slots=True)
class PaperWeight:
    """What a letter weighs: milligrams of one sheet and of the envelope."""

    sheet_milligrams: int
    envelope_milligrams: int


@dataclass(frozen=True, slots=True)
class Prices:
    """The prices in force from one day on, in kuruş.

    first_sheet: printing, envelope and postage of one sheet in the lightest step.
    sheet: printing each further sheet.
    steps: (grams up to and including, kuruş above the lightest step), rising.
    vat_percent: the VAT that the prices include. valid_until: the last day of prices that nothing follows yet.
    photo_page: a page of one to four photos; None where none is printed.
    """

    valid_from: date
    first_sheet: Mapping[Product, int]
    sheet: int
    steps: tuple[tuple[int, int], ...]
    vat_percent: int = 0
    valid_until: date | None = None
    photo_page: int | None = None


@dataclass(frozen=True, slots=True)
class Tariff:
    """A tariff file as values: prices by day, paper, working days to delivery, days without post, discounts.

    version: its name, which each order keeps. codes: by their key.
    """

    prices: tuple[Prices, ...]
    paper: PaperWeight
    delivery: Mapping[Product, tuple[int, int]]
    holidays: frozenset[date]
    version: str = ""
    codes: Mapping[str, Code] = field(default_factory=dict)
    birthday: BirthdayDiscount | None = None

    def in_force(self, at: date) -> Prices:
        """The prices of a day. Errors: NoPrices before the first of them, and after the last where they end."""
        known = [prices for prices in self.prices if prices.valid_from <= at]
        if not known:
            raise NoPrices(f"The tariff has no prices for {at}; its first ones start on {self.prices[0].valid_from}.")
        end = known[-1].valid_until
        if end is not None and end < at:
            raise NoPrices(f"The tariff has no prices for {at}; its last ones ended on {end}. Add a [[prices]] table.")
        return known[-1]

    def codes_on(self, at: date) -> tuple[Code, ...]:
        """The discount codes that are valid on a day."""
        return tuple(code for code in self.codes.values() if code.valid_from <= at <= code.valid_until)


VERSION: Final = re.compile(r"[0-9A-Za-z._-]{1,40}")
FILE_FIELDS: Final = ("version", "paper", "delivery", "prices", "holidays", "codes", "birthday")
PRICE_FIELDS: Final = ("valid_from", "valid_until", "vat_percent", "sheet", "photo_page", "first_sheet", "steps")


def read_tariff(toml_text: str) -> Tariff:
    """A tariff from the text of its TOML file; ValueError with a sentence naming the field and the remedy."""
    try:
        file = tomllib.loads(toml_text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"The tariff file is not valid TOML: {error}.") from error
    paper = table(file, "paper", "the tariff file")
    periods = file.get("prices")
    if not isinstance(periods, list) or not periods:
        raise ValueError("The tariff file has no [[prices]] table; write one with valid_from.")
    prices = tuple(sorted((_prices(period) for period in periods), key=lambda period: period.valid_from))
    _follow(prices)
    found = Tariff(
        version=_version(file),
        prices=prices,
        paper=_paper(paper),
        delivery=_delivery(table(file, "delivery", "the tariff file")),
        holidays=_holidays(table(file, "holidays", "the tariff file")),
        codes=read_codes(file),
        birthday=read_birthday(file),
    )
    no_others(file, FILE_FIELDS, "The tariff file")
    return found


@cache
def default_tariff() -> Tariff:
    """The tariff that ships with MektupX: sample prices for the demo."""
    return read_tariff(resources.files("flows.data").joinpath("tariff.toml").read_text("utf-8"))


def _paper(paper: Mapping[str, Any]) -> PaperWeight:
    """duplex stands in tariffs of before: it was no choice, for the paper itself is laid out for both sides."""
    if "duplex" in paper and not flag(paper, "duplex", "[paper]"):
        raise ValueError(
            "[paper]: duplex is false, but each letter is printed on both sides of its sheets, and priced so. Leave the"
            " line out."
        )
    no_others(paper, ("sheet_milligrams", "envelope_milligrams", "duplex"), "[paper]")
    return PaperWeight(
        number(paper, "sheet_milligrams", "[paper]", least=1), number(paper, "envelope_milligrams", "[paper]")
    )


def _version(file: Mapping[str, Any]) -> str:
    found = file.get("version")
    if not isinstance(found, str) or not VERSION.fullmatch(found):
        raise ValueError(
            "The tariff file has no version of 1 to 40 letters, digits, dots and hyphens; write one above all tables,"
            ' such as version = "2026-1".'
        )
    return found


def _follow(prices: Iterable[Prices]) -> None:
    """Each day has one price: periods neither start together, nor overlap, nor leave days out between them."""
    for one, following in pairwise(prices):
        if one.valid_from == following.valid_from:
            raise ValueError("Two [[prices]] tables start on the same day; keep one of them.")
        eve = following.valid_from - timedelta(days=1)
        if one.valid_until not in (None, eve):
            raise ValueError(
                f"[[prices]] from {one.valid_from}: valid_until is {one.valid_until}, but the next prices start on"
                f" {following.valid_from}. Leave valid_until out, or write {eve}."
            )


def _prices(period: object) -> Prices:
    if not isinstance(period, dict):
        raise ValueError("The tariff's prices are no [[prices]] tables; write [[prices]] above each of them.")
    start = day(period.get("valid_from"), "valid_from in [[prices]]")
    where = f"[[prices]] from {start}"
    end = day(period["valid_until"], f"valid_until in {where}") if "valid_until" in period else None
    if end is not None and end < start:
        raise ValueError(f"{where}: valid_until lies before valid_from; write the last day of these prices.")
    first = table(period, "first_sheet", where)
    steps = _steps(period, where)
    found = Prices(
        valid_from=start,
        first_sheet={product: number(first, product.value, f"{where}, first_sheet", least=1) for product in Product},
        sheet=number(period, "sheet", where),
        steps=steps,
        vat_percent=number(period, "vat_percent", where, most=100),
        valid_until=end,
        photo_page=number(period, "photo_page", where) if "photo_page" in period else None,
    )
    no_others(first, [product.value for product in Product], f"{where}, first_sheet")
    no_others(period, PRICE_FIELDS, where)
    return found


def _steps(period: Mapping[str, Any], where: str) -> tuple[tuple[int, int], ...]:
    found = period.get("steps")
    if not isinstance(found, list) or not found or not all(isinstance(step, dict) for step in found):
        raise ValueError(f"{where}: there are no [[prices.steps]]; write grams and extra for each weight step.")
    steps = tuple((number(step, "grams", where, least=1), number(step, "extra", where)) for step in found)
    weights, extras = [grams for grams, _ in steps], [extra for _, extra in steps]
    if weights != sorted(set(weights)) or extras != sorted(extras):
        raise ValueError(f"{where}: the steps do not rise; write them from light to heavy, each at least as dear.")
    return steps


def _delivery(fields: Mapping[str, Any]) -> dict[Product, tuple[int, int]]:
    found: dict[Product, tuple[int, int]] = {}
    for product in Product:
        match fields.get(product.value):
            case [int(earliest), int(latest)] if 0 <= earliest <= latest:
                found[product] = earliest, latest
            case _:
                raise ValueError(
                    f"[delivery]: {product.value} is not [earliest, latest] in working days, such as [2, 5]."
                )
    no_others(fields, [product.value for product in Product], "[delivery]")
    return found


def _holidays(fields: Mapping[str, Any]) -> frozenset[date]:
    days = fields.get("days")
    if not isinstance(days, list):
        raise ValueError("[holidays]: days is not a list of dates, such as [2026-10-29].")
    no_others(fields, ("days",), "[holidays]")
    return frozenset(day(one, "days in [holidays]") for one in days)
