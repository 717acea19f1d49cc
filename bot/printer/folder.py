"""The tray: a folder from which the print room takes its letters, each with a manifest that says it is complete."""

from __future__ import annotations

import asyncio
import errno
import os
import secrets
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import ClassVar, Final

from bot.printer.file_sink import FileSink, manifest_of
from bot.printer.sink import SinkAway
from flows.words.text import Text, text

__all__ = ["FolderSink", "manifest_of"]

GROUP_READS: Final = 0o640
"""The print room reads through its group; nobody else does."""

_REASONS: Final = {
    errno.ENOSPC: "has no room left: empty it or give it more",
    errno.EDQUOT: "has used up its quota: empty it or give it more",
    errno.EROFS: "is mounted read-only",
    errno.ENOENT: "is not there: is its file system mounted?",
    errno.EACCES: "may not be written to by this user",
    errno.EIO: "failed to write to its disk",
}


class FolderSink(FileSink):
    """The PrintSink named "folder". It never makes the folder: a share that is not mounted would be mistaken for it."""

    name: ClassVar[str] = "folder"

    def __init__(self, path: Path, recipients: Sequence[str] = ()) -> None:
        super().__init__(recipients)
        self._path = path

    async def start(self) -> None:
        """Removes half-written files. One that another dispatcher is writing just now is written again by it."""
        async with self._errors():
            await asyncio.to_thread(self._tidy)

    async def probe(self) -> Sequence[Text]:
        try:
            await asyncio.to_thread(self._try)
        except OSError as error:
            why = error.strerror or type(error).__name__
            remedy = text(
                "check", "Make the folder, or give this user the right to write: {path}", path=str(self._path)
            )
            raise SinkAway(f"The print tray {self._path} cannot be written to ({why}).", remedy=remedy) from error
        return () if self._recipients else (READABLE,)

    async def close(self) -> None:
        """Nothing is held open."""

    def _errors(self) -> AbstractAsyncContextManager[None]:
        return _waited_for()

    async def _read(self, name: str, most: int) -> bytes | None:
        return await asyncio.to_thread(self._first, name, most)

    async def _place(self, name: str, content: bytes) -> bool:
        return await asyncio.to_thread(self._link, name, content)

    async def _unlink(self, name: str) -> None:
        await asyncio.to_thread((self._path / name).unlink, missing_ok=True)

    async def _names(self) -> Collection[str]:
        return await asyncio.to_thread(os.listdir, self._path)

    async def _sync_folder(self) -> None:
        await asyncio.to_thread(self._sync)

    def _tidy(self) -> None:
        for left in self._path.glob(".*.part"):
            left.unlink(missing_ok=True)
        self._sync()

    def _try(self) -> None:
        part = self._part("probe")
        try:
            part.write_bytes(b"MektupX")
        finally:
            part.unlink(missing_ok=True)

    def _first(self, name: str, most: int) -> bytes | None:
        """It may have been linked by a run that died before its fsync of the folder, hence the fsync here."""
        try:
            with (self._path / name).open("rb") as file:
                found = file.read(most)
                os.fsync(file.fileno())
        except FileNotFoundError:
            self._path.stat()  # the folder itself missing is another matter
            return None
        return found

    def _link(self, name: str, content: bytes) -> bool:
        """The name of the half-written file is ours alone: two dispatchers must not write into one file."""
        part = self._part(name)
        try:
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, GROUP_READS)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(part, self._path / name)  # fails if the name is taken; rename would overwrite
            except FileExistsError:
                return False
            return True
        finally:
            with suppress(OSError):  # what stays behind goes with the next start
                part.unlink(missing_ok=True)

    def _part(self, name: str) -> Path:
        return self._path / f".{name}.{secrets.token_hex(4)}.part"

    def _sync(self) -> None:
        handle = os.open(self._path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


READABLE: Final = text(
    "check",
    "The print tray is there, and letters lie in it readable. For real letters set MEKTUPX_PRINT_ROOM_KEY: then they"
    " lie there sealed.",
)


@asynccontextmanager
async def _waited_for() -> AsyncIterator[None]:
    try:
        yield
    except OSError as error:
        code = error.errno or 0
        reason = _REASONS.get(code, f"cannot be used ({errno.errorcode.get(code, 'unknown error')})")
        raise SinkAway(f"The print tray {reason}.") from error
