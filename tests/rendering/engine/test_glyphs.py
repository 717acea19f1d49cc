"""A glyph is worked out once for each face and size of a letter, and found again for the rest of it."""

from __future__ import annotations

import pytest

from rendering import pdf
from rendering.engine import glyphs
from tests.rendering.paper import letter


def test_a_character_is_new_once_however_often_it_stands_in_a_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    new = list[str]()
    first = glyphs._Pen._first

    def noted(pen: glyphs._Pen, info: glyphs.Info, word: str, rtl: bool) -> None:
        new.append(word)
        first(pen, info, word, rtl)

    monkeypatch.setattr(glyphs._Pen, "_first", noted)
    pdf.draw(letter("nane ana " * 100))
    assert "n" in new
    assert new.count("n") <= 4  # in the letter, and in each type of the address and the notice
