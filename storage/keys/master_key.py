"""The master key: a file that the operator keeps in a safe, outside every backup of what it opens."""

from __future__ import annotations

import os
import re
from pathlib import Path

__all__ = ["KeyStoreError", "MissingKey", "WrongKey", "read_master", "sync_folder", "write_master"]


class KeyStoreError(Exception):
    """The key store cannot be used."""


class MissingKey(KeyStoreError):
    """The master key or the key store is not where the settings say."""


class WrongKey(KeyStoreError):
    """The master key does not open this key store, or the key store does not belong to this database."""


def read_master(path: Path) -> bytes:
    """The 32 bytes in a master key file. Errors: MissingKey, WrongKey."""
    try:
        words = path.read_text("ascii").strip()
    except FileNotFoundError:
        raise MissingKey(
            f"The master key file {path.name} is missing: put it back from your safe,"
            " or run `mektupx keys init` for a new installation."
        ) from None
    except (OSError, UnicodeDecodeError):
        raise MissingKey(f"The master key file {path.name} cannot be read: check its owner and permissions.") from None
    if not re.fullmatch(r"[0-9a-fA-F]{64}", words):
        raise WrongKey(
            f"The master key file {path.name} must hold 64 hexadecimal digits: put back the file from your safe."
        )
    return bytes.fromhex(words)


def write_master(path: Path) -> None:
    """Makes a new master key that only its owner can read; refuses to overwrite (FileExistsError)."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(os.urandom(32).hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder last: after a power cut a file without its name is lost (POSIX, fsync)."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
