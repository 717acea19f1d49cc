"""The address as the envelope shows it, line by line, and whether those lines lead to a prison."""

from __future__ import annotations

import re
from itertools import product

from flows.address.countries import MERSIN, NORTHERN_CYPRUS, country_name
from flows.address.line_width import too_wide, width
from flows.address.values import Address
from flows.words.turkish import fold, upper

__all__ = ["LINES_LIMIT", "LINE_LONGEST", "fits", "is_prison", "lines"]

LINES_LIMIT = 6
"""Lines that fit the window of an envelope, 45 mm high (DIN 680), with the play of the folded sheet."""
LINE_LONGEST = 35
"""Characters that usually fit a line: what a person is told. The width decides (line_width.py)."""


def lines(address: Address) -> tuple[str, ...]:
    """The address as it will be printed, broken between words, never cut; `fits` says whether the window holds it.

    Türkiye (UPU): name / organisation / mahalle, street, building, No, K, D / "34710 Kadıköy/İSTANBUL". A landmark is
    none of these parts: it stands above the street's line, where a postman reads it and no machine looks for a door.
    Elsewhere: the lines as typed and the country's English name in capitals.
    """
    if address.country != "TR":
        country = (upper if address.country == NORTHERN_CYPRUS else str.upper)(country_name(address.country))
        printed = [
            *_wrapped([address.name], " "),
            *(part for line in address.foreign_lines if line != MERSIN for part in _words(line)),
            country,
        ]
    else:
        free = (*address.organisation.split(", "), *address.landmark.split(", "))
        above = [*_words(address.name), *(part for line in free for part in _words(line))]
        street, last = _balanced(_street_parts(address)), _place(address)
        if len(above) + len(street) + len(last) > LINES_LIMIT:
            street = _words(" ".join(filter(None, _street_parts(address))))  # broken within a part rather than refused
        printed = [*above, *street, *last]
    return tuple(printed)


def fits(address: Address) -> bool:
    """Whether the lines fit the window: at most 6, none too wide."""
    printed = lines(address)
    return len(printed) <= LINES_LIMIT and not any(map(too_wide, printed))


def _street_parts(address: Address) -> list[str]:
    parts = [address.mahalle, *address.street.split(", "), *address.building.split(", ")]
    doors = (("No", address.number), ("K", address.floor), ("D", address.flat))
    return [*parts, " ".join(f"{label}: {value}" for label, value in doors if value)]


def _balanced(parts: list[str]) -> list[str]:
    """In as few lines as will do, broken between parts, the doors beside what they belong to, the lines about as long
    as each other; a part too wide for a line is broken between its words."""
    parts = list(filter(None, parts))
    if len(parts) > PARTS_MOST or any(map(too_wide, parts)):
        return _wrapped(parts, " ")
    ways = []
    for cuts in product((False, True), repeat=max(0, len(parts) - 1)):
        found = parts[:1]
        for cut, part in zip(cuts, parts[1:], strict=True):
            found = [*found, part] if cut else [*found[:-1], f"{found[-1]} {part}"]
        if not any(map(too_wide, found)):
            ways.append(found)
    return min(ways, key=lambda way: (len(way), len(way) > 1 and way[-1] == parts[-1], max(map(width, way), default=0)))


def _place(address: Address) -> list[str]:
    """ "34710 Kadıköy/İSTANBUL"; where that is too wide, the il stands below."""
    place = "/".join(part for part in (address.ilce, upper(address.il)) if part)
    line = f"{address.postcode} {place}".strip()
    ilce, slash, il = line.rpartition("/")
    return [ilce + slash, il] if too_wide(line) and ilce and not too_wide(ilce + slash) else _words(line)


def _words(line: str) -> list[str]:
    return _wrapped([part for word in _together(line.split(" ")) for part in _halves(word)], " ")


def _together(words: list[str]) -> list[str]:
    """What no line break parts: a number and the word before it ("Oda 305"), an ordinal and the word behind it."""
    found: list[str] = []
    for word in words:
        joined = f"{found[-1]} {word}" if found else word
        if found and not too_wide(joined) and (_NUMBER.fullmatch(word) or _ORDINAL.search(found[-1])):
            found[-1] = joined
        else:
            found.append(word)
    return found


_NUMBER = re.compile(r"\d\S*[^\s.]|\d")
_ORDINAL = re.compile(r"(^|\s)\d+\.$")


def _halves(word: str) -> list[str]:
    """A word too wide for a line broken after a dash or a slash: "Pireli/Aşakbel-Geven-…"; else the word."""
    found = [""]
    for part in re.split(r"(?<=[-/])", word) if too_wide(word) else [word]:
        if found[-1] and too_wide(found[-1] + part):
            found.append("")
        found[-1] += part
    return found


def _wrapped(parts: list[str], by: str) -> list[str]:
    """Parts joined into lines that are not too wide; a part that alone is, is broken between its words."""
    found: list[str] = []
    for part in filter(None, parts):
        if found and not too_wide(f"{found[-1]}{by}{part}"):
            found[-1] += by + part
        elif too_wide(part) and " " in part:
            found.extend(_words(part))
        else:
            found.append(part)
    return found


PARTS_MOST = 10
"""Parts of a street's line whose every division is looked at: 512 of them."""
_PRISON = re.compile(
    r"(ceza\s*(?:ve\s*)?infaz|ceza\s?evi|tutuk\s?evi|infaz kurumu|(?:kapali|acik)\s+(?:cik|ceza)|\bcik\b"
    r"|\bprison\b|penitentiar|penitenciar|correctional|\bjail\b|justizvollzug|\bjva\b|\bhmp\b|maison d'arret)"
    r"(?!\w*\s+(?:cad|sok|mah|bulv|yolu|cd|sk|mh)\b)"
)


def is_prison(address: Address) -> bool:
    """Whether the letter goes to a prison, where everything is inspected; not for a street named after one.

    Asked when the address is shown, when the letter is drawn, and when it lies in the tray. Never stored or counted
    (docs/design.md, "Limits").
    """
    parts = (
        address.organisation,
        address.landmark,
        address.building,
        address.street,
        address.mahalle,
        address.name,
        *address.foreign_lines,
    )
    return any(_PRISON.search(fold(part)) for part in parts)
