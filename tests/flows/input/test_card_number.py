"""A card's number is recognised however it is typed, and hardly anything else is taken for one."""

from __future__ import annotations

import pytest

from flows.input.card_number import has_card_number

# what somebody writes -> whether a card's number stands in it
CASES = {
    "4111111111111111": True,
    "Kartım 5528 7900 0000 0008, son kullanma 12/30": True,
    "5528-7900-0000-0008": True,
    "9792\u00a00303\u00a09444\u00a00796": True,  # Troy
    "3714 496353 98431": True,
    "4222222222222": True,  # thirteen digits
    "6304000000000000": True,
    "٤١١١١١١١١١١١١١١١": True,
    "4111111111111112": False,  # wrong check digit
    "0532 123 45 67": False,
    "05321234567 ve 02163456789": False,
    "TR33 0006 1005 1978 6457 8413 26": False,  # IBAN
    "41111111111111111111": False,  # twenty digits
    "RR123456789TR": False,
    "kart5528790000000008": True,
    "Visa4111111111111111": True,  # the last letter of the word is a hexadecimal digit, too
    "numara4111 1111 1111 1111": True,
    "4111111111111111cvv 123": True,
    "a4111111111111111b": False,  # a part of a hexadecimal name
    "f3b4111111111111111": False,
    "4111111111111111de": False,
    "1764374400003": False,
    "": False,
}


@pytest.mark.parametrize("typed", CASES)
def test_a_cards_number_is_recognised(typed: str) -> None:
    assert has_card_number(typed) is CASES[typed]
