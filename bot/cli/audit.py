"""`mektupx audit`: whether the access log is whole, and what it knows; reading it is a line of its own."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.base.settings import Settings
from bot.service.core import clock_of
from flows.desk.admin import access_log
from flows.desk.admin.access_log import Line
from flows.words.text import Count, Text, Verbatim, text
from locales import say
from storage.access_log import audit, reading
from storage.access_log.audit import Purpose
from storage.access_log.verifying import Fault, Wrong, examined
from storage.database.engine import StorageError, create
from storage.keys.keyring import Keyring
from storage.migrations import current
from storage.store.store import Entry, Store

__all__ = ["add", "told"]

Settled = Callable[..., Settings]

SAID: Final[Mapping[Wrong, Text]] = {
    Wrong.CHANGED: text("audit", "Line {lines} was changed, or nobody of us wrote it."),
    Wrong.UNFOLLOWED: text("audit", "Line {lines} is genuine, but follows another line than the one before it."),
    Wrong.GAP: text("audit", "Missing: {lines}."),
    Wrong.UNMARKED: text("audit", "Line {lines} was blanked, and not by retention."),
    Wrong.EARLY: text("audit", "Line {lines} was blanked at a time at which its period was not over."),
    Wrong.BACK: text("audit", "Line {lines} was blank and is full again: an older copy was played back."),
    Wrong.OLDER_KEYS: text("audit", "Before line {lines} an older copy of the key store was played back."),
    Wrong.FOREIGN_HEAD: text("audit", "Before line {lines} the signed head in the key store was changed."),
    Wrong.UNPROVED: text("audit", "Line {lines} was blank before marks existed; nothing proves when."),
}
NOW: Final[Mapping[Wrong, Text]] = {
    Wrong.OLDER_KEYS: text("audit", "The key store is an older copy: line {lines} knew a later one."),
    Wrong.FOREIGN_HEAD: text("audit", "The signed head in the key store was changed."),
}
"""The same of the key store as it is now."""
EXPLAINED: Final = text("audit", "Explained by a restore: {fault}")


def add(command: Callable[..., argparse.ArgumentParser], settings: Settled, tongue: Callable[[], str]) -> None:
    """The `audit` command. settings: reads those that are named."""
    log = command(
        "audit",
        lambda given: asyncio.run(_audit(settings("MASTER_KEY_FILE"), given, tongue())),
        "the access log: whether a line was changed, left out or cut off",
    )
    acts = log.add_subparsers(required=True, metavar="ACT")
    for name, act, shown, help_ in (
        ("verify", _verify, "", "names each line that was changed and each gap"),
        ("who", _who, "of", "who has looked at an order or its sender, and why: MX000123, or a sender's Telegram id"),
        ("by", _by, "of", "what somebody has done: a member of the staff by their id, or operator:NAME"),
    ):
        parser = acts.add_parser(name, help=help_, description=help_)
        parser.set_defaults(act=act)
        if shown:
            parser.add_argument(shown, metavar="WHOM")


async def _audit(settings: Settings, given: argparse.Namespace, tongue: str) -> int:
    assert settings.master_key_file is not None
    keyring = Keyring.open(settings.master_key_file, settings.key_store)
    try:
        await _there(settings)
        store = await Store.open(settings.database_url, keyring)
        try:
            code: int = await given.act(store, clock_of(settings).now(), given, tongue)
            return code
        finally:
            await store.close()
    finally:
        keyring.close()


async def _who(store: Store, now: datetime, given: argparse.Namespace, tongue: str) -> int:
    """On record before a line is shown."""
    found = await store.do(reading.about, given.of)
    if found is None:
        unknown = text(
            "audit",
            "Neither an order nor a sender is known by this: {typed}. Example: mektupx audit who MX000123",
            typed=Verbatim(given.of[:40]),
        )
        print(f"mektupx: {say(unknown, tongue)}", file=sys.stderr)
        return 1
    subject, lines = found
    await store.note_access(Entry(now, given.typist, "read_log", subject, Purpose.SERVICE, "", "done"))
    return _shown(lines, tongue)


async def _by(store: Store, now: datetime, given: argparse.Namespace, tongue: str) -> int:
    lines = await store.do(reading.of_actor, given.of)
    await store.note_access(Entry(now, given.typist, "read_log", given.of, Purpose.SERVICE, "", "done"))
    return _shown(lines, tongue)


def _shown(lines: Sequence[Line], tongue: str) -> int:
    for line in lines:
        print(say(access_log.told(line), tongue))
    print(say(text("audit", "Lines: {n}.", n=Count(len(lines))), tongue))
    return 0


async def _there(settings: Settings) -> None:
    """Looking at a log makes no database. Errors: StorageError."""
    database = create(settings.database_url)
    try:
        there = database.file is None or database.file.exists()
        if not there or await database.run(current) is None:
            raise StorageError("There is no access log: the database does not exist or was never used.")
    finally:
        await database.close()


async def _verify(store: Store, now: datetime, given: argparse.Namespace, tongue: str) -> int:
    found = await store.do(examined, now)
    lines = await store.database.run(audit.count)
    await store.note_access(Entry(now, given.typist, "verify_log", "", Purpose.SERVICE, str(len(found)), "done"))
    for fault in found:
        print(say(told(fault), tongue), file=sys.stdout if fault.explained else sys.stderr)
    if all(fault.explained for fault in found):
        print(say(text("audit", "The access log is whole. Lines: {n}.", n=Count(lines)), tongue))
        return 0
    advice = text(
        "audit",
        "The access log is not whole. Lines found: {n}. Keep database and key store as they are, and compare them with"
        " a backup.",
        n=Count(lines),
    )
    print(f"mektupx: {say(advice, tongue)}", file=sys.stderr)
    return 1


def told(fault: Fault) -> Text:
    """A sentence for whoever runs the service: which lines, and what happened to them."""
    now = fault.first == 0 and fault.wrong in NOW
    first, last = (fault.last, fault.last) if now else (fault.first, fault.last)
    said = (NOW if now else SAID)[fault.wrong]
    of = replace(said, values={"lines": str(first) if first == last else f"{first}–{last}"})
    restored = fault.explained and fault.wrong is not Wrong.UNPROVED
    return replace(EXPLAINED, values={"fault": of}) if restored else of
