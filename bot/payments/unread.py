"""Asks about each attempt to pay of an order: one whose answer cannot be read hides no other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from bot.payments.provider import Payment, ProviderError

__all__ = ["Unread", "ask_each"]

T = TypeVar("T")


class Unread(ProviderError):
    """Of some attempts the institution gave no answer that can be read. read: the others, oldest first.

    What was read counts: money that is known of waits for no answer about other money. retry: whether asking again
    can help with any of them.
    """

    def __init__(self, read: tuple[Payment, ...], errors: list[ProviderError]) -> None:
        super().__init__(" ".join(dict.fromkeys(map(str, errors))), retry=any(error.retry for error in errors))
        self.read = read


async def ask_each(asked: Iterable[T], ask: Callable[[T], Awaitable[Payment | None]]) -> tuple[Payment, ...]:
    """What became of each; `ask` gives None where nothing did. Raises Unread once all have been asked about."""
    read: list[Payment] = []
    errors: list[ProviderError] = []
    for one in asked:
        try:
            payment = await ask(one)
        except ProviderError as error:
            errors.append(error)
            continue
        if payment is not None:
            read.append(payment)
    if errors:
        raise Unread(tuple(read), errors) from errors[0]
    return tuple(read)
