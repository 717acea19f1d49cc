"""What the drawing room hands out: plain values, so that the service need not load what draws them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BYTE_LIMIT", "PAGE_LIMIT", "TOO_LARGE", "Drawn", "Fitted", "Measured", "sides"]

PAGE_LIMIT = 10  # five sheets printed on both sides: the 50 g step of the tariff with its envelope
BYTE_LIMIT = 5_000_000  # some 600 different emoji (flows/steps/preview.py says so); photos count apart
TOO_LARGE = f"more than {BYTE_LIMIT:,} bytes"
"""The reason of a refusal that only different emoji bring about: it is told to the sender in these words' place."""


def sides(pages: int) -> int:
    """How many pages the file has: a letter of an odd number ends with a blank back, so that a press that prints both
    sides begins the next letter on a sheet of its own."""
    return pages + pages % 2


@dataclass(frozen=True, slots=True)
class Drawn:
    """A letter ready for the press. pages: those with words on them; the file has `sides(pages)`."""

    pdf: bytes
    pages: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Measured:
    """What a letter would take: pages, duplex sheets, lines beyond the limit, characters no font prints.

    dpi: of each photo, at the size at which it is printed.
    """

    pages: int
    sheets: int
    lines_over: int
    unprintable: tuple[str, ...]
    dpi: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Fitted:
    """What of an address cannot be printed as it is: lines that leave their place, characters no font prints.

    sender, sender_unprintable: the same of the return address. parts, sender_parts: the words whose ink leaves it.
    """

    lines: tuple[str, ...] = ()
    unprintable: tuple[str, ...] = ()
    sender: bool = False
    sender_unprintable: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    sender_parts: tuple[str, ...] = ()
