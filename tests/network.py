"""Fails a test that connects to another host than tests/hosts/allowed_hosts.py lists, here or in a child."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.hosts.allowed_hosts import NOTES, guard

__all__ = ["guarded", "no_stray", "stray"]

HOSTS: Final = Path(__file__).parent / "hosts"

stray: list[str] = []
"""What was refused in this process since somebody looked."""


@contextmanager
def guarded(folder: Path) -> Iterator[Path]:
    """The guard stands in this process, for good, and in the children of whoever is inside; the file they note in."""
    notes = folder / "stray"
    notes.touch()
    guard({}, stray.append)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(NOTES, str(notes))
        patch.setenv("PYTHONPATH", str(HOSTS), prepend=os.pathsep)
        yield notes


@contextmanager
def no_stray(whose: str, notes: Path) -> Iterator[None]:
    """Fails whoever connects to another host."""
    read = notes.stat().st_size
    yield
    found = [*stray, *notes.read_bytes()[read:].decode().splitlines()]
    stray.clear()
    if found:
        pytest.fail(f"{whose} connects to another host: {', '.join(found)}", pytrace=False)
