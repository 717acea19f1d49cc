"""The container of a backup: sealed chunks that only the key store they were sealed with opens again.

Format: `MXB2 | key store's name 16 | salt 16`, then chunks `length 4 | AES-256-GCM`; the first chunk is the label. The
key is derived for this file alone; the nonce counts the chunks and marks the last one, so that none can be changed,
exchanged, left out or cut off.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, BinaryIO, Final

import msgspec
from cryptography.exceptions import InvalidTag

from storage.database.errors import StorageError
from storage.keys.keyring import Keyring
from storage.keys.master_key import WrongKey, sync_folder

__all__ = ["BROKEN", "FOREIGN", "Label", "beside", "label_of", "new_file", "opened", "seal", "unlittered"]

MAGIC: Final = b"MXB2"
HEADER: Final = len(MAGIC) + 16 + 16
CHUNK: Final = 1 << 20
TAG: Final = 16

BROKEN = "The backup was changed, cut short or never finished: take another one. Nothing was put back."
FOREIGN = "The backup was made with another key store: put back the key store of its time first."
STRANGER = "The file is not a backup of MektupX."


class Label(msgspec.Struct, frozen=True):
    """What a copy holds. kind: `sqlite` (the file's bytes) or `postgresql` (pg_dump's custom format); version: of the
    tables."""

    kind: str
    at: datetime
    version: str


def seal(plain: IO[bytes], sealed: BinaryIO, keyring: Keyring, label: Label) -> bytes:
    """Seals all of `plain`, read as it comes. Returns the SHA-256 of what was read."""
    salt = os.urandom(16)
    header = MAGIC + keyring.name + salt
    cipher, digest = keyring.backup_cipher(salt), hashlib.sha256()
    sealed.write(header)
    number, chunk, following = 0, msgspec.json.encode(label), plain.read(CHUNK)
    while True:
        last = number > 0 and not following
        body = cipher.encrypt(_nonce(number, last=last), chunk, header)
        sealed.write(len(body).to_bytes(4, "big") + body)
        if last:
            return digest.digest()
        digest.update(following)
        number, chunk, following = number + 1, following, plain.read(CHUNK) if following else b""


def label_of(sealed: BinaryIO, keyring: Keyring) -> Label:
    """What a file says it holds. Errors: StorageError, WrongKey."""
    try:
        return msgspec.json.decode(next(_chunks(sealed, keyring)), type=Label)
    except msgspec.MsgspecError:
        raise StorageError(BROKEN) from None


def opened(sealed: BinaryIO, keyring: Keyring) -> Iterator[bytes]:
    """What was sealed, chunk by chunk, each as soon as it is known to be whole; the last proves that none is missing.

    Errors: StorageError (changed or cut), WrongKey (another key store's).
    """
    found = _chunks(sealed, keyring)
    next(found)  # the label
    yield from found


def _chunks(sealed: BinaryIO, keyring: Keyring) -> Iterator[bytes]:
    header = sealed.read(HEADER)
    if len(header) < HEADER or not header.startswith(MAGIC):
        raise StorageError(STRANGER)
    if header[len(MAGIC) : len(MAGIC) + 16] != keyring.name:
        raise WrongKey(FOREIGN)
    cipher = keyring.backup_cipher(header[-16:])
    number, body = 0, _chunk(sealed)
    while body:
        following = _chunk(sealed)
        try:
            yield cipher.decrypt(_nonce(number, last=not following), body, header)
        except InvalidTag:
            raise StorageError(BROKEN) from None
        number, body = number + 1, following
    if number < 2:
        raise StorageError(BROKEN)


def _chunk(sealed: BinaryIO) -> bytes:
    length = int.from_bytes(sealed.read(4), "big")
    if length > CHUNK + TAG:
        raise StorageError(BROKEN)
    return sealed.read(length)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


BESIDE: Final = ("-journal", "-wal", "-shm")
"""What SQLite lays beside its file (https://www.sqlite.org/tempfiles.html)."""


def unlittered(to: Path) -> None:
    """Refuses a place where an older database has left its journal: SQLite would roll it back into the new one.

    Errors: StorageError.
    """
    for rest in BESIDE:
        litter = to.with_name(to.name + rest)
        if litter.exists() and litter.stat().st_size:
            raise StorageError(
                f"The file {litter.name} lies there from an older database and would spoil the new one:"
                " move it away first."
            )


@contextmanager
def beside(to: Path, suffix: str) -> Iterator[Path]:
    """An empty file beside another that only its owner reads; gone in the end, with what SQLite laid beside it."""
    place = to.with_name(to.name + suffix)
    place.unlink(missing_ok=True)
    os.close(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield place
    finally:
        for rest in ("", *BESIDE):
            place.with_name(place.name + rest).unlink(missing_ok=True)


@contextmanager
def new_file(to: Path) -> Iterator[BinaryIO]:
    """A file that gets its name only when it is whole and on the disk; never in the place of another."""
    try:
        if to.exists():
            raise FileExistsError
        with beside(to, ".part") as part:
            with part.open("r+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.link(part, to)
        sync_folder(to.parent)
    except FileExistsError:
        raise StorageError(f"The file {to.name} exists already and is left as it is.") from None
    except OSError as error:
        raise StorageError(f"The file {to.name} could not be written: {error.strerror}.") from None
