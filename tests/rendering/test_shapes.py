"""How a paragraph stands without a page around it equals what WeasyPrint lays out."""

from __future__ import annotations

import pytest

from flows.words.styles import Kind, Style
from rendering import shapes, typesetting
from rendering.layout.body import Block, blocks
from rendering.stationery import STATIONERIES
from tests.rendering.paper import SENTENCE, letter

WORDS = {
    "a line": "Canım anneannem,",
    "many lines": SENTENCE * 12,
    "lines as they were typed": "Bir\niki\n" + SENTENCE * 3 + "\nüç",
    "a list, whose first line is wider": f"1) {'1' * 3000}\n2) {SENTENCE * 6}",
    "a numbered list": f"1. {'elma ' * 200}\n2. {SENTENCE * 2}",
    "a word without an end": "1" * 900,
    "emoji": "Işıl ❤️ 👨‍👩‍👧‍👦 " * 30,
    "a keycap without its selector": "1⃣ ve " * 40,
    "scripts with faces of other heights": f"{SENTENCE}漢字 ﷽ བོད་ཡིག हिन्दी {SENTENCE}",
    "a line of small letters among high ones": f"{'ﷺ ' * 60}\nson",
    "from right to left": "שלום עולם, מה שלומך היום? " * 12,
    "a list from right to left": f"- {'سلام دنیا ' * 40}",
    "tabs and runs of blanks": "a\t\tb      c " * 40,
    "the end of a letter": "Bir\n\nSevgiler,\n\nIşıl",
}


def made(words: str, stationery: str) -> list[Block]:
    return list(blocks(words, (), STATIONERIES[stationery].face))


def heights(found: shapes.Shape | None) -> list[float]:
    return [] if found is None else [found.above, *found.heights]


@pytest.mark.parametrize("stationery", ["klasik", "elyazisi"])
@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_words_stand_as_weasyprint_lays_them_out(words: str, stationery: str) -> None:
    rules, these = typesetting.paper(letter(stationery=stationery)), made(words, stationery)
    laid_out = shapes.laid_out(these, rules, "tr")
    assert laid_out
    for block, theirs in zip(these, laid_out, strict=True):
        assert heights(shapes.shape(block, rules, "tr")) == pytest.approx(heights(theirs), rel=1e-12)


LEFT_TO_WEASYPRINT = {
    "a soft hyphen, which prints one at the end of a line": ("para\N{SOFT HYPHEN}graf " * 40, ()),
    "a separator of lines": ("bir\N{LINE SEPARATOR}iki", ()),
    "words in bold": ("Çok özledim", (Style(0, 3, Kind.BOLD),)),
}


@pytest.mark.parametrize(("words", "styles"), LEFT_TO_WEASYPRINT.values(), ids=LEFT_TO_WEASYPRINT)
def test_what_is_more_than_words_is_left_to_weasyprint(words: str, styles: tuple[Style, ...]) -> None:
    (block,) = blocks(words, styles, "Noto Serif")
    assert shapes.shape(block, typesetting.paper(letter()), "tr") is None
    assert shapes.laid_out([block], typesetting.paper(letter()), "tr")


def test_no_words_are_kept_but_how_they_are_set() -> None:
    rules = typesetting.paper(letter())
    (block,) = made("Sardunyaların bu sabah açtı", "klasik")
    shapes.shape(block, rules, "tr")
    kept = shapes._setting.cache_info().currsize
    (other,) = made("Pencereyi her açtığımda", "klasik")
    shapes.shape(other, rules, "tr")
    assert shapes._setting.cache_info().currsize == kept
    assert not shapes.lines._recent
