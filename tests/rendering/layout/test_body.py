"""The body of a letter stays exactly as typed, in blocks that can be laid out one by one."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.words.styles import Kind, Style
from rendering import faces, pdf
from rendering.layout.body import Block, blocks, direction, passages
from rendering.layout.page import html
from rendering.sample import LETTER
from rendering.stationery import STATIONERIES
from tests.rendering.paper import glyphs, letter, words


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Canım anneannem", "ltr"),
        ("שלום סבתא", "rtl"),
        ("مرحبا", "rtl"),
        ("12. שלום", "rtl"),  # digits have no direction of their own
        ("“Sevgili” שלום", "ltr"),  # the first letter decides
        ("🙂 123", "ltr"),
        ("", "ltr"),
    ],
)
def test_direction_comes_from_the_first_letter(words: str, expected: str) -> None:
    assert direction(words) == expected


def test_a_line_without_letters_follows_the_line_above() -> None:
    assert [(part.direction, part.words) for part in passages("שלום\n123\nHello\n456")] == [
        ("rtl", "שלום\n123"),
        ("ltr", "Hello\n456"),
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("שלום סבתא\nAhmet שלום\nסוף", [("rtl", "שלום סבתא\nAhmet שלום\nסוף")]),
        ("Canım\nمرحبا Ayşe\nsevgiler", [("ltr", "Canım\nمرحبا Ayşe\nsevgiler")]),
        ("Canım\nمرحبا يا أمي.\nsevgiler", [("ltr", "Canım"), ("rtl", "مرحبا يا أمي."), ("ltr", "sevgiler")]),
        ("123\nשלום a", [("rtl", "123\nשלום a")]),
        ("שלום\n\n123", [("rtl", "שלום"), ("rtl", "123")]),
    ],
    ids=["a Latin name first", "an Arabic word first", "a line all in Arabic", "digits first", "digits alone"],
)
def test_a_mixed_line_reads_like_its_paragraph(words: str, expected: list[tuple[str, str]]) -> None:
    assert [(part.direction, part.words) for part in passages(words)] == expected


def test_an_item_of_a_list_hangs_by_the_width_of_its_mark_as_deep_as_it_was_typed() -> None:
    first, second = (block.html for block in blocks("- bir\n  - iki", face="Noto Serif"))
    dash, deeper = faces.metrics("Noto Serif").width("- ", 1), faces.metrics("Noto Serif").width("  - ", 1)
    assert first == f'<p style="padding-left:{dash:.3f}em;text-indent:-{dash:.3f}em" dir="ltr">- bir</p>'
    assert f"padding-left:{deeper:.3f}em" in second and deeper > dash


def test_the_end_of_a_letter_is_one_block_of_three_lines_which_no_page_parts() -> None:
    kept = "Uzun bir son.\n\nSevgilerimle,\n\nIşıl"
    assert [part.words for part in passages(kept)] == ["Uzun bir son.", "Sevgilerimle,\n\nIşıl"]
    assert [part.words for part in passages(kept.replace("le,", "le"))] == ["Uzun bir son.", "Sevgilerimle", "Işıl"]


def test_only_the_first_line_is_that_of_date_and_place() -> None:
    made = [block.html for block in blocks("\nAnkara, 5 Mart 2026\nCanım,\n5 Mart 2026")]
    assert made == ['<p class="apart dated" dir="ltr">Ankara, 5 Mart 2026</p>', '<p dir="ltr">Canım,\n5 Mart 2026</p>']


def test_line_breaks_blank_lines_and_spaces_stay_as_typed() -> None:
    text = "Bir\n  iki   üç\n\n\ndört"
    assert [(part.blank, part.words) for part in passages(text)] == [(0, "Bir\n  iki   üç"), (2, "dört")]
    assert "  iki   üç" in html(replace(LETTER, text=text))


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")) | st.just("\n"), max_size=300))
@settings(max_examples=60, deadline=None)
def test_whatever_is_typed_can_be_read_back_from_the_page(text: str) -> None:
    body = html(replace(LETTER, text=text)).split('<div class="text"')[1].split('<div class="foot"')[0]
    shown = [unescape(re.sub(r"<[^>]*>", "", part)) for part in re.findall(r"<p[^>]*>(.*?)</p>", body, re.S)]
    kept = "\n".join(part for part in shown if part != "\N{NO-BREAK SPACE}" or "\N{NO-BREAK SPACE}" in text)
    typed = [line for line in text.split("\n") if line.strip()]
    assert [line for line in kept.split("\n") if line.strip()] == typed


def test_blocks_know_nothing_of_their_neighbours() -> None:
    alone = [block.html for words in ("Bir & iki", "שלום") for block in blocks(words)]
    assert alone == ['<p dir="ltr">Bir &amp; iki</p>', '<p dir="rtl">שלום</p>']
    assert [block.html for block in blocks("Bir & iki\nשלום")] == alone
    assert list(blocks("Bir\n\n\niki"))[1] == Block(2, '<p class="apart" dir="ltr">', "iki", "iki")
    assert [block.above for block in blocks("Bir\n\n\niki")] == ["", "<p>\N{NO-BREAK SPACE}</p>"]


def test_formatting_never_begins_or_ends_between_a_letter_and_its_marks() -> None:
    """An element that began with a mark would print a circle below it."""
    styles = (Style(0, 1, Kind.BOLD), Style(4, 5, Kind.ITALIC), Style(6, 7, Kind.UNDERLINE))
    (block,) = blocks("कि के e\u0301!", styles)
    assert block.inner == '<span class="bold">कि</span> के <span class="underline">e\u0301</span>!'


def test_all_lines_of_a_letter_stand_on_one_grid() -> None:
    """Blank lines, quotations, lists and formatting among them."""
    typed = "x\n\nx bold\n\n\n- x x\nx 🙂 q\nx"
    styles = (Style(5, 9, Kind.BOLD), Style(len(typed) - 1, len(typed), Kind.QUOTE), Style(14, 15, Kind.CODE))
    feet = sorted(
        {
            round(box.bottom, 2)
            for sign, box in glyphs(pdf.draw(letter(typed, styles=styles)).pdf)
            if sign == "x" and 100 < box.top < 250
        }
    )
    leading = 18.5 * 25.4 / 72
    steps = [(foot - feet[0]) / leading for foot in feet]
    assert [round(step) for step in steps] == [0, 2, 5, 6, 7]
    assert steps == pytest.approx([round(step) for step in steps], abs=0.02)


@pytest.mark.parametrize("stationery", STATIONERIES)
def test_a_full_line_holds_60_to_72_letters(stationery: str) -> None:
    prose = " ".join(f"{LETTER.text} ".split()[:-1] * 2)
    drawn = words(pdf.draw(letter(prose, stationery=stationery)).pdf).split("\n")
    begun = next(place for place, line in enumerate(drawn) if line.startswith("Canım anneannem"))
    full = [len(line.strip()) for line in drawn[begun:] if line.strip() in prose]
    mean = sum(full[:-1]) / len(full[:-1])
    assert len(full) > 8 and (50 if stationery == "iri" else 60) <= mean <= 72  # large print takes the whole sheet


def test_date_and_place_stand_at_the_end_of_the_line_and_the_lines_of_a_list_below_its_words() -> None:
    drawn = glyphs(pdf.draw(letter("Q, 5 Mart 2026\n\n- Ş" + "x" * 30 + " x" * 60)).pdf)
    placed = {sign: box for sign, box in drawn if 100 < box.top < 250}
    assert placed["Q"].left > 105
    lines = sorted({round(box.bottom, 1) for sign, box in drawn if sign == "x" and 100 < box.top < 250})
    lower = min(box.left for sign, box in drawn if sign == "x" and round(box.bottom, 1) == lines[1])
    assert placed["Ş"].left == pytest.approx(lower, abs=0.4)


@pytest.mark.parametrize(("word", "stationery"), [("םםםם", "sade"), ("بببب", "klasik")], ids=["Hebrew", "Arabic"])
def test_a_list_that_reads_from_the_right_hangs_at_the_right(word: str, stationery: str) -> None:
    drawn = glyphs(pdf.draw(letter(f"{word}\n\n* {f'{word} ' * 60}", stationery=stationery)).pdf)
    body = [(sign, box) for sign, box in drawn if 100 < box.top < 250]
    (star,) = (box for sign, box in body if sign == "*")
    lines = [
        max(box.right for sign, box in body if sign != "*" and abs(box.bottom - foot) < 2)
        for foot in sorted({round(box.bottom) for sign, box in body if sign == word[0]})
    ]
    above, first, *others = lines
    assert len(others) >= 2
    assert first == pytest.approx(others[0], abs=0.4) == others[-1]
    assert star.left > first and star.right == pytest.approx(above, abs=0.6)
