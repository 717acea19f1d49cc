"""The words of the letter: what is refused, what is tidied, and the order they are joined in."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.input.cut_text import may_be_cut
from flows.input.doubt import Doubt, Reason
from flows.input.manuscript import CHARACTERS_LIMIT, STYLES_LIMIT, Manuscript, blank, characters, clean
from flows.words.styles import Kind, Style
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
        ("\ufe0fMerhaba\n\u202a\ufe0f\ufe0e ❤\ufe0f", "Merhaba\n ❤\ufe0f"),
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


def test_formatting_has_a_limit_of_its_own_and_the_rest_of_it_is_exact() -> None:
    def letter(stretches: int) -> Manuscript:
        styles = tuple(Style(2 * nth, 2 * nth + 1, Kind.BOLD) for nth in range(stretches))
        half = len(styles) // 2
        parts = ((1, "ab" * half, styles[:half]), (2, "ab" * len(styles), styles[: len(styles) - half]))
        made = Manuscript()
        for message, words, own in parts:
            made = made.with_part(message, words, styles=own)
        return made

    assert letter(STYLES_LIMIT).overflow is None
    told = letter(STYLES_LIMIT + 1).overflow
    assert told is not None and told.values["over"] == Count(1)


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


# A text that a client has cut ----------------------------------------------------------------------------------------

WORD = "mutfağındaki çay kokusu "
LONG = (WORD * 200)[:4096]  # ends inside a word
WHOLE = WORD * 200

CUT: dict[str, tuple[str, int, str, int, str]] = {
    # first message, its second, second message, its second, what stands between
    "inside a word": (LONG, 100, WHOLE[4096:], 100, ""),
    "a second later": (LONG, 100, WHOLE[4096:], 101, ""),
    "five seconds later": (LONG, 100, WHOLE[4096:], 105, ""),
    "six seconds later it is another message": (LONG, 100, "Bir şey daha:", 106, "\n"),
    "between two words, where the client had room for the next letter": ("a" * 4000, 100, "kokusu", 100, " "),
    "between two words, with the blank": ("a" * 3999 + " ", 100, "kokusu", 100, ""),
    "before an emoji that would not have fitted": ("a" * 4095, 100, "😊!", 100, ""),
    "a message that is not as long as one can be": ("a" * 3795, 100, "kokusu", 100, "\n"),
    "longer than a message can be": ("a" * 4097, 100, "kokusu", 100, "\n"),
    "nobody knows when": (LONG, 0, "kokusu", 0, "\n"),
}


@pytest.mark.parametrize("case", CUT)
def test_a_text_that_was_cut_is_one_text(case: str) -> None:
    first, at, second, later, between = CUT[case]
    forwards = Manuscript().with_part(1, first, at).with_part(2, second, later)
    backwards = Manuscript().with_part(2, second, later).with_part(1, first, at)
    assert forwards.text == backwards.text == first + between + second
    assert Manuscript().with_part(1, first, at).continues(2, later) is (between != "\n")


def test_three_parts_are_one_text_and_each_can_go() -> None:
    letter = Manuscript().with_part(1, LONG, 100).with_part(2, LONG, 100).with_part(3, "son", 101)
    assert letter.text == LONG + LONG + "son"
    assert letter.without(3).text == LONG + LONG
    assert letter.without(2).text == f"{LONG}\nson"
    assert letter.without(1).text == LONG + "son"


def test_an_edited_part_stays_a_part_of_its_text() -> None:
    letter = Manuscript().with_part(1, LONG, 100).with_part(2, "kokusu", 100).edited(1, "çay ")
    assert letter.text == "çay kokusu"


def test_a_message_between_the_two_ends_the_text() -> None:
    letter = Manuscript().with_part(1, LONG, 100).with_part(3, "kokusu", 100)
    assert "\n" not in letter.text
    assert letter.with_part(2, "Canım", 200).text == f"{LONG}\nCanım\nkokusu"


@pytest.mark.parametrize(("length", "cut"), [(3795, False), (3796, True), (4096, True), (4097, False)])
def test_only_a_message_near_the_limit_may_be_cut(length: int, cut: bool) -> None:
    assert may_be_cut("a" * length) is cut
    assert may_be_cut("😊" * (length // 2) + "a" * (length % 2)) is cut


# What nobody sees, and what is asked about ---------------------------------------------------------------------------


UNSEEN = (
    "", " ", "\n", "\u200b", "\u2060", "\ufeff", "\u200f", "\u00ad", "\u2800", "\u3164", "\u115f", "\ufe0f", "\u034f",
    "\U000e0020", "\u00a0\u2003", "\u200d\u200c",
)  # fmt: skip


@pytest.mark.parametrize("unseen", UNSEEN)
def test_a_letter_of_what_nobody_sees_is_empty(unseen: str) -> None:
    assert blank(unseen)
    assert Manuscript(((1, unseen), (2, "\u200b"))).empty
    assert not Manuscript(((1, f"{unseen}."),)).empty
    assert Manuscript(((1, "Canım"),)).edited(1, unseen).parts == ()


@pytest.mark.parametrize("seen", [".", "a", "𓂀", "😊", "–", "ş", "\ue000"])
def test_whatever_leaves_ink_is_a_letter(seen: str) -> None:
    assert not blank(seen)


def test_what_is_asked_about_waits_beside_the_letter_in_its_order() -> None:
    first, second = Doubt(5, "tamam", Reason.DONE, "tamam"), Doubt(3, "geri", Reason.BACK, "geri")
    letter = Manuscript(((4, "Canım"),)).doubting(first).doubting(second)
    assert (letter.text, letter.newest) == ("Canım", 5)
    assert letter.doubts == (second, first)
    assert (letter.words_of(5), letter.words_of(4), letter.words_of(9)) == ("tamam", "Canım", None)
    assert letter.settled(5).doubts == (second,)
    assert letter.doubting(Doubt(5, "bitti", Reason.DONE, "bitti")).words_of(5) == "bitti"
    assert dict(letter.answered("tamam", False).answered("tamam", True).answers) == {"tamam": True}
