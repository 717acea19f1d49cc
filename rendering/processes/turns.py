"""Whose job is next when all workers are busy: one of each sender in turn, so that nobody holds up everybody."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Hashable
from typing import Final, Generic, TypeVar

__all__ = ["Turns"]

T = TypeVar("T")

REMEMBERED: Final = 1_000
"""Senders whose last place is known."""


class Turns(Generic[T]):
    """Places that jobs take and give back.

    Those who wait are served in turns, the jobs of each in their order. While there are several places one sender
    never holds all of them: whoever comes next need not wait for the end of somebody else's long letter. Where it is
    free, a sender gets the place of last time again: it remembers their paragraphs.
    """

    def __init__(self) -> None:
        self._free: deque[T] = deque()
        self._places = 0
        self._held: Counter[Hashable] = Counter()
        self._last: OrderedDict[Hashable, T] = OrderedDict()
        self._waiting: OrderedDict[Hashable, deque[asyncio.Future[T]]] = OrderedDict()

    def add(self, place: T) -> None:
        """One more place."""
        self._places += 1
        self._free.append(place)
        self._serve()

    async def take(self, sender: Hashable) -> T:
        """A place, as soon as it is this sender's turn."""
        turn: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(sender, deque()).append(turn)
        self._serve()
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # served in the moment of leaving
                self.give(turn.result(), sender)
            raise

    def give(self, place: T, sender: Hashable) -> None:
        """The place, or the one that stands in for it, is free again."""
        self._held[sender] -= 1
        if not self._held[sender]:
            del self._held[sender]
        self._last[sender] = place
        self._last.move_to_end(sender)
        if len(self._last) > REMEMBERED:
            self._last.popitem(last=False)
        self._free.append(place)
        self._serve()

    def _best(self, sender: Hashable) -> T:
        place = self._last.get(sender, self._free[0])
        if place not in self._free:
            return self._free.popleft()
        self._free.remove(place)
        return place

    def _serve(self) -> None:
        for sender in list(self._waiting):
            turns = self._waiting[sender]
            while turns and turns[0].done():  # somebody who has gone
                turns.popleft()
            if turns and self._free and self._held[sender] < max(1, self._places - 1):
                self._held[sender] += 1
                turns.popleft().set_result(self._best(sender))
                self._waiting.move_to_end(sender)
            if not turns:
                del self._waiting[sender]
