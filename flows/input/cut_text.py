"""A text that is longer than one message: where a messenger's client cuts it, and what stood at the cut."""

from __future__ import annotations

from flows.words.text import units

__all__ = ["CUT_SECONDS", "may_be_cut", "seam"]

CUT_AT = 4096
"""UTF-16 units at which a client cuts a long text into messages (Bot API, Message.text)."""
CUT_EARLIER = 300
"""Units before that within which Telegram's clients look for a blank, so as to cut between two words."""
CUT_SECONDS = 5
"""Between the parts of a text that was cut: they leave together, and Telegram dates them by the second."""


def may_be_cut(words: str) -> bool:
    """Whether a client may have cut a longer text at the end of this message."""
    return CUT_AT - CUT_EARLIER <= units(words) <= CUT_AT


def seam(before: str, after: str) -> str:
    """What stood between two parts of a text that was cut: nothing inside a word, and between two words a blank, which
    Telegram takes off the ends of messages. A client that found a blank in time had room for the next letter."""
    if before[-1:].isspace() or after[:1].isspace() or units(before + after[:1]) > CUT_AT:
        return ""
    return " "
