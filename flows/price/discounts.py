"""What the operator takes off a price: discount codes and the birthday discount, as the tariff file says them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from flows.price.fields import day, listed, no_others, number, table
from flows.price.product import Product
from flows.price.rounding import share
from flows.words.text import Kurus, Percent
from flows.words.turkish import fold

__all__ = ["LEAST_TOTAL", "BirthdayDiscount", "Code", "Offer", "Reduction", "code_key", "read_birthday", "read_codes"]

LEAST_TOTAL: Final = 100
"""Kuruş that are always left to pay: no institution opens a page for nothing."""
LETTERS: Final = range(3, 25)
"""How many letters and digits a code has."""


@dataclass(frozen=True, slots=True)
class Reduction:
    """A share of the price or a fixed amount; the other one is 0."""

    percent: int = 0
    kurus: int = 0

    def off(self, price: int) -> int:
        """Kuruş that it takes off a price, never more than leaves LEAST_TOTAL."""
        wished = share(price, self.percent, 100) if self.percent else self.kurus
        return max(0, min(wished, price - LEAST_TOTAL))

    @property
    def shown(self) -> Percent | Kurus:
        return Percent(self.percent) if self.percent else Kurus(self.kurus)


@dataclass(frozen=True, slots=True)
class Offer:
    """A reduction that an order may have. code: the key of the discount code it comes from, "" for the birthday."""

    reduction: Reduction
    code: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """A discount code. uses: in all, None without a limit. products: of which one must be ordered."""

    name: str
    reduction: Reduction
    valid_from: date
    valid_until: date
    uses: int | None
    per_person: int
    products: frozenset[Product]

    @property
    def key(self) -> str:
        return code_key(self.name)


@dataclass(frozen=True, slots=True)
class BirthdayDiscount:
    """For those who have consented: on an order at most so many days before or after the birthday, once a year."""

    reduction: Reduction
    days: int

    def birthday_near(self, birth: date, today: date) -> date | None:
        """The birthday that today is near enough to; it may be last year's or next year's."""
        reach = timedelta(days=self.days)
        near = (_birthday(birth, today.year + away) for away in (-1, 0, 1))
        return next((found for found in near if abs(found - today) <= reach), None)


def _birthday(birth: date, year: int) -> date:
    try:
        return birth.replace(year=year)
    except ValueError:  # 29 February in a common year: 1 March, as for the age (flows/input/age.py)
        return date(year, 3, 1)


def code_key(typed: str) -> str:
    """What a code is known by, however it is typed: "hoş geldın", "HOŞ-GELDİN" and "HOSGELDIN" are one."""
    return "".join(sign for sign in fold(typed) if sign.isalnum()).upper()


# Reading --------------------------------------------------------------------------------------------------------------


def read_codes(file: Mapping[str, Any]) -> Mapping[str, Code]:
    """The [[codes]] of a tariff file by their key; ValueError with a sentence."""
    found: dict[str, Code] = {}
    for fields in listed(file, "codes"):
        code = _code(fields)
        if code.key in found:
            raise ValueError(
                f"[[codes]]: {code.name} and {found[code.key].name} are the same code however they are typed;"
                " keep one of them."
            )
        found[code.key] = code
    return found


CODE_FIELDS: Final = ("code", "percent", "kurus", "valid_from", "valid_until", "uses", "per_person", "products")


def _code(fields: Mapping[str, Any]) -> Code:
    name = fields.get("code")
    key = code_key(name) if isinstance(name, str) else ""
    if not isinstance(name, str) or len(key) not in LETTERS or not key.isascii():
        raise ValueError(
            f"[[codes]]: code is not a word of {LETTERS.start} to {LETTERS.stop - 1} letters and digits,"
            ' such as "MEKTUP10".'
        )
    where = f"[[codes]] {name}"
    start = day(fields.get("valid_from"), f"valid_from in {where}")
    end = day(fields.get("valid_until"), f"valid_until in {where}")
    if end < start:
        raise ValueError(f"{where}: valid_until lies before valid_from; the code would never be valid.")
    found = Code(
        name=name,
        reduction=_reduction(fields, where),
        valid_from=start,
        valid_until=end,
        uses=number(fields, "uses", where, least=1, most=1_000_000) if "uses" in fields else None,
        per_person=number({"per_person": 1, **fields}, "per_person", where, least=1, most=1_000),
        products=_products(fields, where),
    )
    no_others(fields, CODE_FIELDS, where)
    return found


def _products(fields: Mapping[str, Any], where: str) -> frozenset[Product]:
    known = [product.value for product in Product]
    found = fields.get("products", known)
    if not isinstance(found, list) or not found or not all(one in known for one in found):
        raise ValueError(f"{where}: products is not a list of products. Known: {', '.join(known)}.")
    return frozenset(Product(one) for one in found)


def _reduction(fields: Mapping[str, Any], where: str) -> Reduction:
    if ("percent" in fields) == ("kurus" in fields):
        raise ValueError(f"{where}: write either percent or kurus, such as percent = 10 or kurus = 500.")
    if "percent" in fields:
        return Reduction(percent=number(fields, "percent", where, least=1, most=99))
    return Reduction(kurus=number(fields, "kurus", where, least=1))


def read_birthday(file: Mapping[str, Any]) -> BirthdayDiscount | None:
    """The [birthday] of a tariff file, None where there is none; ValueError with a sentence."""
    if "birthday" not in file:
        return None
    fields = table(file, "birthday", "the tariff file")
    reduction = _reduction(fields, "[birthday]")
    found = BirthdayDiscount(reduction, number(fields, "days", "[birthday]", least=0, most=30))
    no_others(fields, ("percent", "kurus", "days"), "[birthday]")
    return found
