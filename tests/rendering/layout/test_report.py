"""The readable copy of somebody's data: every word of it is on the page, and nothing in it is markup."""

from __future__ import annotations

import pypdfium2
import pytest

from rendering.layout.report import MOST, Report, Section, html
from rendering.pdf import draw_report


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    pages = [document[number].get_textpage().get_text_bounded() for number in range(len(document))]
    document.close()
    return " ".join(" ".join(pages).split())


def report(*rows: tuple[str, str]) -> Report:
    return Report("tr", "Hakkınızda sakladığımız her şey", "Sizin için.", (Section("Bilgileriniz", rows),), "(uzun)")


def test_headings_labels_and_values_are_on_the_page() -> None:
    words = words_of(draw_report(report(("Ad", "Işıl İnci"), ("Metin", "Canım anneannem,\nSardunyalar"))))
    for part in ("Hakkınızda sakladığımız her şey", "Bilgileriniz", "Ad: Işıl İnci", "Canım anneannem, Sardunyalar"):
        assert part in words


@pytest.mark.parametrize("value", ["<b>&amp;</b>", "<img src='file:///etc/passwd'>", "{name}", "a\x00b", "\ud800"])
def test_whatever_was_typed_is_words_and_stops_nothing(value: str) -> None:
    page = html(report(("Metin", value)))
    assert "<img" not in page and "\x00" not in page
    assert draw_report(report(("Metin", value))).startswith(b"%PDF")


def test_a_value_longer_than_a_page_should_hold_is_cut_and_says_so() -> None:
    assert "(uzun)" not in html(report(("Metin", "a" * MOST)))
    assert "(uzun)" in html(report(("Metin", "a" * (MOST + 1))))
