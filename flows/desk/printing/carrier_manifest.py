"""What the post may know of a batch: its envelopes with addressee and product, and how many others there are."""

from __future__ import annotations

from dataclasses import dataclass

from flows.price.price import Product

__all__ = ["Enclosed", "Mailpiece"]


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
