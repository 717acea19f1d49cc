"""An amount is read strictly: what could mean two amounts is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.input.lira import LARGEST, amount_first, lira
from flows.words.text import Kurus
from locales.formats import shown

TYPED = {
    "12,50": 1250, "12.50": 1250, "12": 1200, "0,01": 1, "0": 0, "9600": 960_000, "1.234,50": 123_450,
    "12,50 TL": 1250, "12,50TL": 1250, "₺12,50": 1250, " 12,50 ": 1250, "1000000": 100_000_000,
}  # fmt: skip
UNREAD = (
    "", "TL", "12,5", "12,505", "1.250", "1,250", "1,234.50", "12,50,00", "12..50", "-12,50", "+12,50", "1e2", "12,",
    ",50", "١٢,٥٠", "１２", "12 50", "1000000,01", "99999999", "12,50 EUR", "iki", "0x10", "1_000",
)  # fmt: skip
EXPORTED = {
    "48.5": 4850, "48,5": 4850, "48.50000000": 4850, "20.00000000": 2000, "1,234.50": 123_450, "1.234,5": 123_450,
    "48,50": 4850, "48": 4800, "48,50 TL": 4850, "20.0000": 2000,
}  # fmt: skip
UNREAD_EXPORTED = ("1.234", "20.000", "48.505", "48.50500000", "1,234", "12.34.56", "1.23,45", "")


@pytest.mark.parametrize("typed", TYPED)
def test_an_amount_as_a_person_types_it(typed: str) -> None:
    assert lira(typed) == Kurus(TYPED[typed])


@pytest.mark.parametrize("typed", UNREAD)
def test_what_may_mean_another_amount_is_not_read(typed: str) -> None:
    assert lira(typed) is None


@pytest.mark.parametrize("printed", EXPORTED)
def test_an_amount_as_a_statement_prints_it(printed: str) -> None:
    assert lira(printed, exported=True) == Kurus(EXPORTED[printed])


@pytest.mark.parametrize("printed", UNREAD_EXPORTED)
def test_a_thousand_or_three_decimals_is_not_guessed(printed: str) -> None:
    assert lira(printed, exported=True) is None


@given(st.integers(0, LARGEST.amount))
def test_what_we_write_is_read(kurus: int) -> None:
    assert lira(shown(Kurus(kurus), "tr")) == Kurus(kurus)
    assert lira(shown(Kurus(kurus), "tr"), exported=True) == lira(shown(Kurus(kurus), "en"), exported=True)


FIRST = {
    "12,50 hata": ("12,50", "hata"), "12,50 TL hata": ("12,50", "hata"), "12,50TL hata": ("12,50TL", "hata"),
    "12,50": ("12,50", ""), "hata": ("", "hata"), "-5 hata": ("-5", "hata"), "": ("", ""),
    "12,50 tl": ("12,50", ""), "12 tlx": ("12", "tlx"),
}  # fmt: skip


@pytest.mark.parametrize("words", FIRST)
def test_an_amount_stands_before_the_reason(words: str) -> None:
    assert amount_first(words) == FIRST[words]
