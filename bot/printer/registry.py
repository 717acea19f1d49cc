"""The print rooms the operator can choose between: a new one is one file beside this one and one line here."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from bot.base.clock import Clock
from bot.base.setting_types import loopback
from bot.base.settings import Settings
from bot.printer.folder import FolderSink
from bot.printer.ipp import IppSink
from bot.printer.ipp_client import PrinterClient
from bot.printer.sftp import SftpSink
from bot.printer.sink import Access, PrintSink

__all__ = ["SINKS", "chosen_sink", "sink_from"]


def _folder(where: str, access: Access) -> PrintSink:
    path = Path(where)
    if not path.is_absolute():
        raise ValueError("The print sink folder: needs an absolute path, such as folder:/var/lib/mektupx/tray.")
    return FolderSink(path, access.recipients)


def _ipp(where: str, access: Access, scheme: str = "ipp") -> PrintSink:
    _address(scheme, where, rf"{scheme}://localhost:631/printers/letters")
    if scheme == "ipp" and not loopback(f"ipp:{where}"):
        raise ValueError(
            "The print sink ipp: is for a printer of this machine, such as ipp://localhost:631/printers/letters: to"
            " another one letters and the password would go in clear. Write ipps:// in its address."
        )
    return IppSink(PrinterClient(f"{scheme}:{where}"), access)


def _ipps(where: str, access: Access) -> PrintSink:
    return _ipp(where, access, "ipps")


def _sftp(where: str, access: Access) -> PrintSink:
    example = "sftp://mektupx@print.example:22/in/mektupx"
    path, user = _address("sftp", where, example)
    if not user or path in ("", "/"):
        raise ValueError(f"The print sink sftp: needs a user and a folder, such as {example}.")
    needed = {
        "MEKTUPX_PRINT_ROOM_KEY": access.recipients,
        "MEKTUPX_SFTP_KEY_FILE": access.ssh_key,
        "MEKTUPX_SFTP_KNOWN_HOSTS": access.known_hosts,
    }
    if missing := [name for name, value in needed.items() if not value]:
        raise ValueError(
            f"The print sink sftp: needs {', '.join(missing)}: letters leave the house sealed, to a known host."
        )
    return SftpSink(where, access)


def _address(scheme: str, where: str, example: str) -> tuple[str, str]:
    """Path and user of an address with a host. Errors: ValueError, without what may be a password in it."""
    try:
        url = urlsplit(f"{scheme}:{where}")
        usable = bool(url.hostname) and url.port != 0 and not re.search(r"\s", where)
    except ValueError:
        usable = False
    if not usable:
        raise ValueError(f"The print sink {scheme}: needs a whole address, such as {example}.")
    return url.path, url.username or ""


SINKS: Final[dict[str, Callable[[str, Access], PrintSink]]] = {
    "folder": _folder,
    "ipp": _ipp,
    "ipps": _ipps,
    "sftp": _sftp,
}
"""What stands before the first colon of MEKTUPX_PRINT_SINK -> the sink made from what stands behind it."""


def sink_from(value: str, access: Access | None = None) -> PrintSink:
    """The print room the settings ask for, not yet started; a ValueError says what is accepted."""
    scheme, _, where = value.partition(":")
    make = SINKS.get(scheme)
    if make is None:
        accepted = ", ".join(f"{name}:" for name in sorted(SINKS))
        raise ValueError(f"There is no print sink {scheme!r}; the value must begin with one of {accepted}")
    return make(where, access or Access())


def chosen_sink(settings: Settings, clock: Clock) -> PrintSink:
    """The print room of these settings. Errors: ValueError."""
    keys, ssh, hosts = settings.print_room_key, settings.sftp_key_file, settings.sftp_known_hosts
    return sink_from(settings.print_sink, Access(keys or (), ssh, hosts, clock))
