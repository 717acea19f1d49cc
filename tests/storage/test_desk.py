"""The support counter, the counting window and the whole file about one person."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from flows.effects import DrawPreview, RecordConsent, RecordInvoice
from flows.events import Person
from flows.standing import Draft
from flows.text import Kurus
from storage import desk
from tests.storage.conftest import KNOWN, House


async def test_the_first_words_open_a_ticket_and_the_next_join_it(house: House) -> None:
    await house.turn(house.ayse)
    await house.turn(house.bora)
    assert await house.store.open_ticket(1, house.ayse, "merhaba", 5, now=house.now) == (1, False)
    assert await house.store.open_ticket(2, house.ayse, "orada mısınız", 6, now=house.later(minutes=1)) == (1, True)
    assert await house.store.open_ticket(3, house.bora, "merhaba", 5, now=house.now) == (2, False)


async def test_the_same_work_twice_gives_the_same_ticket(house: House) -> None:
    await house.turn(house.ayse)
    for _ in range(2):
        assert await house.store.open_ticket(1, house.ayse, "merhaba", 5, now=house.now) == (1, False)
    for _ in range(2):
        assert await house.store.open_ticket(2, house.ayse, "hâlâ", 6, now=house.later(minutes=1)) == (1, True)
    assert await house.scalar("SELECT count(*) FROM ticket_message") == 2


async def test_after_closing_a_new_ticket_begins(house: House) -> None:
    await house.turn(house.ayse)
    await house.store.open_ticket(1, house.ayse, "merhaba", 5, now=house.now)
    assert await house.store.database.run(desk.close_ticket, 1, house.now)
    assert await house.store.open_ticket(2, house.ayse, "yine ben", 6, now=house.now) == (2, False)


async def test_a_request_is_answered_within_thirty_days_and_keeps_its_number(house: House) -> None:
    await house.turn(house.ayse)
    due = date(2026, 2, 14)
    for _ in range(2):
        assert await house.store.open_request(1, house.ayse, "access", house.now) == (1, due, False)
    assert await house.store.open_request(2, house.ayse, "access", house.later(days=3)) == (1, due, True)
    assert await house.store.open_request(3, house.ayse, "erasure", house.now) == (2, due, False)


async def test_words_for_somebody_forgotten_have_no_counter(house: House) -> None:
    with pytest.raises(LookupError):
        await house.store.open_ticket(1, house.ayse, "merhaba", 5, now=house.now)
    with pytest.raises(LookupError):
        await house.store.open_request(1, house.ayse, "access", house.now)


async def test_the_figures_count_and_name_nobody(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    await house.order(house.ayse)
    await house.turn(house.bora, DrawPreview(1), says=["merhaba"])
    await house.store.quarantine("customers", "telegram:9", "KeyError", house.now)
    found = await house.store.figures()
    expected = {
        "people": 2,
        "work_waiting": 1,
        "messages_unsent": 1,
        "prints_ready": 1,
        "orders_queued": 1,
        "quarantined": 1,
    }
    assert expected.items() <= found.items()


async def test_the_house_is_busy_while_something_is_due(house: House) -> None:
    assert not await house.store.busy(house.now)
    await house.turn(house.ayse, says=["merhaba"])
    assert await house.store.busy(house.now)
    await house.store.drop_messages(house.ayse)
    await house.letter(house.ayse, "sevgili Leyla")
    assert not await house.store.busy(house.now)
    order = await house.order(house.ayse)
    assert await house.store.busy(house.now)
    await house.lease(house.ayse, order, "t1")
    assert await house.store.busy(house.now)
    await house.clear(house.ayse, order, "t1")
    assert await house.store.busy(house.now)
    await house.shred()
    assert not await house.store.busy(house.now)


async def test_a_person_is_handed_everything_held_about_them_and_nothing_about_others(house: House) -> None:
    person = Person("telegram", "770077")
    await house.letter(person, "sevgili Leyla", letter="b" * 32)
    draft = replace((await house.standing(person)).draft, addressee_name="Leyla")
    await house.turn(person, draft=draft, profile=replace(KNOWN, email="isil@example.org"))
    order = await house.order(person, letter="b" * 32, paid=False)
    await house.turn(person, RecordInvoice(order.id, "Işıl İnci", Kurus(4850)), RecordConsent("notice", "1", "ab"))
    await house.store.open_ticket(1, person, "mektubum nerede", 5, now=house.now)
    await house.turn(person, DrawPreview(1), says=["hazır"])
    await house.turn(house.bora, draft=Draft(addressee_name="Mecnun"), says=["KANARYA"])
    held = json.dumps(await house.store.export(person), ensure_ascii=False)
    for word in (
        "770077",
        "sevgili Leyla",
        "isil@example.org",
        "MX000001",
        "Işıl İnci",
        "mektubum nerede",
        "hazır",
        "notice",
    ):
        assert word in held
    assert "Mecnun" not in held
    assert "KANARYA" not in held
    assert await house.store.export(house.cem) == {}
