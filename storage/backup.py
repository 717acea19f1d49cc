"""The fire copy: the whole archive in one sealed file for another building, useless without the key cabinet.

Format: `MXB1 | key store's name 16 | salt 16`, then chunks `length 4 | AES-256-GCM`. The key is derived for this file
alone; the nonce counts the chunks and marks the last one, so that none can be changed, exchanged, left out or cut off.
The key store has a backup of its own, kept apart and not for long: what was destroyed in it stays unreadable here.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag

from storage.faults import StorageError
from storage.keyring import Keyring
from storage.master import WrongKey

__all__ = ["restore", "write"]

MAGIC: Final = b"MXB1"
HEADER: Final = len(MAGIC) + 16 + 16
CHUNK: Final = 1 << 20
TAG: Final = 16

ON_A_SERVER = (
    "PostgreSQL is backed up with its own tools: `pg_dump --format=custom --file=mektupx.dump`, put back with"
    " `pg_restore`; seal the file before it leaves the house. The key store is kept apart from it."
)
BROKEN = "The backup was changed, cut short or never finished: take another one. Nothing was put back."
FOREIGN = "The backup was made with another key store: put back the key store of its time first."


def write(database: Path | None, keyring: Keyring, to: Path) -> None:
    """Copies a database that may be in use, whole as of one moment, and seals the copy. Overwrites nothing.

    Without WAL writers wait while the copy is read. Errors: StorageError, a sentence.
    """
    if database is None:
        raise StorageError(ON_A_SERVER)
    with _new_file(to) as sealed, _beside(to, ".copy") as copy:
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)  # never a file copy: it would catch half of a commit
        with copy.open("rb") as plain:
            _seal(plain, sealed, keyring)


def restore(backup: Path, to: Path, keyring: Keyring) -> None:
    """Opens a backup into a new database file and looks it over before it gets its name. Overwrites nothing.

    Errors: StorageError (damaged, there already), WrongKey (another key store's). Letters whose keys were destroyed
    since cannot be read, and are neither shown nor printed.
    """
    with backup.open("rb") as sealed, _new_file(to) as plain:
        _unseal(sealed, plain, keyring)
        plain.flush()
        _look_over(Path(plain.name), keyring)


def _seal(plain: BinaryIO, sealed: BinaryIO, keyring: Keyring) -> None:
    salt = os.urandom(16)
    header = MAGIC + keyring.name + salt
    cipher = keyring.backup_cipher(salt)
    sealed.write(header)
    number, chunk = 0, plain.read(CHUNK)
    while True:
        following = plain.read(CHUNK)
        body = cipher.encrypt(_nonce(number, last=not following), chunk, header)
        sealed.write(len(body).to_bytes(4, "big") + body)
        if not following:
            return
        number, chunk = number + 1, following


def _unseal(sealed: BinaryIO, plain: BinaryIO, keyring: Keyring) -> None:
    header = sealed.read(HEADER)
    if len(header) < HEADER or not header.startswith(MAGIC):
        raise StorageError("The file is not a backup of MektupX.")
    if header[len(MAGIC) : len(MAGIC) + 16] != keyring.name:
        raise WrongKey(FOREIGN)
    cipher = keyring.backup_cipher(header[-16:])
    number, body = 0, _chunk(sealed)
    while body:
        following = _chunk(sealed)
        try:
            plain.write(cipher.decrypt(_nonce(number, last=not following), body, header))
        except InvalidTag:
            raise StorageError(BROKEN) from None
        number, body = number + 1, following
    if not number:
        raise StorageError(BROKEN)


def _chunk(sealed: BinaryIO) -> bytes:
    length = int.from_bytes(sealed.read(4), "big")
    if length > CHUNK + TAG:
        raise StorageError(BROKEN)
    return sealed.read(length)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _look_over(database: Path, keyring: Keyring) -> None:
    with closing(sqlite3.connect(database)) as opened:
        try:
            sound = opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            owner = opened.execute("SELECT value FROM meta WHERE name = 'keyring'").fetchone()
        except sqlite3.DatabaseError:
            raise StorageError(BROKEN) from None
    if not sound:
        raise StorageError(BROKEN)
    if owner is None or bytes(owner[0]) != keyring.name:
        raise WrongKey(FOREIGN)


@contextmanager
def _beside(to: Path, suffix: str) -> Iterator[Path]:
    """An empty file beside another that only its owner reads; gone in the end."""
    place = to.with_name(to.name + suffix)
    place.unlink(missing_ok=True)
    os.close(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield place
    finally:
        place.unlink(missing_ok=True)


@contextmanager
def _new_file(to: Path) -> Iterator[BinaryIO]:
    """A file that gets its name only when it is whole and on the disk; never in the place of another."""
    try:
        with _beside(to, ".part") as part:
            with part.open("r+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.link(part, to)
        folder = os.open(to.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except FileExistsError:
        raise StorageError(f"The file {to.name} exists already and is left as it is.") from None
    except OSError as error:
        raise StorageError(f"The file {to.name} could not be written: {error.strerror}.") from None
