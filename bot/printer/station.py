"""The print room's station: opens a sealed letter straight into its printer's queue, and leaves no readable file.

Who and when is written down before a letter is opened; that it is printed, when the printer has said so: its queue lies
in memory, and a power cut empties it. What was handed to the printer once is not handed to it again unless a person
asks for a reprint, and then it is called one.
"""

from __future__ import annotations

import ctypes
import hashlib
import re
import resource
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import msgspec
from pyrage import x25519

from bot.base.clock import Clock
from bot.printer.file_sink import LETTER, NUMBER, SEALED
from bot.printer.ipp import IppSink
from bot.printer.opening_log import Act, Entry, OpeningLog
from bot.printer.sealing import Damaged, NotForUs, unsealed
from bot.printer.sink import SinkAway, SinkError, SinkUnreachable
from flows.words.text import Text, Verbatim, text

__all__ = ["NotPressed", "Pressed", "Station", "memory_locked", "waiting"]

_NO_LEASE: Final = datetime.max.replace(tzinfo=UTC)

LARGEST: Final = 100_000_000  # bytes of a sealed letter

Hex = Annotated[str, msgspec.Meta(pattern=f"^{LETTER}$")]


class Manifest(msgspec.Struct, frozen=True):
    """What the file beside a letter says of it (bot.printer.file_sink)."""

    number: Annotated[str, msgspec.Meta(pattern=f"^{NUMBER}$")]
    pages: Annotated[int, msgspec.Meta(ge=1)]
    piece: Hex
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


