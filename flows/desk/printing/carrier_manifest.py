"""The manifest for the post: of each letter its addressee's name, the address and the product, and nothing else.

The privacy policy, 3, promises the post no more than name and address. The product says what is paid for there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from flows.price.price import Product
from flows.steps.delivery import PRODUCTS
from flows.words.text import Text, Verbatim, text

__all__ = ["COLUMNS", "Enclosed", "Mailpiece", "table"]


@dataclass(frozen=True, slots=True)
class Mailpiece:
    """A closed envelope as the post may know it. place: the lines of the address under the name."""

    name: str
    place: tuple[str, ...]
    product: Product


@dataclass(frozen=True, slots=True)
class Enclosed:
    """The envelopes of a batch that are to be posted. waiting: letters that nobody has scanned as enclosed yet. erased:
    envelopes whose addressee is erased here. stopped: the batch does not add up, and nothing of it may be posted."""

    pieces: tuple[Mailpiece, ...]
    waiting: int = 0
    erased: int = 0
    stopped: bool = False


COLUMNS: Final[Mapping[str, tuple[Text, Callable[[Mailpiece], Text | Verbatim]]]] = {
    "name": (text("manifest", "Name"), lambda piece: Verbatim(piece.name)),
    "address": (text("manifest", "Address"), lambda piece: Verbatim(", ".join(piece.place))),
    "product": (text("manifest", "Product"), lambda piece: PRODUCTS[piece.product]),
}
"""All that the post is told: what it is called, and what stands there."""


def table(pieces: Iterable[Mailpiece]) -> list[list[Text | Verbatim]]:
    """The heading, and a row for each envelope."""
    head: list[Text | Verbatim] = [heading for heading, _ in COLUMNS.values()]
    return [head, *([cell(piece) for _, cell in COLUMNS.values()] for piece in pieces)]
