"""The words of the letter: cleaned of what harms a page, and joined in message order however they arrived."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import regex  # type: ignore[import-untyped]

from flows.words.text import Count, Text, text

__all__ = [
    "CHARACTERS_LIMIT",
    "MARKS_LIMIT",
    "PAGE_LIMIT",
    "Manuscript",
    "characters",
    "clean",
    "has_forbidden",
]

CHARACTERS_LIMIT = 30_000
"""Code points in one letter: far above ten written pages, low enough to keep one sender from filling the table."""
PAGE_LIMIT = 10
"""Pages of one letter, five duplex sheets: with its envelope the 50 g step of flows/data/tariff.toml."""
MARKS_LIMIT = 8
"""Combining marks on one character. Real scripts need four, hundreds slow the layout (docs/design.md, "Limits")."""

_CONTROLS = regex.compile(r"[\p{Cs}\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")
_BIDI = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_LINE_ENDS = regex.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_GRAPHEME = regex.compile(r"\X")


def has_forbidden(typed: str) -> bool:
    """Whether it holds what nobody sees and no printer can set: half characters, control codes, bidi overrides."""
    return bool(_CONTROLS.search(typed)) or any(ord(sign) in _BIDI for sign in typed)


def clean(typed: str) -> str | Text:
    """One message of a letter, safe to store and to set, or the sentence that says what cannot be printed.

    Line ends become \\n, tabs four spaces, direction overrides (U+202A-202E, U+2066-2069) go, the rest is NFC. Half
    characters (lone surrogates), control codes and more than 8 marks on one letter are refused. Linear in its length.
    """
    plain = _LINE_ENDS.sub("\n", typed).replace("\t", "    ").translate(_BIDI)
    if _CONTROLS.search(plain):
        return text(
            "letter",
            "This message contains an invisible control character that cannot be printed. Could you please type it"
            " instead of pasting it? What you wrote before is kept.",
        )
    if _too_many_marks(plain):
        return text(
            "letter",
            "In this message one letter carries more than {limit} accents, which no font can print. Could you please"
            " write it with fewer? What you wrote before is kept.",
            limit=MARKS_LIMIT,
        )
    if len(plain) > CHARACTERS_LIMIT:
        return too_long(len(plain))
    return unicodedata.normalize("NFC", plain)


def too_long(length: int) -> Text:
    """The sentence for a letter above `CHARACTERS_LIMIT`, with how much too long it is."""
    return text(
        "letter",
        "This letter is longer than we can take. Limit: {limit} characters. Too many: {over}. What you wrote before is"
        " kept; you can send this part as a second letter.",
        limit=Count(CHARACTERS_LIMIT),
        over=Count(length - CHARACTERS_LIMIT),
    )


def _too_many_marks(plain: str) -> bool:
    """One pass before normalising: sorting a hundred thousand marks is what must never start."""
    if plain.isascii():
        return False
    run = 0
    for sign in plain:
        run = run + 1 if unicodedata.category(sign) in ("Mn", "Me") and not _selector(sign) else 0
        if run > MARKS_LIMIT:
            return True
    return False


def _selector(sign: str) -> bool:
    """Variation selectors and tag characters belong to emoji and end a run of accents."""
    return "\ufe00" <= sign <= "\ufe0f" or "\U000e0020" <= sign <= "\U000e01ef"


def characters(words: str) -> int:
    """Characters as a person counts them: a family emoji or an ü of two code points is one, a line end is none."""
    return sum(1 for found in _GRAPHEME.finditer(words) if found[0] != "\n")


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A letter in the making: (message id, text) pairs, always in message order, whatever order they arrived in.

    Texts are as `clean` returned them. Message ids are the messenger's own, rising as the sender writes.
    """

    parts: tuple[tuple[int, str], ...] = ()

    def __post_init__(self) -> None:
        """Two texts for one message would leave the order open: ValueError."""
        ids = [message for message, _ in self.parts]
        if len(set(ids)) != len(ids):
            raise ValueError("A message has one text in a manuscript.")
        object.__setattr__(self, "parts", tuple(sorted(self.parts)))

    def with_part(self, message: int, words: str) -> Manuscript:
        """With one more message; the same message again replaces its text (a repeated delivery changes nothing)."""
        return Manuscript((*self.without(message).parts, (message, words)))

    def edited(self, message: int, words: str) -> Manuscript:
        """With one message changed; a message that is no part of the letter changes nothing. Empty text removes it."""
        if message not in self:
            return self
        return self.with_part(message, words) if words.strip() else self.without(message)

    def without(self, message: int) -> Manuscript:
        """Without one message; an unknown one changes nothing."""
        return Manuscript(tuple(part for part in self.parts if part[0] != message))

    def __contains__(self, message: object) -> bool:
        return any(known == message for known, _ in self.parts)

    @property
    def text(self) -> str:
        """The whole letter: one message below the other."""
        return "\n".join(words for _, words in self.parts)

    @property
    def characters(self) -> int:
        """Characters as a person counts them, line ends left out."""
        return characters(self.text)

    @property
    def words(self) -> int:
        """Words separated by white space."""
        return len(self.text.split())

    @property
    def empty(self) -> bool:
        """Whether there is nothing to print yet."""
        return not self.text.strip()

    @property
    def overflow(self) -> Text | None:
        """The sentence for a letter above `CHARACTERS_LIMIT` code points, None while it fits."""
        length = len(self.text)
        return too_long(length) if length > CHARACTERS_LIMIT else None
