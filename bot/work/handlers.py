"""How each kind of slow work is done: one row for each kind, and a sentence for whoever waits if it cannot be done.

Every handler may be repeated: work is performed at least once, its result counts once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.printer.sink import SinkRefused
from bot.work import letter_handlers, mail_handlers, payment_handlers, photo_handlers, ticket_handlers
from bot.work.context import WorkContext
from bot.work.ticket_handlers import GIVING_UP
from flows.core import effects as fx
from flows.core import events as ev
from flows.order.order import BY_HAND
from storage.printing import scans
from storage.rights import requests
from storage.store.store import WorkItem

__all__ = [
    "GIVING_UP",
    "HANDLERS",
    "REFUSED",
    "UNDONE",
    "Handler",
    "WorkContext",
]


async def _remove_from_tray(context: WorkContext, item: WorkItem, work: fx.RemoveFromTray) -> ev.Event | None:
    """The sink that took it removes it; where another has been chosen since, a person must look. Of what a person has
    found in the print room there is no receipt: the tray's sweep removes it, if it lies there."""
    handed = await context.store.do(scans.handed_to, work.order)
    if handed is None or handed[0] == BY_HAND:
        return None
    sink, receipt = handed
    if sink != context.sink.name:
        raise SinkRefused(f"The letter lies with the print sink {sink}, which is not in use any more.")
    await context.sink.remove(receipt)
    return None


async def _timer(context: WorkContext, item: WorkItem, work: fx.SetTimer) -> ev.Event | None:
    return ev.DeadlinePassed(work.what, work.mark)


async def _request(context: WorkContext, item: WorkItem, work: fx.OpenRequest) -> ev.Event | None:
    now = context.clock.now()
    number, due, again = await context.store.do(requests.open, item.id, item.person, work.kind, now, work.choice)
    return ev.RequestOpened(work.kind, number, due, again)


async def _withdraw(context: WorkContext, item: WorkItem, work: fx.WithdrawRequest) -> ev.Event | None:
    done = await context.store.do(requests.withdraw, item.person, work.request, context.clock.now())
    return ev.RequestWithdrawn(work.request, done)


Handler = Callable[[WorkContext, WorkItem, Any], Awaitable[ev.Event | None]]

HANDLERS: Mapping[type[fx.Work], Handler] = {
    fx.MailCode: mail_handlers.mail_one_time_code,
    fx.MeasureLetter: letter_handlers.measure,
    fx.MeasureAddress: letter_handlers.measure_address,
    fx.DrawPreview: letter_handlers.draw,
    fx.KeepPhoto: photo_handlers.keep_photo,
    fx.BringDraft: letter_handlers.bring_draft,
    fx.OpenLink: payment_handlers.open_link,
    fx.CloseLink: payment_handlers.close_link,
    fx.Refund: payment_handlers.refund,
    fx.MailDocuments: mail_handlers.mail_documents,
    fx.MailNews: mail_handlers.mail_news,
    fx.RemoveFromTray: _remove_from_tray,
    fx.SetTimer: _timer,
    fx.OpenTicket: ticket_handlers.ticket,
    fx.EditTicket: ticket_handlers.edit_ticket,
    fx.SendPicture: ticket_handlers.picture,
    fx.BringPicture: ticket_handlers.bring_picture,
    fx.RateTicket: ticket_handlers.rate_ticket,
    fx.OpenRequest: _request,
    fx.WithdrawRequest: _withdraw,
    fx.MailAnswer: mail_handlers.mail_answer,
    fx.MailIdle: mail_handlers.mail_idle,
    fx.MailDraftEnding: mail_handlers.mail_draft_ending,
    fx.MailOpened: mail_handlers.mail_opened,
    fx.MailRefusal: mail_handlers.mail_refusal,
}

# What somebody who waits is told when a partner could not be reached. Work without a line here is tried
# for as long as its failure may pass; after one that cannot, it is parked for a person (bot.work.worker).
UNDONE: Mapping[type[fx.Work], Callable[[Any], ev.Event]] = {
    fx.MailCode: lambda work: ev.MailRefused(work.address),
    fx.OpenLink: lambda work: ev.LinkRefused(work.order),
    fx.DrawPreview: lambda work: ev.PreviewRefused(work.revision),
    fx.SendPicture: lambda work: ev.PictureRefused("away"),
    fx.KeepPhoto: lambda work: ev.PhotoRefused(work.letter, work.message, "away"),
    fx.MeasureLetter: lambda work: ev.LetterUnmeasured(work.revision),
}

# What they are told where our own drawing room refused for good. It stays parked, so that a person looks.
REFUSED: Mapping[type[fx.Work], Callable[[Any], ev.Event]] = {
    fx.DrawPreview: lambda work: ev.PreviewRefused(work.revision, final=True),
}
