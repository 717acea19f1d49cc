"""The institutions the operator can choose between: a new one is one file beside this one and one line here."""

from __future__ import annotations

from typing import Final

from bot.payments.provider import Access, Factory, PaymentProvider
from bot.payments.sandbox.merchant import SandboxProvider

__all__ = ["PROVIDERS", "provider_named"]

PROVIDERS: Final[dict[str, Factory]] = {
    "sandbox": SandboxProvider,
}


def provider_named(name: str, access: Access) -> PaymentProvider:
    """The institution the settings ask for. A ValueError says what is wrong with a name or with credentials."""
    factory = PROVIDERS.get(name)
    if factory is None:
        raise ValueError(f"There is no payment provider {name!r}; accepted: {', '.join(sorted(PROVIDERS))}.")
    return factory(access)
