"""The do-not-write list: by which marks an addressee who has objected is known again, however the address is typed."""

from __future__ import annotations

from flows.address.address import Address
from flows.words.text import Text, text
from flows.words.turkish import fold

__all__ = ["BARRED", "marks"]

BARRED: Text = text(
    "addressee",
    "We are sorry: with MektupX no letter can be sent to this name at this address. We cannot say more about it, and"
    " nothing was charged.",
)
"""Nothing about who objected, or whether anybody did."""


def marks(found: Address) -> tuple[str, ...]:
    """The keys of a name at an address; one in common is enough. () where the address names no door.

    Whoever writes to us gives the whole address, a sender perhaps only the street or only the neighbourhood: each of
    them with the door number is a mark. Floors and flats are left out, because senders often do so.
    """
    name = " ".join(sorted(fold(found.name).split()))
    if not name:
        return ()
    if found.country != "TR":
        lines = _bare(" ".join(found.foreign_lines))
        return (_joined(name, found.country, lines),) if lines else ()
    door, town = _bare(found.number), (_bare(found.il), _bare(found.ilce))
    places = (("mahalle", found.mahalle), ("street", found.street), ("organisation", found.organisation))
    return tuple(
        _joined(name, *town, kind, _bare(place), "" if kind == "organisation" else door)
        for kind, place in places
        if place and (door or found.numberless or kind == "organisation")
    )


def _bare(words: str) -> str:
    """Letters and digits only."""
    return "".join(sign for sign in fold(words) if sign.isalnum())


def _joined(*parts: str) -> str:
    return "\0".join(parts)
