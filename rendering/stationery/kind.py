"""What makes one paper differ from another: its typeface, its size and its ornament."""

from __future__ import annotations

from dataclasses import dataclass

from flows.words.text import Text
from rendering.faces.table import Company, embeddable, order

__all__ = ["Stationery"]


@dataclass(frozen=True, slots=True)
class Stationery:
    """One paper a sender can choose.

    name: its identifier, stored with the order.  label: what its button says.
    face: the family of the letter's text; it must print Turkish completely.
    css: rules for `.text` (the body), `.ornament` (page 1, above the window) and nothing else; black only.
    company: whether the faces of other scripts beside it are those of a serif or of a sans.
    """

    name: str
    label: Text
    face: str
    css: str
    company: Company = "sans"

    @property
    def faces(self) -> tuple[str, ...]:
        """Its face, then those of the other scripts, in the order in which a character looks for one."""
        return order(self.face, self.company)

    @property
    def embeddable(self) -> frozenset[str]:
        """The faces that its letters may hold in their PDF, by the names they have there."""
        return embeddable(self.face, self.company)
