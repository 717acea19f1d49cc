"""Every disk that a power cut at any call of one recorded life may leave behind, and whether it is as was said."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.prove.report import Row
from tests.storage import system_calls
from tests.storage.disk import NOT_REPLAYED, REPLAYED, SAID, Disk, Keep, always, never
from tests.storage.system_calls import Recording

__all__ = ["Cut", "cuts", "record", "say", "survived"]

SEED = 7
MEMORY = Path("/dev/shm")  # where a disk is looked at, if it is there: what is wrong is in its bytes already
PARTS = 3  # random parts of what is not synced, kept after each call


@dataclass(frozen=True)
class Cut:
    """The files after a power cut behind so many calls, and what the life had said by then."""

    after: int
    kept: str
    lines: tuple[str, ...]
    files: dict[str, bytes]

    @property
    def moment(self) -> str:
        return f"after call {self.after}, kept: {self.kept}"

    def said(self, word: str) -> set[str]:
        """What follows a word in the lines that begin with it."""
        return {line.removeprefix(word).strip() for line in self.lines if line.split(" ")[0] == word}

    def lay(self, folder: Path) -> None:
        for name, content in self.files.items():
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)


def record(folder: Path, life: Callable[..., None], *arguments: str) -> Recording:
    """Runs `life(folder, *arguments)` in a process of its own; what lies in the folder before is durable."""
    return system_calls.record(folder, life, *arguments, calls=(*REPLAYED, *NOT_REPLAYED))


def say(*lines: str) -> None:
    """A life says what it was told to be durable, at once."""
    os.write(SAID, "".join(f"{line}\n" for line in lines).encode())


def cuts(recording: Recording, seed: int) -> Iterator[Cut]:
    """Every different disk that a power cut after one of the calls may leave, in each way of keeping."""
    disk, dice = Disk(recording), random.Random(seed)

    def tossed() -> bool:
        return dice.random() < 0.5

    ways: dict[str, tuple[Keep, Keep]] = {
        "nothing": (never, never),
        "bytes": (always, never),
        "names": (never, always),
        "everything": (always, always),
        **{f"random part {nth}": (tossed, tossed) for nth in range(PARTS)},
    }
    seen: set[tuple[int, tuple[tuple[str, bytes], ...]]] = set()
    for after, call in enumerate(recording.calls, 1):
        if not disk.replay(call):
            continue
        for kept, (keep_bytes, keep_names) in ways.items():
            files = disk.left(keep_bytes, keep_names)
            state = len(disk.said), tuple(files.items())
            if state not in seen:
                seen.add(state)
                yield Cut(after, kept, tuple(disk.said), files)


def survived(
    folder: Path, life: Callable[..., None], *arguments: str, check: Callable[[Path, Cut, Row], None], seed: int = SEED
) -> Row:
    """One life in `folder/life`, and what `check` finds wrong with every disk that a power cut in it may leave."""
    row = Row(f"a power cut: {' '.join((life.__name__, *arguments))}")
    (folder / "life").mkdir(exist_ok=True)
    recorded = record(folder / "life", life, *arguments)
    for cut in cuts(recorded, seed):
        row.tried, row.acknowledged = row.tried + 1, len(cut.lines)
        with tempfile.TemporaryDirectory(prefix="mektupx-cut-", dir=MEMORY if MEMORY.is_dir() else folder) as place:
            cut.lay(Path(place))
            check(Path(place), cut, row)
    return row
