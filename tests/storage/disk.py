"""A disk that is rebuilt call by call, and knows of each byte and each name whether it would survive a power cut.

Bytes last once their file is synced, names once their folder is (POSIX, fsync). A power cut keeps or undoes the rest.
Limits: one process, no mapped memory, no folders made or moved; a call that is not replayed is an error.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.storage.system_calls import ROOT, Call, Recording

__all__ = ["NOT_REPLAYED", "REPLAYED", "SAID", "Disk", "Keep", "always", "never"]

SECTOR = 512  # bytes: a disk writes a sector whole or not at all
SAID = 1  # the file descriptor on which a life says, line by line, what holds from now on

Keep = Callable[[], bool]


def always() -> bool:
    return True


def never() -> bool:
    return False


@dataclass(eq=False)
class _File:
    """Bytes that are synced, and the changes since: (offset, bytes), or (size, None) for a cut to that size."""

    synced: bytes = b""
    changes: list[tuple[int, bytes | None]] = field(default_factory=list)

    def left(self, keep: Keep) -> bytes:
        content = bytearray(self.synced)
        for offset, written in self.changes:
            if written is None:
                if keep():
                    content[offset:] = bytes(max(0, offset - len(content)))
                continue
            for start in _sectors(offset, offset + len(written)):
                end = min(offset + len(written), (start // SECTOR + 1) * SECTOR)
                if keep():
                    content.extend(bytes(max(0, end - len(content))))
                    content[start:end] = written[start - offset : end - offset]
        return bytes(content)

    def sync(self) -> None:
        self.synced, self.changes = self.left(always), []


def _sectors(start: int, end: int) -> Iterator[int]:
    """Where a write enters each sector it touches."""
    while start < end:
        yield start
        start = (start // SECTOR + 1) * SECTOR


Names = dict[str, _File | None]  # None: the name is gone


class Disk:
    """Files apart from their names: a name that is undone leads to the file it led to before."""

    def __init__(self, recording: Recording) -> None:
        self._root = str(recording.folder)
        self._names: Names = {name: _File(content) for name, content in recording.before.items()}
        self._renamed: list[Names] = []  # since their folders were synced
        self._open: dict[int, tuple[_File, int]] = {}  # by descriptor, with the place of the next write
        self.said: list[str] = []

    def ours(self, path: str) -> str | None:
        """A path's name below the folder of the life; None for any other."""
        return path.removeprefix(self._root + "/") if path.startswith(self._root + "/") else None

    def left(self, keep_bytes: Keep, keep_names: Keep) -> dict[str, bytes]:
        found = _joined(self._names, [change for change in self._renamed if keep_names()])
        return {name: file.left(keep_bytes) for name, file in sorted(found.items()) if file is not None}

    def replay(self, call: Call) -> bool:
        """Whether the call changed something here, or said something."""
        if (act := REPLAYED.get(call.name)) is not None:
            return act(self, call)
        touched = [path for _, path in call.descriptors] + [_absolute(call, n) for n in range(len(call.strings))]
        assert not any(map(self.ours, touched)), f"{call.name} is not replayed"
        return False

    def opened(self, call: Call) -> bool:
        self._open.pop(call.result, None)
        name = self.ours(_absolute(call))
        if name is None or "O_DIRECTORY" in call.words:
            return False
        file, size = self._live(name), 0
        made = file is None and "O_CREAT" in call.words
        if made:
            file = _File()
            self._renamed.append({name: file})
        if file is None:
            return False  # a folder, opened to be synced
        if "O_TRUNC" in call.words:
            file.changes.append((0, None))
        if "O_APPEND" in call.words:
            size = len(file.left(always))
        self._open[call.result] = file, size
        return made or "O_TRUNC" in call.words

    def written(self, call: Call) -> bool:
        descriptor = call.descriptors[0][0]
        if descriptor == SAID:
            self.said += call.strings[0].decode().splitlines()
            return True
        if (found := self._file(call)) is None:
            return False
        file, at = found
        file.changes.append((at, call.strings[0][: call.result]))
        self._open[descriptor] = file, at + call.result
        return True

    def written_at(self, call: Call) -> bool:
        if (found := self._file(call)) is None:
            return False
        found[0].changes.append((int(call.words.rpartition(",")[2]), call.strings[0][: call.result]))
        return True

    def moved_on(self, call: Call) -> bool:
        if (found := self._file(call)) is not None:
            self._open[call.descriptors[0][0]] = found[0], call.result
        return False

    def resized(self, call: Call) -> bool:
        if (found := self._file(call)) is None:
            return False
        found[0].changes.append((int(call.words.rpartition(",")[2]), None))
        return True

    def synced(self, call: Call) -> bool:
        if (found := self._file(call)) is not None:
            found[0].sync()
            return True
        folder = call.descriptors[0][1]
        if folder != self._root and self.ours(folder) is None:
            return False
        lasts = [change for change in self._renamed if folder in map(self._folder, change)]
        self._names = _joined(self._names, lasts)
        self._renamed = [change for change in self._renamed if change not in lasts]
        return True

    def linked(self, call: Call) -> bool:
        return self._named(call, gone=False)

    def moved(self, call: Call) -> bool:
        return self._named(call, gone=True)

    def unlinked(self, call: Call) -> bool:
        if (name := self.ours(_absolute(call))) is None:
            return False
        self._renamed.append({name: None})
        return True

    def _named(self, call: Call, *, gone: bool) -> bool:
        old, new = self.ours(_absolute(call)), self.ours(_absolute(call, 1))
        if old is None and new is None:
            return False
        assert old and new, f"{call.name} over the border of the folder is not replayed"
        self._renamed.append({new: self._live(old), **({old: None} if gone else {})})
        return True

    def _live(self, name: str) -> _File | None:
        return _joined(self._names, self._renamed).get(name)

    def _file(self, call: Call) -> tuple[_File, int] | None:
        descriptor, path = call.descriptors[0]
        return self._open.get(descriptor) if self.ours(path) else None

    def _folder(self, name: str) -> str:
        return os.path.dirname(f"{self._root}/{name}")


def _joined(names: Names, changes: Sequence[Names]) -> Names:
    return dict(item for one in (names, *changes) for item in one.items())


def _absolute(call: Call, nth: int = 0) -> str:
    """The nth path of a call, from the folder it is relative to: its own descriptor's, or the process's."""
    folders = [path for _, path in call.descriptors] or [str(ROOT)]
    return os.path.normpath(os.path.join(folders[min(nth, len(folders) - 1)], call.strings[nth].decode()))


REPLAYED: dict[str, Callable[[Disk, Call], bool]] = {
    "openat": Disk.opened,
    "write": Disk.written,
    "pwrite64": Disk.written_at,
    "lseek": Disk.moved_on,
    "ftruncate": Disk.resized,
    "fsync": Disk.synced,
    "fdatasync": Disk.synced,
    "link": Disk.linked,
    "linkat": Disk.linked,
    "rename": Disk.moved,
    "renameat": Disk.moved,
    "renameat2": Disk.moved,
    "unlink": Disk.unlinked,
    "unlinkat": Disk.unlinked,
}
NOT_REPLAYED = (
    "writev",
    "pwritev",
    "pwritev2",
    "truncate",
    "fallocate",
    "copy_file_range",
    "sendfile",
    "mkdir",
    "rmdir",
)
