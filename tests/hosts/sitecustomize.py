"""Python imports this in every process that a test starts, by PYTHONPATH: the guard of hosts stands there, too."""

import os
from pathlib import Path

import allowed_hosts


def _note(place: str) -> None:
    with Path(os.environ[allowed_hosts.NOTES]).open("a", encoding="utf-8") as notes:
        notes.write(f"{place}\n")


if allowed_hosts.NOTES in os.environ:
    allowed_hosts.guard(os.environ, _note)
