"""Marks that nobody sees and keyboards leave behind: zero-width spaces, direction marks, soft hyphens, joiners."""

from __future__ import annotations

import regex  # type: ignore[import-untyped]

__all__ = ["answered", "unmarked"]

# Default_Ignorable_Code_Point (Unicode, UAX 44). Variation selectors and tags choose how an emoji looks: they stay.
_MARK = r"[\p{Default_Ignorable_Code_Point}--[\uFE00-\uFE0F\U000E0020-\U000E01EF]]"
_MARKS = regex.compile(_MARK, regex.V1)
_SEEN = rf"[^\s{_MARK}]"
_JOINER = r"[\u200C\u200D]"  # between two letters Persian and the scripts of India need it, and so does a family emoji
_STRAY = regex.compile(rf"(?!(?<={_SEEN}){_JOINER}+(?={_SEEN})){_MARK}", regex.V1)
_DOTTED = regex.compile(r"i\u0307+")


def unmarked(typed: str) -> str:
    """Without any such mark: for what has no script of its own, as an e-mail address, and for comparing."""
    return typed if typed.isascii() else str(_MARKS.sub("", typed))


def answered(typed: str) -> str:
    """An answer as it was meant: without stray marks, and "i" for the i with a second dot that İ becomes in small.

    A joiner between two letters stays, because scripts need it.
    """
    if typed.isascii():
        return typed
    return str(_DOTTED.sub("i", _STRAY.sub("", typed)))
