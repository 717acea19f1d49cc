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
    institution's, where this process shows it. former: institutions of before, by name."""

    provider: PaymentProvider
    reconciler: Reconciler
    callbacks: PaymentCallbacks
    own_link: Callable[[str], Awaitable[str]] | None = None
    page: OwnPage | None = None
    former: Mapping[str, PaymentProvider] = field(default_factory=dict)


@asynccontextmanager
async def payments(core: Core, web: Web | None) -> AsyncIterator[Payments]:
    """web: the server whose process takes callbacks; None in another. Errors: ValueError for a name or credentials."""
    settings, clock = core.settings, core.clock
    name, public = settings.payment_provider, settings.public
    institution = institution_named(name)
    given = settings.credentials_of(name) or Credentials(institution.credentials)
    api = f"{public}/{name}" if institution.page else given.api
    known = _References(core, name)
    provider = institution.provider(Access(given.secret, api, f"{public}/payments/{name}", clock, known))
    former = _former(core)
    reconciler = Reconciler(core.store, provider, clock, core.door.receive)
    heard = PaymentCallbacks(core.store, clock, provider, reconciler)
    page: OwnPage | None = None
    if web is not None:
        answer = institution.callback_answer
        web.app.router.add_post(f"/payments/{name}", callback_handler(provider, heard.heard, answer))
        chat = ChatLink(settings.customer_token, settings.telegram_api)
        pages = PaymentPages(core.store, clock, institution, provider, known, reconciler.settle, chat)
        pages.add_to(web.app)
    if web is not None and institution.page is not None:
        assert settings.seller is not None
        folder = settings.key_store.parent
        page = institution.page(Hosting(folder, given.secret, clock, settings.seller.title, api))
        web.app.add_subapp(f"/{name}", page.app())

    async def own_link(order: str) -> str:
        return public + await core.store.do(own_links.path_of, order)

    try:
        yield Payments(provider, reconciler, heard, own_link if institution.lazily else None, page, former)
    finally:
        await heard.close()
        for one in (provider, *former.values()):
            await one.close()


def _former(core: Core) -> dict[str, PaymentProvider]:
    """Institutions of before, whose credentials still stand in the file."""
    settings, public = core.settings, core.settings.public
    made: dict[str, PaymentProvider] = {}
    for name in settings.institutions - {settings.payment_provider}:
        institution, given = institution_named(name), settings.credentials_of(name)
        assert given is not None
        api = f"{public}/{name}" if institution.page else given.api
        access = Access(given.secret, api, f"{public}/payments/{name}", core.clock, _References(core, name))
        made[name] = institution.provider(access)
    return made


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
