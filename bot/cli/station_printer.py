"""The printer of a station as its clerk names it: an address, or a private file that holds one with its password."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from bot.base.settings import SettingsError
from bot.printer.registry import sink_from
from bot.printer.sink import PrintSink
from flows.words.text import Verbatim, text

__all__ = ["station_printer"]

LONGEST: Final = 4096  # bytes of a file with one address


def station_printer(given: str) -> PrintSink:
    """Every user of a machine reads what others type (/proc/PID/cmdline), so a password is taken from a file only.
    Errors: SettingsError, ValueError, OSError, each a sentence."""
    if given.startswith("/"):
        return sink_from(_address(Path(given)))
    if _password(given):
        raise SettingsError(
            text(
                "press",
                "What is typed here, every user of this machine can read. Write the address with its password into a"
                " file of yours alone, and give its path: --printer /etc/mektupx/station.printer",
            )
        )
    return sink_from(given)


def _address(file: Path) -> str:
    if file.stat().st_mode & 0o077:
        raise SettingsError(
            text(
                "press",
                "Other users of this machine can read the printer's file. Run this: {command}",
                command=Verbatim(f"chmod 600 {file}"),
            )
        )
    with file.open("rb") as opened:
        return opened.read(LONGEST).decode("utf-8", "replace").strip()


def _password(address: str) -> bool:
    try:
        return urlsplit(address).password is not None
    except ValueError:  # no address, which its own sentence says
        return False
