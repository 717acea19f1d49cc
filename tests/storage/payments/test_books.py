"""Our own books: payments and refunds of one institution, by the order's number and nothing else of anybody's."""

from __future__ import annotations

from flows.core.effects import AcceptPayment, Refund
from flows.order.books import Entry, Kind
from flows.words.text import Kurus
from storage.payments import books
from storage.queues import jobs
from tests.storage.conftest import House


async def test_what_was_paid_and_what_was_given_back_is_listed_by_institution(house: House) -> None:
    await house.turn(house.ayse)
    order = (await house.order(house.ayse, paid=False)).id
    await house.turn(
        house.ayse,
        AcceptPayment(order, "P-1", Kurus(4850), provider="iyzico"),
        AcceptPayment(order, "P-2", Kurus(100), held=True, provider="iyzico", currency="EUR"),
        AcceptPayment(order, "P-1", Kurus(4850), held=True, provider="paytr"),
        Refund(order, "P-1", Kurus(1250), "iyzico"),
        Refund(order, "P-2", Kurus(100), "iyzico"),
        Refund(order, "P-1", Kurus(4850), "paytr"),
    )
    items = await house.store.do(jobs.take, "w", house.now, house.later(minutes=1), 10)
    made = [item.id for item in items if isinstance(item.effect, Refund) and item.effect.payment == "P-2"]
    await house.store.do(jobs.done, made)
    assert await house.store.do(books.entries, "iyzico") == [
        Entry(Kind.PAYMENT, "iyzico", "P-1", Kurus(4850), "TRY", house.now, "MX000001"),
        Entry(Kind.PAYMENT, "iyzico", "P-2", Kurus(100), "EUR", house.now, "MX000001"),
        Entry(Kind.REFUND, "iyzico", "P-2", Kurus(100), "EUR", house.now, "MX000001"),
    ]
    assert await house.store.do(books.entries, "sandbox") == []
