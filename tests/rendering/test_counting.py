"""Counting while somebody writes: what was measured is remembered without a word of it, and equals the drawing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.words.styles import Kind, Style
from rendering import counting, pdf, shapes, typesetting
from rendering.counting import Frame, Memo, lines_of_pages
from rendering.layout.page import Letter
from rendering.shapes import Shape
from rendering.stationery import STATIONERIES
from tests.rendering.paper import SENTENCE, letter, long_letter

LINES = st.one_of(
    st.sampled_from(["", "", "satır", "שלום עולם", "12. שלום"]),
    st.integers(1, 400).map("x ".__mul__),
    st.integers(1, 900).map("1".__mul__),
    st.integers(1, 25).map("Işıl ❤️ 👨‍👩‍👧‍👦 ".__mul__),  # emoji make a line higher
    st.integers(1, 30).map("1⃣ 1\ufe0f⃣ ".__mul__),
    st.integers(1, 30).map("हिन्दी क्षत्रिय ".__mul__),
    st.integers(1, 40).map(lambda words: f"{words}. {'bir madde ' * words}"),  # an item of a list
    st.integers(1, 40).map("para\N{SOFT HYPHEN}graf\t".__mul__),
    st.integers(1, 20).map("漢字 ﷽ ᠮᠣᠩᠭᠣᠯ བོད་ཡིག ".__mul__),  # faces of other heights
)
ENDS = ("", "\n\nSevgiler,\n\nIşıl", "\n- son madde", "\nשלום,\n\nדוד")


def drawn(made: Letter, limit: int) -> tuple[int, int]:
    """Pages, and lines beyond the limit, of the real layout."""
    pages = pdf._lay_out(made, limit).pages
    return len(pages), sum(1 for page in pages[limit:] for _ in typesetting.lines(page._page_box))


@pytest.mark.slow
@given(
    st.lists(LINES, min_size=1, max_size=60),
    st.sampled_from(ENDS),
    st.sampled_from([1, 2, 3, 10]),
    st.sampled_from(sorted(STATIONERIES)),
)
@settings(max_examples=25, deadline=None)
def test_what_is_counted_is_what_is_drawn(lines: list[str], end: str, limit: int, stationery: str) -> None:
    made = letter("\n".join(lines) + end, stationery=stationery)
    counted = pdf.measure(made, limit)
    assert (counted.pages, counted.lines_over) == drawn(made, limit)


def test_a_new_paragraph_alone_is_laid_out(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    shape = counting.shape
    monkeypatch.setattr(counting, "shape", lambda block, *how: asked.append(block.plain) or shape(block, *how))
    monkeypatch.setattr(pdf, "_memo", Memo())
    pdf.measure(letter("Bir\n\nİki"))
    pdf.measure(letter("Bir\n\nİki\n\nÜç"))
    pdf.measure(letter("Bir\n\nİki\n\nÜç"))
    assert asked == ["Bir", "İki", "Üç"]
    pdf.measure(letter("Bir", stationery="sade"))
    pdf.measure(letter("Bir", language="en"))  # a language may shape its letters otherwise
    assert asked == ["Bir", "İki", "Üç", "Bir", "Bir"]


def test_a_page_is_laid_out_for_what_is_more_than_words_only(monkeypatch: pytest.MonkeyPatch) -> None:
    pdf.measure(letter("Bir\n\nİki\n\n- üç"))  # pages of a paper and kinds of paragraphs: once in a process
    laid_out: list[str] = []
    render = typesetting.render
    monkeypatch.setattr(typesetting, "render", lambda page, *css: laid_out.append(page) or render(page, *css))
    monkeypatch.setattr(pdf, "_memo", Memo())
    pdf.measure(letter("Sonra\n\nBaşka bir gün\n\n- ilk madde"))
    assert laid_out == []
    pdf.measure(letter("Sonra\n\nBaşka bir gün, kalın harflerle", styles=(Style(7, 12, Kind.BOLD),)))
    assert [("Sonra" in page, ">Başka<" in page) for page in laid_out] == [(False, True)]


def test_the_memory_is_bounded_and_holds_no_words() -> None:
    memo = Memo(most=3)
    for word in ("a", "b", "c"):
        memo.keep(memo.name(word), Shape(0, ((24.0, 1),)))
    assert memo.get(memo.name("a"))
    memo.keep(memo.name("d"), Shape(0, ((24.0, 1),)))
    assert [bool(memo.get(memo.name(word))) for word in "abcd"] == [True, False, True, True]
    assert {len(name) for name in memo._shapes} == {16}
    assert Memo().name("a") != memo.name("a")  # each process has a key of its own


def test_what_nobody_has_asked_for_within_an_hour_is_forgotten() -> None:
    now = [0.0]
    memo, shape = Memo(now=lambda: now[0]), Shape(0, ())
    first, second, third = (memo.name(word) for word in ("a", "b", "c"))
    memo.keep(first, shape)
    memo.keep(second, shape)
    now[0] = 3599
    assert memo.get(first) == shape
    now[0] = 3600
    memo.keep(third, shape)  # nobody has to ask for the old ones
    assert len(memo) == 2
    assert (memo.get(second), memo.get(first)) == (None, shape)
    now[0] = 2 * 3600
    assert (memo.get(first), len(memo)) == (None, 0)


# Lines of each paragraph -> lines of each page, where the first page holds 26, a left one 10, a right one 30.
BREAKS = {
    "a line": ([1], [1]),
    "two paragraphs": ([1, 1], [2]),
    "over the end": ([33], [26, 7]),
    "no line alone on the next page": ([27], [25, 2]),
    "no first line alone": ([25, 3], [25, 3]),
    "a full page": ([26, 4], [26, 4]),
    "left and right pages": ([100], [26, 10, 30, 10, 24]),
}


@pytest.mark.parametrize(("paragraphs", "pages"), BREAKS.values(), ids=BREAKS)
def test_no_line_stands_alone_at_the_end_or_the_beginning_of_a_page(paragraphs: list[int], pages: list[int]) -> None:
    first, left, right = (Frame(100, 100 + (lines + 0.5) * 20) for lines in (26, 10, 30))
    shapes = [Shape(0, ((20.0, count),)) for count in paragraphs]
    assert lines_of_pages(shapes, (first, left, right), together=2) == pages


def test_a_paragraph_that_is_more_than_lines_is_laid_out_with_its_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "shape", lambda *_: None)
    monkeypatch.setattr(shapes, "_shape", lambda box: None)
    made = long_letter(7, footnote="")
    assert pdf.measure(made) == pdf.Measured(3, 2, 0, ())
    assert SENTENCE.strip() in made.text
