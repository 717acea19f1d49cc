"""What concerns one name happens one after the other; a name that nobody needs is forgotten."""

from __future__ import annotations

import asyncio

import pytest

from bot.base.locks import NamedLocks


async def test_what_concerns_one_name_happens_one_after_the_other_and_nothing_is_kept() -> None:
    locks: NamedLocks[str] = NamedLocks()
    inside: list[str] = []

    async def act(name: str) -> None:
        async with locks.of(name):
            assert name not in inside
            inside.append(name)
            await asyncio.sleep(0)
            inside.remove(name)

    await asyncio.gather(*(act(name) for name in "ababaab"))
    assert len(locks) == 0


async def test_whoever_comes_while_others_wait_waits_for_the_same_lock() -> None:
    locks: NamedLocks[str] = NamedLocks()
    first = locks.of("order")
    await first.acquire()
    waiting = asyncio.create_task(locks.of("order").acquire())
    await asyncio.sleep(0)
    assert locks.of("order") is first and locks.of("another") is not first
    first.release()
    assert await waiting


async def test_a_failure_leaves_nothing_behind() -> None:
    locks: NamedLocks[str] = NamedLocks()
    with pytest.raises(ValueError, match="away"):
        async with locks.of("order"):
            raise ValueError("away")
    assert len(locks) == 0
