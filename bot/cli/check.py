"""What `mektupx check` looks at before a sender does: each finding is a sentence, and a remedy where one is needed."""

from __future__ import annotations

import asyncio
import importlib
import os
import shutil
import socket
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from sqlalchemy import Connection
from sqlalchemy import text as sql

from bot.base.settings import Settings, SettingsError
from bot.base.tariff_file import tariff_from
from bot.cli.printed_seller import unfit
from bot.cli.probe import callback_of, probe
from bot.payments.provider import ProviderError
from bot.payments.registry import institution_named
from bot.printer.registry import chosen_sink
from bot.printer.sink import SinkError
from bot.service.core import clock_of
from bot.wording.invoice_seller import invoice_seller
from flows.input.age import today_in_istanbul
from flows.words.text import Lines, Text, Verbatim, text
from rendering import faces
from storage.database.engine import StorageError, create
from storage.keys.keyring import Keyring, KeyStoreError

__all__ = ["CHECKS", "Finding", "diagnose", "refused"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `remedy` is there where `ok` is not."""

    name: str
    ok: bool
    sentence: Text
    remedy: Text | None = None


Check = Callable[[Settings], Awaitable[Finding]]
ENDS_SOON: Final = timedelta(days=30)
"""How long before the last prices end the operator is told."""


async def diagnose(settings: Settings) -> tuple[Finding, ...]:
    """Every check, one after the other; none of them changes anything that stays."""
    return tuple([await check(settings) for check in CHECKS])


def refused(error: SettingsError) -> tuple[Finding, ...]:
    """The findings where the settings could not even be read: one for each problem."""
    sentence = text("check", "A setting needs a look.")
    return tuple(Finding("settings", False, sentence, problem) for problem in error.problems)


# One function a thing -------------------------------------------------------------------------------------------------


async def _settings(settings: Settings) -> Finding:
    warnings = settings.warnings()
    if warnings:
        return Finding("settings", True, warnings[0])
    return Finding("settings", True, text("check", "The settings are complete."))


async def _seller(settings: Settings) -> Finding:
    if settings.seller is None:
        remedy = text("check", "Set MEKTUPX_SELLER_FILE: the notice and the contract name the seller.")
        return Finding("seller", False, text("check", "The seller is not known."), remedy)
    title = Verbatim(settings.seller.title)
    with suppress(OSError, faces.FacesMissing):  # no letter can be drawn here, which `_fonts` says
        problem = await asyncio.to_thread(unfit, settings.seller, settings.envelope)
        if problem is not None:
            bad = text("check", "The seller's details do not fit on a letter: {title}", title=title)
            return Finding("seller", False, bad, problem)
    return Finding("seller", True, text("check", "Seller: {title}", title=title))


async def _tariff(settings: Settings) -> Finding:
    """Prices that end soon are said in time; without any for today nothing could be sold."""
    bad = text("check", "The tariff cannot be used.")
    today = today_in_istanbul(clock_of(settings).now())
    try:
        tariff = await asyncio.to_thread(tariff_from, settings.tariff)
        end = tariff.in_force(today).valid_until
    except (ValueError, OSError) as error:
        return Finding("tariff", False, bad, _said(error))
    if end is not None and end - today < ENDS_SOON:
        sentence = text(
            "check",
            "Tariff: {version}. Its prices end on {day}; add the next ones before.",
            version=tariff.version,
            day=end,
        )
        return Finding("tariff", True, sentence)
    if settings.tariff is None:
        return Finding(
            "tariff",
            True,
            text("check", "Tariff: {version}, the sample. Set MEKTUPX_TARIFF to your own.", version=tariff.version),
        )
    return Finding("tariff", True, text("check", "Tariff: {version}", version=tariff.version))


async def _invoices(settings: Settings) -> Finding:
    """A MERSİS number holds the tax number; a sole trader's holds none that counts."""
    seller = settings.seller
    known = seller and invoice_seller({name: str(value) for name, value in asdict(seller).items()}).tax_number
    if not known:
        remedy = text("check", "Write tax_office and tax_number into the file of MEKTUPX_SELLER_FILE.")
        return Finding("invoices", False, text("check", "The seller's tax number for invoices is not known."), remedy)
    return Finding("invoices", True, text("check", "Invoices begin with: {series}", series=settings.invoice_series))


async def _key(settings: Settings) -> Finding:
    bad = text("check", "The keys cannot be used.")
    if settings.master_key_file is None:
        return Finding("key", False, bad, text("check", "Set MEKTUPX_MASTER_KEY_FILE."))
    try:
        (await asyncio.to_thread(Keyring.open, settings.master_key_file, settings.key_store)).close()
    except KeyStoreError as error:
        return Finding("key", False, bad, _said(error))
    mode = settings.master_key_file.stat().st_mode
    if mode & 0o077:
        remedy = text("check", "Run this: {command}", command=Verbatim(f"chmod 600 {settings.master_key_file}"))
        return Finding("key", False, text("check", "Other users of this machine can read the master key."), remedy)
    return Finding("key", True, text("check", "The master key opens the key store."))


async def _database(settings: Settings) -> Finding:
    bad = text("check", "The database cannot be used.")
    file = _database_file(settings)
    if file is not None and not file.exists():
        return Finding(
            "database", True, text("check", "The database does not exist yet; it is made at the first start.")
        )
    try:
        database = create(settings.database_url)
        try:
            await database.run(_one)
        finally:
            await database.close()
    except StorageError as error:
        return Finding("database", False, bad, _said(error))
    except Exception as error:  # a driver's own, with the address in its message
        remedy = text("check", "Check MEKTUPX_DATABASE_URL. The driver says: {error}", error=type(error).__name__)
        return Finding("database", False, bad, remedy)
    return Finding("database", True, text("check", "The database answers."))


def _one(connection: Connection) -> None:
    connection.execute(sql("SELECT 1"))


async def _disk(settings: Settings) -> Finding:
    """A file is made and taken away where the service will want to write."""
    places = {settings.key_store.absolute().parent}
    file = _database_file(settings)
    if file is not None:
        places.add(file.absolute().parent)
    for place in sorted(places):
        problem = await asyncio.to_thread(_unwritable, place)
        if problem is not None:
            remedy = text("check", "Make the folder, or give this user the right to write: {path}", path=str(place))
            return Finding("disk", False, text("check", "A folder cannot be written to: {why}", why=problem), remedy)
    return Finding("disk", True, text("check", "The folders can be written to."))


async def _fonts(_: Settings) -> Finding:
    bad = text("check", "Letters cannot be drawn on this machine.")
    try:
        missing = await asyncio.to_thread(faces.missing)
        await asyncio.to_thread(_draws)
    except OSError:
        remedy = text("check", "Install Pango and HarfBuzz: {packages}", packages=LIBRARIES)
        return Finding("fonts", False, bad, remedy)
    if missing:
        return Finding("fonts", False, bad, text("check", "{sentence}", sentence=Verbatim("; ".join(missing))))
    return Finding("fonts", True, text("check", "Every typeface is installed."))


LIBRARIES: Final = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig"


def _draws() -> None:
    """Loads the system's libraries; without them the import itself fails. Asks fontconfig what the faces print."""
    importlib.import_module("rendering.pdf")
    if shutil.which("fc-list") is None:
        raise FileNotFoundError("fc-list")


async def _printer(settings: Settings) -> Finding:
    bad = text("check", "The print sink cannot be used.")
    try:
        sink = chosen_sink(settings, clock_of(settings))
        try:
            doubts = await sink.probe()
        finally:
            await sink.close()
    except SinkError as error:
        return Finding("printer", False, bad, error.remedy or _said(error))
    except ValueError as error:
        return Finding("printer", False, bad, _said(error))
    if doubts:
        return Finding("printer", True, text("check", "{sentences}", sentences=Lines(tuple(doubts))))
    return Finding("printer", True, text("check", "The print sink is there: {kind}", kind=sink.name))


async def _payments(settings: Settings) -> Finding:
    """The institution, and each of before whose credentials are kept, is asked something harmless with them."""
    name = settings.payment_provider
    for one in (name, *sorted(settings.institutions - {name})):
        try:
            await probe(settings, one)
        except (ValueError, ProviderError) as error:
            bad = text("check", "The payment institution cannot be used: {name}", name=Verbatim(one))
            return Finding("payments", False, bad, _said(error))
    if institution_named(name).page is not None:
        return Finding("payments", True, text("check", "Payments go to our own sandbox: {name}", name=name))
    return Finding(
        "payments",
        True,
        text("check", "The payment institution answers: {name}. It calls us at: {callback}",
             name=name, callback=Verbatim(callback_of(settings, name))),
    )  # fmt: skip


async def _port(settings: Settings) -> Finding:
    """A service that runs already holds its port: check it before starting, not while."""
    where = f"{settings.listen.host}:{settings.listen.port}"
    try:
        await asyncio.to_thread(_bind, settings.listen.host, settings.listen.port)
    except OSError as error:
        remedy = text("check", "End the program that holds it, or set MEKTUPX_LISTEN to another port.")
        sentence = text("check", "Cannot listen on {where}: {why}", where=where, why=error.strerror or str(error))
        return Finding("port", False, sentence, remedy)
    return Finding("port", True, text("check", "The port is free: {where}", where=where))


def _bind(host: str, port: int) -> None:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as trial:
        if os.name == "posix":  # as asyncio's servers do: a port in TIME_WAIT is free
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        trial.bind(address)


def _database_file(settings: Settings) -> Path | None:
    parts = urlsplit(settings.database_url)
    if not parts.scheme.startswith("sqlite") or parts.path in ("", "/", "/:memory:"):
        return None
    return Path(unquote(parts.path)[1:])


def _unwritable(folder: Path) -> str | None:
    """Why not even the name of a file can be written there; a read-only disk says so here."""
    try:
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(b"MektupX")
            trial.flush()
    except OSError as error:
        return error.strerror or type(error).__name__
    return None


def _said(error: Exception) -> Text:
    sentence = error.sentence if isinstance(error, SinkError) else Verbatim(str(error))
    return text("check", "{sentence}", sentence=sentence)


CHECKS: Final[tuple[Check, ...]] = (
    _settings,
    _seller,
    _tariff,
    _invoices,
    _key,
    _database,
    _disk,
    _fonts,
    _printer,
    _payments,
    _port,
)
