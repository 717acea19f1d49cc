"""`mektupx invoices export`: the invoices of some days as files for the operator's integrator (docs/invoices.md)."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from tqdm import tqdm  # type: ignore[import-untyped]

from bot.base.settings import Settings
from bot.service.core import clock_of
from bot.wording.invoice_files import FORMATS, Format
from bot.wording.invoice_seller import invoice_seller, whole
from flows.invoice.document import InvoiceDocument, InvoiceSeller
from flows.words.dates import at_istanbul
from storage.access_log.audit import Purpose
from storage.keys.keyring import Keyring
from storage.payments import invoices
from storage.store.store import Entry, Store

__all__ = ["add"]

LONG: Final = 200
"""From so many invoices on a bar shows how far the export is."""


def add(command: Callable[..., argparse.ArgumentParser], settings: Callable[[], Settings]) -> None:
    """The `invoices` command."""
    parser = command(
        "invoices",
        lambda given: asyncio.run(_export(settings(), given, _new_folder(given.folder))),
        "hands invoices over to the integrator: CSV, JSON, or UBL-TR 1.2 XML",
    )
    parser.add_argument("act", choices=("export",))
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new folder; it appears when everything is in it")
    parser.add_argument("--from", dest="first", type=_day, required=True, help="the first day, such as 2026-11-01")
    parser.add_argument("--to", dest="last", type=_day, required=True, help="the last day, such as 2026-11-30")
    parser.add_argument("--format", choices=tuple(FORMATS), default="ubl", help="default: ubl")


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{typed!r} is no day; write year, month, day: 2026-11-30") from None


def _new_folder(given: Path) -> Path:
    folder = given.absolute()
    if folder.exists():
        raise FileExistsError(f"The folder {folder.name} is there already: name a new one, nothing was written.")
    return folder


async def _export(settings: Settings, given: argparse.Namespace, folder: Path) -> int:
    assert settings.master_key_file is not None and settings.seller is not None
    if given.first > given.last:
        print(f"mektupx: --from {given.first} is later than --to {given.last}.", file=sys.stderr)
        return 2
    since, until = at_istanbul(given.first, time()), at_istanbul(given.last + timedelta(days=1), time())
    keyring = Keyring.open(settings.master_key_file, settings.key_store)
    store = await Store.open(settings.database_url, keyring)
    try:
        days = f"{given.first}/{given.last}"
        entry = Entry(clock_of(settings).now(), given.typist, "export_invoices", "", Purpose.TAX_LAW, days)
        await store.note_access(entry)  # before the first of them is opened
        count = await store.do(invoices.count, since, until)
        seller = invoice_seller({name: str(value) for name, value in asdict(settings.seller).items()})
        with tqdm(total=count, unit="invoice", disable=None if count >= LONG else True) as bar:
            documents = _documents(store, seller, since, until, bar.update)
            written = await _written(folder, FORMATS[given.format], documents)
    finally:
        await store.close()
        keyring.close()
    print(f"{written} invoices of {days} are in {folder}.")
    return 0


async def _documents(
    store: Store, seller: InvoiceSeller, since: datetime, until: datetime, gone_on: Callable[[], object]
) -> AsyncIterator[InvoiceDocument]:
    """By their numbers, a page at a time: an export is as large as the operator likes."""
    last = ""
    while page := await store.do(invoices.between, since, until, last):
        for document in page:
            yield whole(document, seller)
            gone_on()
        last = page[-1].number


async def _written(folder: Path, form: Format, documents: AsyncIterator[InvoiceDocument]) -> int:
    """Everything into a folder beside it, which takes its name at the end: a broken export leaves none behind."""
    beside = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(mode=0o700, parents=True)
    try:
        count = await (_in_one_file(beside, form, documents) if form.file else _a_file_each(beside, form, documents))
        beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return count


async def _in_one_file(folder: Path, form: Format, documents: AsyncIterator[InvoiceDocument]) -> int:
    count = 0
    with (folder / form.file).open("xb") as file:
        file.write(form.head)
        async for document in documents:
            file.write(form.between * (count > 0) + form.each(document))
            count += 1
        file.write(form.tail)
        file.flush()
        os.fsync(file.fileno())
    return count


async def _a_file_each(folder: Path, form: Format, documents: AsyncIterator[InvoiceDocument]) -> int:
    count = 0
    async for document in documents:
        with (folder / f"{document.number}{form.ending}").open("xb") as file:
            file.write(form.each(document))
            file.flush()
            os.fsync(file.fileno())
        count += 1
    return count
