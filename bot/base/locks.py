"""One lock for each name: what concerns the same order, payment or chat happens one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

__all__ = ["NamedLocks"]

K = TypeVar("K", bound=Hashable)


class NamedLocks(Generic[K]):
    """A name costs nothing but while somebody holds its lock or waits for it."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[K, asyncio.Lock] = WeakValueDictionary()

    def of(self, name: K) -> asyncio.Lock:
        """The one of this name, for everybody who asks meanwhile."""
        return self._locks.setdefault(name, asyncio.Lock())

    def __len__(self) -> int:
        return len(self._locks)
