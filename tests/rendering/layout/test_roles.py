"""Which lines are a date with its place, and which are items of a list: as people write them, and nothing that looks
alike."""

from __future__ import annotations

import pytest

from rendering.layout.roles import dated, markers

DATED = (
    "5 Mart 2026",
    "İstanbul, 29 Kasım 2026",
    "29 Kasım 2026, Ankara",
    "İstanbul 29.11.2026",
    "Kadıköy, İstanbul, 29/11/2026",
    "29 Kasım 2026 Pazar",
    "Ankara, 5 Mart 2026 Perşembe",
    "London, 5 March 2026",
    "2026-03-05",
)
SENTENCES = (
    "",
    "Canım anneannem,",
    "Bugün 5 Mart 2026.",
    "Doğum günüm 5 Mart 1990",
    "5 Mart 2026 günü çok güzeldi anneanne",
    "5 Mart 2026!",
    "31 Şubat 2026",
    "Ankara",
)


@pytest.mark.parametrize("line", DATED)
def test_a_date_with_its_place_stands_alone(line: str) -> None:
    assert dated(line)


@pytest.mark.parametrize("line", SENTENCES)
def test_a_sentence_that_names_a_day_is_a_sentence(line: str) -> None:
    assert not dated(line)


LISTS: dict[str, tuple[str, list[str]]] = {
    # lines -> what stands before the words of each item
    "dashes": ("- bir\n– iki\n• üç", ["- ", "– ", "• "]),
    "numbers": ("1. bir\n2. iki\n10) on", ["1. ", "2. ", "10) "]),
    "letters": ("a) bir\nb) iki", ["a) ", "b) "]),
    "deeper": ("- bir\n   * iki", ["- ", "   * "]),
    "a number alone": ("5. sınıfa geçti\nçok sevindik", ["", ""]),
    "numbers apart": ("5. sınıfa geçti\nçok sevindik\n6. sınıf zor", ["", "", ""]),
    "initials": ("A. Yılmaz\nB. Kaya", ["", ""]),
    "a temperature": ("-5 derece", [""]),
    "a decimal": ("3.5 kilo\n4.5 kilo", ["", ""]),
    "a dash alone": ("- \n-", ["", ""]),
}


@pytest.mark.parametrize(("lines", "expected"), LISTS.values(), ids=LISTS.keys())
def test_an_item_begins_with_a_sign_or_counts_with_its_neighbour(lines: str, expected: list[str]) -> None:
    assert markers(lines.split("\n")) == expected
