"""The page on which a letter is opened: once, for the one admin who holds the link, and kept by nobody.

GET shows a button and opens nothing, whoever fetches it: a preview robot, a prefetching browser, HEAD. The link's
secret stands after the "#" and reaches us only in the body of the POST, so that no address in any log on the way holds
it (RFC 3986, 3.5: a fragment stays with the reader).
"""

from __future__ import annotations

import base64
import html
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import parse_qs

import structlog
from aiohttp import web

from bot.base import metrics
from bot.base.clock import Clock
from bot.base.log import why
from bot.web.page import language_of, page
from bot.wording.speak import Reader, spoken, words
from flows.desk.base.roles import Presence
from flows.desk.openings.commands import PATH, opened
from flows.desk.openings.table import Opening, Stage, Verdict
from flows.desk.openings.wording import SHUT
from flows.words.styles import runs
from flows.words.text import Text, text
from locales import pick
from rendering.layout import inline
from rendering.processes.pool import Pool, RenderFailed
from storage.access_log import audit, openings
from storage.access_log.openings import Shown
from storage.database.engine import StorageError
from storage.store import writers
from storage.store.requested import By, requested_by
from storage.store.store import Store
from storage.support import staff

__all__ = ["OpeningPage", "Pictures", "Seen", "drawn_by", "seen_with"]

log = structlog.get_logger("mektupx.opening")

Pictures = Callable[[bytes], Awaitable[Sequence[bytes]]]
Seen = Callable[[int], Awaitable[Presence]]
LARGEST: Final = 1024  # bytes of the form
FIELD: Final = "key"

MOVE: Final = (
    "var h=location.hash.slice(1);"
    'if(h){document.getElementById("key").value=h;history.replaceState(null,"",location.pathname)}'
)
"""Puts the secret from the address into the form, and out of the address."""

UNKEPT: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store, private",
    "Pragma": "no-cache",
    "X-Accel-Buffering": "no",  # nginx would lay a large answer into a file
}
STYLE: Final = (
    "body{max-width:56em;font-family:sans-serif}h1{line-height:1.25}img{display:block;width:100%;margin:1em 0;"
    "border:1px solid #999}pre{white-space:pre-wrap;font:inherit}input{font:inherit;padding:.4em;width:100%;"
    "max-width:28em}button{font:inherit;padding:.6em 1em}"
    f".quote{{border-left:3px solid #999;padding-left:.5em}}{inline.css('monospace')}"
)

STATUS: Final[Mapping[Verdict, int]] = {Verdict.AWAY: 403, Verdict.UNKNOWN: 503}
"""Of a link that is ours and opens nothing; 410 where it will never open anything."""

TITLE = text("opening", "Opening of a letter")
ONCE = text(
    "opening",
    "The letter is shown once, after you press the button. The opening is on record, and its sender is told unless an"
    " order forbids it. Please copy nothing that the reason does not ask for.",
)
PASTE = text("opening", "If this field is empty: paste here what stands after # in the link")
PRESS = text("opening", "Open the letter, once")
NOT_NOW = text("opening", "This could not be done now, and the letter is still closed. Please try again in a minute.")
UNSIGNED = text("opening", "The opening could not be put on record, so nothing was opened. Please ask for it anew.")
HEAD = text("opening", "Order: {order} · opened at {at} · code: {code}. Close this page when you are done.")
PAGES = text("opening", "As it will be printed:")
DRAFT = text("opening", "It is not drawn yet; these are its words:")
DAMAGED = text("opening", "What is left of this letter cannot be shown: it is damaged or has just been erased.")


