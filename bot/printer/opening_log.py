"""The station's record of openings: one line for each act, written and synced before a letter is opened.

It grows only (O_APPEND; docs/print-room.md tells how the system holds everybody to that) and names no addressee.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec

from bot.base.settings import SettingsError
from flows.words.text import Verbatim, text

__all__ = ["Act", "Entry", "OpeningLog", "opening_log"]

PRIVATE: Final = 0o600

NO_FOLDER = text("press", "The folder of the record is not there: {file}. Example: /var/log/mektupx-openings")
FOLDER = text("press", "The record is a file, and this is a folder: {file}. Example: /var/log/mektupx-openings")
READABLE = text("press", "Other users can read the record of openings. Run this: chmod 600 {file}")


class Act(StrEnum):
    """What a line says of a letter."""

    OPENS = "opens"  # it is about to be opened
    PRINTED = "printed"  # it lies at the printer
    NOT_PRINTED = "not printed"  # surely not
    UNSURE = "unsure"  # nobody knows


class Entry(msgspec.Struct, frozen=True):
    """One act. who: the user of the system. copy: 1, or 2 for the first reprint. job: at the printer."""

    at: datetime
    who: str
    act: Act
    number: str
    piece: str
    copy: int
    job: str = ""
    why: str = ""


class OpeningLog:
    """The record while it is ours alone."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def of(self, piece: str) -> list[Entry]:
        """What was done with one letter, in order. A line that a power cut tore is passed over: it was not synced, so
        nothing followed from it."""
        with os.fdopen(os.dup(self._handle), "rb") as file:
            file.seek(0)
            found = []
            for line in file:
                try:
                    entry = msgspec.json.decode(line, type=Entry)
                except msgspec.DecodeError:
                    continue
                if entry.piece == piece:
                    found.append(entry)
        return found

    def add(self, entry: Entry) -> None:
        """Durable when it returns. It begins a line of its own, whatever the last one ended with."""
        size = os.fstat(self._handle).st_size
        whole = not size or os.pread(self._handle, 1, size - 1) == b"\n"
        os.write(self._handle, (b"" if whole else b"\n") + msgspec.json.encode(entry) + b"\n")
        os.fsync(self._handle)


@contextmanager
def opening_log(place: Path) -> Iterator[OpeningLog]:
    """Made where it is missing; two clerks take turns. Errors: OSError; SettingsError where it cannot stand there, or
    others can read it."""
    new, named = not place.exists(), {"file": Verbatim(str(place))}
    try:
        handle = os.open(place, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
    except (FileNotFoundError, NotADirectoryError):
        raise SettingsError(replace(NO_FOLDER, values=named)) from None
    except IsADirectoryError:
        raise SettingsError(replace(FOLDER, values=named)) from None
    try:
        if os.fstat(handle).st_mode & 0o077:
            raise SettingsError(replace(READABLE, values=named))
        if new:
            _sync(place.absolute().parent)
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield OpeningLog(handle)
    finally:
        os.close(handle)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
