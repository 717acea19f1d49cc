"""How each kind of slow work is done: one row for each kind, and a sentence for whoever waits if it cannot be done.

Every performer may be repeated: work is performed at least once, its result counts once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from bot import ticket_performers as tickets
from bot.mail.code import mail_code
from bot.mail.mailbox import to_mailbox
from bot.printer.sink import SinkRefused
from bot.speak import words
from bot.ticket_performers import GIVING_UP
from bot.tools import Tools
from flows import effects as fx
from flows import events as ev
from flows import opened_letter
from flows.address import Address, lines
from flows.answers import unused
from flows.desk.request_words import answer, refusal
from flows.desk.requests import Kind
from flows.news import news
from flows.order import BY_HAND
from flows.standing import Standing
from flows.step import House
from flows.steps.letter import FIRST_STATIONERY
from flows.text import Lines, Text, text
from locales import say
from rendering.checks import address_overflow, return_overflow, unprintable
from rendering.page import Letter
from storage.store import WorkItem

__all__ = ["GIVING_UP", "PERFORMERS", "UNDONE", "Performer", "Tools", "sheet"]

LINK_LIFE = timedelta(hours=24)  # product.md, step 11


def sheet(standing: Standing, house: House, stationery: str = "") -> Letter:
    """The letter of a draft as the drawing room takes it."""
    draft = standing.draft
    language = draft.language or standing.profile.language
    return_line = draft.own_sender or " · ".join(house.return_address)
    return Letter(
        letter_id=draft.letter,
        piece_id=draft.letter[:12].upper(),
        language=language,
        text=draft.manuscript.text,
        addressee=lines(draft.addressee) if draft.addressee else (),
        return_line=return_line,
        footnote=say(_footnote(house.contact), language),
        stationery=stationery or draft.stationery or FIRST_STATIONERY,
    )


def _footnote(contact: str) -> Text:
    """The addressee is a data subject too: a short notice with the letter (KVKK m.10)."""
    return text(
        "paper",
        "This letter was sent with MektupX. Your name and address were used for its delivery only and are erased after"
        " it. For your rights (KVKK m.11) please write to: {contact}",
        contact=contact,
    )


async def _mail_code(tools: Tools, item: WorkItem, work: fx.MailCode) -> ev.Event | None:
    standing = await tools.store.standing_of(item.person)
    language = standing.profile.language if standing else "tr"
    return await mail_code(tools.post, work.address, language, tools.clock.now())


async def _measure(tools: Tools, item: WorkItem, work: fx.MeasureLetter) -> ev.Event | None:
    standing = await tools.store.standing_of(item.person)
    if standing is None or standing.draft.revision != work.revision:
        return None  # a newer one is on its way
    found = await tools.pool.measure(sheet(standing, tools.house, work.stationery))
    return ev.LetterMeasured(work.revision, work.stationery, found.pages, found.lines_over, found.unprintable)


async def _measure_address(tools: Tools, item: WorkItem, work: fx.MeasureAddress) -> ev.Event | None:
    standing = await tools.store.standing_of(item.person)
    if standing is None or standing.draft.revision != work.revision:
        return None
    if not work.sender and standing.draft.addressee and await tools.store.barred(standing.draft.addressee):
        return ev.AddressBarred(work.revision)
    shown = (standing.draft.own_sender,) if work.sender else lines(standing.draft.addressee or Address(name=""))
    if work.sender:
        wide = shown if await asyncio.to_thread(return_overflow, shown[0]) else ()
    else:
        wide = await asyncio.to_thread(address_overflow, shown)
    strange = await asyncio.to_thread(unprintable, "\n".join(shown))
    return ev.AddressUnfit(work.revision, wide, strange, work.sender) if wide or strange else None


async def _draw(tools: Tools, item: WorkItem, work: fx.DrawPreview) -> ev.Event | None:
    """The drawn bytes are kept sealed before anybody hears of them, and never over those of another revision.

    One revision always draws to the same bytes, so a second drawing of it changes nothing.
    """
    standing = await tools.store.standing_of(item.person)
    if standing is None or standing.draft.revision != work.revision or standing.draft.preview is not None:
        return None
    letter = sheet(standing, tools.house)
    measured = await tools.pool.measure(letter)
    if measured.lines_over:
        return ev.PreviewDrawn(work.revision, measured.pages, measured.lines_over, "")
    drawn = await tools.pool.draw(letter)
    standing = await tools.store.standing_of(item.person)
    if standing is None or standing.draft.revision != work.revision or standing.draft.preview is not None:
        return None
    await tools.store.keep_preview(letter.letter_id, drawn.pdf, drawn.sha256, drawn.pages)
    return ev.PreviewDrawn(work.revision, drawn.pages, 0, drawn.sha256)


async def _open_link(tools: Tools, item: WorkItem, work: fx.OpenLink) -> ev.Event | None:
    standing = await tools.store.standing_of(item.person)
    order = standing.order(work.order) if standing else None
    if standing is None or order is None:
        return None
    until = order.created_at + LINK_LIFE
    description = say(text("order", "Letter, order {order}", order=order.number), standing.profile.language)
    link = await tools.provider.open_link(order.id, order.number, order.amount, until, description)
    return ev.LinkOpened(order.id, link.url, link.until)


async def _close_link(tools: Tools, item: WorkItem, work: fx.CloseLink) -> ev.Event | None:
    """Closed first, asked afterwards: what was paid in the last moment, its callback lost, is found and given back."""
    await tools.provider.expire(work.order)
    await tools.settle(item.person, work.order)
    return None


async def _refund(tools: Tools, item: WorkItem, work: fx.Refund) -> ev.Event | None:
    done = await tools.provider.refund(work.payment, work.amount, f"refund:{work.payment}")
    return ev.RefundSettled(work.order, done.payment, done.amount)


async def _mail_documents(tools: Tools, item: WorkItem, work: fx.MailDocuments) -> ev.Event | None:
    standing = await tools.store.standing_of(item.person)
    order = standing.order(work.order) if standing else None
    if standing is None or order is None or not standing.profile.email:
        return None
    papers = [
        tools.papers.mailed(name, tools.house, standing, order, standing.draft.invoice).text
        for name in ("preinfo", "contract")
    ]
    subject = say(text("mail", "The documents of your order {order}", order=order.number), standing.profile.language)
    # Dated by the order: repeated after a lost answer it has the same Message-ID, by which mailboxes know it.
    await tools.post.send(standing.profile.email, subject, "\n\n\n".join(papers), at=order.created_at)
    return None


async def _mail_news(tools: Tools, item: WorkItem, work: fx.MailNews) -> ev.Event | None:
    """Order, refund and erasure news for a chat that cannot be reached; nothing of the letter is in them."""
    standing, at = await tools.store.standing_of(item.person), tools.clock.now()
    order = standing.order(work.order) if standing else None
    if order is not None:
        subject = text("mail", "News of your order {order}", order=order.number)
        await to_mailbox(tools.store, tools.post, item.person, subject, news(tools.house, order, work.news, at), at)
    return None


async def _mail_idle(tools: Tools, item: WorkItem, work: fx.MailIdle) -> ev.Event | None:
    subject = text("mail", "Your MektupX account")
    said = Lines((unused(work.until), text("mail", "To keep it, write /start in your chat with our bot.")))
    await to_mailbox(tools.store, tools.post, item.person, subject, said, tools.clock.now())
    return None


async def _mail_refusal(tools: Tools, item: WorkItem, work: fx.MailRefusal) -> ev.Event | None:
    subject = text("mail", "The answer to your request {number}", number=work.number)
    said = refusal(work.number, work.reason, work.article, work.days)
    await to_mailbox(tools.store, tools.post, item.person, subject, said, tools.clock.now())
    return None


async def _mail_opened(tools: Tools, item: WorkItem, work: fx.MailOpened) -> ev.Event | None:
    subject = text("mail", "News of your order {order}", order=work.order)
    await to_mailbox(tools.store, tools.post, item.person, subject, opened_letter.told(work), work.at)
    return None


async def _remove_from_tray(tools: Tools, item: WorkItem, work: fx.RemoveFromTray) -> ev.Event | None:
    """The sink that took it removes it; where another has been chosen since, a person must look. Of what a person has
    found in the print room there is no receipt: the tray's sweep removes it, if it lies there."""
    handed = await tools.store.handed_to(work.order)
    if handed is None or handed[0] == BY_HAND:
        return None
    sink, receipt = handed
    if sink != tools.sink.name:
        raise SinkRefused(f"The letter lies with the print sink {sink}, which is not in use any more.")
    await tools.sink.remove(receipt)
    return None


