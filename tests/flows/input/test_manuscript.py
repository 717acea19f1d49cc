"""The words of the letter: what is refused, what is tidied, and the order they are joined in."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.input.manuscript import CHARACTERS_LIMIT, Manuscript, characters, clean
from flows.words.text import Count, Text

messages = st.dictionaries(st.integers(1, 50), st.text(alphabet="aşk\n ", min_size=1, max_size=20), max_size=12)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Canım anneannem,", "Canım anneannem,"),
        ("bir\r\niki\rüç", "bir\niki\nüç"),
        ("a\tb", "a    b"),
        ("\u202eters\u202c düz\u2066x\u2069", "ters düzx"),
        ("Gu\u0308l", "Gül"),
        ("👨‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👨‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿"),
        ("שלום \u200fعالم", "שלום \u200fعالم"),
        ("e\u0301" * 3, "é" * 3),
        ("a" + "\u0301" * 8, "á" + "\u0301" * 7),
        ("iptal", "iptal"),
    ],
)
def test_a_message_is_tidied_and_otherwise_left_alone(typed: str, kept: str) -> None:
    """Line ends, tabs, direction overrides and composition; never a word."""
    assert clean(typed) == kept


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("a\ud800b", "invisible control character"),
        ("a\x00b", "invisible control character"),
        ("a\x1bb", "invisible control character"),
        ("a\x7fb", "invisible control character"),
        ("a" + "\u0301" * 9, "accents"),
        ("a" * (CHARACTERS_LIMIT + 1), "longer than we can take"),
    ],
)
def test_what_no_page_can_hold_is_refused_by_name(typed: str, reason: str) -> None:
    """The sentence says what it is."""
    answer = clean(typed)
    assert isinstance(answer, Text)
    assert reason in answer.message


def test_a_hundred_thousand_accents_are_refused_at_once() -> None:
    """Counted before normalising, in one pass: the hostile message never reaches the sorting of marks."""
    hostile = "a" + "\u0301\u0316" * 50_000
    answer = clean(hostile)
    assert isinstance(answer, Text)
    assert "accents" in answer.message


def test_the_overflow_is_exact() -> None:
    """One character too many is told as one."""
    answer = clean("a" * (CHARACTERS_LIMIT + 1))
    assert isinstance(answer, Text)
    assert answer.values["over"] == Count(1)
    assert Manuscript(((1, "a" * CHARACTERS_LIMIT),)).overflow is None
    assert Manuscript(((1, "a" * CHARACTERS_LIMIT), (2, "b"))).overflow is not None


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing_more(typed: str) -> None:
    """What is stored is already clean, NFC and printable by rule."""
    once = clean(typed)
    if isinstance(once, str):
        assert clean(once) == once
        assert unicodedata.is_normalized("NFC", once)
        assert "\r" not in once
        assert "\x00" not in once


@given(messages, st.randoms())
def test_a_letter_reads_in_message_order_whatever_order_it_arrives_in(sent: dict[int, str], order: object) -> None:
    """Shuffled deliveries and repeated ones give the same letter."""
    arrivals = list(sent.items()) + list(sent.items())[:3]
    order.shuffle(arrivals)  # type: ignore[attr-defined]
    letter = Manuscript()
    for message, words in arrivals:
        letter = letter.with_part(message, words)
    assert letter.text == "\n".join(sent[message] for message in sorted(sent))
    assert letter == Manuscript(tuple(sent.items()))


@given(messages, st.integers(1, 50), st.text(alphabet="xyz", min_size=1))
def test_an_edit_changes_one_message_and_only_one_of_the_letter(sent: dict[int, str], message: int, words: str) -> None:
    """A message that is no part of the letter stays outside."""
    letter = Manuscript(tuple(sent.items()))
    expected = {**sent, message: words} if message in sent else sent
    assert letter.edited(message, words) == Manuscript(tuple(expected.items()))


def test_an_edit_to_nothing_takes_the_message_out() -> None:
    """Presence first: both lines are there before one goes."""
    letter = Manuscript().with_part(2, "iki").with_part(1, "bir")
    assert letter.text == "bir\niki"
    assert letter.edited(1, "  ").text == "iki"
    assert letter.without(2).text == "bir"
    assert letter.without(9) == letter
    assert letter.without(1).without(2).empty
    assert 1 in letter


def test_two_texts_for_one_message_are_a_programming_error() -> None:
    """A manuscript is never ambiguous."""
    with pytest.raises(ValueError, match="one text"):
        Manuscript(((1, "a"), (1, "b")))


@pytest.mark.parametrize(
    ("words", "count"),
    [("", 0), ("aşk", 3), ("a\nb", 2), ("👨‍👩‍👧‍👦", 1), ("Gu\u0308l", 3), ("👍🏽!", 2), ("a b", 3)],
)
def test_characters_are_counted_as_a_person_counts(words: str, count: int) -> None:
    """A family of four is one character."""
    assert characters(words) == count
    assert Manuscript(((1, words),)).characters == count


def test_words_are_counted_across_messages() -> None:
    """For the running line."""
    assert Manuscript(((1, "Canım anneannem,"), (2, "nasılsın?"))).words == 3
