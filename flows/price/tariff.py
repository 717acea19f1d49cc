"""The tariff file as values: what printing and postage cost from which day on, how long delivery takes."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from importlib import resources
from typing import Any

__all__ = ["PaperWeight", "Prices", "Product", "Tariff", "default_tariff", "read_tariff"]


class Product(Enum):
    """How a letter travels. Advice of delivery exists on registered letters only, so it is a product of its own."""

    NORMAL = "normal"
    REGISTERED = "taahhutlu"
    ADVICE = "alma_haberli"


@dataclass(frozen=True, slots=True)
class PaperWeight:
    """What a letter weighs: milligrams of one sheet and of the envelope; duplex prints two pages on a sheet."""

    sheet_milligrams: int
    envelope_milligrams: int
    duplex: bool = True


@dataclass(frozen=True, slots=True)
class Prices:
    """The prices in force from one day on, in kuruş.

    first_sheet: printing, envelope and postage of one sheet in the lightest step.
    sheet: printing each further sheet.
    steps: (grams up to and including, kuruş above the lightest step), rising.
    """

    valid_from: date
    first_sheet: Mapping[Product, int]
    sheet: int
    steps: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Tariff:
    """A tariff file as values: prices by day, paper, working days to delivery, days without post."""

    prices: tuple[Prices, ...]
    paper: PaperWeight
    delivery: Mapping[Product, tuple[int, int]]
    holidays: frozenset[date]

    def in_force(self, at: date) -> Prices:
        """The prices of a day; ValueError before the first of them."""
        known = [prices for prices in self.prices if prices.valid_from <= at]
        if not known:
            raise ValueError(f"The tariff has no prices for {at}; its first ones start on {self.prices[0].valid_from}.")
        return known[-1]


def read_tariff(toml_text: str) -> Tariff:
    """A tariff from the text of its TOML file; ValueError with a sentence naming the field and the remedy."""
    try:
        file = tomllib.loads(toml_text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"The tariff file is not valid TOML: {error}.") from error
    paper = _table(file, "paper", "the tariff file")
    periods = file.get("prices")
    if not isinstance(periods, list) or not periods:
        raise ValueError("The tariff file has no [[prices]] table; write one with valid_from.")
    prices = tuple(sorted((_prices(period) for period in periods), key=lambda period: period.valid_from))
    if len({period.valid_from for period in prices}) != len(prices):
        raise ValueError("Two [[prices]] tables start on the same day; keep one of them.")
    return Tariff(
        prices=prices,
        paper=PaperWeight(
            _number(paper, "sheet_milligrams", "[paper]", least=1),
            _number(paper, "envelope_milligrams", "[paper]"),
            _flag(paper, "duplex", "[paper]"),
        ),
        delivery=_delivery(_table(file, "delivery", "the tariff file")),
        holidays=_holidays(_table(file, "holidays", "the tariff file")),
    )


@cache
def default_tariff() -> Tariff:
    """The tariff that ships with MektupX: sample prices for the demo."""
    return read_tariff(resources.files("flows.data").joinpath("tariff.toml").read_text("utf-8"))


def _prices(period: object) -> Prices:
    if not isinstance(period, dict):
        raise ValueError("The tariff's prices are no [[prices]] tables; write [[prices]] above each of them.")
    start = _day(period.get("valid_from"), "valid_from in [[prices]]")
    where = f"[[prices]] from {start}"
    first = _table(period, "first_sheet", where)
    found = period.get("steps")
    if not isinstance(found, list) or not found or not all(isinstance(step, dict) for step in found):
        raise ValueError(f"{where}: there are no [[prices.steps]]; write grams and extra for each weight step.")
    steps = tuple((_number(step, "grams", where, least=1), _number(step, "extra", where)) for step in found)
    if list(steps) != sorted(set(steps)) or [extra for _, extra in steps] != sorted(extra for _, extra in steps):
        raise ValueError(f"{where}: the steps do not rise; write them from light to heavy, each at least as dear.")
    return Prices(
        valid_from=start,
        first_sheet={product: _number(first, product.value, f"{where}, first_sheet", least=1) for product in Product},
        sheet=_number(period, "sheet", where),
        steps=steps,
    )


def _delivery(table: Mapping[str, Any]) -> dict[Product, tuple[int, int]]:
    found: dict[Product, tuple[int, int]] = {}
    for product in Product:
        match table.get(product.value):
            case [int(earliest), int(latest)] if 0 <= earliest <= latest:
                found[product] = earliest, latest
            case _:
                raise ValueError(
                    f"[delivery]: {product.value} is not [earliest, latest] in working days, such as [2, 5]."
                )
    return found


def _holidays(table: Mapping[str, Any]) -> frozenset[date]:
    days = table.get("days")
    if not isinstance(days, list):
        raise ValueError("[holidays]: days is not a list of dates, such as [2026-10-29].")
    return frozenset(_day(day, "days in [holidays]") for day in days)


def _table(file: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any]:
    found = file.get(name)
    if not isinstance(found, dict):
        raise ValueError(f"{where[0].upper()}{where[1:]} has no table {name}; see the sample tariff.")
    return found


def _number(table: Mapping[str, Any], name: str, where: str, *, least: int = 0) -> int:
    found = table.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or found < least:
        raise ValueError(f"{where}: {name} is not a whole number of at least {least}; amounts are in kuruş.")
    return found


def _flag(table: Mapping[str, Any], name: str, where: str) -> bool:
    found = table.get(name)
    if not isinstance(found, bool):
        raise ValueError(f"{where}: {name} is neither true nor false.")
    return found


def _day(found: object, where: str) -> date:
    if not isinstance(found, date) or isinstance(found, datetime):
        raise ValueError(f"{where}: a date without quotes is expected, such as 2026-10-29.")
    return found
