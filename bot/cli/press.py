"""`mektupx press`: what a print room types at its station, where sealed letters are opened into the printer's queue."""

from __future__ import annotations

import argparse
import asyncio
import os
import pwd
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pyrage import x25519

from bot.base.clock import SystemClock
from bot.base.settings import SettingsError
from bot.cli.station_printer import station_printer
from bot.printer.file_sink import SEALED
from bot.printer.ipp import IppSink
from bot.printer.opening_log import opening_log
from bot.printer.sealing import identities, new_identity
from bot.printer.station import NotPressed, Pressed, Station, memory_locked, waiting
from flows.desk.printing.tray import HOW_BY_HAND
from flows.words.text import Count, Text, Verbatim, text
from locales import say

__all__ = ["add"]

SECRET: Final = 0o600

NO_PRINTER = text("press", "A station prints at ipp:// or ipps://. Example: ipp://localhost:631/printers/letters")
TAKEN = text(
    "press",
    "This file is there already, and a key is never overwritten: {file}. Give another name. Example:"
    " /etc/mektupx/station-2.key",
)
NO_FOLDER = text("press", "The folder of this file is not there: {file}. Example: /etc/mektupx/station.key")
NO_KEY = text(
    "press",
    "There is no key file here: {file}. Give the file that `mektupx press key` made. Example: /etc/mektupx/station.key",
)
OPEN_KEY = text("press", "Other users of this machine can read the key file. Run this: chmod 600 {file}")
OTHER_KEY = text(
    "press",
    "This file holds no secret key of age (AGE-SECRET-KEY-1…): {file}. Give the file that `mektupx press key` made."
    " Example: /etc/mektupx/station.key",
)
NOTHING = text(
    "press", "{file}: nothing is there. Give the tray's folder, or letters in it. Example: /srv/mektupx/tray"
)
NONE_SEALED = text("press", "{file}: no sealed letter to print is in this folder; their names end in .pdf.age.")


def add(command: Callable[..., argparse.ArgumentParser], tongue: Callable[[], str]) -> None:
    """The `press` command; it needs no setting of the service."""
    press = command(
        "press",
        lambda given: given.act(given, tongue()),
        "at the print room's station: makes its key, and prints sealed letters without a readable file",
    )
    acts = press.add_subparsers(required=True, metavar="ACT")
    key = acts.add_parser("key", help="makes the station's pair of keys and shows the public one")
    key.set_defaults(act=_key)
    key.add_argument("file", type=Path, help="the file for the secret key, which is not there yet")
    printing = acts.add_parser("print", help="opens sealed letters into the printer's queue")
    printing.set_defaults(act=_print)
    printing.add_argument("--key", type=Path, required=True, help="the station's key file, made by `press key`")
    printing.add_argument(
        "--printer",
        required=True,
        help="its printer: ipp://localhost:631/printers/name, or a file with its address",
    )
    printing.add_argument("--log", type=Path, required=True, help="the record of openings; made where it is missing")
    printing.add_argument("--again", action="store_true", help="a reprint of letters that were printed before")
    printing.add_argument("files", nargs="+", type=Path, help="sealed letters, or the folder with them")


def _print(given: argparse.Namespace, tongue: str) -> int:
    with memory_locked() as locked:
        if not locked:
            said = text(
                "press", "This program may not lock its memory: switch the swap of this machine off, or encrypt it."
            )
            print(say(said, tongue), file=sys.stderr)
        return asyncio.run(_printed(given, tongue))


def _key(given: argparse.Namespace, tongue: str) -> int:
    words, public = new_identity()
    try:  # never over another key
        handle = os.open(given.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, SECRET)
    except FileExistsError:
        raise _wrong(TAKEN, given.file) from None
    except FileNotFoundError:
        raise _wrong(NO_FOLDER, given.file) from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(words)
        file.flush()
        os.fsync(file.fileno())
    print(public)
    said = text(
        "press",
        "This is the public key: give it to the operator, for MEKTUPX_PRINT_ROOM_KEY. The file holds the secret key."
        " Without it nobody can open the letters: keep a copy of it in a safe.",
    )
    print(say(said, tongue), file=sys.stderr)
    return 0


async def _printed(given: argparse.Namespace, tongue: str) -> int:
    """Errors: SettingsError, ValueError, OSError, each a sentence."""
    printer = station_printer(given.printer)
    if not isinstance(printer, IppSink):
        raise SettingsError(NO_PRINTER)
    keys = _keys(given.key)
    letters, not_there = _letters(given.files)
    done, kept = 0, sum(one.wrong for one in not_there)
    for one in not_there:
        print(say(one.said, tongue), file=sys.stderr)
    try:
        with opening_log(given.log) as log:
            station = Station(keys, printer, log, SystemClock(), _who())
            for file in letters:
                try:
                    pressed = await station.press(file, again=given.again, alone=given.files == [file])
                    for told in (_told(pressed), *([HOW_BY_HAND] if pressed.unmarked else ())):
                        print(say(told, tongue), flush=True)
                    done += 1
                except NotPressed as error:
                    print(say(error.sentence, tongue), file=sys.stderr, flush=True)
                    kept += 1 if not error.before or file in given.files else 0
    finally:
        await printer.close()
    said = text("press", "At the printer: {done}. Not printed: {kept}.", done=Count(done), kept=Count(kept))
    print(say(said, tongue))
    return 1 if kept else 0


def _told(one: Pressed) -> Text:
    job = Verbatim(one.job)
    if one.known:
        return text("press", "{letter}: the printer has it already ({job}).", letter=one.number, job=job)
    if one.copy > 1:
        return text(
            "press", "{letter}: reprint, copy {copy} ({job}).", letter=one.number, copy=Count(one.copy), job=job
        )
    return text("press", "{letter}: at the printer ({job}).", letter=one.number, job=job)


@dataclass(frozen=True, slots=True)
class _NotThere:
    """A place without a letter to print. wrong: somebody expects one of it."""

    said: Text
    wrong: bool


def _letters(given: Sequence[Path]) -> tuple[list[Path], list[_NotThere]]:
    """A folder stands for its letters."""
    found: list[Path] = []
    empty: list[_NotThere] = []
    for place in given:
        if not place.exists():
            empty.append(_NotThere(_about(NOTHING, place), wrong=True))
        elif not place.is_dir():
            found.append(place)
        elif any(place.glob(f"*{SEALED}")):
            found += waiting(place)
        else:
            empty.append(_NotThere(_about(NONE_SEALED, place), wrong=any(place.glob("*.pdf"))))
    return found, empty


def _keys(file: Path) -> list[x25519.Identity]:
    if not file.is_file():
        raise _wrong(NO_KEY, file)
    if file.stat().st_mode & 0o077:
        raise _wrong(OPEN_KEY, file)
    try:
        return identities(file.read_text(encoding="utf-8", errors="replace"))
    except ValueError:
        raise _wrong(OTHER_KEY, file) from None


def _wrong(said: Text, file: Path) -> SettingsError:
    return SettingsError(_about(said, file))


def _about(said: Text, file: Path) -> Text:
    return replace(said, values={"file": Verbatim(str(file))})


def _who() -> str:
    """The user of the system; with su and sudo also who has logged in."""
    name = pwd.getpwuid(os.getuid()).pw_name
    try:
        login = os.getlogin()
    except OSError:  # no terminal
        return name
    return name if login == name else f"{name} ({login})"
