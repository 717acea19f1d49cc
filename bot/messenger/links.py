"""What a messenger marks in a text: how it is set, and addresses behind linked words, which are written out (Bot API,
MessageEntity)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from flows.words.styles import OF_ENTITY, Styled, joined

__all__ = ["Mark", "addresses", "set_out", "styled", "written_out"]


class Mark(Protocol):
    """A MessageEntity of either library; offset and length count UTF-16 units."""

    @property
    def type(self) -> str: ...
    @property
    def offset(self) -> int: ...
    @property
    def length(self) -> int: ...
    @property
    def url(self) -> str | None: ...


def styled(words: str, marks: Iterable[Mark] | None) -> Styled:
    """The words as they are set in the chat, of what paper can show."""
    known = ((OF_ENTITY[mark.type], mark.offset, mark.length) for mark in marks or () if mark.type in OF_ENTITY)
    return Styled.of_units(words, known)


def set_out(words: str, marks: Iterable[Mark] | None) -> Styled:
    """The words as they are set, with the addresses behind them written out: "see here (https://example.com/a)".

    Where an address stands in the words already, they stay as they are.
    """
    marks = tuple(marks or ())
    whole = styled(words, marks)
    parts, begun, seam = [], 0, ""
    for end, url in _hidden(words, marks):
        point = len(_part(words, 0, end))
        parts.append((seam, whole.cut(begun, point)))
        begun, seam = point, f" ({url})"
    return joined([*parts, (seam, whole.cut(begun))])


def written_out(words: str, marks: Iterable[Mark] | None) -> str:
    """The words alone of `set_out`."""
    return set_out(words, marks).words


def addresses(words: str, marks: Iterable[Mark] | None) -> tuple[str, ...]:
    """Those that do not stand in the words themselves."""
    return tuple(url for _, url in _hidden(words, marks))


def _hidden(words: str, marks: Iterable[Mark] | None) -> list[tuple[int, str]]:
    """(end of the linked words in UTF-16 units, address), in their order."""
    found = []
    for mark in marks or ():
        if mark.type == "text_link" and mark.url:
            end = mark.offset + mark.length
            shown = _part(words, mark.offset, end)
            if shown.strip().rstrip("/") != mark.url.rstrip("/"):
                found.append((end, mark.url))
    return sorted(found)


def _part(words: str, start: int, end: int) -> str:
    """From one UTF-16 unit to another."""
    return words.encode("utf-16-le", "surrogatepass")[2 * start : 2 * end].decode("utf-16-le", "replace")
