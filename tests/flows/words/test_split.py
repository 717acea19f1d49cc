"""Long words go out in pieces that fit a message, and no letter is lost or torn."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from flows.words.split import split
from flows.words.text import units

SPLIT = {
    "short words stay whole": (("a b", 10), ["a b"]),
    "no words are one empty piece: the caption of a picture": (("", 10), [""]),
    "broken at a blank": (("aaaaaa bbbb", 10), ["aaaaaa", "bbbb"]),
    "broken at the end of a line": (("aaaaaa\nbbbb", 10), ["aaaaaa", "bbbb"]),
    "a blank that is too early breaks nothing": (("aa bbbbbbbbbbbb", 10), ["aa bbbbbbb", "bbbbb"]),
    "no blank at all": (("a" * 15, 10), ["a" * 10, "a" * 5]),
    "between paragraphs rather than lines": (("aaaaa\n\nbb\ncc", 10), ["aaaaa", "bb\ncc"]),
    "between lines rather than words": (("aaaaa\nbb cc", 10), ["aaaaa", "bb cc"]),
    "a pause right behind what fits": (("aaaaaaaaaa bb", 10), ["aaaaaaaaaa", "bb"]),
    "a letter keeps its marks": (("a" * 9 + "g\u0306b", 10), ["a" * 9, "g\u0306b"]),
    "a family stays together": (("a" * 6 + "👩‍👧b", 10), ["a" * 6, "👩‍👧b"]),
    "a flag is two signs": (("🇹🇷🇹🇷🇹🇷", 10), ["🇹🇷🇹🇷", "🇹🇷"]),
    "a letter longer than a message is torn between its signs": (
        ("a" + "\u0306" * 14, 10),
        ["a" + "\u0306" * 9, "\u0306" * 5],
    ),
    "a sign of two units is not torn": (("a" * 9 + "👋b", 10), ["a" * 9, "👋b"]),
}


@pytest.mark.parametrize("name", SPLIT)
def test_long_words_are_split(name: str) -> None:
    given, pieces = SPLIT[name]
    assert split(*given) == pieces


SIGNS = st.sampled_from(["a", "ı", "İ", "👋", "𝄞", " ", "\n", "\n\n", "g\u0306", "👩‍👧", "🇹🇷", "👍🏽", "\r\n", "각"])
WORDS = st.lists(SIGNS, max_size=80).map("".join)


@given(WORDS, st.integers(8, 40))
def test_the_pieces_fit_and_lose_no_letter(words: str, limit: int) -> None:
    pieces = split(words, limit)
    assert all(units(piece) <= limit for piece in pieces)
    assert all(pieces) or pieces == [""]
    assert "".join("".join(pieces).split()) == "".join(words.split())


@given(WORDS, st.integers(8, 40))
def test_no_letter_is_torn(words: str, limit: int) -> None:
    letters = [one for piece in split(words, limit) for one in regex.findall(r"\X", piece) if one.strip()]
    assert letters == [one for one in regex.findall(r"\X", words) if one.strip()]


@given(st.text(max_size=60), st.integers(2, 20))
def test_any_text_at_all_can_be_sent(words: str, limit: int) -> None:
    pieces = split(words, limit)
    assert all(units(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(words.split())


@given(WORDS)
def test_what_fits_is_left_as_it_is(words: str) -> None:
    assert split(words, 400) == [words]


def test_a_message_of_one_unit_is_no_message() -> None:
    with pytest.raises(ValueError, match="two units"):
        split("a", 1)
