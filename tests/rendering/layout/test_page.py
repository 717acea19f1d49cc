"""The page holds the letter exactly as typed, and nothing the sender typed can become part of the machinery."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rendering.layout.page import direction, html, passages
from rendering.sample import LETTER

HOSTILE = '<script>alert(1)</script><img src="file:///etc/passwd">&amp;</p></div>" onload="x'


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


@pytest.mark.parametrize("field", ["text", "return_line", "footnote", "language"])
def test_every_value_is_escaped(field: str) -> None:
    plain = html(replace(LETTER, **{field: "Zeynep"}))
    assert "Zeynep" in plain  # the value does reach the page
    page = html(replace(LETTER, **{field: HOSTILE}))
    assert "<script" not in page
    assert "<img" not in page
    assert not re.search(r'"\s*onload=', page)


def test_every_line_of_the_address_is_escaped() -> None:
    page = html(replace(LETTER, addressee=("Nermin", HOSTILE)))
    assert "Nermin" in page
    assert "<img" not in page


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")) | st.just("\n"), max_size=300))
@settings(max_examples=60, deadline=None)
def test_whatever_is_typed_can_be_read_back_from_the_page(text: str) -> None:
    body = html(replace(LETTER, text=text)).split('<div class="text"')[1].split('<div class="foot"')[0]
    shown = [unescape(re.sub(r"<[^>]*>", "", part)) for part in re.findall(r"<p[^>]*>(.*?)</p>", body, re.S)]
    kept = "\n".join(part for part in shown if part != "\N{NO-BREAK SPACE}" or "\N{NO-BREAK SPACE}" in text)
    typed = [line for line in text.split("\n") if line.strip()]
    assert [line for line in kept.split("\n") if line.strip()] == typed


def test_the_language_stands_on_every_block_that_has_words() -> None:
    page = html(replace(LETTER, language="en"))
    for block in ("text", "foot"):
        assert f'<div class="{block}" lang="en"' in page
    assert 'class="address lines4" lang="und"' in page  # a name of another country keeps its own casing
