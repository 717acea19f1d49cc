"""One way into storage: an act is a plain function over connection and vault, and an executor runs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection

from storage.keys.vault import Vault

__all__ = ["Act", "Executor", "bound"]

P = ParamSpec("P")
T = TypeVar("T")
Act = Callable[Concatenate[Connection, Vault, P], T]
"""A plain function over connection and vault; it lives in the room of what it reads or writes. It may be run again from
its beginning: what it does besides must bear that."""


class Executor(Protocol):
    """Where acts are run: the store, each in a short transaction of its own, or an open transaction."""

    async def do(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs one act off the event loop; returns what it returns, raises what it raises."""


def bound(act: Act[P, T], vault: Vault, *args: P.args, **kwargs: P.kwargs) -> Callable[[Connection], T]:
    """The act with all but its connection. What another process destroyed meanwhile is not opened with a remembered
    key."""

    def fresh(conn: Connection) -> T:
        vault.keyring.refresh()
        return act(conn, vault, *args, **kwargs)

    return fresh
