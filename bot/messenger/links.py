"""Addresses behind linked words, written out: what carries words on, or prints them, would lose them (Bot API,
MessageEntity "text_link")."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

__all__ = ["Mark", "addresses", "written_out"]


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


def written_out(words: str, marks: Iterable[Mark] | None) -> str:
    """ "see here" -> "see here (https://example.com/a)"; where the address stands in the words already, as they are."""
    units = _units(words)
    for end, url in reversed(_hidden(words, marks)):
        units = units[: 2 * end] + _units(f" ({url})") + units[2 * end :]
    return units.decode("utf-16-le", "surrogatepass")


def addresses(words: str, marks: Iterable[Mark] | None) -> tuple[str, ...]:
    """Those that do not stand in the words themselves."""
    return tuple(url for _, url in _hidden(words, marks))


def _hidden(words: str, marks: Iterable[Mark] | None) -> list[tuple[int, str]]:
    """(end of the linked words in UTF-16 units, address), in their order."""
    units = _units(words)
    found = []
    for mark in marks or ():
        if mark.type == "text_link" and mark.url:
            end = mark.offset + mark.length
            shown = units[2 * mark.offset : 2 * end].decode("utf-16-le", "replace")
            if shown.strip().rstrip("/") != mark.url.rstrip("/"):
                found.append((end, mark.url))
    return sorted(found)


def _units(words: str) -> bytes:
    return words.encode("utf-16-le", "surrogatepass")
