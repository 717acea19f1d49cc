"""Every mahalle and village of the table, typed in five ways: as cases for `benchmarks.addresses`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flows.address.places import places, squeezed
from flows.words.turkish import fold, lower, upper

Place = Mapping[str, str]


def _slipped(name: str) -> str:
    """A name with two letters swapped, behind the first one; short names stay."""
    return name[0] + name[2] + name[1] + name[3:] if len(name) > 4 and " " not in name else name


def _ascii_capitals(words: str) -> str:
    return fold(words).upper()


SPELLINGS: Mapping[str, tuple[Callable[[Place], str], tuple[str, ...]]] = {
    "clean": (lambda p: f"{p['full']}, Gül Sok. No: 12 D: 5\n{p['postcode']} {p['ilce']}/{upper(p['il'])}", ()),
    "lower case, place first": (
        lambda p: fold(f"{p['il']} {p['ilce']} {p['full']} gül sokak no 12 daire 5"), ("ilce", "il"),
    ),
    "capitals": (lambda p: _ascii_capitals(f"{p['full']} gül sok no 12/5 {p['ilce']} {p['il']}"), ("ilce", "il")),
    "a slip in the ilçe": (
        lambda p: f"{p['postcode']} {lower(p['full'])}, gül sk, 12/5, {_slipped(p['ilce'])}-{p['il']}", ("ilce", "il"),
    ),
    "il as plate code": (lambda p: f"{p['full']} Gül Sk. No:12 D.5 {p['ilce']}/{p['plate']}", ("ilce", "il")),
}  # fmt: skip
"""How it is typed, and which parts may be asked for."""


def cases(every: int) -> Iterator[dict[str, Any]]:
    """Each so-manieth name in every spelling, in the form of the corpus."""
    for number, place in enumerate(_listed()):
        if number % every:
            continue
        village = place["full"].endswith("Köyü") or place["full"].endswith("Beldesi")
        right = {
            "country": "TR", "mahalle": place["full"] if village else f"{place['name']} Mah.", "street": ["Gül Sok."],
            "building": [], "organisation": [], "number": "12", "flat": "5", "floor": "", "il": place["il"],
            "ilce": place["ilce"], "ask": [], "extra": "",
        }  # fmt: skip
        for spelling, (typed, may_ask) in SPELLINGS.items():
            said = typed(place)
            postcode = place["postcode"] if place["postcode"] in said else ""
            yield {
                "id": f"{number}", "kind": spelling, "typed": said, "name": "Nermin Öztürk",
                "right": {**right, "postcode": postcode, "may_ask": [*may_ask, *_two_names(place)]},
            }  # fmt: skip


def _two_names(place: Place) -> tuple[str, ...]:
    """Which of two mahalle is meant may be asked where the ilçe has "Camiyanı" and "Merkez Camiyanı"."""
    known = places().mahalle(place["il"], place["ilce"])
    return ("whole",) if squeezed(f"{place['ilce']} {place['name']}") in known else ()


def _listed() -> Iterator[Place]:
    """What stands before the brackets: the mahalle alone, as people write it."""
    table = places()
    for il in table.plates:
        for ilce, postcode, names in table.names(il):
            for name in names:
                bare = name.partition(" (")[0]
                full = bare if bare.endswith((" Köyü", " Beldesi")) else f"{bare} Mah."
                yield {
                    "plate": table.plates[il], "il": il, "ilce": ilce, "postcode": postcode, "name": bare, "full": full,
                }  # fmt: skip
