"""The print rooms the operator can choose between: a new one is one file beside this one and one line here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from bot.printer.folder import FolderSink
from bot.printer.sink import PrintSink

__all__ = ["SINKS", "sink_from"]


def _folder(where: str) -> PrintSink:
    path = Path(where)
    if not path.is_absolute():
        raise ValueError("The print sink folder: needs an absolute path, such as folder:/var/lib/mektupx/tray.")
    return FolderSink(path)


SINKS: Final[dict[str, Callable[[str], PrintSink]]] = {
    "folder": _folder,
}
"""What stands before the first colon of MEKTUPX_PRINT_SINK -> the sink made from what stands behind it."""


def sink_from(value: str) -> PrintSink:
    """The print room the settings ask for, not yet started; a ValueError says what is accepted."""
    scheme, _, where = value.partition(":")
    make = SINKS.get(scheme)
    if make is None:
        accepted = ", ".join(f"{name}:" for name in sorted(SINKS))
        raise ValueError(f"There is no print sink {scheme!r}; the value must begin with one of {accepted}")
    return make(where)
