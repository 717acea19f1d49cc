"""Payments of a process: the institution of the settings, whoever asks it, and where it knocks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

import structlog

from bot.payments.hooks import callback_handler
from bot.payments.provider import Access, Hint, Hosting, OwnPage, PaymentProvider, Reference, References
from bot.payments.registry import institution_named
from bot.service.core import Core
from bot.web.server import Web
from bot.work.reconcile import Reconciler
from storage.payments import callbacks, references
from storage.senders import orders

__all__ = ["Payments", "payments"]

log = structlog.get_logger("mektupx.payments")


@dataclass(frozen=True, slots=True)
class Payments:
    """page: the institution's, where this process shows it."""

    provider: PaymentProvider
    reconciler: Reconciler
    page: OwnPage | None = None


@asynccontextmanager
async def payments(core: Core, web: Web | None) -> AsyncIterator[Payments]:
    """web: the server whose process takes callbacks; None in another. Errors: ValueError for a name or credentials."""
    settings, clock = core.settings, core.clock
    name, public = settings.payment_provider, settings.public
    institution = institution_named(name)
    credentials = settings.payment_credentials or institution.credentials
    api = f"{public}/{name}" if institution.page else ""
    known = _References(core, name)
    provider = institution.provider(Access(credentials, api, f"{public}/payments/{name}", clock, known))
    try:
        reconciler = Reconciler(core.store, provider, clock, core.door.receive)
        page: OwnPage | None = None
        if web is not None:
            heard = _Callbacks(core, name, known, reconciler)
            web.app.router.add_post(f"/payments/{name}", callback_handler(provider, heard, institution.callback_answer))
        if web is not None and institution.page is not None:
            assert settings.seller is not None
            folder = settings.key_store.parent
            page = institution.page(Hosting(folder, credentials, clock, settings.seller.title, api))
            web.app.add_subapp(f"/{name}", page.app())
        yield Payments(provider, reconciler, page)
    finally:
        await provider.close()


_KINDS: Mapping[str, Literal["page", "payment"]] = {"page": "page", "payment": "payment"}


@dataclass(frozen=True, slots=True)
class _References:
    """What the institution calls our orders, in the store."""

    core: Core
    provider: str

    async def note(self, order: str, reference: Reference) -> None:
        found = references.Noted(reference.kind, reference.name, reference.url, reference.until)
        await self.core.store.do(references.note, self.provider, order, found, self.core.clock.now())

    async def of(self, order: str) -> tuple[Reference, ...]:
        found = await self.core.store.do(references.of_order, self.provider, order)
        return tuple(Reference(_KINDS[one.kind], one.name, one.url, one.until) for one in found)

    async def order_of(self, kind: str, name: str) -> str:
        return await self.core.store.do(references.order_of, self.provider, kind, name)


@dataclass(frozen=True, slots=True)
class _Callbacks:
    """A callback is a hint: the institution's own query is the authority."""

    core: Core
    provider: str
    known: References
    reconciler: Reconciler

    async def __call__(self, hint: Hint) -> None:
        """What is about no order of ours is kept for a person to look at; whoever repeats it is answered as well."""
        store, now = self.core.store, self.core.clock.now()
        order = hint.order or (await self.known.order_of(*_named(hint.reference)) if hint.reference else "")
        person = await store.do(orders.person_of, order)
        trouble = hint.trouble or ("" if person else "unknown_order")
        await store.do(callbacks.note_callback, self.provider, hint.event_key, hint.kept, now, trouble)
        if person is None:
            log.warning("a callback is about no order of ours", provider=self.provider)
            return
        if hint.reference and hint.order:
            await self.known.note(order, hint.reference)
        await self.reconciler.settle(person, order)


def _named(reference: Reference) -> tuple[str, str]:
    return reference.kind, reference.name
