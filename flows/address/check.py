"""What is wrong with an address: what is missing, what contradicts itself, what only looks unusual."""

from __future__ import annotations

import re

from flows.address.foreign import foreign_problems
from flows.address.lines import LINE_LONGEST, LINES_LIMIT, fits
from flows.address.places import places
from flows.address.values import Address, Kind, Problem, Reading
from flows.words.text import Verbatim, text

__all__ = ["MISSING", "UNREAD", "check"]


def check(address: Address) -> Reading:
    """An address with its problems, blocking ones first."""
    if address.country != "TR":
        found = [*foreign_problems(address)]
    else:
        found = [
            *_unread(address),
            *_missing(address),
            *_contradictions(address),
            *_odd_postcode(address),
            *_postcode_doubts(address),
        ]
    if not fits(address):
        found.append(_too_long(address))
    return Reading(address, tuple(sorted(found, key=lambda problem: not problem.blocking)))


MISSING = {
    "street": text(
        "address",
        "The address has no neighbourhood or street yet. Writing only that part is enough."
        " Example: Caferağa Mah. Moda Cad.",
    ),
    "number": text("address", "The address has no door number yet. Writing only the number is enough. Example: No: 12"),
    "ilce": text("address", "The address has no district yet. Writing only the district is enough. Example: Kadıköy"),
    "il": text("address", "The address has no province yet. Writing only the province is enough. Example: İstanbul"),
}


UNREAD = text("address", "Please tap a button, or write the whole address once more.")


def _unread(address: Address) -> list[Problem]:
    """What nobody could place: the sender says where it belongs."""
    if not address.unread:
        return []
    words = text(
        "address",
        "We could not understand this part of the address: {part}. Where should we write it?",
        part=Verbatim("; ".join(address.unread)),
    )
    numbers = all(re.fullmatch(r"\d{3,7}", part) for part in address.unread)
    places_for_it = (("postcode",) if numbers else ()) + ("street", "out")
    return [Problem(Kind.UNCLEAR, words, "unread", choices=places_for_it)]


def _odd_postcode(address: Address) -> list[Problem]:
    if not address.postcode or re.fullmatch(r"\d{5}", address.postcode):
        return []
    words = text(
        "address",
        "A postcode has five digits. Yours: {postcode}. Could you please write the right one, or tap a button if it is"
        " something else? Example: 34710",
        postcode=address.postcode,
    )
    return [Problem(Kind.UNCLEAR, words, "postcode", choices=("street", "out"))]


def _missing(address: Address) -> list[Problem]:
    institution = any(not part.endswith(_THROUGH) for part in address.organisation.split(", ") if part)
    placed = address.mahalle or address.street or institution
    post_box = "PK " in address.street
    village = "Köyü" in f"{address.mahalle}, {address.street}" or "Küme Evler" in address.street
    door = address.number or address.numberless or institution or post_box or village or "Blok" in address.building
    lacks = {"street": not placed, "number": bool(placed) and not door, "ilce": not address.ilce, "il": not address.il}
    return [Problem(Kind.MISSING, words, field) for field, words in MISSING.items() if lacks[field]]


_THROUGH = ("eliyle", "vasıtasıyla", "aracılığıyla")
"""The end of a go-between's name, who is no institution."""


def _contradictions(address: Address) -> list[Problem]:
    found: list[Problem] = []
    if address.il and address.ilce and not places().district(address.il, address.ilce):
        found.append(
            Problem(
                Kind.CONTRADICTION,
                text(
                    "address",
                    "The district and the province do not match. District: {district}. Province: {province}."
                    " Which one would you like to correct?",
                    district=address.ilce,
                    province=address.il,
                ),
                "ilce",
                choices=("ilce", "il"),
            )
        )
    if (
        address.il
        and re.fullmatch(r"\d{5}", address.postcode)
        and places().province_of_postcode(address.postcode) != address.il
    ):
        found.append(
            Problem(
                Kind.CONTRADICTION,
                text(
                    "address",
                    "The postcode and the province do not match. Postcode: {postcode}. Province: {province}."
                    " Which one would you like to correct?",
                    postcode=address.postcode,
                    province=address.il,
                ),
                "postcode",
                choices=("postcode", "il"),
            )
        )
    return found


def _postcode_doubts(address: Address) -> list[Problem]:
    """Warnings only: the list (NOTICE) lacks postcodes that are in use, such as 06101 and 34300."""
    if not address.postcode or places().province_of_postcode(address.postcode) != address.il:
        return []
    listed = places().by_postcode.get(address.postcode)
    if listed is None:
        words = text(
            "address",
            "This postcode is not in our list: {postcode}. If it is right, you can go on with it.",
            postcode=address.postcode,
        )
        return [Problem(Kind.UNKNOWN, words, "postcode", blocking=False, choices=("postcode",))]
    if address.ilce and listed[1] != address.ilce:
        words = text(
            "address",
            "In our list this postcode belongs to another district. Postcode: {postcode}. District in the list:"
            " {listed}. Your district: {district}. If yours is right, you can go on with it.",
            postcode=address.postcode,
            listed=listed[1],
            district=address.ilce,
        )
        return [Problem(Kind.ELSEWHERE, words, "postcode", blocking=False, choices=("postcode", "ilce"))]
    return []


LINES = ("street", "mahalle", "building", "organisation", "landmark")
"""Parts that somebody can write shorter."""


def _too_long(address: Address) -> Problem:
    """The longest part is named, so that the sender knows what to shorten."""
    if address.country != "TR":
        field, part = "foreign_lines", max(address.foreign_lines, key=len, default="")
    else:
        parts = {name: getattr(address, name) for name in LINES}
        field, part = max(parts.items(), key=lambda each: len(each[1]))
    words = text(
        "address",
        "This address does not fit in the envelope's window, which holds {lines} lines of about {characters}"
        " characters. Could you please write this part shorter: {part}",
        lines=LINES_LIMIT,
        characters=LINE_LONGEST,
        part=Verbatim(part),
    )
    return Problem(Kind.TOO_LONG, words, field)