@dataclass(frozen=True)
class _Letter:
    """A bot.printer.sink.Piece, in memory only."""

    number: str
    letter: str
    pdf: bytes
    pages: int
    sha256: str
    since: datetime
    until: datetime = _NO_LEASE
    order: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A letter that lies at the printer. known: it did so before, and was not handed over again. unmarked: a clerk
    matches its sheets."""

    number: str
    copy: int
    job: str
    known: bool = False
    unmarked: bool = False


class NotPressed(Exception):
    """A letter that was not handed to the printer. before: because it was handed to it earlier."""

    def __init__(self, sentence: Text, *, before: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.before = before


class Station:
    """Who sits at it, with which keys, at which printer."""

    def __init__(
        self, keys: Sequence[x25519.Identity], printer: IppSink, log: OpeningLog, clock: Clock, who: str
    ) -> None:
        self._keys, self._printer, self._log, self._clock, self._who = keys, printer, log, clock, who

    async def press(self, file: Path, *, again: bool = False, alone: bool = False) -> Pressed:
        """One sealed letter into the queue. again: a reprint. alone: no other letter is printed with it; without that
        a letter without marks is not. Errors: NotPressed."""
        manifest = _manifest(file)
        sealed = _bytes(file)
        past = self._log.of(manifest.piece)
        copies = max((one.copy for one in past), default=0)
        handed = [one for one in past if one.act is Act.PRINTED]
        if handed and not again:
            raise NotPressed(
                text("press", "{letter}: printed already, {at}, by {who}. For a reprint add --again.",
                     letter=manifest.number, at=handed[-1].at, who=Verbatim(handed[-1].who)),
                before=True,
            )  # fmt: skip
        doubtful = bool(past) and past[-1].act in (Act.OPENS, Act.UNSURE)
        copy = copies + 1 if again or not copies else copies
        if doubtful and not again and (job := await self._found(manifest, past, copy)):
            self._note(manifest, Act.PRINTED, copy, job=job)
            return Pressed(manifest.number, copy, job, known=True)
        self._note(manifest, Act.OPENS, copy)
        return await self._handed(manifest, sealed, copy, alone=alone)

    async def _found(self, manifest: Manifest, past: Sequence[Entry], copy: int) -> str:
        """An earlier opening without an end: the printer is asked for its job. "" where it surely has none."""
        since = next(one.at for one in reversed(past) if one.act is Act.OPENS)
        asked = _Letter(manifest.number, manifest.piece, b"", manifest.pages, manifest.sha256, since)
        try:
            receipt = await self._printer.lookup(asked, copy, paper=True)
        except SinkAway as away:
            raise NotPressed(_said(manifest.number, away)) from away
        except SinkError as error:
            raise NotPressed(
                text("press", "{letter}: opened {at} by {who}; nobody knows whether it was printed. {why} Look at the"
                     " printer; if it is not there, add --again.",
                     letter=manifest.number, at=since, who=Verbatim(past[-1].who), why=error.sentence)
            ) from error  # fmt: skip
        return receipt.reference if receipt else ""

    async def _handed(self, manifest: Manifest, sealed: bytes, copy: int, *, alone: bool) -> Pressed:
        from rendering.gate import marked  # noqa: PLC0415 - reads PDF: other commands never need it

        number = manifest.number
        try:
            pdf = unsealed(sealed, self._keys)
            if hashlib.sha256(pdf).hexdigest() != manifest.sha256:
                raise Another("What is sealed is not what its manifest says: it is not printed.")
            unmarked = not marked(pdf)
            if unmarked and not alone:
                raise Unmarked
            letter = _Letter(number, manifest.piece, pdf, manifest.pages, manifest.sha256, self._clock.now())
            receipt = await self._printer.print(letter, copy, paper=True)
        except Unmarked as error:  # the record does not say which letters go to a prison
            self._note(manifest, Act.NOT_PRINTED, copy)
            raise NotPressed(_said(number, error)) from error
        except (NotForUs, SinkAway) as error:
            self._note(manifest, Act.NOT_PRINTED, copy, why=str(error))
            raise NotPressed(_said(number, error)) from error
        except SinkError as error:
            self._note(manifest, Act.UNSURE, copy, why=str(error))
            raise NotPressed(_said(number, error)) from error
        self._note(manifest, Act.PRINTED, copy, job=receipt.reference)
        return Pressed(number, copy, receipt.reference, unmarked=unmarked)

    def _note(self, manifest: Manifest, act: Act, copy: int, *, job: str = "", why: str = "") -> None:
        self._log.add(Entry(self._clock.now(), self._who, act, manifest.number, manifest.piece, copy, job, why))


def waiting(folder: Path) -> list[Path]:
    """The sealed letters of a folder that are complete, in the order of their numbers."""
    found = [path for path in folder.glob(f"*{SEALED}") if not path.name.startswith(".") and _beside(path).exists()]
    return sorted(
        found, key=lambda path: [int(part) if part.isdigit() else 0 for part in re.split(r"(\d+)", path.name)[:2]]
    )


def _manifest(file: Path) -> Manifest:
    """Errors: NotPressed."""
    if not file.name.endswith(SEALED):
        raise NotPressed(
            text("press", "{file}: no sealed letter; their names end in .pdf.age.", file=Verbatim(file.name))
        )
    try:
        return msgspec.json.decode(_beside(file).read_bytes(), type=Manifest)
    except FileNotFoundError:
        said = text(
            "press", "{file}: its manifest is not there yet; the letter is still on its way.", file=Verbatim(file.name)
        )
        raise NotPressed(said) from None
    except (msgspec.DecodeError, OSError) as error:
        said = text("press", "{file}: its manifest cannot be read. Tell an admin.", file=Verbatim(file.name))
        raise NotPressed(said) from error


def _beside(file: Path) -> Path:
    return file.with_name(file.name.removesuffix(SEALED) + ".json")


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST)
    except OSError as error:
        said = text("press", "{file}: the letter is not there any more.", file=Verbatim(file.name))
        raise NotPressed(said) from error


class Another(NotForUs):
    """The file holds something else than its manifest says."""


class Unmarked(Exception):
    """Nothing on its sheets would tell them from those of another letter (docs/print-room.md)."""


WHY: Final[Mapping[type[Exception], Text]] = {
    NotForUs: text("press", "{letter}: sealed to other keys than those of this station. Tell an admin."),
    Damaged: text(
        "press",
        "{letter}: the file is damaged, or is no sealed file. Set it aside, print nothing, and tell an admin at once.",
    ),
    Another: text(
        "press",
        "{letter}: what is sealed is not what its manifest says. Set it aside, print nothing, and tell an admin at"
        " once.",
    ),
    Unmarked: text(
        "press",
        "{letter}: not printed, because no marks tell its sheets from those of another letter. Give its file alone,"
        " when nothing else lies at the printer.",
    ),
    SinkUnreachable: text("press", "{letter}: the printer cannot be reached. Switch it on and try again."),
}
"""What the clerk can do about it; of other troubles the printer says (flows/desk/printing/printer.py)."""


def _said(number: str, error: Exception) -> Text:
    if known := WHY.get(type(error)):
        return replace(known, values={"letter": number})
    why = error.sentence if isinstance(error, SinkError) else Verbatim(str(error))
    return text("press", "{letter}: {why}", letter=number, why=why)


# Memory ---------------------------------------------------------------------------------------------------------------


_CURRENT_AND_FUTURE, _DUMPABLE = 1 | 2, 4  # <sys/mman.h>, <sys/prctl.h>


@contextmanager
def memory_locked() -> Iterator[bool]:
    """Nothing of this process reaches the swap or a core file; False where the system does not grant the first."""
    libc = ctypes.CDLL(None, use_errno=True)
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, before[1]))
    libc.prctl(_DUMPABLE, 0, 0, 0, 0)
    locked = libc.mlockall(_CURRENT_AND_FUTURE) == 0
    try:
        yield locked
    finally:
        libc.munlockall()
        libc.prctl(_DUMPABLE, 1, 0, 0, 0)
        resource.setrlimit(resource.RLIMIT_CORE, before)
