"""What makes one paper differ from another: its typeface, its size and its ornament."""

from __future__ import annotations

from dataclasses import dataclass

from flows.words.text import Text

__all__ = ["Stationery"]


@dataclass(frozen=True, slots=True)
class Stationery:
    """One paper a sender can choose.

    name: its identifier, stored with the order.  label: what its button says.
    face: the family of the letter's text; it must print Turkish completely.
    css: rules for `.text` (the body), `.ornament` (page 1, above the window) and nothing else; black only.
    """

    name: str
    label: Text
    face: str
    css: str
