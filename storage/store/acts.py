"""What every counter of the archive has: the open database, the vault, and one way to act on sealed values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from storage.database.protocol import Database
from storage.keys.vault import Vault

__all__ = ["Acts"]

P = ParamSpec("P")
T = TypeVar("T")
Act = Callable[Concatenate[Connection, Vault, P], T]


class Acts:
    """A counter of the archive; each of its methods is a short transaction of its own."""

    def __init__(self, database: Database, vault: Vault) -> None:
        """Use `Store.open`."""
        self.database = database
        self.vault = vault

    async def _sealed(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """An act over sealed values. What another process destroyed meanwhile is not opened with a remembered key."""

        def fresh(conn: Connection) -> T:
            self.vault.keyring.refresh()
            return act(conn, self.vault, *args, **kwargs)

        return await self.database.run(fresh)
