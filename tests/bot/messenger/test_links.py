"""Addresses behind linked words are written out after them, whatever stands before."""

from __future__ import annotations

import pytest
from aiogram.types import MessageEntity

from bot.messenger.links import addresses, written_out

URL = "https://example.com/a"


def link(offset: int, length: int, url: str = URL) -> MessageEntity:
    return MessageEntity(type="text_link", offset=offset, length=length, url=url)


# words, links -> the words as the desk reads them, the addresses that are hidden
CASES: dict[str, tuple[str, list[MessageEntity], str, tuple[str, ...]]] = {
    "none": ("Merhaba", [], "Merhaba", ()),
    "at the end": ("bakın buraya", [link(6, 6)], f"bakın buraya ({URL})", (URL,)),
    "in the middle": ("bakın buraya, lütfen", [link(6, 6)], f"bakın buraya ({URL}), lütfen", (URL,)),
    "after a sign of two units": ("👍🏽 buraya", [link(5, 6)], f"👍🏽 buraya ({URL})", (URL,)),
    "two": (
        "bir iki",
        [link(4, 3, "https://b.example/"), link(0, 3)],
        f"bir ({URL}) iki (https://b.example/)",
        (URL, "https://b.example/"),
    ),
    "the address itself": (URL, [link(0, len(URL))], URL, ()),
    "the address with a slash more": (URL, [link(0, len(URL), f"{URL}/")], URL, ()),
    "other marks": ("kalın", [MessageEntity(type="bold", offset=0, length=5)], "kalın", ()),
    "beyond the end": ("kısa", [link(2, 90)], f"kısa ({URL})", (URL,)),
}


@pytest.mark.parametrize(("words", "marks", "written", "hidden"), CASES.values(), ids=CASES.keys())
def test_an_address_behind_words_is_written_out(
    words: str, marks: list[MessageEntity], written: str, hidden: tuple[str, ...]
) -> None:
    assert written_out(words, marks) == written
    assert addresses(words, marks) == hidden


def test_without_marks_nothing_changes() -> None:
    assert (written_out("a", None), addresses("a", None)) == ("a", ())
