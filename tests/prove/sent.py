"""What becomes of a typed letter before it is drawn: cleaned, and rid of all that its sender is told about."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import regex

from flows.input.manuscript import clean, clean_styles
from flows.words.invisible import answered
from flows.words.styles import Styled, joined
from rendering import pdf
from rendering.checks import NotPrintable
from rendering.layout.page import Letter
from rendering.sample import LETTER
from tests.prove.letters import Typed

__all__ = ["Sent", "sent"]

_CLUSTER = regex.compile(r"\X")
_AT_MOST = 12  # times that a sender mends what was named


@dataclass
class Sent:
    """A letter as it is drawn. named: how often the sender heard why something cannot be printed, by what it was.
    pages: how many were counted while typing."""

    letter: Letter
    pages: int = 0
    named: dict[str, int] = field(default_factory=dict)

    def hears(self, of: str, times: int = 1) -> None:
        self.named[of] = self.named.get(of, 0) + times


def sent(typed: Typed) -> Sent:
    """Leaves out what is named, as a sender would, until nothing is. Errors: AssertionError, if that has no end."""
    parts, refused = [], 0
    for message in typed.messages:
        words = clean(message.words)
        if isinstance(words, str):
            parts.append(Styled(words, clean_styles(message.words, message.styles)))
        else:
            refused += 1
    letter = replace(
        LETTER,
        addressee=tuple(line for line in map(_one_line, typed.addressee) if line),
        return_line=_one_line(typed.return_line),
        stationery=typed.stationery,
        envelope=typed.envelope,
        language=typed.language,
        marks=typed.marks,
        serial=typed.number + 1,
        piece_id=f"P{typed.number:07d}",
    )
    going = Sent(letter)
    if refused:
        going.hears("messages with too many accents", refused)
    _frame(going)
    _body(going, parts)
    return going


def _one_line(words: str) -> str:
    """A line of an address, as a question's answer arrives."""
    plain = clean(answered(words).strip())
    return plain.replace("\n", " ") if isinstance(plain, str) else ""


def _body(going: Sent, parts: list[Styled]) -> None:
    for _ in range(_AT_MOST * 10):
        whole = joined(("\n\n" if number else "", part) for number, part in enumerate(parts))
        going.letter = replace(going.letter, text=whole.words, styles=whole.styles)
        measured = pdf.measure(going.letter)
        if measured.unprintable:
            going.hears("characters of the text", len(measured.unprintable))
            parts = [_without(part, set(measured.unprintable)) for part in parts]
        elif measured.lines_over:
            going.hears("letters that were too long")
            parts = parts[:-1]
        else:
            going.pages = measured.pages
            return
    raise AssertionError("what is named never ends")


def _frame(going: Sent) -> None:
    for _ in range(_AT_MOST):
        letter = going.letter
        try:
            found = pdf.fitted(letter)
        except NotPrintable:  # more accents than the question of the address takes
            going.hears("lines of an address")
            going.letter = replace(letter, addressee=letter.addressee[1:], return_line="")
            continue
        if found.lines:
            going.hears("lines of an address", len(found.lines))
            left = tuple(line for line in letter.addressee[:6] if line not in found.lines)
            going.letter = replace(letter, addressee=left)
        elif found.unprintable:
            going.hears("characters of an address", len(found.unprintable))
            strange = set(found.unprintable)
            left = tuple(_without(Styled(line), strange).words for line in letter.addressee)
            going.letter = replace(letter, addressee=tuple(line for line in left if line.strip()))
        elif found.sender:
            going.hears("return addresses")
            going.letter = replace(letter, return_line=LETTER.return_line)
        elif found.sender_unprintable:
            going.hears("characters of a return address", len(found.sender_unprintable))
            strange = set(found.sender_unprintable)
            going.letter = replace(letter, return_line=_without(Styled(letter.return_line), strange).words)
        else:
            return
    raise AssertionError("what is named never ends")


def _without(part: Styled, strange: set[str]) -> Styled:
    """Without these clusters; of what is named and is none, as a mark on a blank, without the mark wherever it is."""
    clusters = [found.span() for found in _CLUSTER.finditer(part.words) if found[0] in strange]
    if not clusters:
        longest_first = "|".join(map(regex.escape, sorted(strange, key=lambda sign: (-len(sign), sign))))
        clusters = [found.span() for found in regex.finditer(longest_first, part.words)]
    kept, start = list[tuple[str, Styled]](), 0
    for begins, ends in clusters:
        kept.append(("", part.cut(start, begins)))
        start = ends
    return joined([*kept, ("", part.cut(start))])
