"""A link that we made leads to its order; whoever changes a digit of it is led nowhere."""

from __future__ import annotations

import pytest

from storage.payments import own_links
from tests.storage.conftest import House

ORDER = "0123456789abcdef" * 2


async def test_a_link_leads_to_its_order(house: House) -> None:
    path = await house.store.do(own_links.path_of, ORDER)
    token = path.removeprefix("/pay/")
    assert await house.store.do(own_links.order_of, token) == ORDER
    assert await house.store.do(own_links.path_of, ORDER) == path


@pytest.mark.parametrize("spoil", ["", "x" * 64, "0" * 64, ORDER, ORDER * 2, "ş" * 64, "0" * 10_000])
async def test_what_we_have_not_made_leads_nowhere(house: House, spoil: str) -> None:
    assert await house.store.do(own_links.order_of, spoil) == ""


@pytest.mark.parametrize("at", [0, 31, 32, 63])
async def test_a_changed_digit_leads_nowhere(house: House, at: int) -> None:
    token = (await house.store.do(own_links.path_of, ORDER)).removeprefix("/pay/")
    other = "1" if token[at] != "1" else "2"
    assert await house.store.do(own_links.order_of, f"{token[:at]}{other}{token[at + 1 :]}") == ""
