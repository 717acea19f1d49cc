"""Invoices: numbered without a gap whoever issues them and whatever fails, once for each occasion."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flows.core.effects import IssueInvoice, RecordInvoice
from flows.core.events import Moment, Person
from flows.core.state import Standing, Turn
from flows.invoice.document import InvoiceDocument, InvoiceKind, InvoiceLine, InvoiceSeller
from flows.invoice.party import InvoiceParty
from flows.words.text import Kurus
from storage.payments import invoices
from storage.rights.invoice_copy import invoice_copy
from storage.store.store import KeptTurn
from tests.storage.conftest import KNOWN, NOON, House

BUYER = InvoiceParty("Işıl İnci", "Ihlamur Sok. No: 3, Çankaya, Ankara", il="Ankara", ilce="Çankaya")
SELLER = InvoiceSeller("Örnek Ltd. Şti.", "Çankaya", "0123456789")
YEARS = (datetime(2026, 1, 1, tzinfo=UTC) - timedelta(days=400), datetime(2030, 1, 1, tzinfo=UTC))


def sale(order: str, series: str = "MPX") -> IssueInvoice:
    line = InvoiceLine("Mektup", Kurus(9600), 20)
    return IssueInvoice(order, "MX000001", InvoiceKind.SALE, (line,), SELLER, series, "iyzico", "pay-1", NOON)


def refund(order: str, payment: str = "pay-1") -> IssueInvoice:
    return replace(sale(order), kind=InvoiceKind.REFUND, refund=payment)


async def bought(house: House, *effects: IssueInvoice, at: datetime = NOON) -> str:
    """An order with its invoice's name and address, and what is issued for it."""
    order = os.urandom(16).hex()
    issued = (replace(effect, order=order) for effect in effects)
    await house.turn(house.ayse, RecordInvoice(order, BUYER, Kurus(9600)), *issued, at=at)
    return order


async def issued(house: House) -> list[InvoiceDocument]:
    return await house.store.do(invoices.between, *YEARS)


async def test_the_first_of_a_year_is_number_one_and_says_everything(house: House) -> None:
    await bought(house, sale(""))
    (document,) = await issued(house)
    assert document.number == "MPX2026000000001"
    assert (document.buyer, document.seller, document.order) == (BUYER, SELLER, "MX000001")
    assert (document.gross, document.net, document.vat) == (Kurus(9600), Kurus(8000), Kurus(1600))
    assert (document.at, document.payment, document.original) == (NOON, "pay-1", None)


async def test_each_year_of_istanbul_and_each_series_counts_anew(house: House) -> None:
    await bought(house, sale(""), at=datetime(2026, 12, 31, 20, 59, tzinfo=UTC))
    await bought(house, sale(""), at=datetime(2026, 12, 31, 21, 0, tzinfo=UTC))  # midnight in Istanbul
    await bought(house, sale("", "ABC"), at=datetime(2026, 12, 31, 21, 0, tzinfo=UTC))
    assert [one.number for one in await issued(house)] == ["ABC2027000000001", "MPX2026000000001", "MPX2027000000001"]


async def test_a_later_number_never_bears_an_earlier_moment(house: House) -> None:
    await bought(house, sale(""), at=NOON + timedelta(hours=1))
    await bought(house, sale(""), at=NOON)
    assert [one.at for one in await issued(house)] == [NOON + timedelta(hours=1)] * 2


async def test_an_order_is_invoiced_once_and_each_refund_once(house: House) -> None:
    order = await bought(house, sale(""), sale(""), refund(""), refund(""))
    await house.turn(house.ayse, sale(order), refund(order), refund(order, "pay-2"))
    told = [(one.number[-1], one.kind, one.original and one.original.number) for one in await issued(house)]
    assert told == [
        ("1", InvoiceKind.SALE, None),
        ("2", InvoiceKind.REFUND, "MPX2026000000001"),
        ("3", InvoiceKind.REFUND, "MPX2026000000001"),
    ]


async def test_what_was_never_invoiced_is_not_taken_back_and_costs_no_number(house: House) -> None:
    await bought(house, refund(""))
    await house.turn(house.ayse, sale("f" * 32))  # nobody gave a name and an address
    assert await issued(house) == []
    await bought(house, sale(""))
    assert [one.number for one in await issued(house)] == ["MPX2026000000001"]


class Broken(Exception):
    """What ends a turn before its commit."""


async def fails(house: House, order: str) -> None:
    with pytest.raises(Broken):
        async with house.store.transaction() as tx:
            known = (await tx.standings_of([house.ayse])).get((house.ayse.channel, house.ayse.handle))
            standing = known or Standing(house.ayse, profile=KNOWN)
            moment = Moment(NOON, os.urandom(16).hex())
            await tx.keep([KeptTurn(known, Turn(standing, (sale(order),)), (), moment)])
            raise Broken


@pytest.mark.parametrize("failures", [1, 3])
async def test_a_turn_that_fails_gives_its_number_back(house: House, failures: int) -> None:
    order = await bought(house, sale(""))
    for _ in range(failures):
        await fails(house, await bought(house))
    await bought(house, sale(""))
    assert [one.number[-9:] for one in await issued(house)] == ["000000001", "000000002"]
    assert order


async def test_processes_at_once_give_each_number_once_and_leave_none_out(house: House) -> None:
    houses = [house, await house.next_door(), await house.next_door()]

    async def sells(there: House, person: Person, nth: int) -> None:
        order = os.urandom(16).hex()
        record = RecordInvoice(order, BUYER, Kurus(9600))
        await there.turn(person, record, sale(order))
        if nth % 3 == 0:
            await there.turn(person, refund(order))

    people = [Person("telegram", str(2000 + nth)) for nth in range(12)]
    await asyncio.gather(*(sells(houses[nth % 3], person, nth) for nth, person in enumerate(people)))
    numbers = [int(one.number[-9:]) for one in await issued(house)]
    assert numbers == list(range(1, 17))


async def test_a_copy_is_nobodys_but_its_buyers(house: House) -> None:
    await bought(house, sale(""))
    await house.turn(house.bora)
    (document,) = await issued(house)
    assert await house.store.do(invoice_copy, house.ayse, document.number) == document
    assert await house.store.do(invoice_copy, house.bora, document.number) is None
    assert await house.store.do(invoice_copy, house.ayse, "MPX2026000000099") is None


async def test_nothing_of_the_buyer_stands_in_the_table_unsealed(house: House) -> None:
    await bought(house, sale(""))
    (row,) = await house.rows("SELECT * FROM invoice_document")
    shown = " ".join(str(value) for value in row)
    assert "MPX2026000000001" in shown and b"Ihlamur" not in b"".join(
        value for value in row if isinstance(value, bytes)
    )


async def test_it_is_handed_out_in_pages_by_number(house: House) -> None:
    for _ in range(5):
        await bought(house, sale(""))
    first = await house.store.do(invoices.between, *YEARS, "", 2)
    rest = await house.store.do(invoices.between, *YEARS, first[-1].number, 10)
    assert [int(one.number[-9:]) for one in (*first, *rest)] == [1, 2, 3, 4, 5]
    assert await house.store.do(invoices.count, *YEARS) == 5
    assert await house.store.do(invoices.count, NOON + timedelta(seconds=1), YEARS[1]) == 0
