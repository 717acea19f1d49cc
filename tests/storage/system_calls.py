"""One life of a program under strace: every call it makes to its files, with every byte it writes."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ROOT", "Call", "Recording", "record"]

ROOT = Path(__file__).parents[2]
LIMIT = 60  # seconds for one life


@dataclass(frozen=True)
class Call:
    """A system call as strace shows it: descriptors with their paths, strings as bytes."""

    name: str
    descriptors: tuple[tuple[int, str], ...]
    strings: tuple[bytes, ...]
    words: str  # flags, offsets and sizes: all that is neither
    result: int


@dataclass(frozen=True)
class Recording:
    folder: Path
    before: dict[str, bytes]
    calls: tuple[Call, ...]


def record(folder: Path, life: Callable[..., None], *arguments: str, calls: Iterable[str]) -> Recording:
    """Runs `life(folder, *arguments)`, a function of a module, in a process of its own, and notes those calls."""
    before = {str(place.relative_to(folder)): place.read_bytes() for place in folder.rglob("*") if place.is_file()}
    module = inspect.getmodule(life)
    assert module is not None
    program = f"import sys; from {module.__name__} import {life.__name__} as life; life(*sys.argv[1:])"
    trace = folder.with_name(folder.name + ".trace")
    tracer = [
        "strace",
        "-f",
        "--seccomp-bpf",
        "-qq",
        "-y",
        "-xx",
        "-s",
        "9999999",
        "-o",
        str(trace),
        "-e",
        "signal=none",
    ]
    tracer += ["-e", f"trace={','.join(calls)}"]
    command = [*tracer, sys.executable, "-B", "-c", program, str(folder), *arguments]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=LIMIT)
    assert ended.returncode == 0, ended.stderr
    return Recording(folder, before, tuple(_calls(trace.read_text())))


def _calls(trace: str) -> Iterator[Call]:
    """In the order in which they ended; one that another thread interrupted is put together again."""
    begun: dict[str, str] = {}
    for line in trace.splitlines():
        thread, _, rest = line.partition(" ")
        if rest.endswith("<unfinished ...>"):
            begun[thread] = rest.removesuffix("<unfinished ...>").strip()
            continue
        if resumed := re.match(r"\s*<\.\.\. \w+ resumed>", rest):
            rest = begun.pop(thread) + rest[resumed.end() :]
        if found := re.fullmatch(r"\s*(\w+)\((.*)\)\s+= (\d+)(?:<.*>)?", rest):
            name, arguments, result = found.groups()
            yield Call(name, *_read(arguments), int(result))  # a call that failed has changed nothing


def _read(arguments: str) -> tuple[tuple[tuple[int, str], ...], tuple[bytes, ...], str]:
    descriptors = tuple(
        (-1 if number == "AT_FDCWD" else int(number), _plain(path).decode())
        for number, path in re.findall(r"(AT_FDCWD|\d+)<([^>]*)>", arguments)
    )
    strings = tuple(_plain(found) for found in re.findall(r'"([^"]*)"', arguments))
    return descriptors, strings, re.sub(r'"[^"]*"|(AT_FDCWD|\d+)<[^>]*>', "", arguments)


def _plain(shown: str) -> bytes:
    """`\\x6b\\x65\\x79` is `key`; what is no file, as `pipe:[7]`, is shown as it is."""
    return bytes.fromhex(shown.replace("\\x", "")) if shown.startswith("\\x") else shown.encode()
