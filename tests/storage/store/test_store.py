"""One way into storage: an act runs in a transaction of its own, or in an open one, whole or not at all."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from storage.keys.vault import Vault
from storage.monitoring import figures
from storage.senders import seen_updates
from storage.store.store import Store
from tests.storage.conftest import House

METHODS = {"open", "close", "do", "transaction", "note_access"}
"""What the store does besides running acts; everything else is an act in the room of what it reads or writes."""


def refused(conn: Connection, vault: Vault, house: House) -> None:
    """Writes something and then fails."""
    seen_updates.quarantine(conn, vault, "customers", "1", "KeyError", house.now)
    raise LookupError("nobody is there")


async def quarantined(house: House) -> int:
    return (await house.store.do(figures.count))["quarantined"]


async def test_an_act_is_asked_with_connection_and_vault_and_its_answer_comes_back(house: House) -> None:
    def act(conn: Connection, vault: Vault, number: int, *, word: str) -> tuple[bool, bool, int, str]:
        return isinstance(conn, Connection), vault is house.store.vault, number, word

    assert await house.store.do(act, 7, word="yedi") == (True, True, 7, "yedi")
    async with house.store.transaction() as tx:
        assert await tx.do(act, 7, word="yedi") == (True, True, 7, "yedi")


async def test_what_an_act_writes_is_committed_when_it_returns(house: House) -> None:
    await house.store.do(seen_updates.quarantine, "customers", "1", "KeyError", house.now)
    assert await quarantined(house) == 1


async def test_an_act_that_fails_leaves_nothing(house: House) -> None:
    with pytest.raises(LookupError):
        await house.store.do(refused, house)
    assert await quarantined(house) == 0


async def test_acts_of_one_transaction_are_kept_together_or_not_at_all(house: House) -> None:
    with pytest.raises(LookupError):
        async with house.store.transaction() as tx:
            await tx.do(seen_updates.quarantine, "customers", "1", "KeyError", house.now)
            await tx.do(refused, house)
    assert await quarantined(house) == 0
    async with house.store.transaction() as tx:
        await tx.do(seen_updates.quarantine, "customers", "1", "KeyError", house.now)
        await tx.do(seen_updates.quarantine, "customers", "2", "KeyError", house.now)
    assert await quarantined(house) == 2


def test_no_act_is_forwarded_by_a_method_of_the_store() -> None:
    assert {name for name in vars(Store) if name[0] != "_" and callable(getattr(Store, name))} == METHODS
