"""Kuruş become decimals and come back unchanged; what is no amount of money is none."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.payments.iyzico.amounts import kurus, plain
from flows.words.text import Kurus


@given(st.integers(min_value=0, max_value=10**12), st.integers(min_value=0, max_value=10))
def test_kurus_round_trip_with_any_number_of_zeros(amount: int, zeros: int) -> None:
    words = Kurus(amount).lira
    assert kurus(Decimal(words)) == kurus(Decimal(words + "0" * zeros)) == Kurus(amount)
    assert kurus(Decimal(plain(Decimal(words + "0" * zeros)))) == Kurus(amount)


@pytest.mark.parametrize(
    ("words", "signed", "amount"),
    [
        ("10", "10", 1000),
        ("10.0", "10", 1000),
        ("10.5", "10.5", 1050),
        ("10.50", "10.5", 1050),
        ("20.00000000", "20", 2000),
        ("1E+2", "100", 10000),
        ("0E-8", "0", 0),
        ("0.01", "0.01", 1),
    ],
)
def test_amounts_as_iyzico_writes_and_signs_them(words: str, signed: str, amount: int) -> None:
    assert (plain(Decimal(words)), kurus(Decimal(words))) == (signed, Kurus(amount))


def test_zeros_that_count_are_signed() -> None:
    assert [plain(Decimal(words)) for words in ("10.510", "10.5105", "10.51050", "1000")] == [
        *("10.51", "10.5105", "10.5105", "1000"),
    ]


@pytest.mark.parametrize(
    "words", ["10.005", "-1", "NaN", "Infinity", "1E999999", "1E-999999", "1e30", "20.000000000001"]
)
def test_what_is_no_amount_is_refused_and_costs_nothing(words: str) -> None:
    with pytest.raises(ValueError, match="no amount"):
        kurus(Decimal(words))


def test_less_than_nothing_is_never_asked_for() -> None:
    with pytest.raises(ValueError, match="below zero"):
        _ = Kurus(-1).lira
