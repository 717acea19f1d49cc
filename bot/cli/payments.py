"""`mektupx payments`: our books beside the statement of a payment institution; numbers of orders and payments only."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

from bot.base.settings import Settings
from bot.payments.registry import institution_named
from bot.payments.statement import LARGEST, StatementError, read_statement
from bot.service.core import clock_of
from flows.order.books import Books, Difference, Entry, Mismatch, books, differences, total
from flows.words.dates import ISTANBUL
from flows.words.text import Count, DateRange, Kurus, Text, money, text
from locales import say
from storage.access_log.audit import Purpose
from storage.keys.keyring import Keyring
from storage.payments import books as our_books
from storage.store.store import Entry as LogEntry
from storage.store.store import Store

__all__ = ["add"]

LONG: Final = 5_000
"""Lines from which on a person at a terminal sees how far it is."""
STEP: Final = 1_000
WIDTH: Final = 40

DAY: Final = timedelta(days=1)


def add(
    command: Callable[..., argparse.ArgumentParser], settings: Callable[..., Settings], tongue: Callable[[], str]
) -> None:
    """The `payments` command. settings: reads those that are named."""
    payments = command(
        "payments",
        lambda given: asyncio.run(_reconcile(given, settings("MASTER_KEY_FILE"), tongue())),
        "compares our books with a payment institution's statement; never a name",
    )
    payments.add_argument("act", choices=("reconcile",))
    payments.add_argument("file", type=Path, help="the statement as CSV, as the institution exports it")
    payments.add_argument("--provider", help="whose statement it is (default: the institution of the settings)")


async def _reconcile(given: argparse.Namespace, settings: Settings, tongue: str) -> int:
    """0 where both agree, 1 with differences."""
    assert settings.master_key_file is not None
    provider = given.provider or settings.payment_provider
    institution_named(provider)
    theirs = list(shown_progress(read_statement(_read(given.file), provider), sys.stderr.isatty()))
    if not theirs:
        raise StatementError("The statement has no line of money that moved.")
    keyring = Keyring.open(settings.master_key_file, settings.key_store)
    store = await Store.open(settings.database_url, keyring)
    try:
        entry = LogEntry(clock_of(settings).now(), given.typist, "list_payments", "", Purpose.SERVICE, provider, "done")
        await store.note_access(entry)
        ours = await store.do(our_books.entries, provider)
    finally:
        await store.close()
        keyring.close()
    first, last = _days(theirs)
    return _told(books(ours), books(theirs), first, last, tongue)


def _read(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)


def _days(entries: Iterable[Entry]) -> tuple[datetime, datetime]:
    """The whole days in Istanbul that a statement speaks of."""
    times = [one.at.astimezone(ISTANBUL) for one in entries if one.at is not None]
    begin = min(times).replace(hour=0, minute=0, second=0, microsecond=0)
    end = max(times).replace(hour=0, minute=0, second=0, microsecond=0)
    return begin, end + DAY


T = TypeVar("T")


def shown_progress(entries: Iterator[T], at_terminal: bool) -> Iterator[T]:
    """The same, with a bar on stderr while a long file is read by somebody who watches."""
    begun = list(islice(entries, LONG))
    yield from begun
    if len(begun) < LONG:
        return
    number = LONG
    for entry in entries:
        number += 1
        if at_terminal and number % STEP == 0:
            done = "#" * (number // STEP % (WIDTH + 1))
            print(f"\r[{done:<{WIDTH}}] {number}", end="", file=sys.stderr, flush=True)
        yield entry
    if at_terminal:
        print(file=sys.stderr)


# What is told ---------------------------------------------------------------------------------------------------------

_WHAT: Final[Mapping[Mismatch, Text]] = {
    Mismatch.UNKNOWN_HERE: text("reconcile", "paid there, unknown here: {theirs}"),
    Mismatch.UNKNOWN_THERE: text(
        "reconcile",
        "paid here, not in the statement: {ours}. We learned of it at {at}; around midnight it may stand in the"
        " statement of another day.",
    ),
    Mismatch.AMOUNT: text("reconcile", "other amount: {ours} here, {theirs} there"),
    Mismatch.CURRENCY: text("reconcile", "other currency: {ours} here, {theirs} there"),
    Mismatch.TWICE: text("reconcile", "more than once in the statement: {theirs}"),
    Mismatch.REFUND_HERE: text("reconcile", "refunded here only: {ours}"),
    Mismatch.REFUND_THERE: text("reconcile", "refunded there only: {theirs}"),
    Mismatch.REFUND_AMOUNT: text("reconcile", "other refund: {ours} here, {theirs} there"),
}  # fmt: skip


def _told(ours: Books, theirs: Books, first: datetime, last: datetime, tongue: str) -> int:
    found = 0
    for one in differences(ours, theirs, first, last):
        found += 1
        print(_line(one, tongue))
    compared = text(
        "reconcile",
        "Days: {days}. Payments in the statement: {payments}. Differences: {n}.",
        days=DateRange(first.date(), (last - DAY).date()),
        payments=Count(len(theirs)),
        n=Count(found),
    )
    print(say(compared, tongue))
    for currency, left in sorted(total(theirs).items()):
        there = text("reconcile", "Left in the statement: {sum}", sum=money(Kurus(left), currency))
        print(say(there, tongue))
    return 1 if found else 0


def _line(one: Difference, tongue: str) -> str:
    entry = one.theirs or one.ours
    assert entry is not None
    values = {
        "ours": money(one.ours.amount, one.ours.currency) if one.ours else "–",
        "theirs": money(one.theirs.amount, one.theirs.currency) if one.theirs else "–",
        "at": one.ours.at if one.ours and one.ours.at else "–",
    }
    said = say(replace(_WHAT[one.what], values=values), tongue)
    return "\t".join((one.order or "–", f"{entry.provider} {entry.payment}", said))
