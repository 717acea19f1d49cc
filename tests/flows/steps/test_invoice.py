"""The question about the invoice: what is missing is asked for, what was given is read back and kept in its parts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from flows.core.effects import Reply
from flows.core.events import ButtonTapped, Person, TextWritten
from flows.core.state import Draft, Profile, Standing
from flows.core.step import Forward, Here, Stay
from flows.invoice.party import InvoiceParty
from flows.steps import invoice
from tests.dialogue import operator

NOON = datetime(2026, 11, 23, 9, tzinfo=UTC)
STREET = "Kızılay Mah. Ihlamur Sok. No: 3, 06420 Çankaya, Ankara"


def here(name: str, whose: str = "", begun: InvoiceParty | None = None) -> Here:
    draft = Draft(invoice_for=whose, invoice_begun=begun)
    standing = Standing(Person("telegram", "1"), profile=Profile(name=name), draft=draft)
    return Here(standing, operator(), NOON, "f" * 32)


# whose it is, what was written -> name and address, for somebody called Ali Can
KEPT = {
    "mine": ("", STREET, "Ali Can", STREET),
    "somebody's": ("person", f"Nermin Öztürk, {STREET}", "Nermin Öztürk", STREET),
    "a company's": ("company", f"Örnek Ltd. Şti., Çankaya V.D. 0123456789, {STREET}", "Örnek Ltd. Şti.", STREET),
}


@pytest.mark.parametrize("name", KEPT)
def test_name_and_address_are_kept_apart_for_this_order_and_the_next(name: str) -> None:
    whose, typed, called, address = KEPT[name]
    move = invoice.take_text(here("Ali Can", whose), TextWritten(typed, 1))
    assert isinstance(move, Forward) and move.draft is not None and move.profile is not None
    assert move.draft.invoice == move.profile.invoice
    assert move.draft.invoice is not None
    assert (move.draft.invoice.name, move.draft.invoice.address) == (called, address)


@pytest.mark.parametrize(
    ("number", "taken"),
    [("0123456789", True), ("012 345 67 89", True), ("0123456788", False), ("012345678", False), ("", False)],
)
def test_a_companys_tax_number_has_ten_digits_and_its_check_digit(number: str, taken: bool) -> None:
    typed = f"Örnek Ltd. Şti., Çankaya V.D. {number}, Kızılay Mah. Ihlamur Sok. No: 3, 06420 Çankaya"
    move = invoice.take_text(here("Ali Can", "company"), TextWritten(typed, 1))
    assert isinstance(move, Forward if taken else Stay)


def test_what_was_given_is_not_lost_while_a_part_is_asked_for() -> None:
    first = invoice.take_text(here("Ali Can", "company"), TextWritten(f"Örnek Ltd. Şti., 0123456789, {STREET}", 1))
    assert isinstance(first, Stay) and first.draft is not None and first.draft.invoice_begun is not None
    second = invoice.take_text(here("Ali Can", "company", first.draft.invoice_begun), TextWritten("Çankaya", 2))
    assert isinstance(second, Forward) and second.draft is not None and second.draft.invoice is not None
    assert second.draft.invoice == replace(first.draft.invoice_begun, tax_office="Çankaya")
    assert second.draft.invoice_begun is None


def test_an_address_without_a_province_that_we_know_can_be_right() -> None:
    begun = InvoiceParty("Ali Can", "Ihlamur Sok. No: 3")
    asked = invoice.ask(here("Ali Can", begun=begun))
    assert isinstance(asked, Reply) and "complete" in [key.action for row in asked.buttons for key in row]
    move = invoice.take_complete(here("Ali Can", begun=begun), ButtonTapped("complete", "", "1", "t"))
    assert isinstance(move, Forward) and move.draft is not None and move.draft.invoice == begun
