"""`mektupx audit`: whether the access log is whole, and what it knows; reading it is a line of its own."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from bot.base.settings import Settings
from bot.service.core import clock_of
from flows.words.text import Count, Text, text
from locales import say
from storage.access_log import audit
from storage.access_log.verifying import Fault, Wrong, examined
from storage.database.engine import StorageError, create
from storage.keys.keyring import Keyring
from storage.migrations import current
from storage.store.store import Store

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
    log.add_argument("act", choices=("verify",))


async def _audit(settings: Settings, given: argparse.Namespace, tongue: str) -> int:
    assert settings.master_key_file is not None
    keyring = Keyring.open(settings.master_key_file, settings.key_store)
    try:
        await _there(settings)
        store = await Store.open(settings.database_url, keyring)
        try:
            return await _verify(store, settings, tongue)
        finally:
            await store.close()
    finally:
        keyring.close()


async def _there(settings: Settings) -> None:
    """Looking at a log makes no database. Errors: StorageError."""
    database = create(settings.database_url)
    try:
        there = database.file is None or database.file.exists()
        if not there or await database.run(current) is None:
            raise StorageError("There is no access log: the database does not exist or was never used.")
    finally:
        await database.close()


async def _verify(store: Store, settings: Settings, tongue: str) -> int:
    found = await store.do(examined, clock_of(settings).now())
    lines = await store.database.run(audit.count)
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
