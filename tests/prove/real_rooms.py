"""Real print rooms with letters on their way to them: the Printer Working Group's model printer, and OpenSSH.

A printer keeps what it prints in its memory (/dev/shm), as a real one does; whatever else is written must be sealed.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

from pyrage import DecryptError, decrypt, x25519

from tests.bot.printer.print_servers import IppPrinter, Server, SshServer, folder_for, private_bus
from tests.prove.printing import pdf_of
from tests.prove.traced import Trace, traced

__all__ = ["PrintRoom", "over_ipp", "over_sftp", "struck"]


class PrintRoom(Protocol):
    """A print room with its server. told: what the service is told of it. strikes: the server's calls, and how each is
    struck: killed, or refused with an error of its disk. its_files: whether what its server writes must be sealed."""

    server: Server
    told: Mapping[str, object]
    strikes: Mapping[str, str]
    its_files: bool

    def searched(self) -> list[Path]: ...

    def printed(self) -> Counter[int]:
        """Letters by how often they came out on paper, so far."""


class Ipp:
    """A printer that writes down the fingerprint of all that it has printed."""

    its_files = False
    strikes: Final[Mapping[str, str]] = dict.fromkeys(("recvfrom", "sendto", "poll"), "")

    def __init__(self, memory: Path, bus: str) -> None:
        work, self._paper = memory / "work", memory / "paper"
        work.write_text(f'#!/bin/sh\nsha256sum < "$1" >> {self._paper}\n')
        work.chmod(0o755)
        self._paper.touch()
        self.server = IppPrinter(memory, bus, work=str(work))
        self.told = {"address": self.server.address}

    def searched(self) -> list[Path]:
        return []

    def printed(self) -> Counter[int]:
        sheets = Counter(line.split()[0] for line in self._paper.read_text().splitlines())
        known = {hashlib.sha256(pdf_of(number)).hexdigest(): number for number in range(10_000)}
        return Counter({known.get(sheet, -1): times for sheet, times in sheets.items()})


class Sftp:
    """A print house whose clerk takes every letter that is complete; its manifest stays."""

    its_files = True
    strikes: Final[Mapping[str, str]] = {"read": "", "write": "", "link": "", "unlink": "", "fsync": "EIO", "ppoll": ""}

    def __init__(self, folder: Path) -> None:
        self.server, self._folder, self._key = SshServer(folder), folder, x25519.Identity.generate()
        self._taken: Counter[int] = Counter()
        self.told = {
            "address": self.server.address,
            "recipients": [str(self._key.to_public())],
            "ssh_key": str(self.server.key_file),
            "known_hosts": str(self.server.known_hosts),
        }

    def searched(self) -> list[Path]:
        return [self._folder]

    def printed(self) -> Counter[int]:
        for manifest in self.server.tray.glob("*.json"):
            sealed, said = manifest.with_suffix(".pdf.age"), json.loads(manifest.read_text())
            if sealed.exists():
                number = int(said["piece"], 16)
                whole = self._opened(sealed) == pdf_of(number)
                self._taken[number if whole else -1] += 1
                sealed.unlink()
        return self._taken

    def _opened(self, sealed: Path) -> bytes:
        try:
            return decrypt(sealed.read_bytes(), [self._key])
        except DecryptError:
            return b""


@contextmanager
def over_ipp() -> Iterator[PrintRoom]:
    with private_bus() as bus, folder_for(memory=True) as memory:
        yield from _open(Ipp(memory, bus))


@contextmanager
def over_sftp() -> Iterator[PrintRoom]:
    with folder_for() as folder:
        yield from _open(Sftp(folder))


def _open(room: PrintRoom) -> Iterator[PrintRoom]:
    try:
        room.server.start()
        yield room
    finally:
        room.server.kill()


@contextmanager
def struck(room: PrintRoom, place: Path, where: tuple[str, int]) -> Iterator[Trace]:
    """The print room while its server is to be struck at the n-th of a call."""
    call, nth = where
    error = room.strikes[call]
    how = f"error={error}" if error else "signal=SIGKILL"
    with traced(place, [room.server.pid], [call], "-e", f"inject={call}:{how}:when={nth}") as trace:
        yield trace
