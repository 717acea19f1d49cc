"""The tests' own PostgreSQL starts wherever the repository was cloned and whatever umask its owner has."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.storage import postgres


@pytest.mark.parametrize("umask", [0o022, 0o027, 0o077], ids=oct)
def test_a_server_starts_from_below_a_folder_that_nobody_else_may_enter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, umask: int
) -> None:
    """As below root's home: `nobody`, who runs the server where root starts it, gets copies of its programs."""
    wheel = postgres._programs().parents[1]
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for part in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        (closed / part.name).symlink_to(part)
    programs = closed / postgres._programs().relative_to(wheel.parent)
    monkeypatch.setattr(postgres, "_programs", lambda: programs)
    before = os.umask(umask)
    try:
        server = postgres.Server()
    finally:
        os.umask(before)
    try:
        server.sql("SELECT 1")
        assert (server._programs == programs) is (os.geteuid() != 0)
    finally:
        server.stop()
