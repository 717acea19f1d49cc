"""The thread that owns a connection."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from storage.database.single_thread import SingleThread


@pytest.fixture
def thread() -> Iterator[SingleThread]:
    made = SingleThread("clerk")
    yield made
    made.close()


async def test_all_is_done_in_one_thread_that_is_not_ours_in_the_order_it_was_asked_for(thread: SingleThread) -> None:
    done: list[int] = []

    def act(number: int) -> threading.Thread:
        done.append(number)
        return threading.current_thread()

    where = await asyncio.gather(*(thread.run(lambda number=number: act(number)) for number in range(50)))  # type: ignore[misc]
    assert done == list(range(50))
    assert len(set(where)) == 1
    assert where[0] is not threading.current_thread()
    assert where[0].name == "clerk"


async def test_whoever_asked_gets_the_value_or_the_error(thread: SingleThread) -> None:
    assert await thread.run(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        await thread.run(lambda: 1 // 0)
    assert await thread.run(lambda: 8) == 8


async def test_a_function_that_ends_an_iteration_is_said_to_have_failed(thread: SingleThread) -> None:
    """No future takes a StopIteration: whoever asked would wait for ever."""
    with pytest.raises(RuntimeError, match="StopIteration"):
        await thread.run(lambda: next(iter(())))


async def test_a_cancelled_task_leaves_its_function_to_be_done_before_what_comes_next(thread: SingleThread) -> None:
    began, may_end, done = threading.Event(), threading.Event(), list[str]()
    troubles: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, trouble: troubles.append(trouble))

    def slow() -> None:
        began.set()
        may_end.wait(30)
        done.append("running")

    running = asyncio.create_task(thread.run(slow))
    waiting = asyncio.create_task(thread.run(lambda: done.append("waiting")))
    await asyncio.to_thread(began.wait, 30)
    for task in (running, waiting):
        task.cancel()
    ended = await asyncio.gather(running, waiting, return_exceptions=True)
    assert [type(one) for one in ended] == [asyncio.CancelledError] * 2
    assert done == []
    may_end.set()
    await thread.run(lambda: done.append("next"))
    assert done == ["running", "waiting", "next"]
    assert troubles == []


async def test_closing_waits_for_what_was_asked_for_and_nothing_can_be_asked_for_after() -> None:
    thread, may_end, done = SingleThread("clerk"), threading.Event(), list[str]()

    def slow() -> None:
        may_end.wait(30)
        done.append("done")

    task = asyncio.create_task(thread.run(slow))
    await asyncio.sleep(0)
    threading.Thread(target=may_end.set).start()
    thread.close()
    assert done == ["done"]
    await task
    assert not any(one.name == "clerk" for one in threading.enumerate())
    with pytest.raises(RuntimeError, match="was closed"):
        await thread.run(lambda: None)


def test_a_loop_that_is_gone_keeps_nobody_else_from_being_served(thread: SingleThread) -> None:
    may_end = threading.Event()

    async def leaves() -> None:
        task = asyncio.create_task(thread.run(lambda: may_end.wait(30)))
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(leaves())
    may_end.set()
    assert asyncio.run(thread.run(lambda: 7)) == 7
