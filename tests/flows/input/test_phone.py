"""Telephone numbers in every habit: what is stored, what is asked about, and which take no text messages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.input.phone import doubtful, has_no_texts, read_phone
from flows.words.text import Text


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0532 123 45 67", "+905321234567"),
        ("05321234567", "+905321234567"),
        ("5321234567", "+905321234567"),
        ("(0532) 123-45-67", "+905321234567"),
        ("+90 532 123 45 67", "+905321234567"),
        ("90 532 123 45 67", "+905321234567"),
        ("0090 532 123 45 67", "+905321234567"),
        ("٠٥٣٢١٢٣٤٥٦٧", "+905321234567"),
        ("０５３２１２３４５６７", "+905321234567"),
        ("0212 555 44 33", "+902125554433"),
        ("444 0 333", "+904440333"),
        ("\u202a+90 532 123 45 67\u202c", "+905321234567"),  # as a telephone's list of contacts copies it
        ("\u200e0532\u200b 123 45 67", "+905321234567"),
        ("+49 30 1234567", "+49301234567"),
        ("0049 30 1234567", "+49301234567"),
        ("+1 (650) 253-0000", "+16502530000"),
    ],
)
def test_a_telephone_number_becomes_e164(typed: str, number: str) -> None:
    """Turkish numbers in every habit, other countries with their plus."""
    assert read_phone(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "123",
        "0532 123 45",
        "0532 12 34",
        "532 12 34",
        "telefonum yok",
        "0532 123 45 67 89 10",
        "0532CALLME1",
        "1" * 300,
    ],
)
def test_what_is_no_number_is_asked_again(typed: str) -> None:
    """The example is the Turkish mobile form."""
    answer = read_phone(typed)
    assert isinstance(answer, Text)
    assert answer.message.endswith("Example: 05XX XXX XX XX")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0593 123 45 67", "+905931234567"),  # a range that nobody has been given
        ("+90 599 000 11 22", "+905990001122"),
        ("+999 123 456 789", "+999123456789"),  # a country that does not exist yet
    ],
)
def test_a_number_that_nobody_knows_is_doubted_and_not_refused(typed: str, number: str) -> None:
    assert read_phone(typed) == number
    assert doubtful(number)


@pytest.mark.parametrize("number", ["+905321234567", "+902125554433", "+904440333", "+49301234567", "+16502530000"])
def test_a_number_that_is_known_is_not_doubted(number: str) -> None:
    assert not doubtful(number)


@pytest.mark.parametrize(
    ("number", "without_texts"),
    [
        ("+905321234567", False),
        ("+4915123456789", False),
        ("+16502530000", False),  # in North America nobody can tell a landline by its number
        ("+902125554433", True),
        ("+904440333", True),
        ("+49301234567", True),
        ("+905931234567", False),
    ],
)
def test_a_landline_and_a_switchboard_take_no_text_messages(number: str, without_texts: bool) -> None:
    assert has_no_texts(number) is without_texts


@given(st.text(max_size=80))
def test_any_text_is_answered(typed: str) -> None:
    """A value or a sentence, never an exception; a value is stable when typed again."""
    found = read_phone(typed)
    assert isinstance(found, Text) or read_phone(found) == found
