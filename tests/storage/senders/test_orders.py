"""Orders and the money that came for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from flows.core.effects import AcceptPayment, Forget, RecordConsent, RecordInvoice
from flows.core.state import Draft, Refunded, State
from flows.invoice.party import InvoiceParty
from flows.words.text import Kurus
from storage.keys.vault import Vault
from storage.queues import messages
from storage.senders import orders, people
from tests.storage.conftest import House


async def test_orders_are_numbered_in_turn_and_never_twice(house: House) -> None:
    await house.letter(house.ayse, "one")
    await house.letter(house.bora, "two", letter="b" * 32)
    await house.order(house.ayse, paid=False)
    await house.order(house.bora, paid=False, letter="b" * 32)
    await house.order(house.ayse, paid=False)
    assert [o.number for o in (await house.standing(house.ayse)).orders] == ["MX000001", "MX000003"]
    assert [o.number for o in (await house.standing(house.bora)).orders] == ["MX000002"]


async def test_an_order_changes_without_touching_the_others(house: House) -> None:
    await house.letter(house.ayse, "one")
    first = await house.order(house.ayse, paid=False)
    await house.order(house.ayse, paid=False, posting_date=date(2026, 3, 1))
    before = (await house.standing(house.ayse)).orders
    changed = replace(
        before[0],
        state=State.HELD,
        paid=Kurus(1),
        payment="sandbox:9",
        provider="sandbox",
        currency="EUR",
        refunds=(Refunded("sandbox:8", Kurus(2), "iyzico", 2, "EUR"),),
    )
    await house.turn(house.ayse, orders=(before[1], changed))
    assert (await house.standing(house.ayse)).orders == (changed, before[1])
    assert await house.store.do(orders.person_of, first.id) == house.ayse
    assert await house.store.do(orders.person_of, "0" * 32) is None


async def test_the_payment_link_is_sealed_and_listed_until_it_ends(house: House) -> None:
    await house.letter(house.ayse, "one")
    until = house.later(hours=24)
    order = await house.order(house.ayse, paid=False, url="https://pay.example/KANARYA", url_until=until)
    assert await house.store.do(orders.open_links) == [(house.ayse, order.id, until)]
    assert b"KANARYA" not in await house.scalar("SELECT url FROM orders")


async def test_a_payment_counts_once(house: House) -> None:
    paid = AcceptPayment("b" * 32, "P-1", Kurus(4850), provider="sandbox")
    await house.turn(house.ayse, paid, paid)
    await house.turn(house.bora, paid)
    assert await house.rows("SELECT provider, payment, amount FROM payment") == [("sandbox", "P-1", 4850)]


async def test_the_same_number_of_two_institutions_is_two_payments(house: House) -> None:
    here = AcceptPayment("b" * 32, "P-1", Kurus(4850), provider="sandbox")
    there = AcceptPayment("c" * 32, "P-1", Kurus(9600), held=True, provider="iyzico")
    await house.turn(house.ayse, here, there)
    await house.turn(house.bora, there, here)
    assert await house.rows("SELECT provider, order_id, amount, held FROM payment ORDER BY amount") == [
        ("sandbox", "b" * 32, 4850, 0),
        ("iyzico", "c" * 32, 9600, 1),
    ]


async def test_an_invoice_outlives_the_persons_key(house: House) -> None:
    await house.turn(house.ayse, RecordInvoice("b" * 32, InvoiceParty("Işıl İnci", "Moda Cad. 3"), Kurus(4850)))
    house.keyring.destroy([await house.scalar("SELECT key_id FROM person")])
    sealed = await house.scalar("SELECT body FROM invoice")
    body = Vault(house.keyring).open(sealed, table="invoice", column="body", row="b" * 32)
    assert "Moda Cad. 3" in body.decode()


async def test_acceptance_and_withdrawal_are_both_provable(house: House) -> None:
    await house.turn(
        house.ayse, RecordConsent("birthday", "1", "ab"), RecordConsent("birthday", "1", "ab", given=False)
    )
    proofs = await house.rows("SELECT given FROM consent ORDER BY id")
    assert proofs == [(1,), (0,)]


async def test_somebody_who_never_accepted_is_forgotten_at_once(house: House) -> None:
    await house.letter(house.ayse, "one")
    await house.turn(house.ayse, Forget())
    assert await house.store.do(people.standing_of, house.ayse) is None
    for table in ("person", "conversation", "letter", "work", "message_outbox"):
        assert await house.scalar(f"SELECT count(*) FROM {table}") == 0
    assert len(await house.shred()) == 2  # the letter's key and the person's


async def test_a_last_word_is_still_said_to_somebody_forgotten(house: House) -> None:
    await house.letter(house.ayse, "one")
    await house.turn(house.ayse, Forget(), says=["Her şey silindi."], draft=Draft())
    (said,) = await house.store.do(messages.take, "w", house.now, house.now + timedelta(minutes=1), 10)
    assert said.message.text == "Her şey silindi."
    assert await house.scalar("SELECT count(*) FROM letter") == 0


async def test_somebody_with_an_order_is_not_forgotten_in_passing(house: House) -> None:
    await house.letter(house.ayse, "one")
    await house.order(house.ayse)
    with pytest.raises(ValueError, match="by a request"):
        await house.turn(house.ayse, Forget())
