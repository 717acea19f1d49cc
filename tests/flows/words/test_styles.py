"""What is bold stays bold: styles are read from UTF-16 units, and go with their words through every cut and join."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.input.doubt import Doubt, Reason
from flows.input.manuscript import Manuscript, clean, clean_styles
from flows.words.styles import Kind, Style, Styled, Styles, joined, normalised, runs

B, U, Q = Kind.BOLD, Kind.UNDERLINE, Kind.QUOTE

# words, (offset, length) in units -> the words that are bold
UNITS: dict[str, tuple[str, tuple[int, int], str]] = {
    "Turkish letters are one unit": ("ığdır şehri", (6, 5), "şehri"),
    "an emoji is two": ("🐦 bir", (3, 3), "bir"),
    "a family is eleven": ("👨‍👩‍👧‍👦bir", (11, 3), "bir"),
    "the whole family": ("a👨‍👩‍👧‍👦b", (1, 11), "👨‍👩‍👧‍👦"),
    "half an emoji is all of it": ("a🐦b", (2, 1), "🐦"),
    "up to half an emoji": ("a🐦b", (0, 2), "a🐦"),
    "beyond the end": ("bir", (1, 90), "ir"),
    "behind the end": ("bir", (7, 2), ""),
    "nothing": ("bir", (1, 0), ""),
}


def set_so(said: Styled, kind: Kind = B) -> str:
    """The words of one kind, stretches parted by a bar."""
    return "|".join(said.words[one.start : one.end] for one in said.styles if one.kind is kind)


@pytest.mark.parametrize(("words", "place", "bold"), UNITS.values(), ids=UNITS.keys())
def test_a_messenger_counts_utf_16_units(words: str, place: tuple[int, int], bold: str) -> None:
    assert set_so(Styled.of_units(words, [(B, *place)])) == bold


# A model to compare with: each character carries the kinds it is set in.
Marked = list[tuple[str, frozenset[Kind]]]
ALPHABET = "aşİ🐦\u0301\n\t \u202e\r"


@st.composite
def said(draw: st.DrawFn, alphabet: str = "aşİ🐦\n ") -> Styled:
    words = draw(st.text(alphabet, max_size=20))
    edges = st.integers(0, len(words) + 2)
    styles = draw(st.lists(st.builds(Style, edges, edges, st.sampled_from([B, U, Q])), max_size=5))
    return Styled(words, normalised(styles, len(words)))


def marked(one: Styled) -> Marked:
    return [
        (sign, frozenset(style.kind for style in one.styles if style.start <= place < style.end))
        for place, sign in enumerate(one.words)
    ]


@given(said(), st.integers(-3, 25), st.integers(-3, 25))
def test_a_cut_keeps_what_is_left(one: Styled, start: int, end: int) -> None:
    assert marked(one.cut(start, end)) == marked(one)[start:end]


@given(said(), said())
def test_two_texts_stand_behind_each_other(one: Styled, other: Styled) -> None:
    assert marked(one + other) == marked(one) + marked(other)
    assert (one + other).styles == normalised((one + other).styles, len((one + other).words))


@given(said(), st.integers(0, 20))
def test_what_is_cut_apart_joins_to_what_it_was(one: Styled, place: int) -> None:
    assert one.cut(0, place) + one.cut(place) == one


@given(said())
def test_runs_are_the_same_marks_one_after_the_other(one: Styled) -> None:
    found: Marked = [(sign, frozenset()) for sign in one.words]
    last = 0
    for start, end, kinds in runs(one.styles):
        assert last <= start < end
        assert kinds
        last = end
        found[start:end] = [(sign, kinds) for sign, _ in found[start:end]]
    assert found == marked(one)


@given(said(), st.data())
def test_units_and_code_points_tell_the_same(one: Styled, data: st.DataObject) -> None:
    def unit(point: int) -> int:
        return len(one.words[:point].encode("utf-16-le")) // 2

    entities = [(style.kind, unit(style.start), unit(style.end) - unit(style.start)) for style in one.styles]
    assert Styled.of_units(one.words, data.draw(st.permutations(entities))) == one


SEAMS: dict[str, tuple[Styled, str, Styled, str]] = {
    # what stands before, the seam, what follows -> what is bold
    "a text that was cut between two bold words": (
        Styled("bir", (Style(0, 3, B),)),
        " ",
        Styled("iki", (Style(0, 3, B),)),
        "bir iki",
    ),
    "bold on one side only": (Styled("bir", (Style(0, 3, B),)), " ", Styled("iki"), "bir"),
    "bold further away": (Styled("bir.", (Style(0, 3, B),)), " ", Styled("iki", (Style(0, 3, B),)), "bir|iki"),
    "two messages": (Styled("bir", (Style(0, 3, B),)), "\n", Styled("iki", (Style(0, 3, B),)), "bir|iki"),
}


@pytest.mark.parametrize(("before", "seam", "after", "bold"), SEAMS.values(), ids=SEAMS.keys())
def test_a_seam_is_set_like_both_of_its_sides(before: Styled, seam: str, after: Styled, bold: str) -> None:
    assert set_so(joined([("", before), (seam, after)])) == bold


# What `clean` does to a message ---------------------------------------------------------------------------------------


CLEANED: dict[str, tuple[str, tuple[int, int], str]] = {
    # typed, (start, end) of what is bold -> the bold words of the clean text
    "two-sign line ends are one": ("a\r\nb\r\nc", (6, 7), "c"),
    "a tab is four blanks": ("a\tbir", (2, 5), "bir"),
    "the tab itself": ("a\tb", (1, 2), "    "),
    "an override goes": ("\u202ebir\u202c iki", (6, 9), "iki"),
    "what is only an override": ("a\u202eb", (1, 2), ""),
    "an accent joins its letter": ("u\u0308 bir", (3, 6), "bir"),
    "half of a letter is all of it": ("au\u0308b", (2, 3), "ü"),
    "an accent behind an override that goes": ("u\u202e\u0308 bir", (4, 7), "bir"),
    "three jamo are one syllable": ("\u1112\u1161\u11ab bir", (4, 7), "bir"),
}


@pytest.mark.parametrize(("typed", "place", "bold"), CLEANED.values(), ids=CLEANED.keys())
def test_styles_keep_to_their_words_while_they_are_cleaned(typed: str, place: tuple[int, int], bold: str) -> None:
    words = clean(typed)
    assert isinstance(words, str)
    assert set_so(Styled(words, clean_styles(typed, (Style(*place, B),)))) == bold


@given(said(ALPHABET + "\u0308\u1112\u1161"))
def test_cleaned_styles_hold_whole_characters_and_lose_none(one: Styled) -> None:
    words = clean(one.words)
    if not isinstance(words, str):
        return
    styles = clean_styles(one.words, one.styles)
    assert styles == normalised(styles, len(words))
    for kind in Kind:
        typed, kept = set_so(one, kind), set_so(Styled(words, styles), kind)
        letters = [sign for sign in unicodedata.normalize("NFD", typed) if sign.isalpha() or sign == "🐦"]
        assert not set(letters) - set(unicodedata.normalize("NFD", kept))
        begins = {style.start for style in styles}  # an accent has nothing to join at the beginning of a line
        assert not [place for place in begins if unicodedata.combining(words[place]) and words[:place][-1:] not in "\n"]


# Through a manuscript -------------------------------------------------------------------------------------------------

BOLD: Styles = (Style(0, 3, B),)


@st.composite
def changes(draw: st.DrawFn) -> list[tuple[int, Styled]]:
    """Messages and edits of them, in any order; no words: the message is taken out."""
    return draw(st.lists(st.tuples(st.integers(1, 4), said()), max_size=10))


@given(changes())
def test_through_edits_in_any_order_each_message_is_set_as_it_was_last(told: list[tuple[int, Styled]]) -> None:
    letter, last = Manuscript(), dict[int, Styled]()
    for message, one in told:
        if not one.words.strip():
            letter = letter.without(message)
            last.pop(message, None)
        elif message in letter:
            letter = letter.edited(message, one.words, one.styles)
            last[message] = one
        else:
            letter = letter.with_part(message, one.words, styles=one.styles)
            last[message] = one
    expected: Marked = []
    for nth, message in enumerate(sorted(last)):
        assert letter.styled(message) == last[message]
        expected += ([("\n", frozenset())] if nth else []) + marked(last[message])
    assert marked(Styled(letter.text, letter.whole.styles)) == expected


def test_a_text_that_a_client_has_cut_is_bold_across_the_seam() -> None:
    long, rest = "x" * 4090, "son"
    letter = Manuscript().with_part(1, long, 100, (Style(4000, 4090, B),)).with_part(2, rest, 100, BOLD)
    assert letter.text == f"{long} {rest}"
    assert letter.whole.styles == (Style(4000, 4094, B),)


def test_what_is_asked_about_waits_as_it_is_set() -> None:
    doubt = Doubt(1, "bitti\nbir söz", Reason.DONE, "bitti", styles=(Style(0, 5, B), Style(6, 9, U)))
    assert doubt.styled_rest == Styled("bir söz", (Style(0, 3, U),))
    assert Manuscript().doubting(doubt).styled(1) == doubt.styled
