"""What a line of a letter is by the way it is written: date and place, an item of a list, or the closing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Final

import regex  # type: ignore[import-untyped]

from flows.words.dates import read_date

__all__ = ["closing", "dated", "markers"]

_PLACE: Final = 3  # words of a place, or a weekday, beside the date: "Ankara, 5 Mart 1990 Pazartesi"
_SHORT: Final = 40  # characters of a greeting or a name
_SIGN: Final = r"[-–—•*▪◦·‣]"
_COUNT: Final = r"(?:\d{1,3}[.)]|\p{Ll}\))"
_MARKER: Final = regex.compile(rf" *(?:{_SIGN}|{_COUNT}) +(?=\S)")
_COUNTED: Final = regex.compile(rf" *{_COUNT}")


def dated(line: str) -> bool:
    """Whether it is a date, with a place before or behind it and nothing else: no sentence that names a day."""
    words = line.split()
    if not words or words[-1].endswith(("!", "?", ":")) or (len(words) > 1 and words[-1].endswith(".")):
        return False
    for start in range(min(_PLACE, len(words) - 1) + 1):
        before = words[:start]
        if before and not before[-1].endswith((",", "/")) and not (start == 1 and before[0][:1].isupper()):
            continue
        for end in range(len(words), start, -1):
            if len(words) - end <= _PLACE - 1 and isinstance(read_date(" ".join(words[start:end])), date):
                return True
    return False


def markers(lines: Sequence[str]) -> list[str]:
    """The beginning of each line behind which its further lines hang: "- ", "2. "; "" where it is no item of a list.

    A number alone makes no list: "5. sınıfa geçti" is a sentence. It takes a neighbour.
    """
    found = [match[0] if (match := _MARKER.match(line)) else "" for line in lines]
    counted = [bool(marker and _COUNTED.match(marker)) for marker in found]
    kept = {place for place, one in enumerate(counted) if not one}
    for here, there in pairwise(range(len(lines))):
        if counted[here] and counted[there]:
            kept |= {here, there}
    return [marker if place in kept else "" for place, marker in enumerate(found)]


def closing(greeting: str, name: str) -> bool:
    """Whether the last two lines of a letter, a blank line between them, are its end: "Sevgiler," and a name."""
    return greeting.rstrip().endswith(",") and max(len(greeting.strip()), len(name.strip())) <= _SHORT
