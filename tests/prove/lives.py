"""Many short lives of one small service, each ended or disturbed at a chosen system call.

A process that has imported everything waits for orders, forks a life for each and lets strace inject into it: a life
costs a tenth of a second instead of the second its imports take. `python -m tests.prove.lives` is that process.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

__all__ = ["Life", "Lives", "can_trace"]

ROOM = Path(__file__).parents[2]
LIMIT = 120  # seconds for one life


def can_trace() -> str:
    """Why no process can be traced here; "" if it can."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    tried = subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True, check=False)
    return "this system does not permit ptrace" if tried.returncode else ""


@dataclass
class Life:
    """How one ended (negative: by that signal), what it said, and how often it made each call in one thread."""

    ended: int
    said: dict[str, list[int]] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)
    errors: str = ""

    @property
    def killed(self) -> bool:
        return self.ended == -signal.SIGKILL


_resting: list[subprocess.Popen[str]] = []
"""Who waits and has imported everything. It only forks: nothing of one life is left for another."""


def _begun() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.prove.lives"], cwd=ROOM, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _ended(process: subprocess.Popen[str]) -> None:
    assert process.stdin and process.stdout
    process.stdin.close()
    process.wait(LIMIT)
    process.stdout.close()


@atexit.register
def _all_ended() -> None:
    while _resting:
        _ended(_resting.pop())


class Lives:
    """The waiting process, as a context. One life at a time; whoever comes next finds it warm."""

    def __enter__(self) -> Self:
        self._process = _resting.pop() if _resting else _begun()
        return self

    def __exit__(self, failed: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        if failed is None:
            _resting.append(self._process)
        else:  # an answer may still be on its way
            _ended(self._process)

    @property
    def pid(self) -> int:
        """Of the process that waits, whose children the lives are."""
        return self._process.pid

    def live(
        self, what: str, folder: Path, url: str, *numbers: int, inject: str = "", count: Sequence[str] = ()
    ) -> Life:
        """One life of tests.prove.child. inject: as strace takes it. count: calls to be counted instead."""
        assert self._process.stdin and self._process.stdout
        asked = {"what": what, "folder": str(folder), "url": url, "numbers": numbers, "inject": inject, "count": count}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise AssertionError("the process that lends lives has ended")
        life = Life(**json.loads(answer))
        if life.ended and not inject:
            raise AssertionError(life.errors)
        return life

    def reach(
        self, what: str, folder: Path, url: str, *numbers: int, calls: Sequence[str]
    ) -> tuple[dict[str, int], Life]:
        """How far each call goes in an undisturbed life; calls that are never made are left out."""
        life = self.live(what, folder, url, *numbers, count=calls)
        return {call: times for call, times in life.calls.items() if times}, life


def places(reach: dict[str, int], dice: random.Random) -> Iterator[tuple[str, int]]:
    """Places to break, without end: a call and its number, each call as likely as its weight in the whole life."""
    calls = sorted(reach)
    while True:
        call = dice.choices(calls, [reach[call] ** 0.5 for call in calls])[0]
        yield call, dice.randrange(1, reach[call] + 1)


# The waiting process --------------------------------------------------------------------------------------------------


def _serve() -> None:
    """Answers one line of JSON with another, until its input ends."""
    from tests.prove import child  # everything is imported here, once

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asks decides when it is over
    for order in sys.stdin:
        sys.stdout.write(json.dumps(_live(child, **json.loads(order))) + "\n")
        sys.stdout.flush()


def _live(
    child: Any, *, what: str, folder: str, url: str, numbers: list[int], inject: str, count: list[str]
) -> dict[str, Any]:
    """Forks, waits until strace holds on, lets go, and tells what became of it."""
    out, errors, tally = (Path(folder) / name for name in (".said", ".errors", ".calls"))
    gate, release = os.pipe()
    number = os.fork()
    if number == 0:
        _born(child, gate, release, (out, errors), (what, Path(folder), url, numbers))
    os.close(gate)
    tracer = _trace(number, inject, count, tally)
    os.close(release)
    _, status = os.waitpid(number, 0)
    if tracer is not None:
        tracer.wait(LIMIT)
    said: dict[str, list[int]] = {}
    for line in out.read_text().splitlines():
        word, _, rest = line.partition(" ")
        if rest.isdigit():
            said.setdefault(word, []).append(int(rest))
    return {
        "ended": os.waitstatus_to_exitcode(status),
        "said": said,
        "calls": _counted(tally, count) if count else {},
        "errors": errors.read_text()[-2000:],
    }


def _born(child: Any, gate: int, release: int, places_: tuple[Path, Path], life: tuple[Any, ...]) -> None:
    code = 1
    try:
        os.close(release)
        for place, number in zip(places_, (1, 2), strict=True):
            os.dup2(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
        signal.alarm(LIMIT)
        os.read(gate, 1)  # ends when the other end is closed
        asyncio.run(child.main(*life))
        code = 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _trace(number: int, inject: str, count: list[str], tally: Path) -> subprocess.Popen[bytes] | None:
    if not inject and not count:
        return None
    traced = inject.partition(":")[0] or ",".join(count)
    program = [
        "strace",
        "-f",
        "-qq",
        "-p",
        str(number),
        "-o",
        str(tally) if count else "/dev/null",
        "-e",
        f"trace={traced}",
    ]
    program += ["-e", f"inject={inject}"] if inject else []
    tracer = subprocess.Popen(program, stderr=subprocess.DEVNULL)
    for _ in range(LIMIT * 1000):
        if "TracerPid:\t0\n" not in Path(f"/proc/{number}/status").read_text():
            return tracer
        if tracer.poll() is not None:
            raise AssertionError(f"strace did not take {traced} {inject}")
        time.sleep(0.001)
    raise AssertionError("strace did not hold on")


def _counted(tally: Path, count: list[str]) -> dict[str, int]:
    """The most that any one thread made of each call: strace counts each thread for itself."""
    found: Counter[tuple[str, str]] = Counter()
    for line in tally.read_text(errors="replace").splitlines():
        thread, _, rest = line.partition(" ")
        call = rest.strip().partition("(")[0]
        if call in count:
            found[call, thread] += 1
    return {call: max((n for (name, _), n in found.items() if name == call), default=0) for call in count}


if __name__ == "__main__":
    _serve()
