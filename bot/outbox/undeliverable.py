"""A message that will never arrive: whoever has written it is told, and its reader reads that it is missing.

Both are kept in one transaction with the outbox, so neither is said twice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from bot.base.clock import Clock
from bot.outbox.delivery import Unmade
from bot.wording.speak import words
from flows.core.events import Envelope, Moment, Person, PreviewUndelivered, TicketUnshown
from flows.core.outgoing import OutgoingMessage
from flows.desk.support.ticket import Ticket
from flows.words.text import Text, Verbatim, text
from locales import pick
from storage.queues import desk_events, messages
from storage.store.store import Store, StoredMessage, Transaction
from storage.support import staff, ticket_writes, tickets

__all__ = ["OnRefused", "kept_back", "to_sender", "to_staff", "unsaid"]

OnRefused = Callable[[StoredMessage, str], Awaitable[OutgoingMessage | None]]
"""A message that will never arrive, and the messenger's reason or the name of our error -> what is said in its place,
if anything is."""


async def unsaid(stored: StoredMessage, reason: str) -> None:
    """Nobody is told."""


MISSING = text(
    "machine",
    "A message of ours belongs here, but Telegram did not take it. Nothing of yours is lost; /start shows where you"
    " are.",
)


NOT_MADE = text(
    "machine",
    "We could not make the file that belongs here. The mistake is ours, we are sorry. Nothing of yours is lost; please"
    " write to us with /support and we send it to you.",
)


def _answer_missing(number: int) -> Text:
    return text(
        "support",
        "The support desk has answered your question {number}, but Telegram did not take the answer. The desk knows,"
        " and will write to you once more.",
        number=number,
    )


def _answer_lost(number: int, reason: str) -> Text:
    return text(
        "ticket",
        "#{number} · your answer did not reach the sender: Telegram does not take it. Please answer once more in other"
        " words. Telegram's reason: {reason}",
        number=number,
        reason=Verbatim(reason),
    )


def _question_missing(number: int, reason: str) -> Text:
    return text(
        "ticket",
        "#{number} · a message of the sender belongs here, but Telegram does not take it. The sender has been asked to"
        " write it once more. Telegram's reason: {reason}",
        number=number,
        reason=Verbatim(reason),
    )


def _missing(reason: str) -> Text:
    return text(
        "staff",
        "A message belongs here, but Telegram does not take it. Telegram's reason: {reason}",
        reason=Verbatim(reason),
    )


async def to_sender(
    store: Store,
    receive: Callable[[Envelope], Awaitable[Any]],
    moment: Callable[[], Moment],
    stored: StoredMessage,
    reason: str,
) -> OutgoingMessage | None:
    """What the sender reads in its place. A preview's question is put by its own step."""
    message, now = stored.message, moment()
    if message.instead:
        return None
    if message.attachment is not None and message.attachment.kind == "preview":
        event = PreviewUndelivered(message.attachment.of)
        await receive(Envelope(f"undelivered:{stored.id}", stored.person, event, now))
        return None
    number = message.relays
    said = _answer_missing(number) if number else NOT_MADE if reason == Unmade.__name__ else MISSING
    instead = OutgoingMessage("say", words(said, stored.language or pick(None)), instead=True)
    async with store.transaction() as tx:
        ticket = await tx.do(tickets.about, number) if number else None
        if ticket is not None:
            await _to_desk(tx, ticket, _answer_lost(number, reason), now.at)
            await tx.do(ticket_writes.waits_for_us, number)
        await tx.do(messages.put_instead, stored.id, instead)
    return instead


async def kept_back(store: Store, now: datetime, person: Person) -> None:
    """A sender has blocked us, or is gone: agents whose words wait for them are told."""
    for number in await store.do(messages.relayed_to, person):
        said = text(
            "ticket",
            "#{number} · the sender has blocked the bot, or is gone: your answer waits, and is delivered only if they"
            " come back.",
            number=number,
        )
        async with store.transaction() as tx:
            await _to_desk(tx, await tx.do(tickets.about, number), said, now)


async def _to_desk(tx: Transaction, ticket: Ticket | None, said: Text, now: datetime) -> None:
    """Where the ticket is talked about, or without such a place to whoever has answered."""
    if ticket is None:
        return
    desk = ticket.desk or (ticket.answered_by.handle if ticket.answered_by else "")
    if desk:
        told = OutgoingMessage("say", words(said, pick(None)), about=(ticket.number,))
        await tx.do(staff.post, [(desk, told)], at=now, taker="")


async def to_staff(store: Store, clock: Clock, stored: StoredMessage, reason: str) -> OutgoingMessage | None:
    """What the staff reads in its place."""
    message = stored.message
    if message.instead:
        return None
    number = message.relays
    said = _question_missing(number, reason) if number else _missing(reason)
    instead = OutgoingMessage("say", words(said, pick(None)), about=message.about, instead=True)
    async with store.transaction() as tx:
        ticket = await tx.do(tickets.about, number) if number else None
        if ticket is not None:
            await tx.do(desk_events.add, ticket.person, TicketUnshown(number), clock.now())
        await tx.do(messages.put_instead, stored.id, instead)
    return instead
