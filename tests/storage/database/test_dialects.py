"""One language for two databases: each statement is a sentence in both."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Executable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import Select

import storage
from flows.core.events import Moment
from flows.core.outgoing import OutgoingMessage
from flows.core.state import Draft, Standing, Turn
from storage.database.dialects import Either
from storage.database.engine import create
from storage.keys.vault import Keyring, Vault
from storage.migrations import bring
from storage.senders import people, seen_updates
from storage.store.store import KeptTurn, Store
from tests.storage.conftest import KNOWN, NOON, House


def statements() -> Iterator[tuple[str, Any]]:
    for found in pkgutil.walk_packages(storage.__path__, "storage."):
        if "migrations." in found.name:
            continue
        for name, value in vars(importlib.import_module(found.name)).items():
            if isinstance(value, Either | Select | UpdateBase):
                yield f"{found.name}.{name}", value


@pytest.mark.parametrize(
    ("name", "statement"), list(statements()), ids=lambda part: part if isinstance(part, str) else ""
)
def test_a_statement_is_a_sentence_in_both_dialects(name: str, statement: Either | Executable) -> None:
    for dialect in (sqlite.dialect(), postgresql.dialect()):
        spoken = statement._built[dialect.name] if isinstance(statement, Either) else statement
        assert str(spoken.compile(dialect=dialect))


async def test_the_store_works_over_an_asynchronous_driver_as_well(tmp_path: Path) -> None:
    keyring = Keyring.init(tmp_path / "master.key", tmp_path / "keys.db")
    database = create(f"sqlite:///{tmp_path}/m.db", pooled=True)
    await bring(database)
    store = Store(database, Vault(keyring))
    standing = Standing(House.ayse, profile=KNOWN, draft=Draft(addressee_name="Leyla"))
    async with store.transaction() as tx:
        assert await tx.do(seen_updates.first_sight, ["a"], NOON) == {"a"}
        assert await tx.standings_of([House.ayse]) == {}
        said = (OutgoingMessage("say", "merhaba"),)
        (stored,) = await tx.keep([KeptTurn(None, Turn(standing), said, Moment(NOON, "0" * 32))], taker="me")
    assert stored.message == said[0]
    assert await store.do(people.standing_of, House.ayse) == standing
    await store.close()
    keyring.close()
