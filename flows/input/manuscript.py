"""The words of the letter: cleaned of what harms a page, and joined in message order however they arrived."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from itertools import pairwise

import regex  # type: ignore[import-untyped]

from flows.input.cut_text import CUT_SECONDS, may_be_cut, seam
from flows.input.doubt import Doubt
from flows.words import marks
from flows.words.styles import Style, Styled, Styles, joined, normalised
from flows.words.text import Count, Text, text

__all__ = [
    "CHARACTERS_LIMIT",
    "PAGE_LIMIT",
    "STYLES_LIMIT",
    "Manuscript",
    "blank",
    "characters",
    "clean",
    "clean_styles",
    "has_forbidden",
]

CHARACTERS_LIMIT = 30_000
"""Code points in one letter: far above ten written pages, low enough to keep one sender from filling the table."""
STYLES_LIMIT = 3_000
"""Stretches set in a way of their own in one letter: far above what ten pages need, low enough for the same table."""
PAGE_LIMIT = 10
"""Pages of one letter, five duplex sheets: with its envelope the 50 g step of flows/data/tariff.toml."""

_CONTROLS = regex.compile(r"[\p{Cs}\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")
_BIDI = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_LINE_ENDS = regex.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_ON_NOTHING = regex.compile(r"(?m)^[\ufe00-\ufe0f]+")  # of no sign: some faces print a circle below, nobody sees why
_GRAPHEME = regex.compile(r"\X")
_UNSEEN = regex.compile(r"[\s\p{Z}\p{Cc}\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb]*")
"""What leaves no ink: blanks, what Unicode lets a font ignore (UAX 44), the empty Braille cell."""


def has_forbidden(typed: str) -> bool:
    """Whether it holds what nobody sees and no printer can set: half characters, control codes, bidi overrides."""
    return bool(_CONTROLS.search(typed)) or any(ord(sign) in _BIDI for sign in typed)


def clean(typed: str) -> str | Text:
    """One message of a letter, safe to store and to set, or the sentence that says what cannot be printed.

    Line ends become \\n, tabs four spaces, direction overrides (U+202A-202E, U+2066-2069) go, and so do variation
    selectors that begin a line; the rest is NFC. Half characters (lone surrogates), control codes and more than 8 marks
    on one letter are refused. Linear in its length.
    """
    plain = _plain(typed)
    if _CONTROLS.search(plain):
        return text(
            "letter",
            "This message contains an invisible control character that cannot be printed. Could you please type it"
            " instead of pasting it? What you wrote before is kept.",
        )
    if marks.too_many(plain):
        return text(
            "letter",
            "In this message one letter carries more than {limit} accents, which no font can print. Could you please"
            " write it with fewer? What you wrote before is kept.",
            limit=marks.LIMIT,
        )
    if len(plain) > CHARACTERS_LIMIT:
        return too_long(len(plain))
    return unicodedata.normalize("NFC", plain)


def _plain(typed: str) -> str:
    plain: str = _LINE_ENDS.sub("\n", typed)
    return str(_ON_NOTHING.sub("", plain.replace("\t", "    ").translate(_BIDI)))


def clean_styles(typed: str, styles: Styles) -> Styles:
    """Where the styles of a message stand once `clean` has taken it: each covers whole characters."""
    if not styles:
        return ()
    plain = _plain(typed)
    edges = [0, *(found.end() for found in _GRAPHEME.finditer(plain))]

    def place(point: int, *, up: bool) -> int:
        """A character is composed of what stands in it alone, so what stands before it is as long without it."""
        at = len(_plain(typed[:point]))
        edge = edges[bisect_left(edges, at)] if up else edges[bisect_right(edges, at) - 1]
        return len(unicodedata.normalize("NFC", plain[:edge]))

    moved = (Style(place(one.start, up=False), place(one.end, up=True), one.kind) for one in styles)
    return normalised(moved, len(unicodedata.normalize("NFC", plain)))


def too_long(length: int) -> Text:
    """The sentence for a letter above `CHARACTERS_LIMIT`, with how much too long it is."""
    return text(
        "letter",
        "This letter is longer than we can take. Limit: {limit} characters. Too many: {over}. What you wrote before is"
        " kept; you can send this part as a second letter.",
        limit=Count(CHARACTERS_LIMIT),
        over=Count(length - CHARACTERS_LIMIT),
    )


def too_styled(stretches: int) -> Text:
    """The sentence for a letter above `STYLES_LIMIT`."""
    return text(
        "letter",
        "This letter changes its formatting, such as bold or italics, more often than we can take. Limit: {limit}. Too"
        " many: {over}. What you wrote before is kept; you can send this part with less formatting.",
        limit=Count(STYLES_LIMIT),
        over=Count(stretches - STYLES_LIMIT),
    )


def characters(words: str) -> int:
    """Characters as a person counts them: a family emoji or an ü of two code points is one, a line end is none."""
    return sum(1 for found in _GRAPHEME.finditer(words) if found[0] != "\n")


def blank(words: str) -> bool:
    """Whether nobody would see anything of it on paper."""
    return _UNSEEN.fullmatch(words) is not None


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A letter in the making: (message id, text) pairs, always in message order, whatever order they arrived in.

    Texts are as `clean` returned them. Message ids are the messenger's own, rising as the sender writes.
    seconds: when a message was written, in seconds since 1970. seams: what stands before a message instead of a line
    break, because a client had cut the text there. doubts: messages that wait for their sender's word, in their order;
    they are no part of the letter. answers: whether words that were asked about belong to it, by near_words.key.
    styles: how the words of a message are set, of those that are set in a way of their own.
    """

    parts: tuple[tuple[int, str], ...] = ()
    seconds: tuple[tuple[int, int], ...] = ()
    seams: tuple[tuple[int, str], ...] = ()
    doubts: tuple[Doubt, ...] = ()
    answers: tuple[tuple[str, bool], ...] = ()
    styles: tuple[tuple[int, Styles], ...] = ()

    def __post_init__(self) -> None:
        """Two texts for one message would leave the order open: ValueError."""
        ids = [message for message, _ in self.parts]
        if len(set(ids)) != len(ids):
            raise ValueError("A message has one text in a manuscript.")
        object.__setattr__(self, "parts", tuple(sorted(self.parts)))

    # Messages ---------------------------------------------------------------------------------------------------------

    def with_part(self, message: int, words: str, second: int = 0, styles: Styles = ()) -> Manuscript:
        """With one more message; the same message again replaces its text (a repeated delivery changes nothing).

        second: when it was written, 0 if unknown. With the one before it or behind it, it may be one text.
        """
        others = tuple(one for one in self.styles if one[0] != message)
        set_so = tuple(sorted((*others, (message, styles)))) if styles else others
        if message in self:
            parts = tuple((known, words if known == message else text) for known, text in self.parts)
            return replace(self, parts=parts, styles=set_so)
        seconds = (*self.seconds, (message, second)) if second else self.seconds
        added = replace(self, parts=(*self.parts, (message, words)), seconds=seconds, styles=set_so)
        return added._sewn(message)

    def edited(self, message: int, words: str, styles: Styles = ()) -> Manuscript:
        """With one message changed; a message that is no part of the letter changes nothing. Empty text removes it."""
        if message not in self:
            return self
        return self.without(message) if blank(words) else self.with_part(message, words, styles=styles)

    def without(self, message: int) -> Manuscript:
        """Without one message; an unknown one changes nothing. What followed it begins a line of its own."""
        if message not in self:
            return self
        behind = next((known for known, _ in self.parts if known > message), 0)
        return replace(
            self,
            parts=tuple(part for part in self.parts if part[0] != message),
            seconds=tuple(one for one in self.seconds if one[0] != message),
            seams=tuple(seam for seam in self.seams if seam[0] not in (message, behind)),
            styles=tuple(one for one in self.styles if one[0] != message),
        )

    def _sewn(self, message: int) -> Manuscript:
        """The seams before and behind a message that is new: whether they are seams is known only now."""
        written = dict(self.seconds)
        seams = dict(self.seams)
        for (before, words), (after, more) in pairwise(self.parts):
            if message in (before, after):
                seams.pop(after, None)
                if self._one_text(words, written.get(before, 0), written.get(after, 0)):
                    seams[after] = seam(words, more)
        return replace(self, seams=tuple(sorted(seams.items())))

    @staticmethod
    def _one_text(words: str, second: int, next_second: int) -> bool:
        return second > 0 and 0 <= next_second - second <= CUT_SECONDS and may_be_cut(words)

    def continues(self, message: int, second: int) -> bool:
        """Whether a message that comes now is the rest of a text whose beginning is a part of the letter."""
        known = max((part for part in self.parts if part[0] < message), default=None)
        return known is not None and self._one_text(known[1], dict(self.seconds).get(known[0], 0), second)

    def words_of(self, message: int) -> str | None:
        """What a message of the letter says, or one that is asked about; None for any other."""
        return dict(self.parts).get(message) or next((d.words for d in self.doubts if d.message == message), None)

    def styled(self, message: int) -> Styled | None:
        """What a message says, and how it is set; None where `words_of` is."""
        asked = next((doubt.styled for doubt in self.doubts if doubt.message == message), None)
        part = dict(self.parts).get(message)
        return asked if part is None else Styled(part, dict(self.styles).get(message, ()))

    @property
    def newest(self) -> int:
        """The message that was written last, a part of the letter or asked about; 0 before the first."""
        return max((*(message for message, _ in self.parts), *(doubt.message for doubt in self.doubts)), default=0)

    def __contains__(self, message: object) -> bool:
        return any(known == message for known, _ in self.parts)

    # Messages that are asked about ------------------------------------------------------------------------------------

    def doubting(self, doubt: Doubt) -> Manuscript:
        """With one more message to be asked about; the same message again is asked about anew."""
        others = self.settled(doubt.message).doubts
        return replace(self, doubts=tuple(sorted((*others, doubt), key=lambda one: one.message)))

    def settled(self, message: int) -> Manuscript:
        """A message is asked about no more."""
        return replace(self, doubts=tuple(doubt for doubt in self.doubts if doubt.message != message))

    def answered(self, words: str, belong: bool) -> Manuscript:
        """What looks like this is asked about no more."""
        return replace(
            self, answers=(*((known, was) for known, was in self.answers if known != words), (words, belong))
        )

    # The letter -------------------------------------------------------------------------------------------------------

    @property
    def whole(self) -> Styled:
        """The letter: one message below the other; what a client had cut is joined again, and set alike across it."""
        seams, styles = dict(self.seams), dict(self.styles)
        return joined(
            (seams.get(message, "\n") if nth else "", Styled(words, styles.get(message, ())))
            for nth, (message, words) in enumerate(self.parts)
        )

    @property
    def text(self) -> str:
        """Its words."""
        return self.whole.words

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
        """Whether there is nothing to print yet: what nobody sees is nothing."""
        return all(blank(words) for _, words in self.parts)

    @property
    def overflow(self) -> Text | None:
        """The sentence for a letter above `CHARACTERS_LIMIT` code points or `STYLES_LIMIT`, None while it fits."""
        whole = self.whole
        if len(whole.words) > CHARACTERS_LIMIT:
            return too_long(len(whole.words))
        return too_styled(len(whole.styles)) if len(whole.styles) > STYLES_LIMIT else None
