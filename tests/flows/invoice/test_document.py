"""An invoice's sums: net and VAT are what was paid, to the kuruş; its number is as GİB wants it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.invoice.document import NUMBER, InvoiceLine, number_of, numbers_in
from flows.words.text import Kurus
from tests.flows.invoice.invoice_examples import SALE

LINES = st.lists(
    st.builds(InvoiceLine, st.just("Mektup"), st.builds(Kurus, st.integers(0, 10**9)), st.sampled_from([0, 1, 10, 20])),
    min_size=1,
    max_size=5,
)


@given(LINES)
def test_net_and_vat_are_what_was_paid(lines: list[InvoiceLine]) -> None:
    document = replace(SALE, lines=tuple(lines))
    paid = sum(line.gross.amount for line in lines)
    assert document.net.amount + document.vat.amount == document.gross.amount == paid
    assert sum(net.amount + vat.amount for _, net, vat in document.by_rate) == paid
    for line in lines:
        assert abs(line.net.amount * line.percent - line.vat.amount * 100) <= 100  # within a kuruş of the rate
        assert line.vat.amount >= 0


def test_a_number_has_three_letters_the_year_and_nine_digits() -> None:
    assert number_of("MPX", 2026, 7) == "MPX2026000000007"
    assert NUMBER.fullmatch(number_of("ABC", 2026, 999_999_999))


NAMED = {
    "Fatura numarası: MPX2026000000007.": ("MPX2026000000007",),
    "MPX2026000000007, MPX2026000000007 ve ABC2027000000001": ("MPX2026000000007", "ABC2027000000001"),
    "XMPX2026000000007": (),
    "MPX20260000000071": (),
    "mpx2026000000007": (),
    "": (),
}


@pytest.mark.parametrize("words", NAMED)
def test_numbers_are_found_in_words(words: str) -> None:
    assert numbers_in(words) == NAMED[words]
