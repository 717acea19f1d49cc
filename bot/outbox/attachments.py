"""The files that go with a message, fetched when it is sent: a preview and its PDF, the window, the stationeries."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable

import structlog

from bot.messenger.downloads import picture
from bot.messenger.protocol import Files
from bot.outbox.delivery import Unmade
from bot.wording.data_export import as_json, readable
from bot.wording.invoice_page import invoice_page
from flows.core.effects import Attachment
from flows.core.events import Person
from locales import say
from rendering.choice import papers_side_by_side
from rendering.layout.envelopes import DEFAULT
from rendering.processes.pool import Pool, RenderFailed
from rendering.stationery import labels
from storage.rights.export import export
from storage.rights.invoice_copy import invoice_copy
from storage.senders import people, previews
from storage.store.store import Store

__all__ = ["Attachments"]

log = structlog.get_logger("mektupx.attachments")


class Attachments:
    """Nothing is held here but the pictures of the stationeries, one a language, which show nobody's words.

    envelope: the layout of the print room's envelopes.
    """

    def __init__(self, store: Store, pool: Pool, envelope: str = DEFAULT) -> None:
        self._store = store
        self._pool = pool
        self._envelope = envelope
        self._papers: dict[str, bytes] = {}

    async def _everything(self, person: Person, form: str) -> Files | None:
        """Made for this one sending, from what is held at this moment, for the person's own chat; kept nowhere."""
        held = await self._store.do(export, person)
        standing = await self._store.do(people.standing_of, person)
        if not held or standing is None:
            return None
        if form == "json":
            return Files(document=as_json(held), name="verilerim.json")
        drawing = self._pool.report(readable(held, standing.profile.language), person)
        return Files(document=await self._document(drawing), name="verilerim.pdf")

    async def _invoice(self, person: Person, number: str) -> Files | None:
        """The copy of one of the person's own, drawn for this one sending; nobody else's is ever found."""
        document = await self._store.do(invoice_copy, person, number)
        if document is None:
            return None
        drawing = self._pool.invoice(invoice_page(document), person)
        return Files(document=await self._document(drawing), name=f"{number}.pdf")

    async def _side_by_side(self, person: Person) -> bytes:
        standing = await self._store.do(people.standing_of, person)
        language = standing.profile.language if standing else ""
        if language not in self._papers:
            captions = {name: say(label, language) for name, label in labels().items()}
            self._papers[language] = await papers_side_by_side(self._pool, captions)
        return self._papers[language]

    async def fetch(self, person: Person, wanted: Attachment) -> Files | None:
        """None for a letter that has been destroyed, drawn anew or sent to the printer meanwhile: it is not shown any
        more."""
        if wanted.kind == "stationery":
            return Files(await self._courtesy(self._side_by_side(person)), name="kagitlar.png")
        if wanted.kind == "picture":
            return await picture(self._store, wanted.of)
        if wanted.kind == "invoice":
            return await self._invoice(person, wanted.of)
        if wanted.kind == "export":
            return await self._everything(person, wanted.of)
        pdf = await self._store.do(previews.read, person, wanted.of)
        if pdf is None or (wanted.sha256 and hashlib.sha256(pdf).hexdigest() != wanted.sha256):
            return None
        if wanted.kind == "window":
            return Files(await self._courtesy(self._pool.window(pdf, self._envelope, sender=person)))
        drawn = await self._courtesy(self._pool.pictures(pdf, sender=person))
        return Files(drawn, pdf, "mektup.pdf")  # the document is what is approved

    async def _document(self, drawing: Awaitable[bytes]) -> bytes:
        """What a message is about: without it nothing is shown. Errors: Unmade."""
        try:
            return await drawing
        except RenderFailed as error:
            raise Unmade(error.reason, final=error.final) from error

    async def _courtesy(self, drawing: Awaitable[bytes | tuple[bytes, ...]]) -> tuple[bytes, ...]:
        """Pictures beside what a message says: one that cannot be drawn holds up neither its words nor later ones."""
        try:
            drawn = await drawing
        except RenderFailed as error:
            log.error("a message goes without its pictures", reason=error.reason)
            return ()
        return drawn if isinstance(drawn, tuple) else (drawn,)
