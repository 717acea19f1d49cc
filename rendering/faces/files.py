"""Where the file of each typeface lies, whether it is whole, and whether it is still the one that was looked at."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from rendering.faces.table import FAMILIES

__all__ = ["CARRIED", "FacesMissing", "Seal", "every_file", "file_of", "look_anew", "missing", "seal"]

CARRIED = Path(__file__).parent / "files"
# Where Debian and other systems put typefaces; our own come first, so that none of a machine takes their place.
ROOTS = (
    CARRIED,
    *map(Path, ("/usr/share/fonts", "/usr/share/fonts-droid-fallback", "/usr/local/share/fonts", "/Library/Fonts")),
)
_KINDS = (b"\x00\x01\x00\x00", b"OTTO", b"true")  # of an OpenType file (OpenType specification, "Organization")

Seal = tuple[tuple[int, int, int], ...]


class FacesMissing(RuntimeError):
    """Typefaces are missing or broken; the sentences name each and the package that brings it."""


@lru_cache(maxsize=1)
def _found() -> dict[str, Path]:
    """Every typeface file of this machine by its name; the first of two with one name counts."""
    found: dict[str, Path] = {}
    for root in ROOTS:
        for folder, folders, names in os.walk(root):
            folders.sort()
            for name in names:
                found.setdefault(name, Path(folder, name))
    return found


def _path(name: str) -> Path:
    """Where a file lies; somewhere that does not exist if it lies nowhere."""
    return _found().get(name, ROOTS[-1] / name)


def every_file() -> tuple[Path, ...]:
    """All files that a letter may be printed with, in the order of the table."""
    return tuple(_path(name) for family in FAMILIES.values() for name in family.files)


def file_of(family: str) -> Path:
    """The regular upright face of a family. Errors: FacesMissing."""
    path = _path(FAMILIES[family].files[0])
    if not path.is_file():
        raise FacesMissing(_sentence(family, "is missing"))
    return path


def look_anew() -> None:
    """Forgets where the files lay."""
    _found.cache_clear()
    _places.cache_clear()


def missing() -> tuple[str, ...]:
    """One sentence for each typeface this machine lacks or holds in pieces; empty when all letters can be printed."""
    look_anew()
    return tuple(_sentence(family.name, wrong) for family in FAMILIES.values() if (wrong := _wrong(family.files)))


def _wrong(names: Iterable[str]) -> str:
    for name in names:
        path = _path(name)
        if not path.is_file():
            return "is missing"
        if not _whole(path):
            return f"is broken ({path})"
    return ""


def _sentence(family: str, wrong: str) -> str:
    package = FAMILIES[family].package
    cure = f"apt-get install --reinstall {package}" if "broken" in wrong else f"apt-get install {package}"
    return f"Font {family} {wrong}: {cure if package else 'install mektupx anew, it brings this font'}"


def _whole(path: Path) -> bool:
    """Whether each table that the file announces lies inside it; a truncated file announces more than it has."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            kind, count = struct.unpack(">4sH6x", file.read(12))
            rows = file.read(16 * count)
    except (OSError, struct.error):
        return False
    if kind not in _KINDS or len(rows) != 16 * count or not count:
        return False
    return all(offset + length <= size for _, _, offset, length in struct.iter_unpack(">4sIII", rows))


def seal() -> Seal:
    """What tells a replaced, truncated or removed file: node, size and time of each; (0, 0, 0) where there is none."""
    return tuple(map(_mark, _places()))


@lru_cache(maxsize=1)
def _places() -> tuple[str, ...]:
    """As strings, looked up once: a worker compares two seals a letter."""
    return tuple(map(str, every_file()))


def _mark(place: str) -> tuple[int, int, int]:
    try:
        found = os.stat(place)
    except OSError:
        return 0, 0, 0
    return found.st_ino, found.st_size, found.st_mtime_ns
