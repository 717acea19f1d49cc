"""An order's number as people write and type it: "MX000123", read in one way everywhere."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["digits", "leading_number", "numbers_in", "order_number", "written"]

_NUMBER: Final = r"MX[ \t\u00a0\u202f]*([0-9]{1,12})(?![0-9A-Z])"
"""At most twelve digits: more than there are letters, and a number of any database."""
_TYPED: Final = re.compile(rf"(?ai)#?{_NUMBER}[.,;:]?")
_BARE: Final = re.compile(r"#?([0-9]{1,12})")
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


def leading_number(words: str) -> int:
    """The order whose number the words begin with, 0 where they begin with anything else."""
    found = _TYPED.match(words.lstrip())
    return int(found[1]) if found else 0


def numbers_in(words: str) -> frozenset[int]:
    """Every order that is named in free words."""
    return frozenset(int(found) for found in _INSIDE.findall(words))


def digits(number: str) -> str:
    """What a button carries of "MX000123": "123"."""
    return str(order_number(number))
