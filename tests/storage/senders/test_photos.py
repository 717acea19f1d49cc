"""Pictures of a photo page lie sealed with their letter's key, can be taken out, and go with their letter."""

from __future__ import annotations

from flows.core.effects import DropPhoto, ShredLetter
from flows.core.state import Draft
from storage.senders import photos
from storage.senders.photos import Kept
from tests.storage.conftest import House

LETTER = "a" * 32
FIRST, SECOND = Kept(5, b"\xff\xd8 first canary", 1280, 853), Kept(6, b"\xff\xd8 second canary", 900, 1200)


async def begun(house: House) -> None:
    await house.turn(house.ayse, step="letter", draft=Draft(letter=LETTER))


async def test_they_are_found_again_in_the_order_in_which_they_came_and_one_takes_its_own_place(house: House) -> None:
    await begun(house)
    changed = replace_of(FIRST)
    for one in (FIRST, SECOND, changed):
        assert await house.store.do(photos.keep, house.ayse, LETTER, one, 4) is True
    assert await house.store.do(photos.read, LETTER) == (SECOND, changed)


def replace_of(one: Kept) -> Kept:
    return Kept(one.message, b"\xff\xd8 another", one.width, one.height)


async def test_no_more_than_a_page_holds_and_nobody_elses(house: House) -> None:
    await begun(house)
    assert await house.store.do(photos.keep, house.ayse, LETTER, FIRST, 1) is True
    assert await house.store.do(photos.keep, house.ayse, LETTER, SECOND, 1) is False
    assert await house.store.do(photos.keep, house.bora, LETTER, SECOND, 4) is None
    assert await house.store.do(photos.keep, house.ayse, "b" * 32, SECOND, 4) is None
    assert await house.store.do(photos.read, LETTER) == (FIRST,)


async def test_what_is_taken_out_is_gone_and_the_whole_goes_with_the_letter(house: House) -> None:
    await begun(house)
    for one in (FIRST, SECOND):
        await house.store.do(photos.keep, house.ayse, LETTER, one, 4)
    await house.turn(house.ayse, DropPhoto(LETTER, FIRST.message), step="letter", draft=Draft(letter=LETTER))
    assert await house.store.do(photos.read, LETTER) == (SECOND,)
    await house.turn(house.ayse, ShredLetter(LETTER), step="letter")
    assert await house.store.do(photos.read, LETTER) == ()
