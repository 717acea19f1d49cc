"""Backs up the key store for another building, apart from the database's backup and not for long.

Its keys are wrapped by the master key, which is not in it. It is made after the database's backup, so that it holds
every key the database needs; what is destroyed after its moment lives on in it, and dies with it: thirty days at most.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from storage.backup.container import new_file, unlittered
from storage.database.errors import StorageError
from storage.database.tables import instant, micros
from storage.keys.keyring import Keyring

__all__ = ["copy_keys", "put_back_keys"]


def copy_keys(master_key_file: Path, key_store: Path, to: Path, now: datetime) -> int:
    """Copies a key store that may be in use, opens the copy with the master key; returns its number of data keys.

    Overwrites nothing. Errors: KeyStoreError, StorageError.
    """
    Keyring.open(master_key_file, key_store).close()
    with new_file(to) as file:
        place = Path(file.name)
        _copy(key_store, place)
        with closing(sqlite3.connect(place)) as copy, copy:
            moment = ("copied", micros(now).to_bytes(8, "big"))
            copy.execute(
                "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", moment
            )
        return _proved(master_key_file, place)[0]


def put_back_keys(master_key_file: Path, copy: Path, key_store: Path) -> tuple[int, datetime | None]:
    """Puts a copy in the place of a lost key store; returns its number of data keys and its moment, if it is a copy.

    Overwrites nothing. Errors: KeyStoreError, StorageError.
    """
    if not copy.is_file():
        raise StorageError(f"The copy {copy.name} is not there.")
    unlittered(key_store)
    with new_file(key_store) as file:
        place = Path(file.name)
        _copy(copy, place)
        return _proved(master_key_file, place)


def _copy(source: Path, target: Path) -> None:
    try:
        # mode=rw: never makes an empty store where none is, and rolls back what a crash has left half done.
        place = f"{source.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(place, uri=True)) as one, closing(sqlite3.connect(target)) as other:
            one.backup(other)
    except sqlite3.Error as error:
        raise StorageError(f"The key store could not be copied from {source.name}: {error}.") from None
    handle = os.open(target, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _proved(master_key_file: Path, store: Path) -> tuple[int, datetime | None]:
    """Opens every single key of a copy. Errors: WrongKey."""
    keyring = Keyring.open(master_key_file, store)
    try:
        count, copied = keyring.proved(), keyring.copied_at()
    finally:
        keyring.close()
    return count, None if copied is None else instant(copied)
