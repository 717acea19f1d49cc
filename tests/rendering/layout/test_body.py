"""The body of a letter stays exactly as typed, in blocks that can be laid out one by one."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rendering.layout.body import Block, blocks, direction, passages
from rendering.layout.page import html
from rendering.sample import LETTER


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
    assert list(blocks("Bir\n\n\niki"))[1] == Block(2, '<p class="apart" dir="ltr">iki</p>')
    assert [block.above for block in blocks("Bir\n\n\niki")] == ["", "<p>\N{NO-BREAK SPACE}</p>"]
