"""More accents than paper can stack on one letter are counted, however their run is broken up."""

from __future__ import annotations

import pytest

from flows.input.manuscript import clean
from flows.words.marks import too_many
from flows.words.text import Text
from rendering.checks import NotPrintable, survivable

ACUTE, BELOW, ENCLOSING = "\u0301", "\u0316", "\u20dd"

COUNTED: dict[str, tuple[str, bool]] = {
    "nothing": ("", False),
    "Turkish and Vietnamese": ("ğüşiöç ẫ ế", False),
    "eight": ("E" + ACUTE * 8, False),
    "nine": ("E" + ACUTE * 9, True),
    "seven on a letter that has one": ("É" + ACUTE * 7, False),
    "eight on a letter that has one": ("É" + ACUTE * 8, True),
    "six on a letter that has three": ("ᾯ" + ACUTE * 6, True),
    "eight on each of many letters": (("E" + ACUTE * 8) * 50, False),
    "above, below and around together": ("E" + (ACUTE + BELOW + ENCLOSING) * 3, True),
    "broken up by non-joiners": ("E" + (ACUTE * 8 + "\u200c") * 3, True),
    "broken up by joiners": ("E" + (ACUTE * 8 + "\u200d") * 3, True),
    "broken up by selectors": ("E" + (ACUTE * 8 + "\ufe0f") * 3, True),
    "broken up by tags": ("E" + (ACUTE * 8 + "\U000e0062") * 3, True),
    "broken up by blanks without width": ("E" + (ACUTE * 8 + "\u200b") * 3, True),
    "broken up by direction marks": ("E" + (ACUTE * 8 + "\u200e") * 3, True),
    "broken up by soft hyphens": ("E" + (ACUTE * 8 + "\u00ad") * 3, True),
    "at the beginning, without a letter": (ACUTE * 9, True),
    "a family with skin tones": ("👨🏽‍👩🏽‍👧🏽‍👦🏽" * 9, False),
    "flags of tags": ("🏴󠁧󠁢󠁥󠁮󠁧󠁿" * 9, False),
    "Hebrew with points": ("בְּרֵאשִׁ֖ית", False),
    "a Tibetan stack": ("ཧྐྵྨླྺྼྻྂ", False),
    "Devanagari": ("र्त्स्न्य", False),
}


@pytest.mark.parametrize("case", COUNTED)
def test_chat_and_paper_count_alike(case: str) -> None:
    words, refused = COUNTED[case]
    assert too_many(words) is refused
    answer = clean(words)
    assert (isinstance(answer, Text) and "accents" in answer.message) is refused
    if not refused:
        survivable(words)
        return
    with pytest.raises(NotPrintable, match="8 combining marks"):
        survivable(words)
