"""Amounts of money as people type them and as statements print them: "12,50", "12.50", "1.234,50"."""

from __future__ import annotations

import re
from typing import Final

from flows.words.text import Kurus

__all__ = ["LARGEST", "amount_first", "lira"]

LARGEST: Final = Kurus(100_000_000)
"""A million lira: no letter costs as much, and no sum of a statement's line either."""

_TYPED: Final = re.compile(r"(?a)(\d{1,7})(?:[.,](\d\d))?")
_GROUPED: Final = re.compile(r"(?a)(\d{1,3}(?:\.\d{3})+),(\d\d)")
_EXPORTED: Final = re.compile(r"(?a)(\d{1,7})(?:[.,](\d{1,2}|\d\d0{2,}))?")
_EXPORTED_GROUPED: Final = re.compile(r"(?a)(\d{1,3}(?:\.\d{3})+),(\d{1,2})|(\d{1,3}(?:,\d{3})+)\.(\d{1,2})")
_MARK: Final = re.compile(r"(?i)^(?:₺|TL|TRY)\s*|\s*(?:₺|TL|TRY)$")
_FIRST: Final = re.compile(r"(?i)([-+]?\d\S*)(?:\s*(?:₺|TL|TRY)(?=\s|$))?")


def lira(typed: str, *, exported: bool = False) -> Kurus | None:
    """An amount of Turkish lira, or None for what could mean two amounts ("1.250", "12,5") or none.

    exported: as programs print it, too: "48.5", "48.50000000", "1,234.50". Three digits behind one sign stay unread:
    they may be a thousand.
    """
    bare = _MARK.sub("", typed.strip()).strip()
    if exported:
        found = _EXPORTED.fullmatch(bare) or _EXPORTED_GROUPED.fullmatch(bare)
    else:
        found = _TYPED.fullmatch(bare) or _GROUPED.fullmatch(bare)
    if found is None:
        return None
    whole, *parts = (part for part in found.groups() if part is not None)
    kurus = int(re.sub(r"\D", "", whole)) * 100 + int((parts[0] if parts else "0").ljust(2, "0")[:2])
    return Kurus(kurus) if kurus <= LARGEST.amount else None


def amount_first(words: str) -> tuple[str, str]:
    """ "12,50 TL lost" -> ("12,50", "lost"); ("", words) where they do not begin like a number."""
    found = _FIRST.match(words)
    return (found[1], words[found.end() :].strip()) if found else ("", words)
