"""What a letter to a prison needs besides the address: the ward, and the father's name of who is to get it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from flows.address.check import check
from flows.address.lines import is_prison
from flows.address.values import Address, Reading
from flows.words.turkish import fold

__all__ = ["inmate", "of_inmate", "with_inmate"]

_WARD: Final = re.compile(r"\b(?:kogus|kogusu|ward)\b")
_FATHER: Final = re.compile(r"\b(?:baba adi|babasinin adi|father'?s name)\b")
_KINDS: Final = (_WARD, _FATHER)
_BY: Final = " - "  # one line of the six that a window holds


def with_inmate(reading: Reading) -> Reading:
    """An address whose ward or father's name was not understood as a part of it: to a prison it stands below the
    institution."""
    found = inmate(reading.address, reading.address.unread)
    if found is None:
        return reading
    left = tuple(part for part in reading.address.unread if not of_inmate(part))
    return replace(check(replace(found, unread=left)), taken=reading.taken)


def inmate(address: Address, parts: tuple[str, ...]) -> Address | None:
    """The address with what of these parts names ward and father, each once; None where none does, or for no prison."""
    said = [part for part in parts if of_inmate(part)]
    if not said or address.country != "TR" or not is_prison(address):
        return None
    organisation = address.organisation.split(", ")
    own = [part for part in organisation if of_inmate(part) and not is_prison(Address(organisation=part))]
    known = [one for part in own for one in part.split(_BY)]
    kept = [one for one in known if not any(kind.search(fold(one)) and _any(kind, said) for kind in _KINDS)]
    institution = [part for part in organisation if part and part not in own]
    return replace(address, organisation=", ".join((*institution, _BY.join((*kept, *said)))))


def of_inmate(part: str) -> bool:
    """Whether these words name a ward or a father."""
    return any(kind.search(fold(part)) for kind in _KINDS)


def _any(kind: re.Pattern[str], parts: list[str]) -> bool:
    return any(kind.search(fold(part)) for part in parts)
