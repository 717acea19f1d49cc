"""Serial numbers: one for each revision that is drawn, none twice, and kept in the dispatch record."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from flows.address.address import read_address
from flows.core.state import Draft, State
from storage.backup.after_restore import LEAP, SERIAL_LEAP, make_safe
from storage.database.tables import orders
from storage.printing import scans, serials
from storage.senders import previews
from tests.storage.conftest import House


async def test_each_revision_has_a_number_of_its_own_and_keeps_it(house: House) -> None:
    for person, letter in ((house.ayse, "a" * 32), (house.bora, "b" * 32)):
        await house.letter(person, "sevgili Leyla", letter)
    given = [("a", 3), ("b", 1), ("a", 3), ("a", 4), ("b", 1)]
    assert [await house.store.do(serials.given, letter * 32, revision) for letter, revision in given] == [1, 2, 1, 3, 2]
    assert await house.store.do(serials.given, "c" * 32, 1) == 0  # destroyed meanwhile


@pytest.mark.parametrize("late", [1, 3])
async def test_a_revision_that_is_late_takes_nothing_from_a_newer_one(house: House, late: int) -> None:
    """A process that has slept draws what nobody will approve; the sheets that were approved keep their number."""
    await house.letter(house.ayse, "sevgili Leyla")
    assert await house.store.do(serials.given, "a" * 32, 4) == 1
    assert await house.store.do(serials.given, "a" * 32, late) == 0
    assert await house.store.do(serials.given, "a" * 32, 4) == 1
    assert await house.rows("SELECT serial, serial_of FROM letter") == [(1, 4)]
    assert await house.store.do(serials.given, "a" * 32, 5) == 2  # and no number was given for it


async def test_the_bytes_of_a_late_revision_are_not_kept_over_those_of_a_newer_one(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    for revision in (3, 4):
        await house.store.do(serials.given, "a" * 32, revision)
    assert await house.store.do(previews.keep, "a" * 32, b"%PDF 4", "f4", 1, 2)
    for late in (1, 0):
        assert not await house.store.do(previews.keep, "a" * 32, b"%PDF 3", "f3", 1, late)
    assert await house.store.do(previews.opened, "a" * 32) == b"%PDF 4"


async def test_two_workers_at_one_revision_draw_one_number(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    next_door = await house.next_door()
    given = await asyncio.gather(*(one.store.do(serials.given, "a" * 32, 2) for one in (house, next_door) * 3))
    assert set(given) == {1}


async def test_the_dispatch_record_says_what_the_sheets_bear(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    assert await house.store.do(serials.given, "a" * 32, 5) == 1
    order = await house.order(house.ayse)
    await house.lease(house.ayse, order, "t")
    await house.clear(house.ayse, order, "t")
    found = await house.store.do(scans.find, number=1)
    assert found is not None and found.serial == 1
    assert await house.rows("SELECT serial FROM dispatch") == [(1,)]


async def test_after_a_restore_no_number_is_given_again(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    assert await house.store.do(serials.given, "a" * 32, 1) == 1
    await house.store.database.run(lambda conn: make_safe(conn, house.keyring, house.now + timedelta(hours=1)))
    assert await house.store.do(serials.given, "a" * 32, 2) == 1 + SERIAL_LEAP + 1


async def test_a_backup_in_which_nothing_was_counted_yet_gives_no_number_of_the_time_after_it(house: House) -> None:
    await house.store.database.run(lambda conn: make_safe(conn, house.keyring, house.now))
    await house.letter(house.ayse, "sevgili Leyla")
    assert await house.store.do(serials.given, "a" * 32, 1) == SERIAL_LEAP + 1
    await house.order(house.ayse)
    ((number,),) = await house.rows("SELECT number FROM orders")
    assert number > LEAP


async def test_the_print_room_hears_which_letter_bears_no_marks_and_no_table_says_it(house: House) -> None:
    to = {
        "ayse": read_address("Metris Cezaevi C-7 koğuşu Esenler İstanbul", "Leyla Ak").address,
        "bora": read_address("Cezaevi Sok. No: 5 34710 Kadıköy İstanbul", "Leyla Ak").address,
    }
    for person, (name, address) in zip((house.ayse, house.bora), to.items(), strict=True):
        await house.turn(person, draft=Draft(letter=name[0] * 32, addressee=address, addressee_name="Leyla Ak"))
        await house.order(person, paid=False, letter=name[0] * 32, state=State.ERASED, dispatched_at=house.now)
    listed = await house.store.do(scans.listing)
    assert [(one.number, one.by_hand) for one in listed] == [("MX000001", True), ("MX000002", False)]
    theirs = ("number", "id", "person_id", "letter_id", "addressee")  # the last one is sealed
    others = ", ".join(name for name in orders.c.keys() if name not in theirs)  # noqa: SIM118 - columns, no dictionary
    first, second = await house.rows(f"SELECT {others} FROM orders ORDER BY number")
    assert first == second
    await house.execute("UPDATE orders SET addressee = NULL")  # a week after it was posted
    assert not any(one.by_hand for one in await house.store.do(scans.listing))


async def test_a_damaged_address_keeps_no_letter_out_of_the_list(house: House) -> None:
    for person, letter in ((house.ayse, "a" * 32), (house.bora, "b" * 32)):
        metris = read_address("Metris Cezaevi C-7 koğuşu Esenler İstanbul", "Leyla Ak").address
        await house.turn(person, draft=Draft(letter=letter, addressee=metris, addressee_name="Leyla Ak"))
        await house.order(person, paid=False, letter=letter, state=State.ERASED, dispatched_at=house.now)
    ((first,), (second,)) = await house.rows("SELECT addressee FROM orders ORDER BY number")
    await house.execute(
        "UPDATE orders SET addressee = (SELECT addressee FROM orders WHERE number = 1) WHERE number = 2"
    )
    assert first != second
    assert [(one.number, one.by_hand) for one in await house.store.do(scans.listing)] == [
        ("MX000001", True), ("MX000002", False),
    ]  # fmt: skip
