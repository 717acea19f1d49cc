"""What was accepted with an order is kept as it was read, opened again years later, and checked by its hash."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date

import pytest

from flows.core.documents import Document
from flows.core.effects import KeepContract
from storage.keys.vault import Vault
from storage.payments import contracts
from storage.payments.contracts import TAKEN_OUT, KeptContract
from storage.rights.export import export
from tests.storage.conftest import House

FORM = Document(
    "preinfo",
    "tr",
    "1.1",
    date(2026, 11, 29),
    ("Ön bilgilendirme formu\nAlıcı: ", "Nermin Öztürk", "\nTeslim yeri: ", "Kadıköy/İSTANBUL", "\nToplam: 96,00 TL"),
    ("addressee", "place"),
)
CONTRACT = replace(
    FORM, name="contract", pieces=("Mesafeli satış sözleşmesi\n", "Nermin Öztürk", ""), apart=("addressee",)
)
POLICY = replace(FORM, name="policy", pieces=("Kimseden söz etmez.",), apart=())
PAPERS = FORM, CONTRACT, POLICY


async def kept(house: House, *papers: Document) -> KeptContract:
    await house.turn(house.ayse)
    order = await house.order(house.ayse, paid=False)
    await house.turn(house.ayse, KeepContract(order.id, papers or PAPERS))
    found = await house.store.do(contracts.of_order, order.id)
    assert found is not None
    return found


async def test_it_is_read_back_letter_for_letter_by_order_and_by_number(house: House) -> None:
    found = await kept(house)
    assert [one.document for one in found.documents] == list(PAPERS)
    assert all(one.whole and one.sha256 == one.document.sha256 for one in found.documents)
    assert (found.number, found.at) == ("MX000001", house.now)
    assert await house.store.do(contracts.of_number, 1) == found
    assert await house.store.do(contracts.of_number, 2) is None
    assert await house.store.do(contracts.of_order, "f" * 32) is None


async def test_the_hash_is_that_of_the_words(house: House) -> None:
    (form, *_) = (await kept(house)).documents
    words = "Ön bilgilendirme formu\nAlıcı: Nermin Öztürk\nTeslim yeri: Kadıköy/İSTANBUL\nToplam: 96,00 TL"
    assert form.sha256 == hashlib.sha256(words.encode()).hexdigest()


async def test_nothing_of_it_stands_in_the_open(house: House) -> None:
    await kept(house)
    (row,) = await house.rows("SELECT body, addressee FROM contract")
    assert not any(b"Nermin" in value or b"96,00" in value for value in row)


async def test_it_outlives_the_persons_key_and_what_it_says_of_the_addressee_does_not(house: House) -> None:
    found = await kept(house)
    house.keyring.destroy([await house.scalar("SELECT key_id FROM person")])
    opened = await house.store.database.run(contracts.of_order, Vault(house.keyring), found.order)
    assert opened is not None
    assert [one.sha256 for one in opened.documents] == [one.sha256 for one in found.documents]
    assert [one.whole for one in opened.documents] == [False, False, True]
    assert "Toplam: 96,00 TL" in opened.documents[0].document.text


async def test_with_its_own_key_it_is_gone(house: House) -> None:
    found = await kept(house)
    house.keyring.destroy([await house.scalar("SELECT key_id FROM contract")])
    assert await house.store.do(contracts.of_order, found.order) is None


async def test_what_was_accepted_first_is_not_replaced(house: House) -> None:
    found = await kept(house)
    await house.turn(house.ayse, KeepContract(found.order, (replace(FORM, pieces=("anything else",), apart=()),)))
    assert await house.store.do(contracts.of_order, found.order) == found


# Without the addressee ------------------------------------------------------------------------------------------------


async def without_addressee(house: House) -> KeptContract:
    found = await kept(house)
    await house.store.database.run(contracts.forget_addressee, found.order)
    after = await house.store.do(contracts.of_order, found.order)
    assert after is not None
    return after


async def test_the_addressee_is_taken_out_and_the_rest_stays(house: House) -> None:
    form, contract, policy = (await without_addressee(house)).documents
    assert form.document.text == (
        f"Ön bilgilendirme formu\nAlıcı: {TAKEN_OUT}\nTeslim yeri: {TAKEN_OUT}\nToplam: 96,00 TL"
    )
    assert (form.whole, contract.whole, policy.whole) == (False, False, True)
    assert (form.sha256, contract.sha256) == (FORM.sha256, CONTRACT.sha256)


@pytest.mark.parametrize(
    ("known", "proved"),
    [
        ({"addressee": "Nermin Öztürk", "place": "Kadıköy/İSTANBUL"}, True),
        ({"addressee": "Nermin Öztürk"}, False),
        ({"addressee": "Nermin Ozturk", "place": "Kadıköy/İSTANBUL"}, False),
        ({}, False),
    ],
    ids=["both", "one of them", "another name", "nothing"],
)
async def test_whoever_knows_the_addressee_can_prove_the_whole(
    house: House, known: dict[str, str], proved: bool
) -> None:
    form = (await without_addressee(house)).documents[0]
    assert (form.with_addressee(known).sha256 == form.sha256) is proved


async def test_the_sender_is_given_what_is_kept(house: House) -> None:
    await kept(house)
    told = (await house.store.do(export, house.ayse))["contracts"]
    assert [(one["number"], one["name"], one["sha256"]) for one in told] == [
        ("MX000001", paper.name, paper.sha256) for paper in PAPERS
    ]
    assert [one["text"] for one in told] == [paper.text for paper in PAPERS]
