"""Long words in pieces that fit a message of a messenger, cut where a reader would pause."""

from __future__ import annotations

from typing import Final

import regex  # type: ignore[import-untyped]

from flows.words.text import units

__all__ = ["split"]

PAUSES: Final = ("\n\n", "\n", " ")
"""Where to cut, the best place first: between paragraphs, lines, words."""
LETTERS: Final = regex.compile(r"\X")
"""What is read as one letter, with its marks (UAX 29)."""


def split(words: str, limit: int) -> list[str]:
    """In pieces of at most so many UTF-16 units; nothing but blanks is lost, and only where it is cut.

    A place to pause is taken from the second half of a piece on. Elsewhere no letter parts from its marks; one that is
    longer than a message is cut between code points.
    """
    if limit < 2:
        raise ValueError("a letter may need two units")
    pieces = []
    while units(words) > limit:
        cut = _cut(words, limit)
        pieces.append(words[:cut].rstrip())
        words = words[cut:].lstrip()
    return [piece for piece in (*pieces, words) if piece] or [""]


def _cut(words: str, limit: int) -> int:
    """The best place to cut within the limit."""
    end = _fitting(words, limit)
    for pause in PAUSES:
        at = words.rfind(pause, end // 2, end + len(pause))
        if at > 0:
            return at
    return max((found.start() for found in LETTERS.finditer(words, 0, end + 1)), default=0) or end


def _fitting(words: str, limit: int) -> int:
    """How many characters fit."""
    end = min(len(words), limit)
    while (over := units(words[:end]) - limit) > 0:
        end -= (over + 1) // 2
    return end
