"""Asks a payment institution something harmless with our credentials, before the service starts."""

from __future__ import annotations

from bot.base.clock import SystemClock
from bot.base.setting_types import Credentials
from bot.base.settings import Settings
from bot.payments.provider import Access, Reference
from bot.payments.registry import institution_named

__all__ = ["callback_of", "probe"]


def callback_of(settings: Settings, name: str) -> str:
    """Where the institution calls us."""
    return f"{settings.public}/payments/{name}"


async def probe(settings: Settings, name: str) -> None:
    """Returns where all is well. Errors: ValueError for a name or credentials that cannot be read; ProviderError."""
    institution = institution_named(name)
    given = settings.credentials_of(name) or Credentials(institution.credentials)
    access = Access(given.secret, given.api, callback_of(settings, name), SystemClock(), _NoReferences())
    provider = institution.provider(access)
    try:
        if institution.page is None:
            await provider.probe()
    finally:
        await provider.close()


class _NoReferences:
    """No order is asked about."""

    async def note(self, order: str, reference: Reference) -> bool:
        return True

    async def of(self, order: str) -> tuple[Reference, ...]:
        return ()

    async def order_of(self, kind: str, name: str) -> str:
        return ""
