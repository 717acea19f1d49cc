"""The invoice's name and address are kept apart, and nothing of the address is taken for the name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flows.core.events import Person, TextWritten
from flows.core.state import Draft, Profile, Standing
from flows.core.step import Forward, Here, Stay
from flows.steps import invoice
from tests.dialogue import operator

NOON = datetime(2026, 11, 23, 9, tzinfo=UTC)


def here(name: str, whose: str = "") -> Here:
    standing = Standing(Person("telegram", "1"), profile=Profile(name=name), draft=Draft(invoice_for=whose))
    return Here(standing, operator(), NOON, "f" * 32)


# what was written -> name and address, for somebody called Ali Can
KEPT = {
    "the address alone": ("Moda Cad. No: 12, 34710 Kadıköy", "Ali Can\nModa Cad. No: 12, 34710 Kadıköy"),
    "with the own name before it": ("ali can, Moda Cad. No: 12, Kadıköy", "Ali Can\nModa Cad. No: 12, Kadıköy"),
    "with the own name above it": ("Ali Can\nModa Cad. No: 12, Kadıköy", "Ali Can\nModa Cad. No: 12, Kadıköy"),
    "a street that begins with the name": (
        "Ali Canbaz Sok. No: 12, Kadıköy",
        "Ali Can\nAli Canbaz Sok. No: 12, Kadıköy",
    ),
}


@pytest.mark.parametrize("name", KEPT)
def test_name_and_address(name: str) -> None:
    typed, party = KEPT[name]
    move = invoice.take_text(here("Ali Can"), TextWritten(typed, 1))
    assert isinstance(move, Forward) and move.draft is not None and move.profile is not None
    assert move.draft.invoice == move.profile.invoice == party


@pytest.mark.parametrize(
    ("number", "taken"),
    [("0123456789", True), ("012 345 67 89", True), ("0123456788", False), ("012345678", False), ("", False)],
)
def test_a_companys_tax_number_has_ten_digits_and_its_check_digit(number: str, taken: bool) -> None:
    typed = f"Örnek Ltd. Şti., Çankaya V.D. {number}, Kızılay Mah. Ihlamur Sok. No: 3, 06420 Çankaya"
    move = invoice.take_text(here("Ali Can", "company"), TextWritten(typed, 1))
    assert isinstance(move, Forward if taken else Stay)
