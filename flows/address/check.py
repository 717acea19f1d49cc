"""What is wrong with an address: what is missing, what contradicts itself, what only looks unusual."""

from __future__ import annotations

from flows.address.foreign import foreign_problems
from flows.address.lines import LINE_LONGEST, LINES_LIMIT, fits
from flows.address.places import places
from flows.address.values import Address, Kind, Problem, Reading
from flows.words.text import Text, text

__all__ = ["MISSING", "check"]


def check(address: Address) -> Reading:
    """An address with its problems, blocking ones first."""
    if address.country != "TR":
        found = [*foreign_problems(address)]
    else:
        found = [*_missing(address), *_contradictions(address), *_postcode_doubts(address)]
    if not fits(address):
        found.append(Problem(Kind.TOO_LONG, _too_long(), "street" if address.country == "TR" else "foreign_lines"))
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


def _missing(address: Address) -> list[Problem]:
    placed = address.mahalle or address.street or address.organisation
    post_box = "PK " in address.street
    village = address.mahalle.endswith("Köyü") or "Küme Evler" in address.street
    door = (
        address.number
        or address.numberless
        or address.organisation
        or post_box
        or village
        or "Blok" in address.building
    )
    lacks = {"street": not placed, "number": bool(placed) and not door, "ilce": not address.ilce, "il": not address.il}
    return [Problem(Kind.MISSING, words, field) for field, words in MISSING.items() if lacks[field]]


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
    if address.il and address.postcode and places().province_of_postcode(address.postcode) != address.il:
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


def _too_long() -> Text:
    return text(
        "address",
        "This address does not fit in the envelope's window, which holds {lines} lines of {characters} characters"
        " at most. Could you please write the street part shorter? Example: Moda Cad. No: 12 D: 5",
        lines=LINES_LIMIT,
        characters=LINE_LONGEST,
    )
