"""The manifest for the post as a file: of each letter its addressee's name, the address and the product.

The privacy policy, 3, promises the post no more than name and address. The product says what is paid for there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from bot.wording.csv_file import csv_file, inert
from flows.desk.printing.carrier_manifest import Mailpiece
from flows.steps.delivery import PRODUCTS
from flows.words.text import Text, text
from locales import say

__all__ = ["COLUMNS", "manifest"]

COLUMNS: Final[Mapping[str, tuple[Text, Callable[[Mailpiece, str], str]]]] = {
    "name": (text("manifest", "Name"), lambda piece, _: piece.name),
    "address": (text("manifest", "Address"), lambda piece, _: ", ".join(piece.place)),
    "product": (text("manifest", "Product"), lambda piece, language: say(PRODUCTS[piece.product], language)),
}
"""All that the post is told: what it is called, and what stands there."""


def manifest(pieces: Iterable[Mailpiece], language: str) -> bytes:
    """The heading, and a row for each envelope."""
    head = [say(heading, language) for heading, _ in COLUMNS.values()]
    rows = ([inert(cell(piece, language)) for _, cell in COLUMNS.values()] for piece in pieces)
    return csv_file([head, *rows])
