"""A letter that hangs, eats memory or crashes its worker costs nobody else theirs."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from typing import Any

import pytest
import pytest_asyncio

from flows.words.styles import Kind, Style
from rendering import faces, pdf
from rendering.images.window import window
from rendering.processes import slot, worker
from rendering.processes.pool import Pool, RenderFailed
from rendering.processes.slot import Slot
from tests.fakes import PATIENCE
from tests.rendering.paper import letter, long_letter

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module", autouse=True)
def as_in_service() -> Iterator[None]:
    """Workers are started from nothing, as the service starts them; elsewhere specifications fork theirs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slot, "CONTEXT", get_context("spawn"))
        yield


@pytest.fixture(scope="module")
def ctrl_c_counts() -> Iterator[None]:
    """A shell starts background jobs with Ctrl-C ignored, and children inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool(ctrl_c_counts: None) -> AsyncIterator[Pool]:
    async with Pool(workers=1) as warm:
        yield warm


def hang(*_: object) -> None:
    while True:
        pass


def crash(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def devour(*_: object) -> int:
    return len(bytearray(4 * 1024**3))


def blurt(text: str) -> None:
    raise LookupError(text)


def stop_everything(*_: object) -> None:
    from weasyprint.urls import FatalURLFetchingError

    raise FatalURLFetchingError("gizli")


def forget_the_faces(*_: object) -> None:
    """As if a typeface were no longer the file that this worker has read."""
    worker._seal = ((1, 1, 1),)


def without_faces(_: int) -> int:
    raise faces.FacesMissing("Font Noto Serif is missing: apt-get install fonts-noto-core")


def worker_pid(pool: Pool) -> int:
    (slot,) = pool._slots
    return slot._warm.result()


async def test_it_draws_what_the_room_draws(pool: Pool) -> None:
    assert await pool.draw(letter()) == pdf.draw(letter())
    assert await pool.measure(long_letter(8)) == pdf.measure(long_letter(8))
    (picture,) = await pool.pictures((await pool.draw(letter())).pdf, width=100)
    assert picture.startswith(b"\x89PNG")
    assert await pool.window((await pool.draw(letter())).pdf, "ptt") == window(pdf.draw(letter()).pdf, "ptt")


async def test_no_word_of_a_letter_is_handed_over_to_measure_its_address(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[tuple[object, ...]] = []
    submit = Slot.submit

    def noted(slot: Slot, timeout: float, job: Callable[..., object], *given: object) -> object:
        handed.append((job, *given))
        return submit(slot, timeout, job, *given)

    monkeypatch.setattr(Slot, "submit", noted)
    wanted = letter("gizli", addressee=("W" * 60,), styles=(Style(0, 5, Kind.BOLD),))
    assert await pool.fitted(wanted) == pdf.fitted(wanted)
    ((job, given),) = handed
    assert (job, given) == (worker.fitted, replace(wanted, text="", styles=(), footnote=""))


async def test_drawing_gives_way_to_answering(pool: Pool) -> None:
    """On a full machine a picture may wait; whoever writes is answered at once."""
    await pool.draw(letter())
    ours, theirs = (os.getpriority(os.PRIO_PROCESS, pid) for pid in (0, worker_pid(pool)))
    assert theirs == min(19, ours + 10)


async def test_many_letters_at_once_each_get_their_own(pool: Pool) -> None:
    texts = [f"Mektup {number}" for number in range(8)]
    drawn = await asyncio.gather(*(pool.draw(letter(text)) for text in texts))
    assert [one.sha256 for one in drawn] == [pdf.draw(letter(text)).sha256 for text in texts]


async def test_a_refusal_keeps_its_reason_and_its_worker(pool: Pool) -> None:
    before = worker_pid(pool)
    with pytest.raises(RenderFailed, match="control character"):
        await pool.draw(letter("gizli \x00"))
    with pytest.raises(RenderFailed, match="more than 10 pages"):
        await pool.draw(long_letter(60))
    await pool.draw(letter())
    assert worker_pid(pool) == before


async def test_no_error_repeats_a_word_of_the_letter(pool: Pool) -> None:
    for job, told in ((blurt, "LookupError"), (stop_everything, "FatalURLFetchingError")):
        with pytest.raises(RenderFailed) as failure:
            await pool._do(job, "gizli")
        assert told in str(failure.value)
        assert "gizli" not in str(failure.value)
        assert failure.value.__cause__ is None


async def test_a_letter_that_eats_memory_is_refused_and_the_worker_lives(pool: Pool) -> None:
    before = worker_pid(pool)
    with pytest.raises(RenderFailed, match="out of memory"):
        await pool._do(devour)
    await pool.draw(letter())
    assert worker_pid(pool) == before


async def test_a_crashed_worker_fails_its_job_only(pool: Pool) -> None:
    crashing = asyncio.create_task(pool._do(crash))
    waiting = [asyncio.create_task(pool.draw(letter(f"Mektup {number}"))) for number in range(3)]
    with pytest.raises(RenderFailed, match="worker was lost"):
        await crashing
    assert [one.pages for one in await asyncio.gather(*waiting)] == [1, 1, 1]


async def test_a_worker_killed_while_idle_is_replaced_unnoticed(pool: Pool) -> None:
    await pool.draw(letter())
    pid = worker_pid(pool)
    (slot,) = pool._slots
    os.kill(pid, signal.SIGKILL)
    await asyncio.to_thread(slot._executor._executor_manager_thread.join)  # until the executor has noticed
    assert (await pool.draw(letter())).pages == 1
    assert worker_pid(pool) != pid


async def test_a_worker_whose_typefaces_have_changed_draws_nothing_more(pool: Pool) -> None:
    expected = await pool.draw(letter())
    pid = worker_pid(pool)
    with pytest.raises(RenderFailed, match="typeface changed"):  # under way, and in the second worker again
        await pool._do(forget_the_faces)
    second = worker_pid(pool)
    assert await pool.draw(letter()) == expected  # a third draws it
    assert len({pid, second, worker_pid(pool)}) == 3


async def test_a_worker_without_its_typefaces_refuses_to_start_and_says_which(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as spoiled:
        spoiled.setattr(worker, "prepare", without_faces)
        (slot,) = pool._slots
        slot.sleep()
        for _ in range(2):
            with pytest.raises(RenderFailed, match="Noto Serif is missing: apt-get install fonts-noto-core"):
                await pool.draw(letter())
    (slot,) = pool._slots
    slot.sleep()
    assert (await pool.draw(letter())).pages == 1  # installed again, it draws


BARE = """
from pathlib import Path
from rendering.faces import files
from rendering.processes import pool as pool_module
from rendering.processes import worker
files.ROOTS = (files.CARRIED, Path("/nowhere"))
worker.prepare(1024)
"""


async def test_a_worker_looks_for_every_typeface_before_it_draws() -> None:
    piped = asyncio.subprocess.PIPE
    bare = await asyncio.create_subprocess_exec(sys.executable, "-c", BARE, stdout=piped, stderr=piped)
    _, told = await bare.communicate()
    assert bare.returncode == 1
    assert b"FacesMissing: Font Gentium Plus is missing: apt-get install fonts-sil-gentiumplus; Font Vollkorn" in told
    assert b"Caveat" not in told  # carried


async def test_ctrl_c_in_the_terminal_is_not_for_the_workers(pool: Pool) -> None:
    await pool.draw(letter())
    pid = worker_pid(pool)
    os.kill(pid, signal.SIGINT)
    assert (await pool.draw(letter())).pages == 1
    assert worker_pid(pool) == pid


async def test_a_job_that_hangs_is_killed_on_time_and_the_next_is_drawn(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = worker_pid(pool)
    monkeypatch.setattr(pool, "_timeout", 0.3)
    hanging = asyncio.create_task(pool._do(hang))
    with pytest.raises(RenderFailed, match=r"longer than 0\.3 seconds"):
        await hanging
    monkeypatch.undo()
    assert (await pool.draw(letter())).pages == 1
    assert worker_pid(pool) != pid
    assert not _alive(pid)


async def test_a_caller_who_goes_away_leaves_a_working_pool(pool: Pool) -> None:
    impatient = asyncio.create_task(pool.draw(long_letter(20)))
    await asyncio.sleep(0)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    assert (await pool.draw(letter())).pages == 1


async def test_workers_nobody_calls_are_let_go_and_are_back_when_somebody_writes() -> None:
    async with Pool(workers=1, idle=0) as pool:
        first = await _gone(pool)
        pool.wake()
        second = await _gone(pool)
        assert (await pool.draw(letter())).pages == 1  # nobody has called before: the job itself wakes it
        third = await _gone(pool)
    assert len({first, second, third}) == 3


async def test_a_worker_at_work_is_not_let_go() -> None:
    async with Pool(workers=1, idle=0) as pool:
        jobs = [asyncio.create_task(pool.draw(letter(f"Mektup {number}"))) for number in range(8)]
        assert [one.pages for one in await asyncio.gather(*jobs)] == [1] * 8
        await _gone(pool)


async def test_a_pool_that_is_called_keeps_its_workers(pool: Pool) -> None:
    await pool.draw(letter())
    pid = worker_pid(pool)
    pool._rest()
    assert (await pool.draw(letter())).pages == 1
    assert worker_pid(pool) == pid


async def _gone(pool: Pool) -> int:
    """The process id of the worker, when it has ended by itself."""
    (slot,) = pool._slots
    pid = await asyncio.wrap_future(slot._warm)
    await _ended(pid)
    return pid


async def test_stopping_fails_what_waits_and_leaves_no_process() -> None:
    pool = Pool(workers=1)
    await pool.start()
    pid = worker_pid(pool)
    jobs = [asyncio.create_task(pool._do(hang)) for _ in range(2)]
    await asyncio.sleep(0)
    await pool.stop()
    for outcome in await asyncio.gather(*jobs, return_exceptions=True):
        assert isinstance(outcome, RenderFailed)
        assert outcome.reason == "the pool was stopped"
    assert not _alive(pid)
    with pytest.raises(RenderFailed, match="stopped"):
        await pool.draw(letter())


SERVICE = """
import asyncio, signal, sys
from rendering.processes.pool import Pool
async def main():
    pool = Pool()
    await pool.start()
    print(next(iter(pool._slots))._warm.result(), flush=True)
    await asyncio.Event().wait()
