"""The mektupx command: what an operator types."""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import uvloop

from bot.base import log
from bot.base.settings import Settings, SettingsError, read
from bot.base.startup import PARTS, CannotStart
from bot.cli import audit, backup, invoices, orders, payments, press, print_queue
from bot.cli.tray import day_of, record_scans, scanned, write_manifest
from bot.cli.typist import typist
from flows.conversation.diagrams import drawings
from flows.order.scans import KINDS
from locales import say
from storage.database.engine import StorageError, create
from storage.keys.keyring import Keyring, KeyStoreError
from storage.migrations import bring

__all__ = ["main"]

UNFILED: Final = ("list", "reconcile")
"""What `mektupx tray` does without a file of scans too."""
MANIFEST: Final = "manifest"
ENDINGS: Final = (signal.SIGTERM, signal.SIGINT)
"""Signals with which a long-lived command is asked to end."""


def main(argv: Sequence[str] | None = None) -> int:
    """Exit codes: 0 done; 1 something is wrong, said in a sentence on stderr; 2 the command line is not understood."""
    given = _parser().parse_args(argv)
    given.typist = typist(os.environ)
    try:
        with _process_given_back():
            os.umask(0o027)  # what is written here is nobody else's to read
            return int(given.run(given))
    except SettingsError as error:
        print(error.said(_tongue()), file=sys.stderr)
    except (CannotStart, StorageError, KeyStoreError, ValueError, OSError) as error:
        print(f"mektupx: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


@contextmanager
def _process_given_back() -> Iterator[None]:
    """Whoever calls `main` as a function gets their process back as it was: what they write next is theirs."""
    handlers = {number: signal.getsignal(number) for number in ENDINGS}
    umask, interval = os.umask(0o077), sys.getswitchinterval()
    try:
        yield
    finally:
        os.umask(umask)
        sys.setswitchinterval(interval)
        for number, handler in handlers.items():
            if signal.getsignal(number) is not handler:  # uvloop leaves its own behind
                signal.signal(number, handler)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mektupx", description="Order a real paper letter from a chat.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], help_: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=help_, description=help_)
        added.set_defaults(run=run)
        return added

    shown = command(
        "demo", _demo, "plays an order, a question and an erasure on a Telegram of this machine, then keeps serving it"
    )
    shown.add_argument("--once", action="store_true", help="play the stories and end")
    shown.add_argument("--dir", type=Path, help="keep everything under this folder (default: a fresh one)")
    shown.add_argument("--port", type=int, default=0, help="the playground's port (default: a free one)")
    shown.add_argument(
        "--provider", default="sandbox", help="who takes the money: sandbox, or a pretended iyzico or paytr"
    )
    run = command("run", _run, "serves senders and staff; without parts all of them in one process")
    run.add_argument("parts", nargs="*", metavar="PART", help=f"any of {', '.join(PARTS)}")
    command("migrate", _migrate, "brings the database to this version")
    keys = command("keys", _keys, "the key store: made, checked, copied, put back, or wrapped by another master key")
    keys.add_argument("act", choices=("init", "check", *backup.KEY_ACTS))
    keys.add_argument(
        "file", nargs="?", type=Path, help="for backup and restore the copy, for rewrap the new master key"
    )
    backup.add(command, _needing)
    audit.add(command, _needing, _tongue)
    print_queue.add(command, lambda *names: _needing(*names) if names else read(os.environ), _tongue)
    orders.add(command, _needing, _tongue)
    payments.add(command, _needing, _tongue)
    invoices.add(command, lambda: read(os.environ))
    press.add(command, _tongue)
    tray = command(
        "tray",
        _tray,
        "takes the print room's scans, lists what it is waited for, reconciles, or writes the post's file",
    )
    tray.add_argument("act", choices=(*KINDS, *UNFILED, MANIFEST))
    tray.add_argument(
        "file",
        nargs="?",
        type=Path,
        help="the scans, one letter a line, or CSV; - reads the standard input; of a manifest the day: 2026-11-30",
    )
    command("check", _check, "settings, key, database, fonts, printer, seller file: each with its remedy")
    command("flows", _flows, "draws the conversation and the order from their tables, as Mermaid diagrams")
    return parser


