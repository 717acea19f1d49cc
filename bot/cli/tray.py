"""`mektupx tray`: what a clerk of the print room types, and what is answered."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from bot.base.settings import Settings
from bot.printer.reconciling import reconcile
from bot.printer.tray import Answer, ScanOutcome, report
from bot.service.core import core
from bot.wording.carrier_manifest import manifest
from flows.desk.base.wording import STATES
from flows.desk.printing.carrier_manifest import Enclosed
from flows.desk.printing.tray import HOW_BY_HAND, UNMARKED
from flows.words.text import Count, Text, text
from locales import say
from storage.access_log.audit import Purpose
from storage.printing import carrier_manifest, scans
from storage.store.store import Entry, Store

__all__ = ["day_of", "record_scans", "scanned", "write_manifest"]

LOGGED: Final = {"list": "list_tray", "reconcile": "tray_reconciled"}
"""How the access log calls what is no kind of scan."""
LARGEST = 10_000_000  # bytes of a file of scans: a day of a large print room has some hundred thousand lines


def scanned(file: Path, act: str) -> str:
    """The content of a file of scans, or of the standard input. Errors: ValueError, OSError, each a sentence."""
    raw = sys.stdin.buffer.read(LARGEST + 1) if str(file) == "-" else _bytes_of(file)
    if len(raw) > LARGEST:
        limit = f"{LARGEST // 1_000_000} MB"
        if act == "reconcile":
            raise ValueError(
                f"The count is larger than {limit}. Do not divide it: a part that is missing stops the batch. Write one"
                " mark or order number a line, and nothing beside it."
            )
        raise ValueError(f"The file of scans is larger than {limit}: hand it in in parts.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("The file of scans is no text in UTF-8: save it as CSV (UTF-8).") from None


def _bytes_of(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)


async def record_scans(settings: Settings, act: str, content: str | None, language: str, by: str) -> int:
    """One file of scans through the door, beside a service that may be running; 1 if anything was refused.

    content: None without a file. "reconcile" compares what was scanned, "list" shows what is waited for."""
    async with core(settings) as opened:
        handed = str(len(content.splitlines())) if content else ""
        entry = Entry(opened.clock.now(), by, LOGGED.get(act, f"tray_{act}"), "", Purpose.SERVICE, handed, "done")
        await opened.store.note_access(entry)
        if act == "list":
            return await _listed(opened.store, language)
        if act == "reconcile":
            return _said(await reconcile(opened.store, opened.clock, content), language)
        await opened.door.start()
        try:
            answers = await report(opened.store, opened.door.receive, opened.clock, act, content or "")
        finally:
            await opened.door.stop()
    failed = _said(answers, language)
    count = Counter(answer.outcome for answer in answers)
    told = text(
        "tray",
        "Noted: {noted}. Noted before: {again}. Refused: {refused}.",
        noted=Count(count[ScanOutcome.NOTED]),
        again=Count(count[ScanOutcome.AGAIN]),
        refused=Count(count[ScanOutcome.REFUSED]),
    )
    print(say(told, language))
    return failed


def _said(answers: Sequence[Answer], language: str) -> int:
    """Each answer in its sentence; 1 if anything was refused, or nothing was handed in."""
    for answer in answers:
        refused = answer.outcome is ScanOutcome.REFUSED
        print(say(answer.sentence, language), file=sys.stderr if refused else sys.stdout)
    return 0 if answers and all(answer.outcome is not ScanOutcome.REFUSED for answer in answers) else 1


async def _listed(store: Store, language: str) -> int:
    """Order number, piece on the sheets, pages, since when, what is waited for, and whether its sheets bear no marks;
    never a name."""
    rows = await store.do(scans.listing)
    for one in rows:
        notes = [say(note, language) for note in (STATES[one.state], *([UNMARKED] if one.by_hand else []))]
        print("\t".join((one.number, one.piece, str(one.pages), f"{one.since:%Y-%m-%d}", *notes)))
    if any(one.by_hand for one in rows):
        print(say(HOW_BY_HAND, language), file=sys.stderr)
    return 0


def day_of(typed: str) -> date:
    """Errors: ValueError, a sentence."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise ValueError(f"{typed!r} is no day. Example: mektupx tray manifest 2026-11-30 > post.csv") from None


async def write_manifest(settings: Settings, day: date, language: str, by: str) -> int:
    """The file on the standard output; on stderr what is not in it. 1 if anything keeps an envelope out of it."""
    async with core(settings) as opened:
        entry = Entry(opened.clock.now(), by, "carrier_manifest", "", Purpose.DELIVERY, day.isoformat())
        await opened.store.note_access(entry)  # on record before the first address is opened
        found = await opened.store.do(carrier_manifest.enclosed, day)
    if found.pieces:
        sys.stdout.write(manifest(found.pieces, language).decode())
    for sentence in _left_out(found, day):
        print(say(sentence, language), file=sys.stderr)
    return 0 if found.pieces and not found.erased else 1


def _left_out(found: Enclosed, day: date) -> Iterator[Text]:
    """No envelope is missing from the file without a word."""
    if found.stopped:
        yield text(
            "manifest",
            "The batch of {day} is stopped, because it does not add up. Nothing of it may be posted before it is"
            " reconciled, so no file is written.",
            day=day,
        )
    elif not found.pieces and not found.erased:
        yield text("manifest", "There is no envelope to be posted. Day: {day}.", day=day)
    if found.waiting:
        yield text(
            "manifest",
            "Letters of this day that nobody has scanned as “printed”: {n}. They are not in the file.",
            n=Count(found.waiting),
        )
    if found.erased:
        yield text(
            "manifest",
            "Envelopes whose addressee is erased here: {n}. They are not in the file; read the address through the"
            " window.",
            n=Count(found.erased),
        )
