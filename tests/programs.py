"""Programs of the machine that tests run: what is missing fails a test with the install step that was left out."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import pytest

__all__ = ["PACKAGES", "UNPACKED", "program"]

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
