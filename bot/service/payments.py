"""Payments of a process: the institution of the settings, whoever asks it, and where it knocks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

from bot.base.setting_types import Credentials
from bot.messenger.chat_link import ChatLink
from bot.payments.hooks import callback_handler
from bot.payments.provider import Access, Hosting, OwnPage, PaymentProvider, Reference
from bot.payments.registry import institution_named
from bot.service.core import Core
from bot.web.payment_pages import PaymentPages
from bot.web.server import Web
from bot.work.payment_callbacks import PaymentCallbacks
from bot.work.reconcile import Reconciler
from storage.payments import own_links, references

__all__ = ["Payments", "payments"]


@dataclass(frozen=True, slots=True)
class Payments:
    """own_link: where an order is paid, for an institution whose pages end sooner than our links. page: the
    institution's, where this process shows it. former: institutions of before, by name. callbacks: of all of
    them, for a page outlives a change of the setting."""

    provider: PaymentProvider
    reconciler: Reconciler
    callbacks: tuple[PaymentCallbacks, ...]
    own_link: Callable[[str], Awaitable[str]] | None = None
    page: OwnPage | None = None
    former: Mapping[str, PaymentProvider] = field(default_factory=dict)


@asynccontextmanager
async def payments(core: Core, web: Web | None) -> AsyncIterator[Payments]:
    """web: the server whose process takes callbacks; None in another. Errors: ValueError for a name or credentials."""
    settings, name, public = core.settings, core.settings.payment_provider, core.settings.public
    institution = institution_named(name)
    provider = _provider(core, name)
    former = {one: _provider(core, one) for one in sorted(settings.institutions - {name})}
    chat = ChatLink(settings.customer_token, settings.telegram_api, core.clock)
    reconciler, heard = _listening(core, web, provider, chat)
    callbacks = heard, *(_listening(core, web, one, chat)[1] for one in former.values())
    page: OwnPage | None = None
    if web is not None and institution.page is not None:
        assert settings.seller is not None
        folder, secret = settings.key_store.parent, _credentials(core, name).secret
        page = institution.page(Hosting(folder, secret, core.clock, settings.seller.title, f"{public}/{name}"))
        web.app.add_subapp(f"/{name}", page.app())

    async def own_link(order: str) -> str:
        return public + await core.store.do(own_links.path_of, order)

    try:
        yield Payments(provider, reconciler, callbacks, own_link if institution.lazily else None, page, former)
    finally:
        for listening in callbacks:
            await listening.close()
        for one in (provider, *former.values()):
            await one.close()


def _credentials(core: Core, name: str) -> Credentials:
    return core.settings.credentials_of(name) or Credentials(institution_named(name).credentials)


def _provider(core: Core, name: str) -> PaymentProvider:
    """The chosen institution, or one of before whose credentials still stand in the file."""
    institution, given, public = institution_named(name), _credentials(core, name), core.settings.public
    api = f"{public}/{name}" if institution.page else given.api
    access = Access(given.secret, api, f"{public}/payments/{name}", core.clock, _References(core, name))
    return institution.provider(access)


def _listening(
    core: Core, web: Web | None, provider: PaymentProvider, chat: ChatLink
) -> tuple[Reconciler, PaymentCallbacks]:
    """Where it knocks, and where a browser comes back from it; our own links lead to the chosen one only."""
    settings, institution = core.settings, institution_named(provider.name)
    reconciler = Reconciler(core.store, provider, core.clock, core.door.receive)
    heard = PaymentCallbacks(core.store, core.clock, provider.name, reconciler)
    if web is not None:
        known = _References(core, provider.name)
        pages = PaymentPages(core.store, core.clock, institution, provider, known, reconciler.settle, chat)
        pages.add_return(web.app)
        if provider.name == settings.payment_provider:
            pages.add_link(web.app)
        answer = callback_handler(provider, heard.heard, institution.callback_answer)
        web.app.router.add_post(f"/payments/{provider.name}", answer)
    return reconciler, heard


_KINDS: Mapping[str, Literal["page", "payment"]] = {"page": "page", "payment": "payment"}


@dataclass(frozen=True, slots=True)
class _References:
    """What the institution calls our orders, in the store."""

    core: Core
    provider: str

    async def note(self, order: str, reference: Reference) -> bool:
        found = references.Noted(reference.kind, reference.name, reference.url, reference.until)
        return await self.core.store.do(references.note, self.provider, order, found, self.core.clock.now())

    async def of(self, order: str) -> tuple[Reference, ...]:
        found = await self.core.store.do(references.of_order, self.provider, order)
        return tuple(Reference(_KINDS[one.kind], one.name, one.url, one.until) for one in found)

    async def order_of(self, kind: str, name: str) -> str:
        return await self.core.store.do(references.order_of, self.provider, kind, name)
