"""An order's number is read in one way, however it is typed; what could name another order is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.order.number import digits, number_first, numbers_apart, numbers_in, order_number, written


@pytest.mark.parametrize(
    "typed",
    [
        "MX000123",
        "mx000123",
        "Mx123",
        "#MX000123",
        " MX000123\n",
        "MX 000123",
        "mx\u00a0123",
        "MX000000000123",
        "MX000123,",
    ],
)
def test_lower_case_blanks_a_sign_and_missing_zeros_name_the_same_order(typed: str) -> None:
    assert order_number(typed) == 123
    assert order_number(typed, bare=True) == 123


@pytest.mark.parametrize("typed", ["123", "000123", "#123", "#000123", " 123 "])
def test_a_number_alone_is_an_order_only_where_nothing_else_can_be_meant(typed: str) -> None:
    assert order_number(typed) == 0
    assert order_number(typed, bare=True) == 123


@pytest.mark.parametrize(
    "typed",
    [
        "", "MX", "MX0", "MX-123", "MX12a", "MX1²", "MX١٢٣", "MX１２３",  # digits of another script
        "XM123", "MIX123", "mıx123", "MİX123", "ＭＸ123", "M X123", "MX12 3", "MX000123 MX000124", "##MX123",
        "MX0000000000123", "9" * 13, "-1", "1.5", "1e3", "0x1",
    ],
)  # fmt: skip
def test_everything_else_names_no_order(typed: str) -> None:
    assert order_number(typed) == 0
    assert order_number(typed, bare=True) == 0


@given(st.integers(1, 10**12 - 1))
def test_a_number_is_read_as_it_was_written(number: int) -> None:
    assert order_number(written(number)) == order_number(digits(written(number)), bare=True) == number
    assert number_first(f"{written(number)} letter") == (number, "letter")
    assert numbers_in(f"Where is {written(number)}?") == {number}


def test_it_is_written_with_six_digits_at_least() -> None:
    assert (written(123), written(1_234_567)) == ("MX000123", "MX1234567")
    assert digits("MX000123") == "123"


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("MX000123 letter of 5 March", 123),
        ("mx 123, letter", 123),
        ("MX000123", 123),
        ("letter MX000123", 0),
        ("123 MX000124", 0),
        ("MX000123a letter", 0),
    ],
)
def test_the_order_that_leads_is_what_the_words_are_about(words: str, number: int) -> None:
    assert number_first(words)[0] == number


def test_every_order_in_free_words_is_found_once() -> None:
    words = "Siparişlerim MX000123, mx124 ve MX 000125; MX000123'ü bekliyorum. AMX126, MX127a ve 128 sipariş değil."
    assert numbers_in(words) == {123, 124, 125}


FIRST = {
    # words, read as (number, what follows), the same where a number alone is an order too
    "an order and a word": ("MX000123 retry", (123, "retry"), (123, "retry")),
    "a blank inside the number": ("MX 123 retry", (123, "retry"), (123, "retry")),
    "a no-break space inside the number": ("mx\u00a0123  retry", (123, "retry"), (123, "retry")),
    "a sign before it": ("#MX123", (123, ""), (123, "")),
    "a number alone": ("123 retry", (0, "123 retry"), (123, "retry")),
    "a piece that begins with digits": ("123ABC retry", (0, "123ABC retry"), (0, "123ABC retry")),
    "a word first": ("retry MX123", (0, "retry MX123"), (0, "retry MX123")),
    "nothing": ("", (0, ""), (0, "")),
    "order zero": ("MX0 retry", (0, "MX0 retry"), (0, "MX0 retry")),
}


@pytest.mark.parametrize(("typed", "read", "bare"), FIRST.values(), ids=FIRST)
def test_the_number_that_comes_first_is_read_with_what_follows_it(
    typed: str, read: tuple[int, str], bare: tuple[int, str]
) -> None:
    assert number_first(typed) == read
    assert number_first(typed, bare=True) == bare


def test_orders_are_taken_out_of_words_however_they_are_written() -> None:
    numbers, rest = numbers_apart("late MX 123, #MX124 and MX12x")
    assert (numbers, rest.split()) == ((123, 124), ["late", ",", "and", "MX12x"])