if __name__ == "__main__":
    asyncio.run(main())
"""


async def test_workers_do_not_outlive_a_killed_service(tmp_path: Any) -> None:
    script = tmp_path / "service.py"
    script.write_text(SERVICE)
    service = await asyncio.create_subprocess_exec(
        sys.executable,
        str(script),
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([os.environ["PYTHONPATH"], *sys.path])},
    )
    assert service.stdout is not None
    pid = int(await service.stdout.readline())
    service.kill()
    await service.wait()
    await _ended(pid)


async def _ended(pid: int) -> None:
    try:
        watch = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(watch, ended.set)
    await asyncio.wait_for(ended.wait(), PATIENCE)
    asyncio.get_running_loop().remove_reader(watch)
    os.close(watch)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_worker_tells_reasons_not_exceptions() -> None:
    """In a process of its own: `perform` limits the processor time of the one it runs in."""
    with ProcessPoolExecutor(1, get_context("spawn")) as other:
        assert other.submit(worker.perform, len, 5, "abc").result() == worker.Answer(3)
        told = other.submit(worker.perform, blurt, 5, "gizli").result()
    assert told == worker.Answer(refused="failed with LookupError")


async def test_what_would_be_refused_again_says_so_and_what_may_pass_does_not(pool: Pool) -> None:
    with pytest.raises(RenderFailed) as refused:
        await pool.draw(letter("gizli \x00"))
    assert refused.value.final
    with pytest.raises(RenderFailed) as lost:
        await pool._do(crash)
    assert not lost.value.final


async def test_a_second_worker_is_started_when_somebody_has_to_wait() -> None:
    async with Pool(workers=2) as pool:
        assert len(pool._slots) == 1
        drawn = await asyncio.gather(*(pool.draw(letter(f"Mektup {number}"), number) for number in range(3)))
        assert [one.pages for one in drawn] == [1, 1, 1]
        assert len(pool._slots) == 2
