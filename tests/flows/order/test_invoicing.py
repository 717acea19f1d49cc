"""What an invoice says of an order: in Turkish, at the rate its price was made with, and of its own payment only."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from flows.core.effects import ClearOutbox, Effect, IssueInvoice, Refund
from flows.core.state import Order, Refunded, State
from flows.invoice.document import InvoiceKind, InvoiceSeller
from flows.order.invoicing import with_invoices
from flows.words.text import Kurus
from tests.dialogue import operator

NOON = datetime(2026, 11, 23, 9, tzinfo=UTC)
ID = "1" * 32
TAKEN = ClearOutbox(ID, "lease-1", "folder", "tray/1")
SELLER = InvoiceSeller("Örnek Ltd. Şti.")


def order(**has: Any) -> Order:
    made = Order(ID, State.DISPATCHED, Kurus(9600), "2" * 32, "ab" * 32, 1, 1, "taahhutlu", NOON, number="MX000123")
    return replace(made, provider="iyzico", payment="pay-1", paid=Kurus(9600), paid_at=NOON, dispatched_at=NOON, **has)


def issued(one: Order, *effects: Effect) -> list[IssueInvoice]:
    asked = with_invoices(replace(operator(), seller=SELLER, invoice_series="ABC"), one, effects)
    return [effect for effect in asked if isinstance(effect, IssueInvoice)]


def test_as_the_print_room_takes_it_the_whole_order_is_invoiced() -> None:
    (sale,) = issued(order(), TAKEN)
    (line,) = sale.lines
    assert (sale.kind, sale.order, sale.number, sale.series, sale.refund) == (
        InvoiceKind.SALE, ID, "MX000123", "ABC", "",
    )  # fmt: skip
    assert (sale.seller, sale.institution, sale.payment, sale.paid_at) == (SELLER, "iyzico", "pay-1", NOON)
    assert (line.description, line.gross) == (
        "Mektup basımı ve postaya verilmesi (taahhütlü). Sipariş: MX000123",
        Kurus(9600),
    )


RATES = {
    "the tariff's": ({"tariff": "2026", "vat_percent": 10}, 10),
    "the tariff's, which is nothing": ({"tariff": "2026", "vat_percent": 0}, 0),
    "the general one, of an order of before tariffs said theirs": ({}, 20),
}


@pytest.mark.parametrize("name", RATES)
def test_the_rate_of_vat(name: str) -> None:
    has, percent = RATES[name]
    (sale,) = issued(order(**has), TAKEN)
    assert [line.percent for line in sale.lines] == [percent]


def test_what_went_back_before_is_not_invoiced() -> None:
    (sale,) = issued(order(refunds=(Refunded("pay-1", Kurus(600)),)), TAKEN)
    assert [line.gross for line in sale.lines] == [Kurus(9000)]


BACK = {
    "all of it": (Refund(ID, "pay-1", Kurus(9600)), {}, 9600),
    "a part of it": (Refund(ID, "pay-1", Kurus(100)), {}, 100),
    "another institution's payment of that number": (Refund(ID, "pay-1", Kurus(100), "paytr"), {}, None),
    "a second payment, which was never invoiced": (Refund(ID, "pay-2", Kurus(9600)), {}, None),
    "before the print room took it": (Refund(ID, "pay-1", Kurus(9600)), {"dispatched_at": None}, None),
}


@pytest.mark.parametrize("name", BACK)
def test_money_that_goes_back_takes_the_invoice_back_by_as_much(name: str) -> None:
    refund, has, amount = BACK[name]
    found = issued(replace(order(), **has), refund)
    assert [(one.kind, one.refund, one.lines[0].gross.amount) for one in found] == (
        [] if amount is None else [(InvoiceKind.REFUND, "pay-1/1", amount)]
    )
    assert len({one.refund for one in issued(replace(order(), **has), refund, replace(refund, nth=2))}) == 2 * bool(
        amount
    )
    assert all(one.lines[0].description.startswith("Mektup bedelinin iadesi (taahhütlü)") for one in found)
