"""What institutions call our orders is remembered once, and found from either side."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage.payments import references
from storage.payments.references import Noted
from tests.storage.conftest import House

ORDER, OTHER = "a" * 32, "b" * 32


async def test_a_reference_is_found_by_its_order_and_by_its_name(house: House) -> None:
    page = Noted("page", "tok-1", "https://pay.example/KANARYA", house.now + timedelta(minutes=30))
    payment = Noted("payment", "22483975")
    for found in (page, payment, page):
        await house.store.do(references.note, "iyzico", ORDER, found, house.now)
    assert await house.store.do(references.of_order, "iyzico", ORDER) == (payment, page)
    assert await house.store.do(references.order_of, "iyzico", "page", "tok-1") == ORDER
    assert b"KANARYA" not in await house.scalar("SELECT url FROM payment_reference WHERE kind = 'page'")


async def test_a_reference_belongs_to_its_first_order_its_kind_and_its_institution(house: House) -> None:
    noted = [await house.store.do(references.note, "paytr", order, Noted("page", "x"), house.now)
             for order in (ORDER, OTHER)]  # fmt: skip
    assert noted == [True, False]
    assert await house.store.do(references.order_of, "paytr", "page", "x") == ORDER
    for provider, kind, name in (("iyzico", "page", "x"), ("paytr", "payment", "x"), ("paytr", "page", "y")):
        assert await house.store.do(references.order_of, provider, kind, name) == ""
    assert await house.store.do(references.of_order, "paytr", OTHER) == ()


async def test_a_page_whose_months_key_is_gone_is_still_known_by_its_name(house: House) -> None:
    page = Noted("page", "tok-1", "https://pay.example/1", house.later(minutes=30))
    await house.store.do(references.note, "iyzico", ORDER, page, house.now)
    house.keyring.destroy([await house.scalar("SELECT key_id FROM family")])
    assert await house.store.do(references.of_order, "iyzico", ORDER) == (Noted("page", "tok-1", "", page.until),)


@pytest.mark.parametrize("name", ["", "x" * 201])
async def test_a_name_that_no_institution_gives_is_refused(house: House, name: str) -> None:
    with pytest.raises(ValueError, match="1 to 200"):
        await house.store.do(references.note, "paytr", ORDER, Noted("page", name), house.now)


async def test_a_page_waits_after_its_end_until_it_was_asked_about(house: House) -> None:
    for order, minutes in ((ORDER, 30), (OTHER, 60)):
        page = Noted("page", f"tok-{minutes}", until=house.later(minutes=minutes))
        await house.store.do(references.note, "iyzico", order, page, house.now)
    tried = Noted("payment", "refund:1#1", until=house.later(minutes=2))  # an attempt to refund is no page
    await house.store.do(references.note, "iyzico", ORDER, tried, house.now)
    ended = references.ended
    assert await house.store.do(ended, "iyzico", house.later(minutes=30)) == []
    assert await house.store.do(ended, "iyzico", house.later(minutes=61)) == [ORDER, OTHER]
    assert await house.store.do(ended, "iyzico", house.later(minutes=61), [ORDER]) == [OTHER]
    assert await house.store.do(ended, "paytr", house.later(minutes=61)) == []
    await house.store.do(references.asked, "iyzico", ORDER, house.later(minutes=61))
    assert await house.store.do(ended, "iyzico", house.later(minutes=61)) == [OTHER]
