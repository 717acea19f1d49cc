"""What the drawing room hands out: plain values, so that the service need not load what draws them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PAGE_LIMIT", "Drawn", "Measured"]

PAGE_LIMIT = 10  # five sheets printed on both sides: the 50 g step of the tariff with its envelope


@dataclass(frozen=True, slots=True)
class Drawn:
    """A letter ready for the press."""

    pdf: bytes
    pages: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Measured:
    """What a letter would take: pages, duplex sheets, lines beyond the limit, characters no font prints."""

    pages: int
    sheets: int
    lines_over: int
    unprintable: tuple[str, ...]
