"""What strace does to programs that run: strikes a server at a chosen call, and reads every byte that goes to files."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.bot.printer.print_servers import until

__all__ = ["Trace", "traced", "writing"]

WRITES: Final = ("write", "pwrite64", "writev", "pwritev", "pwritev2")
TO_FILE: Final = re.compile(r"\d+ +(?:" + "|".join(WRITES) + r")\(\d+</(?!dev/(?!shm/))[^>]*>, ")
PLENTY: Final = "10000000"  # bytes of one write that are shown


@dataclass(frozen=True)
class Trace:
    """What strace has written down; `words` may be read when the trace has ended."""

    place: Path

    @property
    def lines(self) -> list[str]:
        return self.place.read_text(errors="replace").splitlines()

    @property
    def struck(self) -> bool:
        return any("(INJECTED)" in line or "killed by SIGKILL" in line for line in self.lines)

    def reach(self, calls: Sequence[str]) -> dict[str, int]:
        """The most that any one process or thread made of each call."""
        found: Counter[tuple[str, str]] = Counter()
        for line in self.lines:
            who, _, rest = line.partition(" ")
            found[rest.strip().partition("(")[0], who] += 1
        most = {call: max((times for (name, _), times in found.items() if name == call), default=0) for call in calls}
        return {call: times for call, times in most.items() if times}

    def into_files(self, marks: Sequence[bytes]) -> int:
        """How many writes to files carried one of the marks, which are ASCII: strace shows it as it is."""
        words = [mark.decode("ascii") for mark in marks]
        return sum(bool(TO_FILE.match(line)) and any(word in line for word in words) for line in self.lines)


@contextmanager
def traced(place: Path, numbers: Sequence[int], calls: Sequence[str], *options: str) -> Iterator[Trace]:
    """Running programs and all they begin meanwhile. options: more of strace, such as an injection."""
    words = ["strace", "-f", "-qq", "-o", str(place), "-e", f"trace={','.join(calls)}", *options]
    tracer = subprocess.Popen([*words, *(f"-p{number}" for number in numbers)], stderr=subprocess.DEVNULL)
    try:
        statuses = [Path(f"/proc/{number}/status") for number in numbers]
        until(lambda: tracer.poll() is not None or all(map(_held, statuses)))
        yield Trace(place)
    finally:
        tracer.terminate()  # it lets go of them
        tracer.wait()


def _held(status: Path) -> bool:
    """Whether it is traced, or was struck at once and has ended."""
    words = status.read_text()
    return "TracerPid:\t0\n" not in words or "State:\tZ" in words


@contextmanager
def writing(place: Path, *numbers: int) -> Iterator[Trace]:
    """Every byte that these programs write into files."""
    with traced(place, numbers, WRITES, "-y", "-s", PLENTY) as trace:
        yield trace
