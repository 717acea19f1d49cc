"""The institutions the operator can choose between: a new one is one file beside this one and one line here."""

from __future__ import annotations

from typing import Final

from bot.payments.iyzico import IYZICO
from bot.payments.paytr import PAYTR
from bot.payments.provider import Institution
from bot.payments.sandbox import SANDBOX

__all__ = ["PROVIDERS", "institution_named"]

PROVIDERS: Final[dict[str, Institution]] = {
    "sandbox": SANDBOX,
    "iyzico": IYZICO,
    "paytr": PAYTR,
}


def institution_named(name: str) -> Institution:
    """The institution the settings ask for. A ValueError says which there are."""
    institution = PROVIDERS.get(name)
    if institution is None:
        raise ValueError(f"There is no payment provider {name!r}; accepted: {', '.join(sorted(PROVIDERS))}.")
    return institution
