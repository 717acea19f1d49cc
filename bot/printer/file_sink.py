"""Letters as files: a PDF, sealed or not, and a manifest that says it is complete; the sinks say where files lie.

A clerk or a watching program takes only what has a manifest, and need not tidy up: the scan "printed" removes both
files. The manifest is the sink's memory until the order is cleared, so that a repeated dispatch finds it.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Final

from bot.printer.sealing import BEGIN, sealed
from bot.printer.sink import Piece, Receipt, SinkAway, SinkRefused, SinkUnsure, ensure_intact

__all__ = ["LETTER", "MANIFEST", "NUMBER", "PLAIN", "SEALED", "FileSink", "manifest_of"]

NUMBER: Final = r"[A-Z]{1,4}[0-9]{1,12}"
LETTER: Final = r"[0-9a-f]{32}"
PLAIN, SEALED, MANIFEST = ".pdf", ".pdf.age", ".json"  # how names end
_STEM: Final = re.compile(rf"{NUMBER}-{LETTER}")
_FILE: Final = re.compile(rf"(?P<stem>{NUMBER}-{LETTER})(?:\.pdf|\.pdf\.age|\.json)")


class FileSink(ABC):
    """The order in which a letter's files appear and go; whoever inherits it says how one file does."""

    name: ClassVar[str]

    def __init__(self, recipients: Sequence[str] = ()) -> None:
        self._recipients = recipients
        self._ending = SEALED if recipients else PLAIN

    # How one file is handled; each ends what an interrupted run had begun, and is durable when it returns -------------

    @abstractmethod
    def _errors(self) -> AbstractAsyncContextManager[None]:
        """Whatever is wrong with the place inside becomes a SinkError."""

    @abstractmethod
    async def _read(self, name: str, most: int) -> bytes | None:
        """The first bytes of a file, at most so many; None if it is not there, an error if the folder is not."""

    @abstractmethod
    async def _place(self, name: str, content: bytes) -> bool:
        """Makes a file appear whole or not at all; False if the name is taken, which changes nothing."""

    @abstractmethod
    async def _unlink(self, name: str) -> None:
        """A file that is gone already is gone."""

    @abstractmethod
    async def _names(self) -> Collection[str]:
        """What lies in the folder. An error if the folder is not there."""

    @abstractmethod
    async def _sync_folder(self) -> None:
        """Makes the names themselves durable."""

    # What a print room is asked ---------------------------------------------------------------------------------------

    async def submit(self, piece: Piece) -> Receipt:
        """PDF first, manifest last: the manifest is the commit mark, and with it alone the piece counts as taken."""
        ensure_intact(piece)
        stem = _stem(piece)
        async with self._errors():
            held = await self._holds_manifest(stem, piece)
            if not held and not await self._holds_letter(stem, piece):
                content = sealed(piece.pdf, self._recipients) if self._recipients else piece.pdf
                if not await self._place(f"{stem}{self._ending}", content):
                    await self._holds_letter(stem, piece)
                await self._sync_folder()
        await self._commit(stem, piece, held=held)
        return Receipt(self.name, f"{stem}{self._ending}")

    async def lookup(self, piece: Piece) -> Receipt | None:
        stem = _stem(piece)
        async with self._errors():
            held = await self._holds_manifest(stem, piece)
            await self._sync_folder()
        return Receipt(self.name, f"{stem}{self._ending}") if held else None

    async def references(self) -> Collection[str]:
        async with self._errors():
            found = [match["stem"] for name in await self._names() if (match := _FILE.fullmatch(name))]
        return {f"{stem}{self._ending}" for stem in found}

    async def remove(self, reference: str) -> None:
        """The letter first: a manifest alone asks nobody to print, a letter without one might. Sealed or not: the
        operator may have begun to seal since."""
        stem = reference.removesuffix(".age").removesuffix(PLAIN)
        if not _STEM.fullmatch(stem):
            raise SinkRefused("This is no name of a letter in the tray.")
        async with self._errors():
            there = await self._names()  # a folder that is not mounted holds its letters all the same
            for name in (f"{stem}{ending}" for ending in (PLAIN, SEALED, MANIFEST)):
                if name in there:
                    await self._unlink(name)
                    await self._sync_folder()

    async def _commit(self, stem: str, piece: Piece, *, held: bool) -> None:
        """Whoever is away before the manifest has its name has no letter; after that the place is asked again."""
        named = held
        try:
            async with self._errors():
                if not held and not await self._place(f"{stem}{MANIFEST}", manifest_of(piece)):
                    await self._holds_manifest(stem, piece)
                named = True
                await self._sync_folder()
        except SinkAway as away:
            if named or isinstance(away.__cause__, TimeoutError):
                raise SinkUnsure(f"Nobody knows whether the manifest of {piece.number} lies there. {away}") from away
            raise

    # What is there already --------------------------------------------------------------------------------------------

    async def _holds_manifest(self, stem: str, piece: Piece) -> bool:
        return await self._holds(f"{stem}{MANIFEST}", manifest_of(piece), piece)

    async def _holds_letter(self, stem: str, piece: Piece) -> bool:
        """Of a sealed letter without a manifest we can only tell that it is whole: it got its name last. The station
        compares what it opens with the manifest."""
        if not self._recipients:
            return await self._holds(f"{stem}{PLAIN}", piece.pdf, piece)
        found = await self._read(f"{stem}{SEALED}", len(BEGIN))
        return self._ours(found, BEGIN, piece)

    async def _holds(self, name: str, content: bytes, piece: Piece) -> bool:
        """True if the file is there with just this content."""
        return self._ours(await self._read(name, len(content) + 1), content, piece)

    @staticmethod
    def _ours(found: bytes | None, expected: bytes, piece: Piece) -> bool:
        if found is not None and found != expected:
            raise SinkRefused(f"The tray holds something else under the name of {piece.number}.")
        return found is not None


def manifest_of(piece: Piece) -> bytes:
    """The commit mark: what the PDF beside it must be. The same piece has the same manifest, byte for byte."""
    facts = {"number": piece.number, "pages": piece.pages, "piece": piece.letter, "sha256": piece.sha256}
    return (json.dumps(facts, indent=1, sort_keys=True) + "\n").encode()


def _stem(piece: Piece) -> str:
    """Order number and letter id: nothing in it is chosen by a sender, and nothing leads out of the folder."""
    stem = f"{piece.number}-{piece.letter}"
    if not _STEM.fullmatch(stem):
        raise SinkRefused("The piece has no order number or letter id that can be the name of a file.")
    return stem
