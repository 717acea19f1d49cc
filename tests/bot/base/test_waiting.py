"""Who waits for the first of several leaves none of the others behind."""

from __future__ import annotations

import asyncio

import pytest

from bot.base.waiting import first_of


class Bell:
    """Something to be waited for, which knows whether anybody still does."""

    def __init__(self) -> None:
        self.rung, self.waited_for = asyncio.Event(), False

    async def wait(self) -> str:
        self.waited_for = True
        try:
            await self.rung.wait()
            return "rung"
        finally:
            self.waited_for = False


async def begun(*bells: Bell) -> None:
    while not all(bell.waited_for for bell in bells):  # noqa: ASYNC110 - a task has no event for its beginning
        await asyncio.sleep(0)


async def test_it_returns_with_the_first_and_cancels_the_others() -> None:
    first, other = Bell(), Bell()
    waiting = asyncio.create_task(first_of(first.wait(), other.wait()))
    await begun(first, other)
    first.rung.set()
    (ended,) = await waiting
    assert ended.result() == "rung"
    assert not other.waited_for


async def test_whoever_is_cancelled_while_waiting_leaves_nothing_behind() -> None:
    first, other = Bell(), Bell()
    waiting = asyncio.create_task(first_of(first.wait(), other.wait()))
    await begun(first, other)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not (first.waited_for or other.waited_for)