async def _timer(tools: Tools, item: WorkItem, work: fx.SetTimer) -> ev.Event | None:
    return ev.DeadlinePassed(work.what, work.mark)


async def _request(tools: Tools, item: WorkItem, work: fx.OpenRequest) -> ev.Event | None:
    now = tools.clock.now()
    number, due, again = await tools.store.open_request(item.id, item.person, work.kind, now, work.choice)
    return ev.RequestOpened(work.kind, number, due, again)


async def _withdraw(tools: Tools, item: WorkItem, work: fx.WithdrawRequest) -> ev.Event | None:
    done = await tools.store.withdraw_request(item.person, work.request, tools.clock.now())
    return ev.RequestWithdrawn(work.request, done)


async def _mail_answer(tools: Tools, item: WorkItem, work: fx.MailAnswer) -> ev.Event | None:
    """What the work holds is all that is left: the account it is about is erased already."""
    subject = say(text("mail", "The answer to your request {number}", number=work.request), work.language)
    said = words(answer(Kind(work.kind), work.request, work.kept, work.days), work.language)
    await tools.post.send(work.address, subject, said, at=tools.clock.now())
    return None


Performer = Callable[[Tools, WorkItem, Any], Awaitable[ev.Event | None]]

PERFORMERS: Mapping[type[fx.Work], Performer] = {
    fx.MailCode: _mail_code,
    fx.MeasureLetter: _measure,
    fx.MeasureAddress: _measure_address,
    fx.DrawPreview: _draw,
    fx.OpenLink: _open_link,
    fx.CloseLink: _close_link,
    fx.Refund: _refund,
    fx.MailDocuments: _mail_documents,
    fx.MailNews: _mail_news,
    fx.RemoveFromTray: _remove_from_tray,
    fx.SetTimer: _timer,
    fx.OpenTicket: tickets.ticket,
    fx.EditTicket: tickets.edit_ticket,
    fx.SendPicture: tickets.picture,
    fx.BringPicture: tickets.bring_picture,
    fx.RateTicket: tickets.rate_ticket,
    fx.OpenRequest: _request,
    fx.WithdrawRequest: _withdraw,
    fx.MailAnswer: _mail_answer,
    fx.MailIdle: _mail_idle,
    fx.MailOpened: _mail_opened,
    fx.MailRefusal: _mail_refusal,
}

# What somebody who waits is told when a partner could not be reached; work without a line here is tried for ever.
UNDONE: Mapping[type[fx.Work], Callable[[Any], ev.Event]] = {
    fx.MailCode: lambda work: ev.MailRefused(work.address),
    fx.OpenLink: lambda work: ev.LinkRefused(work.order),
    fx.DrawPreview: lambda work: ev.PreviewRefused(work.revision),
    fx.SendPicture: lambda work: ev.PictureRefused("away"),
    fx.MeasureLetter: lambda work: ev.LetterUnmeasured(work.revision),
}
