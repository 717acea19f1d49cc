"""How the pretended iyzico misbehaves: a table of what a button of its page does, and one of spoiled answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

__all__ = ["ACTS", "FAULTS", "Act", "Fault"]


@dataclass(frozen=True, slots=True)
class Act:
    """What a payer's tap means. more: kuruş above the price. webhooks: those that follow. returns: whether the browser
    comes back with the token. fault: of the answer to the next question about a page."""

    status: Literal["SUCCESS", "FAILURE", "INIT_THREEDS", ""] = "SUCCESS"
    fraud: int | None = 1
    more: int = 0
    currency: str = ""
    webhooks: tuple[Literal["signed", "unsigned", "forged", "late"], ...] = ("signed",)
    returns: bool = True
    fault: str = ""


ACTS: Final[Mapping[str, Act]] = {
    "pay": Act(),
    "decline": Act("FAILURE", None),
    "hold": Act(fraud=0),
    "unknown_fraud": Act(fraud=7),
    "bank": Act("INIT_THREEDS", None, webhooks=(), returns=False),
    "less": Act(more=-100),
    "more": Act(more=100),
    "currency": Act(currency="USD"),
    "lost": Act(webhooks=(), returns=False),
    "late": Act(webhooks=("late",), returns=False),
    "twice": Act(webhooks=("signed", "signed", "signed")),
    "unsigned": Act(webhooks=("unsigned",)),
    "forged": Act("", webhooks=("forged",), returns=False),
    "html": Act(fault="html"),
    "error": Act(fault="error"),
    "redirect": Act(fault="redirect"),
    "end": Act("", webhooks=(), returns=False),
}
"""The first two are those of the real one. "forged" pays nothing: somebody else posts that it was paid."""


@dataclass(frozen=True, slots=True)
class Fault:
    """acts: whether iyzico still does what it was asked. answer: what is said instead, None for the real answer;
    before and after: changes to the answer before it is signed, and afterwards."""

    acts: bool = True
    answer: Literal["html", "error", "redirect", "closed", "hangs", "limit"] | None = None
    before: Callable[[dict[str, Any]], None] = lambda body: None
    after: Callable[[dict[str, Any]], None] = lambda body: None


def _set(**values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda body: body.update(values)


FAULTS: Final[Mapping[str, Fault]] = {
    "html": Fault(acts=False, answer="html"),
    "html_done": Fault(answer="html"),
    "error": Fault(acts=False, answer="error"),
    "error_done": Fault(answer="error"),
    "redirect": Fault(acts=False, answer="redirect"),
    "unheard": Fault(acts=False, answer="closed"),
    "lost": Fault(answer="closed"),
    "slow": Fault(answer="hangs"),
    "limit": Fault(acts=False, answer="limit"),
    "null_conversation": Fault(before=_set(conversationId=None)),
    "another_conversation": Fault(before=_set(conversationId="0" * 32)),
    "another_page": Fault(before=_set(token="another")),
    "another_basket": Fault(before=_set(basketId="another")),
    "another_payment": Fault(before=_set(paymentId="1")),
    "another_amount": Fault(before=lambda body: body["price"].change(1)),
    "unsigned": Fault(after=lambda body: body.pop("signature", None)),
    "tampered": Fault(after=lambda body: body.get("paidPrice", body["price"]).change(-100)),
    "missigned": Fault(after=_set(signature="0" * 64)),
    "no_number": Fault(before=_set(paymentId=None)),
    "no_currency": Fault(before=_set(currency=None)),
}
