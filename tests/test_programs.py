"""A test whose program is missing fails and names the step that was left out; one that ends is waited for no longer."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.programs import PACKAGES, Ended, program, until

ROOT = Path(__file__).parents[1]


def test_a_missing_program_is_a_failure_that_names_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PACKAGES, "mektupx-no-such-program", "mektupx-tools")
    with pytest.raises(pytest.fail.Exception) as failure:
        program("mektupx-no-such-program")
    assert str(failure.value) == (
        "mektupx-no-such-program is missing. Please run tools/prepare.sh dev, or install mektupx-tools."
    )


@pytest.mark.parametrize("name", PACKAGES)
def test_every_program_is_here_and_its_package_is_installed_by_prepare(name: str) -> None:
    assert Path(program(name)).is_file()
    steps = (ROOT / "tools" / "prepare.sh").read_text(encoding="utf-8")
    assert re.search(rf"\b{re.escape(PACKAGES[name])}\b", steps)


SKIPPED = ["test_faults.py"]
"""One specification of the journal that SQLite keeps without WAL: which one it keeps depends on its version."""


def test_no_test_is_skipped_because_something_is_missing() -> None:
    words = re.compile(r"importorskip|mark\.skip|pytest\.skip\(|mark\.xfail|pytest\.xfail\(")
    files = sorted(file for file in (ROOT / "tests").rglob("*.py") if file != Path(__file__))
    assert len(files) > 100
    assert [file.name for file in files if words.search(file.read_text(encoding="utf-8"))] == SKIPPED


def test_the_wait_for_a_program_ends_with_the_program_or_with_patience() -> None:
    answers = iter((False, False, True))
    until(lambda: next(answers))
    with pytest.raises(Ended, match="it does not come"):
        until(lambda: False, patience=0)
    ended = subprocess.Popen(["true"])
    with pytest.raises(Ended, match="'true'] has ended"):
        until(lambda: False, ended)
