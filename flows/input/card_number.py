"""Numbers of payment cards: they reach us nowhere, and what holds one is not kept (PCI DSS 3.2.1, req. 3)."""

from __future__ import annotations

import re

from stdnum import luhn

from flows.words.digits import ascii_digits

__all__ = ["has_card_number"]

_RUN = re.compile(
    r"(?<!\d)(?<!\b[a-fA-F])(?<![\da-fA-F][a-fA-F])"
    r"[2-69](?:[ .\-\u00a0]?\d){12,18}"
    r"(?!\d)(?![a-fA-F](?:[\da-fA-F]|\b))"
)
"""13 to 19 digits as they stand on a card: alone, in groups or behind a word, and no part of a hexadecimal name. The
first one is the industry's (ISO/IEC 7812-1): 3 travel, 2 4 5 6 banks, 9 a country's own (Troy). Milliseconds since 1970
begin with 1."""


def has_card_number(words: str) -> bool:
    """Whether somewhere in it stands a number that a card could bear: 13 to 19 digits with their check digit."""
    if sum(map(str.isdecimal, words)) < 13:
        return False
    return any(luhn.is_valid(re.sub(r"\D", "", found[0])) for found in _RUN.finditer(ascii_digits(words)))
