"""Programs of the machine that tests run: where they are, a port for one that serves, and the wait until it does."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest

__all__ = ["PACKAGES", "UNPACKED", "Ended", "free_port", "listens", "program", "until"]

UNPACKED: Final = Path(__file__).parents[1] / ".venv" / "unpacked"  # not installed: they would start
PACKAGES: Final = {
    "chromium": "chromium",
    "cupsd": "cups-daemon",
    "dbus-daemon": "dbus",
    "ippeveprinter": "cups-ipp-utils",
    "lpadmin": "cups-client",
    "nginx": "nginx",
    "pdftotext": "poppler-utils",
    "qpdf": "qpdf",
    "sshd": "openssh-server",
    "strace": "strace",
    "systemd-analyze": "systemd",
}
"""Each program with the package that Debian and Ubuntu have it in; tools/prepare.sh installs all of them."""


def program(name: str) -> str:
    """Where it is; a test that needs it fails where it is not."""
    for places in (None, str(UNPACKED / "usr" / "sbin"), "/usr/sbin"):
        if found := shutil.which(name, path=places):
            return found
    pytest.fail(f"{name} is missing. Please run tools/prepare.sh dev, or install {PACKAGES[name]}.", pytrace=False)


class Ended(AssertionError):
    """A program has ended, or does not come in time."""


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def until(holds: Callable[[], object], run: subprocess.Popen[bytes] | None = None, patience: float = 20.0) -> None:
    """Blocks until a program has done something, which nobody tells: it is asked again and again. Errors: Ended.

    run: whose end ends the wait.
    """
    last = time.monotonic() + patience
    while not holds():
        if time.monotonic() > last:
            raise Ended("it does not come")
        if run is None:
            time.sleep(_AGAIN)
            continue
        with suppress(subprocess.TimeoutExpired):
            run.wait(_AGAIN)
            raise Ended(f"{run.args!r} has ended")


_AGAIN: Final = 0.02  # seconds
