"""The address as the envelope shows it, line by line, and whether those lines lead to a prison."""

from __future__ import annotations

import re

from flows.address.countries import MERSIN, NORTHERN_CYPRUS, country_name
from flows.address.values import Address
from flows.words.turkish import fold, upper

__all__ = ["LINES_LIMIT", "LINE_LONGEST", "fits", "is_prison", "lines"]

LINES_LIMIT = 6
"""Lines that fit the window of an envelope, 45 mm high (DIN 680), with the play of the folded sheet."""
LINE_LONGEST = 45
"""Characters that fit a line as a rule of thumb; the page measures exactly."""


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
        street, last = _wrapped(_street_parts(address), " "), _words(_last_line(address))
        if len(above) + len(street) + len(last) > LINES_LIMIT:
            street = _words(" ".join(filter(None, _street_parts(address))))  # broken within a part rather than refused
        printed = [*above, *street, *last]
    return tuple(printed)


def fits(address: Address) -> bool:
    """Whether the lines fit the window: at most 6 of at most 45 characters."""
    printed = lines(address)
    return len(printed) <= LINES_LIMIT and all(len(line) <= LINE_LONGEST for line in printed)


def _street_parts(address: Address) -> list[str]:
    parts = [address.mahalle, *address.street.split(", "), *address.building.split(", ")]
    doors = (("No", address.number), ("K", address.floor), ("D", address.flat))
    return [*parts, " ".join(f"{label}: {value}" for label, value in doors if value)]


def _last_line(address: Address) -> str:
    place = "/".join(part for part in (address.ilce, upper(address.il)) if part)
    return f"{address.postcode} {place}".strip()


def _words(line: str) -> list[str]:
    return _wrapped([part for word in line.split(" ") for part in _halves(word)], " ")


def _halves(word: str) -> list[str]:
    """A word too long for a line broken after a dash or a slash: "Pireli/Aşakbel-Geven-…"; else the word."""
    found = [""]
    for part in re.split(r"(?<=[-/])", word) if len(word) > LINE_LONGEST else [word]:
        if found[-1] and len(found[-1]) + len(part) > LINE_LONGEST:
            found.append("")
        found[-1] += part
    return found


def _wrapped(parts: list[str], by: str) -> list[str]:
    """Parts joined into lines of at most 45 characters; a part too long for a line is broken between its words."""
    found: list[str] = []
    for part in filter(None, parts):
        if found and len(found[-1]) + len(by) + len(part) <= LINE_LONGEST:
            found[-1] += by + part
        elif len(part) > LINE_LONGEST and " " in part:
            found.extend(_words(part))
        else:
            found.append(part)
    return found


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
