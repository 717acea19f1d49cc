"""The tray: a folder from which the print room takes its letters, each a PDF with a manifest that says it is complete.

A clerk or a watching program takes only what has a manifest, and need not tidy up: the scan "printed" removes both
files. The manifest is the sink's memory until the order is cleared, so that a repeated dispatch finds it.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import json
import os
import re
import secrets
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Final

from bot.printer.sink import Piece, Receipt, SinkAway, SinkRefused, ensure_intact

__all__ = ["FolderSink", "manifest_of"]

_NUMBER: Final = re.compile(r"[A-Z]{1,4}[0-9]{1,12}")
_LETTER: Final = re.compile(r"[0-9a-f]{32}")
_REFERENCE: Final = re.compile(rf"{_NUMBER.pattern}-{_LETTER.pattern}")

_READABLE: Final = 0o640
"""The print room reads through its group; nobody else does."""

_REASONS: Final = {
    errno.ENOSPC: "has no room left: empty it or give it more",
    errno.EDQUOT: "has used up its quota: empty it or give it more",
    errno.EROFS: "is mounted read-only",
    errno.ENOENT: "is not there: is its file system mounted?",
    errno.EACCES: "may not be written to by this user",
    errno.EIO: "failed to write to its disk",
}


class FolderSink:
    """The PrintSink named "folder". It never makes the folder: a share that is not mounted would be mistaken for it."""

    name: Final = "folder"

    def __init__(self, path: Path) -> None:
        self._path = path

    async def start(self) -> None:
        """Removes half-written files. One that another dispatcher is writing just now is written again by it."""
        await asyncio.to_thread(self._start)

    async def submit(self, piece: Piece) -> Receipt:
        ensure_intact(piece)
        return await asyncio.to_thread(self._submit, piece)

    async def lookup(self, piece: Piece) -> Receipt | None:
        return await asyncio.to_thread(self._lookup, piece)

    async def references(self) -> Collection[str]:
        return await asyncio.to_thread(self._references)

    async def remove(self, reference: str) -> None:
        await asyncio.to_thread(self._remove, reference)

    async def close(self) -> None:
        """Nothing is held open."""

    def _start(self) -> None:
        try:
            for left in self._path.glob(".*.part"):
                left.unlink(missing_ok=True)
            self._sync_folder()
        except OSError as error:
            raise _away(error) from error

    def _submit(self, piece: Piece) -> Receipt:
        """PDF first, manifest last: the manifest is the commit mark, and with it alone the piece counts as taken."""
        name = _name(piece)
        try:
            if self._held(f"{name}.json", manifest_of(piece), piece) is None:
                if self._held(f"{name}.pdf", piece.pdf, piece) is None:
                    self._place(f"{name}.pdf", piece.pdf, piece)
                    self._sync_folder()
                self._place(f"{name}.json", manifest_of(piece), piece)
            self._sync_folder()
        except OSError as error:
            raise _away(error) from error
        return Receipt(self.name, f"{name}.pdf")

    def _lookup(self, piece: Piece) -> Receipt | None:
        name = _name(piece)
        try:
            held = self._held(f"{name}.json", manifest_of(piece), piece)
            self._sync_folder()
        except OSError as error:
            raise _away(error) from error
        return Receipt(self.name, f"{name}.pdf") if held else None

    def _references(self) -> set[str]:
        try:
            names = {path.stem for path in self._path.iterdir() if path.suffix in (".pdf", ".json")}
        except OSError as error:
            raise _away(error) from error
        return {f"{name}.pdf" for name in names if _REFERENCE.fullmatch(name)}

    def _remove(self, reference: str) -> None:
        """The PDF first: a manifest alone asks nobody to print, a PDF without one might."""
        name = reference.removesuffix(".pdf")
        if not _REFERENCE.fullmatch(name):
            raise SinkRefused("This is no name of a letter in the tray.")
        try:
            self._path.stat()  # a folder that is not mounted holds its letters all the same
            for part in (f"{name}.pdf", f"{name}.json"):
                (self._path / part).unlink(missing_ok=True)
                self._sync_folder()
        except OSError as error:
            raise _away(error) from error

    def _held(self, name: str, content: bytes, piece: Piece) -> bool | None:
        """True if the file is there with just this content, made durable now; None if it is not there.

        It may have been linked by a run that died before its fsync of the folder, hence the fsync here.
        """
        try:
            with (self._path / name).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").digest()
                os.fsync(file.fileno())
        except FileNotFoundError:
            self._path.stat()  # the folder itself missing is another matter
            return None
        if found != hashlib.sha256(content).digest():
            raise SinkRefused(f"The tray holds something else under the name of {piece.number}.")
        return True

    def _place(self, name: str, content: bytes, piece: Piece) -> None:
        """Makes a file appear whole or not at all, and never in place of another.

        The name of the half-written file is ours alone: two dispatchers at the same piece must not write into one file.
        """
        part = self._path / f".{name}.{secrets.token_hex(4)}.part"
        try:
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _READABLE)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(part, self._path / name)  # fails if the name is taken; rename would overwrite
            except FileExistsError:
                self._held(name, content, piece)
        finally:
            with suppress(OSError):  # what stays behind goes with the next start
                part.unlink(missing_ok=True)

    def _sync_folder(self) -> None:
        """Makes the names themselves durable."""
        handle = os.open(self._path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def manifest_of(piece: Piece) -> bytes:
    """The commit mark: what the PDF beside it must be. The same piece has the same manifest, byte for byte."""
    facts = {"number": piece.number, "pages": piece.pages, "piece": piece.letter, "sha256": piece.sha256}
    return (json.dumps(facts, indent=1, sort_keys=True) + "\n").encode()


def _name(piece: Piece) -> str:
    """Order number and letter id: nothing in it is chosen by a sender, and nothing leads out of the folder."""
    if not (_NUMBER.fullmatch(piece.number) and _LETTER.fullmatch(piece.letter)):
        raise SinkRefused("The piece has no order number or letter id that can be the name of a file.")
    return f"{piece.number}-{piece.letter}"


def _away(error: OSError) -> SinkAway:
    reason = _REASONS.get(
        error.errno or 0, f"cannot be used ({errno.errorcode.get(error.errno or 0, 'unknown error')})"
    )
    return SinkAway(f"The print tray {reason}.")
