"""A document as somebody reads and accepts it: its words, filled, and their hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from flows.words.split import split

__all__ = ["Document"]


@dataclass(frozen=True, slots=True)
class Document:
    """One document with its version and date. The words that are shown are mailed, kept and exported.

    pieces: the words in their order. Every second piece is a value that `apart` names: the kept copy loses those a week
    after dispatch (storage/retention/addressees.py), because they are somebody else's name and address.
    """

    name: str
    language: str
    version: str
    dated: date
    pieces: tuple[str, ...]
    apart: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Exactly what is read."""
        return "".join(self.pieces)

    @property
    def sha256(self) -> str:
        """The fingerprint of exactly these words."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def parts(self, limit: int = 4000) -> tuple[str, ...]:
        """The text in messages of at most `limit` UTF-16 units (Telegram refuses 4097), cut between paragraphs."""
        return tuple(split(self.text, limit))
