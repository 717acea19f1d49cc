"""What either database can do: run one act, or several acts together, each whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection

__all__ = ["Act", "Database", "Unit"]

P = ParamSpec("P")
T = TypeVar("T")
Act = Callable[Concatenate[Connection, P], T]
"""A plain function over a connection. It may be run again from its beginning: what it does besides must bear that."""


class Unit(Protocol):
    """An open transaction."""

    async def run(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs a function over the connection, off the event loop."""


class Database(Protocol):
    """Where acts are run. `journal` is the journal mode chosen at start ("" where the server decides), `file` the
    database's own file (None where a server keeps it)."""

    journal: str
    file: Path | None

    def transaction(self) -> AbstractAsyncContextManager[Unit]:
        """A write transaction of several acts; rolled back unless it ends well."""

    async def run(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """One act as a transaction of its own."""

    async def close(self) -> None: ...
