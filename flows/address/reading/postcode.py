"""The postcode in a run of words: five digits, or nearly so, beside the place or with its label."""

from __future__ import annotations

import re

from flows.address.places import is_place
from flows.address.reading.abbreviations import BREAK, FLOORS, Token, closes, is_number, naming, role
from flows.address.reading.mentions import leads_to_name

__all__ = ["take_odd_postcode", "take_postcode"]


def take_postcode(words: list[Token]) -> str:
    """The last number of five digits that names no street and no door."""
    found = ""
    for place in range(len(words) - 1, -1, -1):
        digits = re.fullmatch(r"(?:TR-?)?(\d{5})", words[place].word, re.IGNORECASE)
        if digits and not closes(words, place + 1) and role(words[place - 1]) != "no":
            found = digits[1]
            words[place] = BREAK
            break
    for place, word in enumerate(words):
        if word.key == "postakodu":
            if not found and re.fullmatch(r"\d{2,8}", words[place + 1].word):
                found = words[place + 1].word
                words[place + 1] = BREAK
            words[place] = BREAK
    return found


def take_odd_postcode(words: list[Token], *, begins: bool = False) -> str:
    """A number of four or six digits beside the place, or after the door: nearly a postcode, so it is asked about.

    begins: only one that stands before the place's name, at the beginning of a mahalle's run.
    """
    doors = [place for place, word in enumerate(words) if is_number(word) and _is_door(words, place)]
    for place in range(len(words) - 1, 0, -1):
        word = words[place]
        if not re.fullmatch(r"\d{4}|\d{6}", word.word) or closes(words, place + 1):
            continue
        before_place = words[place + 1] is not BREAK and is_place(words[place + 1].word)
        if begins is not (leads_to_name(words, place + 1) is not None) or (begins and not before_place):
            continue
        if role(words[place - 1]) in {"no", "daire", "kat"} and words[place - 2].key not in FLOORS:
            continue
        if any(door != place for door in doors):
            words[place] = BREAK
            return word.word
    return ""


def _is_door(words: list[Token], place: int) -> bool:
    before = words[place - 1]
    return role(before) == "no" or naming(before) or "/" in words[place].word or before is BREAK
