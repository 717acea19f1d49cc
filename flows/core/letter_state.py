"""What is known of a letter beside its words: its measure, its photos, and its preview."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Measure", "Photo", "Preview"]


@dataclass(frozen=True, slots=True)
class Measure:
    """What the print room's ruler said about one revision on one stationery."""

    revision: int
    stationery: str
    pages: int
    lines_over: int
    unprintable: tuple[str, ...] = ()
    dpi: tuple[int, ...] = ()  # of each photo, at the size at which it is printed


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture of the photo page: the message that brought it, the messenger's name for its file, and its pixels, 0
    until it has been fetched. What is to be seen on it is kept sealed with the letter."""

    message: int
    file: str
    width: int = 0
    height: int = 0

    @property
    def awaited(self) -> bool:
        return not self.width


@dataclass(frozen=True, slots=True)
class Preview:
    """The drawn letter: its bytes are kept sealed with the letter, their SHA-256 here."""

    revision: int
    pages: int
    sha256: str
    approved: bool = False
    arrived: bool = False  # these very bytes stand in the sender's chat: only then they can be approved
