"""The print room's journal: proof that outlives the person's key, and one letter for each mark."""

from __future__ import annotations

import pytest

from flows.core.effects import RecordScan
from flows.core.state import State
from storage import retention
from storage.keys.vault import KeyGone
from storage.printing import scans
from tests.storage.conftest import House

RR = "RR473124829TR"


async def posted(house: House, letter: str = "a" * 32) -> str:
    await house.turn(house.ayse)
    made = await house.order(house.ayse, paid=False, letter=letter, state=State.POSTED, tracking=RR)
    await house.turn(house.ayse, RecordScan(made.id, "posted", tracking=RR))
    return made.id


async def test_a_tracking_number_is_sealed_and_found_by_its_blind_index(house: House) -> None:
    order = await posted(house)
    ((sealed, index),) = await house.rows("SELECT tracking, tracking_index FROM scan")
    assert RR.encode() not in sealed + index
    assert not await house.store.do(scans.taken, RR, order)  # it is this letter's own
    assert await house.store.do(scans.taken, RR, "another")
    assert not await house.store.do(scans.taken, "RR473124850TR", "another")
    assert (await house.standing(house.ayse)).orders[0].tracking == RR


async def test_the_proof_of_posting_outlives_the_persons_key_and_goes_with_the_order(house: House) -> None:
    await posted(house)
    ((key,),) = await house.rows("SELECT key_id FROM person")
    house.keyring.destroy([key])
    ((mark, sealed),) = await house.rows("SELECT mark, tracking FROM scan")
    assert house.store.vault.open(sealed, table="scan", column="tracking", row=mark) == RR.encode()
    gone = await house.store.do(retention.purge, house.later(days=3 * 366 + 1))
    assert gone["order"] == 1
    assert await house.rows("SELECT id FROM scan") == []
    await house.shred()
    with pytest.raises(KeyGone):
        house.store.vault.open(sealed, table="scan", column="tracking", row=mark)


async def test_a_letter_is_found_by_its_number_and_by_the_piece_on_its_sheets(house: House) -> None:
    first = await posted(house, "0123456789ab" + "0" * 20)
    by_number, by_piece = (
        await house.store.do(scans.find, number=1),
        await house.store.do(scans.find, piece="0123456789AB"),
    )
    assert by_number is not None and by_number == by_piece
    assert (by_number.order, by_number.number, by_number.piece) == (first, "MX000001", "0123456789AB")
    assert by_number.person == house.ayse
    assert await house.store.do(scans.find, number=2) is None
    assert await house.store.do(scans.find, piece="0123456789AC") is None


async def test_a_piece_that_two_letters_share_is_nobodys(house: House) -> None:
    await posted(house, "0123456789ab" + "0" * 20)
    await posted(house, "0123456789ab" + "1" * 20)
    assert await house.store.do(scans.find, piece="0123456789AB") is None


@pytest.mark.parametrize("state", [State.RETURNED, State.REPOSTING, State.DESTROYING])
async def test_an_address_stays_until_its_return_is_settled(house: House, state: State) -> None:
    await house.turn(house.ayse)
    made = await house.order(house.ayse, paid=False, state=state, dispatched_at=house.now)
    sealed = "SELECT count(*) FROM orders WHERE addressee IS NOT NULL"
    await house.store.do(retention.purge, house.later(days=60))
    assert await house.rows(sealed) == [(1,)]
    await house.execute(f"UPDATE orders SET state = 'destroyed' WHERE id = '{made.id}'")
    await house.store.do(retention.purge, house.later(days=60))
    assert await house.rows(sealed) == [(0,)]
