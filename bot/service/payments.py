"""Payments of a process: the institution of the settings, whoever asks it, and where it knocks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.payments.hooks import callback_handler
from bot.payments.provider import Access, Hint, Hosting, OwnPage, PaymentProvider
from bot.payments.registry import institution_named
from bot.service.core import Core
from bot.web.server import Web
from bot.work.reconcile import Reconciler
from storage.senders import orders

__all__ = ["Payments", "payments"]


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
    provider = institution.provider(Access(credentials, api, f"{public}/payments/{name}", clock))
    try:
        reconciler = Reconciler(core.store, provider, clock, core.door.receive)
        page: OwnPage | None = None
        if web is not None:
            web.app.router.add_post(f"/payments/{name}", callback_handler(provider, _Callbacks(core, name, reconciler)))
        if web is not None and institution.page is not None:
            assert settings.seller is not None
            folder = settings.key_store.parent
            page = institution.page(Hosting(folder, credentials, clock, settings.seller.title, api))
            web.app.add_subapp(f"/{name}", page.app())
        yield Payments(provider, reconciler, page)
    finally:
        await provider.close()


@dataclass(frozen=True, slots=True)
class _Callbacks:
    """A callback is a hint: the institution's own query is the authority."""

    core: Core
    provider: str
    reconciler: Reconciler

    async def __call__(self, hint: Hint, raw: bytes) -> None:
        store = self.core.store
        await store.do(orders.note_callback, self.provider, hint.event_key, raw, self.core.clock.now())
        person = await store.do(orders.person_of, hint.order)
        if person is not None:
            await self.reconciler.settle(person, hint.order)
