"""The page holds the letter exactly as typed, and nothing the sender typed can become part of the machinery."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from rendering.layout.page import foot, html
from rendering.sample import LETTER

HOSTILE = '<script>alert(1)</script><img src="file:///etc/passwd">&amp;</p></div>" onload="x'


@pytest.mark.parametrize("field", ["text", "return_line", "footnote", "language"])
def test_every_value_is_escaped(field: str) -> None:
    plain, hostile = replace(LETTER, **{field: "Zeynep"}), replace(LETTER, **{field: HOSTILE})
    assert "Zeynep" in html(plain) + foot(plain)  # the value does reach the page
    page = html(hostile) + foot(hostile)
    assert "<script" not in page
    assert "<img" not in page
    assert not re.search(r'"\s*onload=', page)


def test_every_line_of_the_address_is_escaped() -> None:
    page = html(replace(LETTER, addressee=("Nermin", HOSTILE)))
    assert "Nermin" in page
    assert "<img" not in page


def test_the_language_stands_on_every_block_that_has_words() -> None:
    english = replace(LETTER, language="en")
    page = html(english) + foot(english)
    for block in ("text", "foot"):
        assert f'<div class="{block}" lang="en"' in page
    assert 'class="address lines4" lang="und"' in page  # a name of another country keeps its own casing
