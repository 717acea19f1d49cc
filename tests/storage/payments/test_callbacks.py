"""The listed fields of a callback are kept once for each event, sealed, and asked about until that was done."""

from __future__ import annotations

from storage.payments import callbacks, references
from storage.payments.callbacks import Posted
from storage.payments.references import Noted
from tests.storage.conftest import House


async def hear(house: House, *posted: Posted, provider: str = "iyzico") -> list[str]:
    return await house.store.do(callbacks.hear, provider, posted, house.now)


async def test_a_callback_is_kept_once_for_each_event_of_an_institution_and_sealed(house: House) -> None:
    one = Posted("evt-1", kept={"order": "KANARYA"})
    await hear(house, one, one)
    await hear(house, one)
    await hear(house, one, provider="paytr")
    assert await house.rows("SELECT provider, trouble FROM payment_event ORDER BY provider") == [
        ("iyzico", "unknown_order"),
        ("paytr", "unknown_order"),
    ]
    assert b"KANARYA" not in await house.scalar("SELECT min(raw) FROM payment_event")


async def test_a_callback_is_about_the_order_it_names_or_whose_page_or_payment_it_names(house: House) -> None:
    await house.turn(house.ayse)
    order = (await house.order(house.ayse, paid=False)).id
    await house.store.do(references.note, "iyzico", order, Noted("page", "tok-1"), house.now)
    named = Posted("e2", order, ("payment", "PTR-1"))
    heard = await hear(house, Posted("e1", reference=("page", "tok-1")), named, Posted("e3", "f" * 32), Posted("e4"))
    assert heard == [order, order, "", ""]
    assert await hear(house, Posted("e5", reference=("payment", "PTR-1"))) == [order]
    assert await house.store.do(references.order_of, "iyzico", "payment", "PTR-1") == order


async def test_a_callback_about_an_order_of_somebody_forgotten_waits_for_a_person(house: House) -> None:
    await house.turn(house.ayse)
    order = (await house.order(house.ayse, paid=False)).id
    await house.execute("UPDATE person SET handle_index = NULL")
    assert await hear(house, Posted("e1", order, kept={"order": order, "status": "success"})) == [""]
    (told,) = await house.store.do(callbacks.unknown, 10)
    assert (told.provider, told.named, told.at) == ("iyzico", f"order {order}, status success", house.now)


async def test_a_callback_waits_until_its_order_was_asked_about(house: House) -> None:
    await house.turn(house.ayse)
    order = (await house.order(house.ayse, paid=False)).id
    await hear(house, Posted("e1", order), Posted("unknown"))
    await hear(house, Posted("another", order), provider="paytr")
    waiting = callbacks.unsettled
    assert await house.store.do(waiting, "iyzico", house.now) == []
    assert await house.store.do(waiting, "iyzico", house.later(minutes=1)) == [("e1", order)]
    assert await house.store.do(waiting, "iyzico", house.later(minutes=1), [order]) == []
    await house.store.do(callbacks.settled, "iyzico", ["e1"], house.now)
    assert await house.store.do(waiting, "iyzico", house.later(minutes=1)) == []
