"""`mektupx press`: what a print room types at its station, where sealed letters are opened into the printer's queue."""

from __future__ import annotations

import argparse
import asyncio
import os
import pwd
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from bot.base.clock import SystemClock
from bot.printer.ipp import IppSink
from bot.printer.opening_log import opening_log
from bot.printer.registry import sink_from
from bot.printer.sealing import identities, new_identity
from bot.printer.station import NotPressed, Pressed, Station, memory_locked, waiting
from flows.words.text import Count, Text, Verbatim, text
from locales import say

__all__ = ["add"]

SECRET: Final = 0o600


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
    printing.add_argument("--printer", required=True, help="its printer: ipp://localhost:631/printers/name")
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
    handle = os.open(given.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, SECRET)  # never over another key
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
    """Errors: ValueError, OSError, each a sentence."""
    printer = sink_from(given.printer)
    if not isinstance(printer, IppSink):
        raise ValueError("A station prints at ipp:// or ipps://, such as ipp://localhost:631/printers/letters.")
    keys = identities(_secret(given.key))
    done = kept = 0
    try:
        with opening_log(given.log) as log:
            station = Station(keys, printer, log, SystemClock(), _who())
            for file in _letters(given.files):
                try:
                    print(say(_told(await station.press(file, again=given.again)), tongue), flush=True)
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


def _letters(given: Sequence[Path]) -> list[Path]:
    """A folder stands for its letters."""
    return [file for place in given for file in (waiting(place) if place.is_dir() else [place])]


def _secret(file: Path) -> str:
    mode = file.stat().st_mode
    if mode & 0o077:
        raise ValueError(f"Other users of this machine can read the key file. Run this: chmod 600 {file}")
    return file.read_text(encoding="utf-8", errors="replace")


def _who() -> str:
    """The user of the system; with su and sudo also who has logged in."""
    name = pwd.getpwuid(os.getuid()).pw_name
    try:
        login = os.getlogin()
    except OSError:  # no terminal
        return name
    return name if login == name else f"{name} ({login})"
