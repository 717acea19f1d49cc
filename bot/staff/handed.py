"""What is handed in to the staff bot for the print room: fetched, read, and brought to the letters' own doors."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import structlog
from telegram import Bot
from telegram.error import TelegramError

from flows.desk.base.request import Asked
from flows.desk.printing import reconciling, tray
from flows.order.scans import Answer, ScanOutcome
from flows.words.text import Text
from flows.words.turkish import fold

__all__ = ["HandedIn", "Reconcile", "ReportScans"]

log = structlog.stdlib.get_logger("mektupx.staff")

ReportScans = Callable[[str, str], Awaitable[Sequence[Answer]]]
"""A kind of scan and the content of a file of scans -> a sentence for each letter; the same again changes nothing."""
Reconcile = Callable[[str | None], Awaitable[Sequence[Answer]]]
"""All sheets that were printed, None where nobody counted them -> a sentence for each batch and gap; the same again
changes nothing."""


class HandedIn:
    """Before the door: nothing awaits the network in a transaction, and each letter has a transaction of its own."""

    def __init__(self, bot: Bot, report: ReportScans, reconcile: Reconcile | None = None) -> None:
        self._bot = bot
        self._report = report
        self._reconcile = reconcile

    async def __call__(self, asked: Asked) -> Asked:
        """The same with its answers. Errors: StorageError, when the update must come again."""
        counted = self._reconcile is not None and fold(asked.command) in reconciling.NAMES
        kind = tray.kind(asked)
        if not kind and not counted:
            return asked
        large, long = (reconciling.TOO_LARGE, reconciling.TOO_LONG) if counted else (tray.TOO_LARGE, tray.TOO_LONG)
        fetched = await self._fetched(asked, large, long) if asked.file else None
        if isinstance(fetched, Text):
            return replace(asked, answers=(Answer(ScanOutcome.REFUSED, fetched),))
        if counted:
            assert self._reconcile is not None
            count = reconciling.content(asked) if fetched is None else fetched
            return replace(asked, answers=tuple(await self._reconcile(count)))
        content = tray.content(asked) if fetched is None else fetched
        return replace(asked, answers=tuple(await self._report(kind, content)))

    async def _fetched(self, asked: Asked, too_large: Text, too_long: Text) -> str | Text:
        """The file's words, or why there are none."""
        if asked.size > tray.LARGEST:
            return too_large
        try:
            file = await self._bot.get_file(asked.file)
            raw = bytes(await file.download_as_bytearray())
        except TelegramError as error:
            log.warning("a file of scans could not be fetched", error=type(error).__name__)
            return tray.NOT_READ
        if len(raw) > tray.LARGEST:  # Telegram's word for its size is a hint
            return too_large
        try:
            words = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            return tray.NOT_UTF8
        return too_long if len(words.splitlines()) > tray.MOST else words
