"""An order's number as people write and type it: "MX000123", read in one way everywhere."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["digits", "number_first", "numbers_apart", "numbers_in", "order_number", "written"]

_NUMBER: Final = r"MX[ \t\u00a0\u202f]*([0-9]{1,12})(?![0-9A-Z])"
"""At most twelve digits: more than there are letters, and a number of any database."""
_TYPED: Final = re.compile(rf"(?ai)#?{_NUMBER}[.,;:]?")
_BARE: Final = re.compile(r"#?([0-9]{1,12})")
_NAMED: Final = re.compile(rf"(?ai)#?(?<![0-9A-Z]){_NUMBER}")
_BARE_FIRST: Final = re.compile(rf"{_BARE.pattern}(?=\s|$)")
_INSIDE: Final = re.compile(rf"(?ai)(?<![0-9A-Z]){_NUMBER}")


def written(number: int) -> str:
    """123 -> "MX000123"."""
    return f"MX{number:06}"


def order_number(typed: str, *, bare: bool = False) -> int:
    """ "mx 123" -> 123; 0 for anything else. bare: "123" and "#123" too, where nothing but an order can be meant.

    Digits of other scripts are no number: one that a colleague cannot read must not name an order.
    """
    found = _TYPED.fullmatch(typed.strip()) or (_BARE.fullmatch(typed.strip()) if bare else None)
    return int(found[1]) if found else 0


def number_first(words: str, *, bare: bool = False) -> tuple[int, str]:
    """ "mx 123 again" -> (123, "again"); (0, words) where they begin with anything else. bare: as of order_number."""
    begun = words.lstrip()
    found = _TYPED.match(begun) or (_BARE_FIRST.match(begun) if bare else None)
    number = int(found[1]) if found else 0
    return (number, begun[found.end() :].strip()) if found and number else (0, words)


def numbers_in(words: str) -> frozenset[int]:
    """Every order that is named in free words."""
    return frozenset(int(found) for found in _INSIDE.findall(words))


def numbers_apart(words: str) -> tuple[tuple[int, ...], str]:
    """(the orders that are named in the words, the words without them)."""
    return tuple(int(found) for found in _NAMED.findall(words)), _NAMED.sub(" ", words)


def digits(number: str) -> str:
    """What a button carries of "MX000123": "123"."""
    return str(order_number(number))