class OpeningPage:
    """admins: those of the settings. pictures: draws a PDF's pages as PNG, in a process of its own. seen: looks up who
    is in the staff chat."""

    def __init__(self, store: Store, clock: Clock, *, admins: Collection[int], pictures: Pictures, seen: Seen) -> None:
        self._store = store
        self._clock = clock
        self._admins = frozenset(admins)
        self._pictures = pictures
        self._seen = seen

    def add_to(self, app: web.Application) -> None:
        app.router.add_get(PATH, self._door)
        app.router.add_post(PATH, self._open)

    async def _door(self, request: web.Request) -> web.Response:
        """The same for everybody; nothing is looked up."""
        language = _language(request)
        said = {name: html.escape(words(one, language)) for name, one in {"once": ONCE, "paste": PASTE}.items()}
        form = (
            f'<p>{said["once"]}</p><form method="post" action="{PATH}" autocomplete="off">'
            f'<p><label>{said["paste"]}<br><input id="key" name="{FIELD}" type="password" required></label></p>'
            f"<button>{html.escape(words(PRESS, language))}</button></form>"
        )
        return _page(form, language, script=MOVE)

    async def _open(self, request: web.Request) -> web.Response:
        """First the line in the access log, committed and signed for; then the letter; then nothing any more."""
        language = _language(request)
        form = await request.read() if (request.content_length or 0) <= LARGEST else b""
        if not 0 < len(form) <= LARGEST:
            return _told(SHUT[Verdict.CLOSED], language, 404)
        key = parse_qs(form.decode("ascii", "replace")).get(FIELD, [""])[0].strip().rpartition("#")[2]
        try:
            found, opening = await self._used(key)
        except StorageError as error:
            log.warning("a letter could not be opened now", error=why(error))
            return _told(NOT_NOW, language, 503)
        if opening is None or found is not Verdict.OPENED:
            return _told(SHUT[found], language, STATUS.get(found, 410) if opening else 404)
        try:
            await self._store.do(audit.sign)
        except Exception as error:
            metrics.ERRORS.labels("opening").inc()
            log.error("an opening could not be signed for; nothing was opened", code=opening.code, error=why(error))
            return _told(UNSIGNED, language, 500)
        log.info("a letter was opened", code=opening.code, reason=opening.why.value)
        head = replace(HEAD, values={"order": opening.order, "at": self._clock.now(), "code": opening.code})
        return _page(f"<p>{html.escape(words(head, language))}</p>{await self._letter(opening, language)}", language)

    async def _used(self, key: str) -> tuple[Verdict, Opening | None]:
        """Claims the link. Of two at once one finds it used."""
        presence = await self._presence(key)
        now = self._clock.now()
        async with self._store.transaction() as tx:
            opening = await tx.do(openings.by_token, key)
            if opening is None:
                metrics.FORGED_CALLBACKS.labels("opening").inc()
                return Verdict.CLOSED, None
            admins = await tx.do(staff.admins_of, self._admins)
            found, turn = opened(opening, admins, now, presence)
            actor = opening.asked_by.handle if opening.asked_by else ""
            said = spoken(turn.effects, Reader(pick(None)))
            await tx.do(staff.post, said, at=now, taker="")  # the staff's own message sender takes them
            # The last: the access log's lock is everybody's.
            by = By(f"staff:{actor}", opening.asked_row, now)
            await tx.do(writers.perform, requested_by(by, turn.effects))
        return found, opening

    async def _presence(self, key: str) -> Presence:
        """Of the two admins, looked up before the transaction: nothing awaits the network in it. Nobody is looked up
        for a link that opens nothing; if it did a moment later, its admins would not have been looked up."""
        async with self._store.transaction() as tx:
            opening = await tx.do(openings.by_token, key)
        if opening is None or opening.at(self._clock.now()) is not Stage.APPROVED:
            return Presence.UNKNOWN
        for one in (opening.asked_by, opening.decided_by):
            found = await self._seen(int(one.handle)) if one else Presence.AWAY
            if found is not Presence.THERE:
                return found
        return Presence.THERE

    async def _letter(self, opening: Opening, language: str) -> str:
        """Held in memory for the length of this answer."""
        left = await self._store.do(openings.shown, opening.letter)
        return await self._drawn(left, language) or _written(left, language) or _said(DAMAGED, language)

    async def _drawn(self, left: Shown, language: str) -> str:
        if left.pdf is None:
            return ""
        try:
            pages = await self._pictures(left.pdf)
        except (TimeoutError, RenderFailed, OSError) as error:
            log.error("a letter that was opened has no pictures", error=type(error).__name__)
            return ""
        shown = (f'<img alt="{n}" src="data:image/png;base64,{_in_text(page)}">' for n, page in enumerate(pages, 1))
        return _said(PAGES, language) + "".join(shown)


def drawn_by(pool: Pool | None) -> Pictures:
    """With the drawing process of this service; opening a letter is so rare that without one it is started for it."""

    async def pictures(pdf: bytes) -> Sequence[bytes]:
        if pool is not None:
            return await pool.pictures(pdf)
        own = Pool(1)
        try:
            await own.start()
            return await own.pictures(pdf)
        finally:
            await own.stop()

    return pictures


def seen_with(token: str, api: str, group: Callable[[], Awaitable[int | None]]) -> Seen:
    """By the staff bot's token, wherever that bot runs."""

    async def seen(user: int) -> Presence:
        # Here and not above: python-telegram-bot takes memory, and letters are opened so rarely.
        from bot.staff.telegram.access import Visitor  # noqa: PLC0415

        return await Visitor(token, api, group).of(user)

    return seen


def _in_text(page: bytes) -> str:
    return base64.b64encode(page).decode()


def _written(left: Shown, language: str) -> str:
    return f"{_said(DRAFT, language)}<pre>{inline.html(left.words, runs(left.styles))}</pre>" if left.words else ""


def _language(request: web.Request) -> str:
    return pick(language_of(request))


def _said(said: Text, language: str) -> str:
    return f"<p>{html.escape(words(said, language))}</p>"


def _told(said: Text, language: str, status: int) -> web.Response:
    return _page(_said(said, language), language, status)


def _page(body: str, language: str, status: int = 200, script: str = "") -> web.Response:
    title = words(TITLE, language)
    return page(
        f"<main><h1>{html.escape(title)}</h1>{body}</main>",
        title=title,
        language=language,
        style=STYLE,
        status=status,
        script=script,
        forms=True,
        pictures=True,
        headers=UNKEPT,
    )
