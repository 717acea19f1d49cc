"""Remembers each attempt to send money back, so that no part of a payment is sent twice after a lost answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Final

from bot.payments.provider import ProviderError, Reference, References

__all__ = ["SETTLING", "UNSURE", "RefundAttempts"]

SETTLING: Final = timedelta(minutes=2)
"""How long an institution's list may lag behind a refund: public programs poll it for seconds until theirs is there.
Until then one whose answer was lost is not sent again; our worker asks after 1, 5, 15, 60 and 300 seconds."""

UNSURE: Final = "unsure"
"""How the staff hears of a refund that may have been made: flows.desk.printing.refund_wording.ANSWERS."""

_REFUSED: Final = "!"
"""At the end of an attempt's name."""


class RefundAttempts:
    """Noted before they are sent, under the payment's own number: an erasure of the order's references leaves them.

    A list without our refund proves nothing, for it may lag. So what was perhaps made is sent again only where the
    institution itself would refuse a second one: a whole payment. A part waits for a person.
    """

    def __init__(self, institution: str, references: References) -> None:
        self._institution, self._references = institution, references

    async def begin(self, payment: str, key: str, now: datetime, *, whole: bool, order: str = "") -> Reference:
        """The next attempt, noted. Raises ProviderError where an earlier one may have been made.

        whole: all that was paid goes back. order: where attempts were noted before they stood under the payment.
        """
        last, unanswered = await self._sent(payment, key, order)
        if any(one.until is not None and now < one.until for one in unanswered):
            raise ProviderError(
                f"A refund at {self._institution} went unanswered; its list is not certain yet.", retry=True
            )
        if unanswered and not whole:
            raise self._doubtful("Sent again, a part could be paid twice")
        attempt = Reference("payment", f"{key}#{last + 1}", until=now + SETTLING)
        if not await self._references.note(payment, attempt):  # another process has read the same, and was faster
            raise ProviderError(f"A refund at {self._institution} is being sent by somebody else.", retry=True)
        return attempt

    async def refused(self, payment: str, attempt: Reference) -> None:
        """The institution has said that nothing was done: it may be sent again."""
        await self._references.note(payment, Reference("payment", attempt.name + _REFUSED))

    def refused_again(self) -> ProviderError:
        """What an institution's final no means after a lost answer: the refund before may have emptied the payment."""
        return self._doubtful("Sent again, it was refused")

    def _doubtful(self, why: str) -> ProviderError:
        """What a person has to look for: an unanswered refund that is not in the list."""
        return ProviderError(
            f"A refund at {self._institution} went unanswered, and it does not list it. {why}: look in its panel"
            " whether it was made.",
            retry=False,
            said=UNSURE,
        )

    @asynccontextmanager
    async def in_doubt(self, payment: str, key: str, order: str = "") -> AsyncIterator[None]:
        """A failure for good is no refusal where one was sent that nobody has refused: the staff hears that it may have
        been made, or it would be paid again by hand."""
        try:
            yield
        except ProviderError as error:
            if error.retry or error.said or not await self.unanswered(payment, key, order):
                raise
            raise ProviderError(str(error), retry=False, said=UNSURE) from error

    async def unanswered(self, payment: str, key: str, order: str = "") -> bool:
        """Whether one was sent of which nobody knows what became of it."""
        return bool((await self._sent(payment, key, order))[1])

    async def _sent(self, payment: str, key: str, order: str) -> tuple[int, list[Reference]]:
        """The number of the last one, and those that may have been made."""
        places = dict.fromkeys(place for place in (order, payment) if place)
        noted = [one for place in places for one in await self._references.of(place) if one.name.startswith(f"{key}#")]
        refused = {one.name for one in noted if one.name.endswith(_REFUSED)}
        sent = [one for one in noted if one.name not in refused]
        last = max((_number(one.name) for one in sent), default=0)
        return last, [one for one in sent if one.name + _REFUSED not in refused]


def _number(name: str) -> int:
    """Of an attempt, counted from 1."""
    last = name.rpartition("#")[2]
    return int(last) if last.isdecimal() else 0
