"""What is bold, struck through or code stands so on paper, in its place in the line, and moves no line."""

from __future__ import annotations

import io
import re
from html import unescape
from time import process_time

import page
import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.input.manuscript import CHARACTERS_LIMIT
from flows.words.styles import Kind, Style, Styles, normalised
from rendering import pdf
from rendering.layout import inline
from rendering.layout.body import blocks
from rendering.layout.geometry import MARGIN_SIDE, PAGE_WIDTH
from tests.rendering.paper import glyphs, letter

B, S, C, Q = Kind.BOLD, Kind.STRIKE, Kind.CODE, Kind.QUOTE


def of(words: str, *set_so: tuple[Kind, str]) -> Styles:
    """These words of a text, where they first stand."""
    return normalised((Style(words.index(part), words.index(part) + len(part), kind) for kind, part in set_so), 9999)


HTML: dict[str, tuple[str, Styles, str]] = {
    "plain": ("a < b", (), '<p dir="ltr">a &lt; b</p>'),
    "one": ("a <b>", of("a <b>", (B, "<b>")), '<p dir="ltr">a <span class="bold">&lt;b&gt;</span></p>'),
    "overlapping": (
        "abc",
        (Style(0, 2, B), Style(1, 3, S)),
        '<p dir="ltr"><span class="bold">a</span><span class="bold strike">b</span><span class="strike">c</span></p>',
    ),
    "over a blank line": (
        "a\n\nb",
        (Style(0, 4, B),),
        '<p dir="ltr"><span class="bold">a</span></p><p class="apart" dir="ltr"><span class="bold">b</span></p>',
    ),
    "a quotation of two lines": (
        "a\nb\nc\nd",
        (Style(2, 5, Q),),
        '<p dir="ltr">a</p><p class="quote" dir="ltr">b\nc</p><p dir="ltr">d</p>',
    ),
    "in a line of the other direction": (
        "שלום Ahmet Bey",
        of("שלום Ahmet Bey", (B, "Bey")),
        '<p dir="rtl">שלום <span dir="ltr">Ahmet <span class="bold">Bey</span></span></p>',
    ),
    "words of the other direction and their number": (
        "a שלום 12 b",
        of("a שלום 12 b", (B, "12")),
        '<p dir="ltr">a <span dir="rtl">שלום <span class="bold">12</span></span> b</p>',
    ),
    "all of the words of the other direction": (
        "a שלום b",
        of("a שלום b", (B, "שלום")),
        '<p dir="ltr">a <span class="bold">שלום</span> b</p>',
    ),
    "half of a word whose letters join": (
        "بيت",
        of("بيت", (B, "بي")),
        '<p dir="rtl"><span class="bold">بي\u200d</span>\u200dت</p>',
    ),
    "a letter that joins nothing behind it": (
        "دار",
        of("دار", (B, "دا")),
        '<p dir="rtl"><span class="bold">دا</span>ر</p>',
    ),
}


@pytest.mark.parametrize(("words", "styles", "expected"), HTML.values(), ids=HTML.keys())
def test_each_stretch_is_an_element_named_after_its_kinds(words: str, styles: Styles, expected: str) -> None:
    assert "".join(block.html for block in blocks(words, styles)) == expected


@given(
    st.text("ab<ש12بد\n ", max_size=20),
    st.lists(st.builds(Style, st.integers(0, 20), st.integers(0, 20), st.sampled_from(Kind)), max_size=4),
)
def test_formatting_adds_and_loses_no_word(words: str, styles: list[Style]) -> None:
    made = [block.html for block in blocks(words, normalised(styles, len(words)))]
    shown = [unescape(re.sub(r"<[^>]*>|[\u200b\u200d]", "", one)) for one in made]
    assert [line for one in shown for line in one.split("\n")] == [line for line in words.split("\n") if line.strip()]
    assert all(one.count("<span") == one.count("</span>") for one in made)


WORDS = "Canım anneannem kalın eğik kod🙂 çizili\nVe söz\nson شكرا."
SET = of(
    WORDS, (B, "kalın"), (Kind.ITALIC, "eğik"), (C, "kod🙂"), (S, "çizili"), (Kind.UNDERLINE, "çizili"), (Q, "söz")
)


def faces(drawn: bytes) -> set[str]:
    with pikepdf.open(io.BytesIO(drawn)) as document:
        return {str(font.BaseFont).partition("+")[2] for font in document.pages[0].Resources.Font.values()}


def test_formatting_is_printed_in_the_faces_own_styles_and_moves_no_line() -> None:
    plain, made = pdf.draw(letter(WORDS)).pdf, pdf.draw(letter(WORDS, styles=SET)).pdf
    assert {name for name in faces(made) if name.startswith("Noto-Serif")} >= {"Noto-Serif-Bold", "Noto-Serif-Italic"}
    assert page.validate_pdf_bytes(made, profile=page.ValidationProfile.PDF_A_2U).failures == []
    feet = [[box.bottom for sign, box in glyphs(one) if sign in "nçs." and box.top > 100] for one in (plain, made)]
    assert feet[0][-1] == pytest.approx(feet[1][-1], abs=0.01)  # the last line stands where it stood


def test_a_long_line_of_turns_is_written_at_once() -> None:
    """In time that grows with its length: an opened letter is written between two answers to others."""
    words = ("aא" * CHARACTERS_LIMIT)[:CHARACTERS_LIMIT]
    marks = [(place, place + 1, frozenset({B})) for place in range(0, len(words), 2)]
    begun = process_time()
    assert inline.html(words, marks).count("<span") == len(marks)
    assert process_time() - begun < 2  # 0.1 s; it was 17 s


def test_a_mark_in_words_is_no_mark_in_the_page() -> None:
    assert inline.html('<span class="bold">', [(0, 5, frozenset({B}))]).count("<span") == 1


@pytest.mark.parametrize("word", ["a", "a\u00a0", "a\u202f", "a\u2007", "a\u2060"], ids=ascii)
def test_a_word_without_end_breaks_where_it_is_set_otherwise(word: str) -> None:
    words = (word * 900)[:900]
    styles = normalised((Style(place, place + 7, B) for place in range(0, 900, 30)), 900)
    placed = [box for sign, box in glyphs(pdf.draw(letter(words, styles=styles)).pdf) if sign == "a"]
    assert len([box for box in placed if 100 < box.top < 260]) == words.count("a")
    assert max(box.right for box in placed) < PAGE_WIDTH - MARGIN_SIDE


@pytest.mark.parametrize("blank", ["", "\u00a0", "\u202f", "\u2007", "\u205f"], ids=ascii)
@pytest.mark.parametrize("first", [1, 10, 19, 30])
def test_a_word_without_end_that_begins_within_a_line_and_is_set_otherwise_later_stays_on_the_page(
    blank: str, first: int
) -> None:
    before = "Metin " * 9 + ("a" + blank) * first
    words = before + ("a" + blank) * 200 + " son"
    drawn = pdf.draw(letter(words, styles=(Style(len(before), len(before) + 90, B),)))
    placed = [box for sign, box in glyphs(drawn.pdf) if sign == "a" and 100 < box.top < 260]
    assert len(placed) == first + 200
    assert max(box.right for box in placed) < PAGE_WIDTH - MARGIN_SIDE