def _tongue() -> str:
    """An operator reads in the language of the shell: Turkish where it says so, else English."""
    return "tr" if os.environ.get("LANG", "").startswith("tr") else "en"


def _demo(given: argparse.Namespace) -> int:
    from bot.demo.main import demo  # noqa: PLC0415 - `run` has no use for a playground

    return _live(demo(given.dir, once=given.once, port=given.port, institution=given.provider))


def _run(given: argparse.Namespace) -> int:
    strangers = [part for part in given.parts if part not in PARTS]
    if strangers:
        print(f"mektupx: there is no part {strangers[0]!r}; accepted: {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    settings = read(os.environ)
    log.configure()
    return _live(_serve(settings, given.parts or PARTS))


def _live(work: Coroutine[Any, Any, int]) -> int:
    """Runs a long-lived command on the faster loop.

    Storage works in a thread of its own: under load it would wait for the interpreter's 5 ms switch interval.
    """
    sys.setswitchinterval(0.0005)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


async def _serve(settings: Settings, parts: Sequence[str]) -> int:
    """Until SIGTERM or SIGINT; what has begun is finished."""
    from bot.service.service import service  # noqa: PLC0415 - both bots and the drawing room: no other command needs them

    stopping = asyncio.Event()
    for number in ENDINGS:
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with service(settings, parts):
        # What lives as long as the process is not looked through again: it halved the longest turns under load.
        gc.freeze()
        await stopping.wait()
    return 0


def _needing(*names: str) -> Settings:
    return read(os.environ, need=[f"MEKTUPX_{name}" for name in names])


def _migrate(given: argparse.Namespace) -> int:
    settings = _needing()

    async def act() -> None:
        database = create(settings.database_url)
        try:
            await bring(database)
        finally:
            await database.close()

    asyncio.run(act())
    print("The database is at this version.")
    return 0


def _keys(given: argparse.Namespace) -> int:
    settings = _needing("MASTER_KEY_FILE")
    assert settings.master_key_file is not None
    if given.act in backup.KEY_ACTS:
        if given.file is None:
            print(f"mektupx: keys {given.act} needs a FILE.", file=sys.stderr)
            return 2
        return backup.KEY_ACTS[given.act](settings, settings.master_key_file, given.file, given.typist)
    if given.act == "init":
        Keyring.init(settings.master_key_file, settings.key_store).close()
        print("The key store is made. Keep the master key file apart from the database and its backups.")
    else:
        Keyring.open(settings.master_key_file, settings.key_store).close()
        print("The key store opens with this master key.")
    return 0


def _tray(given: argparse.Namespace) -> int:
    if given.act not in (*UNFILED, MANIFEST) and given.file is None:
        print(f"mektupx: tray {given.act} needs the file of scans, or - for the standard input.", file=sys.stderr)
        return 2
    settings = read(os.environ)
    log.configure(level=logging.WARNING)
    if given.act == MANIFEST:
        return asyncio.run(write_manifest(settings, day_of(str(given.file or "")), _tongue(), given.typist))
    content = None if given.act == "list" or given.file is None else scanned(given.file, given.act)
    return asyncio.run(record_scans(settings, given.act, content, _tongue(), given.typist))


def _check(given: argparse.Namespace) -> int:
    from bot.cli.check import diagnose, refused  # noqa: PLC0415 - it looks at the drawing room, too

    tongue = _tongue()
    try:
        findings = asyncio.run(diagnose(read(os.environ)))
    except SettingsError as error:
        findings = refused(error)
    for finding in findings:
        print(f"{'✓' if finding.ok else '✗'} {finding.name}: {say(finding.sentence, tongue)}")
        if not finding.ok and finding.remedy is not None:
            print(f"  → {say(finding.remedy, tongue)}")
    return 0 if all(finding.ok for finding in findings) else 1


def _flows(given: argparse.Namespace) -> int:
    print(drawings())
    return 0


if __name__ == "__main__":
    sys.exit(main())
