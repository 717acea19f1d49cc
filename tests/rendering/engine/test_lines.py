"""A paragraph breaks where WeasyPrint breaks it, in a time that grows with its length and not with its square."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from weasyprint.layout import inline

from rendering import engine, pdf
from rendering.engine import lines
from tests.rendering.paper import letter

WORDS = st.lists(st.text(alphabet="abcçğıİöşüWi.,-אבגש", min_size=1, max_size=40), min_size=1, max_size=150)


def broken(text: str) -> list[str]:
    """The words of each line."""
    found = []

    def walk(box: object) -> None:
        for child in getattr(box, "children", ()):
            walk(child)
        if hasattr(box, "pango_layout"):
            found.append(box.text.rstrip())

    for page in pdf._lay_out(letter(text, addressee=(), return_line="", footnote=""), 1000).pages:
        walk(page._page_box)
    return found


def theirs(text: str) -> list[str]:
    inline.split_first_line = lines._theirs
    try:
        return broken(text)
    finally:
        engine.install()


@given(WORDS)
@settings(max_examples=25, deadline=None)
def test_lines_break_where_weasyprint_breaks_them(words: list[str]) -> None:
    text = " ".join(words)
    assert broken(text) == theirs(text)


@pytest.mark.parametrize(
    "text",
    [
        "a b\nc  d\n e",
        "kelime\tkelime\nson",
        "soft\u00adhyphen " * 40,
        "W" * 700,
        "x " * 900 + "\nson",
        "son boşluk   ",
    ],
    ids=["breaks", "tabs", "soft hyphens", "a long word", "longer than a piece", "spaces at the end"],
)
def test_breaks_tabs_and_long_words_as_well(text: str) -> None:
    assert broken(text) == theirs(text)


@pytest.mark.parametrize("sign", "1Wမ", ids=["digits", "letters", "Burmese"])
def test_no_more_than_a_piece_is_laid_out_at_once(sign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    laid_out: list[int] = []
    real = lines._Paragraph._lay_out

    def counted(paragraph: lines._Paragraph, piece: str) -> None:
        laid_out.append(len(piece))
        real(paragraph, piece)

    monkeypatch.setattr(lines._Paragraph, "_lay_out", counted)
    pdf.measure(letter(sign * 8_000))
    assert max(laid_out) == lines.PIECE
    assert sum(laid_out) < 2 * 8_000  # a square of it would be 8,000 * 8,000 / a line
