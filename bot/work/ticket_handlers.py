"""How a sender's words, corrections, stars and pictures reach the support desk, and an agent's picture the sender."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from bot.messenger.downloads import FileError
from bot.messenger.polling import Slower
from bot.wording.speak import words
from bot.work.context import WorkContext
from flows.conversation.pictures import LARGEST
from flows.core import effects as fx
from flows.core import events as ev
from flows.core.events import Person
from flows.core.outgoing import OutgoingMessage
from flows.words.text import Text, text
from locales import pick
from rendering.processes.pool import RenderFailed
from storage.store.store import WorkItem
from storage.support import pictures, sender_side, ticket_writes
from storage.support.sender_side import NotTaken, OutOfOrder

__all__ = ["GIVING_UP", "Unusable", "bring_picture", "drawn_anew", "edit_ticket", "picture", "rate_ticket", "ticket"]

T = TypeVar("T")
GIVING_UP = 4  # tries after which somebody who waits is told


async def ticket(context: WorkContext, item: WorkItem, work: fx.OpenTicket) -> ev.Event | None:
    try:
        number, joined = await _in_turn(
            context,
            lambda: context.store.do(
                sender_side.open_ticket, item.id, item.person, work.words, message=work.message, now=context.clock.now()
            ),
        )
    except NotTaken as refused:
        return ev.TicketRefused(refused.because, refused.until)
    return None if work.quiet and joined else ev.TicketOpened(number, joined)


async def picture(context: WorkContext, item: WorkItem, work: fx.SendPicture) -> ev.Event | None:
    """Whether the desk takes anything of this sender is asked before the picture is fetched, and counted after it; what
    is no picture counts too: the drawing room, which everybody waits for, works seconds on a bad one."""
    try:
        await context.store.do(sender_side.may_ask, item.person, context.clock.now())
        shown = await _cleaned(context, item, work.file)
        number, joined = await _in_turn(
            context,
            lambda: context.store.do(
                sender_side.open_ticket,
                item.id,
                item.person,
                work.words,
                message=work.message,
                now=context.clock.now(),
                picture=shown,
            ),
        )
    except NotTaken as refused:
        return ev.TicketRefused(refused.because, refused.until)
    except Unusable as found:
        return ev.PictureRefused(found.because)
    return None if work.quiet and joined else ev.TicketOpened(number, joined)


class Unusable(Exception):
    """A sender's file that is no picture we can show: `because` as of PictureRefused, `reason` the drawing room's."""

    def __init__(self, because: str, reason: str = "") -> None:
        super().__init__(because)
        self.because, self.reason = because, reason


async def _cleaned(context: WorkContext, item: WorkItem, file: str) -> bytes:
    """A sender's picture, drawn anew. Errors: as of `drawn_anew`."""
    return await drawn_anew(context, item, file, context.pool.photo)


async def drawn_anew(
    context: WorkContext, item: WorkItem, file: str, draw: Callable[[bytes, Person], Awaitable[T]]
) -> T:
    """A sender's picture, as `draw` makes it. Errors: NotTaken of too many, Unusable, FileError, RenderFailed."""
    if context.tries is not None and not item.attempts:
        try:
            context.tries.admit(hash(item.person.handle))
        except Slower as slower:
            raise NotTaken("flood", context.clock.now() + timedelta(seconds=slower.seconds)) from None
    raw = await context.fetch("customer", file)
    if len(raw) > LARGEST:
        raise Unusable("big")
    try:
        return await draw(raw, item.person)
    except RenderFailed as failed:
        if failed.reason in INNOCENT:
            raise
        raise Unusable("unreadable", failed.reason) from None


async def bring_picture(context: WorkContext, item: WorkItem, work: fx.BringPicture) -> ev.Event | None:
    """An agent who cannot be helped is told where they wrote; nothing is sent to the sender then."""
    try:
        raw = await context.fetch("staff", work.file)
        shown = await context.pool.photo(raw)
    except (FileError, RenderFailed) as error:
        passing = error.retry if isinstance(error, FileError) else error.reason in INNOCENT
        if passing and item.attempts + 1 < GIVING_UP:
            raise
        said = OutgoingMessage("say", words(NOT_BROUGHT, pick(None)), answers=work.message)
        await context.store.do(pictures.answer_lost, item.id, work, said, context.clock.now())
        return None
    await context.store.do(pictures.keep_for, item.person, work.ticket, work.mark, shown, now=context.clock.now())
    return ev.TicketAnswered(work.ticket, work.words, work.mark)


INNOCENT = ("the pool was stopped", "its worker was lost")  # what the drawing room says that may not be the picture's
NOT_BROUGHT: Text = text(
    "ticket", "The picture of this answer could not be fetched or read, so nothing was sent. Please send it once more."
)


async def edit_ticket(context: WorkContext, item: WorkItem, work: fx.EditTicket) -> ev.Event | None:
    """An edit that changes nothing is answered with nothing, unless its picture was left out; a second try may have
    changed all the first time."""
    now = context.clock.now
    try:
        shown, left_out = await _picture_of(context, item, work)
        done = await _in_turn(
            context,
            lambda: context.store.do(
                sender_side.edit_ticket,
                item.id,
                item.person,
                work.words,
                message=work.message,
                now=now(),
                picture=shown,
            ),
        )
    except NotTaken as refused:
        return ev.TicketRefused(refused.because, refused.until)
    if not (done.changed or left_out or item.attempts):
        return None
    if not done.open:
        return ev.TicketEdited(0, closed=done.ticket)
    return ev.TicketEdited(done.ticket, later=done.later, left_out=left_out)


async def _picture_of(context: WorkContext, item: WorkItem, work: fx.EditTicket) -> tuple[bytes, str]:
    """(picture, "") of a message of an open ticket that was edited; (b"", why) where it is left out: the words are
    corrected all the same. Errors: NotTaken, and what may pass by itself."""
    if not work.file or not await context.store.do(
        sender_side.may_edit, item.person, work.message, context.clock.now()
    ):
        return b"", ""
    try:
        return await _cleaned(context, item, work.file), ""
    except Unusable as found:
        return b"", found.because
    except FileError as error:
        if error.retry and item.attempts + 1 < GIVING_UP:
            raise
        return b"", "away"


async def rate_ticket(context: WorkContext, item: WorkItem, work: fx.RateTicket) -> ev.Event | None:
    await context.store.do(ticket_writes.rate, item.person, work.number, work.stars)
    return None


async def _in_turn(context: WorkContext, act: Callable[[], Awaitable[T]]) -> T:
    """Work is done side by side; a sender's words to the desk wait a moment for the older ones."""
    for _ in range(20):
        try:
            return await act()
        except OutOfOrder:
            await context.clock.pause(0.05)
    return await act()
