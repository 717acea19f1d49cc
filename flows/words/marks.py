"""How many combining marks one letter carries: chat and paper count alike."""

from __future__ import annotations

import unicodedata
from typing import Final

import regex  # type: ignore[import-untyped]

__all__ = ["LIMIT", "too_many"]

LIMIT: Final = 8
"""Combining marks on one character. Real scripts need four, hundreds slow the layout (docs/design.md, "Limits")."""

_WITHIN: Final = 3  # marks that one code point can hold, as ᾯ does
_MARK: Final = regex.compile(r"[\p{Mn}\p{Me}]")
_GRAPHEME: Final = regex.compile(r"\X")
# Joiners, selectors and blanks without width (UAX 44) part a run of marks on the screen only: on paper it climbs on.
_UNSEEN: Final = regex.compile(r"\p{Default_Ignorable_Code_Point}+")


def too_many(words: str) -> bool:
    """Whether a grapheme cluster (UAX 29) carries more, those inside an "É" counted, too; one pass, before anything
    sorts a hundred thousand marks."""
    if words.isascii():
        return False
    seen = _UNSEEN.sub("", words)
    if len(_MARK.findall(seen)) <= LIMIT - _WITHIN:
        return False
    return any(_carried(cluster) > LIMIT for cluster in _GRAPHEME.findall(seen) if len(cluster) > LIMIT - _WITHIN)


def _carried(cluster: str) -> int:
    return sum(len(_MARK.findall(unicodedata.normalize("NFD", sign))) for sign in cluster)
