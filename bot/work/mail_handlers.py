"""Mails as slow work: codes, documents, and answers and news for whoever cannot be reached in a chat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.mail.code import mail_code
from bot.mail.mailbox import to_mailbox
from bot.mail.post import Enclosure
from bot.wording.speak import words
from bot.work.context import WorkContext
from flows.conversation import opened_letter
from flows.conversation.data_rights import unused
from flows.conversation.deadlines import unfinished
from flows.core import effects as fx
from flows.core import events as ev
from flows.core.state import Order, Preview, Standing
from flows.core.step import Here
from flows.desk.requests.table import Kind
from flows.desk.requests.wording import answer, refusal
from flows.order.notifications import news
from flows.words.text import FullDate, Lines, Text, text
from locales import say
from storage.payments import contracts
from storage.senders import people
from storage.store.store import WorkItem


async def mail_one_time_code(context: WorkContext, item: WorkItem, work: fx.MailCode) -> ev.Event | None:
    standing = await context.store.do(people.standing_of, item.person)
    language = standing.profile.language if standing else "tr"
    return await mail_code(context.post, work.address, language, context.clock.now())


async def mail_documents(context: WorkContext, item: WorkItem, work: fx.MailDocuments) -> ev.Event | None:
    standing = await context.store.do(people.standing_of, item.person)
    order = standing.order(work.order) if standing else None
    if standing is None or order is None or not standing.profile.email:
        return None
    kept = await context.store.do(contracts.of_order, order.id)
    if kept is None:  # accepted before contracts were kept
        here = Here(_as_ordered(standing, order), context.operator, order.created_at, "")
        papers = [context.documents.filled(name, here) for name in FILE_NAMES]
    else:
        papers = [one.document for one in kept.documents]
    language = standing.profile.language
    subject = say(text("mail", "The documents of your order {order}", order=order.number), language)
    words = "\n\n\n".join((say(cover(order), language), *(paper.text for paper in papers)))
    files = [Enclosure(file_name(paper.name, language), "text/plain", paper.text.encode()) for paper in papers]
    # Dated by the order: repeated after a lost answer it has the same Message-ID, by which mailboxes know it.
    await context.post.send(standing.profile.email, subject, words, files, at=order.created_at)
    return None


def _as_ordered(standing: Standing, order: Order) -> Standing:
    preview = Preview(0, order.pages, order.sha256, approved=True)
    draft = replace(standing.draft, product=order.product, posting_date=order.posting_date, preview=preview)
    return replace(standing, draft=draft)


def cover(order: Order) -> Text:
    """What the documents themselves cannot say: the order gets its number when they are accepted."""
    return text(
        "mail",
        "You accepted these two documents for your order {order} on {at}. The attached files hold the same words.",
        order=order.number,
        at=FullDate(order.created_at),
    )


FILE_NAMES: Mapping[str, Text] = {
    "preinfo": text("mail", "pre-information-form"),
    "contract": text("mail", "distance-sales-contract"),
}


def file_name(document: str, language: str) -> str:
    return f"{say(FILE_NAMES[document], language)}.txt"


async def mail_news(context: WorkContext, item: WorkItem, work: fx.MailNews) -> ev.Event | None:
    """Order, refund and erasure news for a chat that cannot be reached; nothing of the letter is in them."""
    standing, at = await context.store.do(people.standing_of, item.person), context.clock.now()
    order = standing.order(work.order) if standing else None
    if order is not None:
        subject = text("mail", "News of your order {order}", order=order.number)
        said = news(context.operator, order, work.news, at, work.refund)
        await to_mailbox(context.store, context.post, item.person, subject, said, at)
    return None


async def mail_idle(context: WorkContext, item: WorkItem, work: fx.MailIdle) -> ev.Event | None:
    subject = text("mail", "Your MektupX account")
    said = Lines((unused(work.until), text("mail", "To keep it, write /start in your chat with our bot.")))
    await to_mailbox(context.store, context.post, item.person, subject, said, context.clock.now())
    return None


async def mail_draft_ending(context: WorkContext, item: WorkItem, work: fx.MailDraftEnding) -> ev.Event | None:
    subject = text("mail", "Your unfinished letter")
    how = text("mail", "To go on with it, write /start in your chat with our bot.")
    said = Lines((unfinished(work.until), how))
    await to_mailbox(context.store, context.post, item.person, subject, said, context.clock.now())
    return None


async def mail_refusal(context: WorkContext, item: WorkItem, work: fx.MailRefusal) -> ev.Event | None:
    subject = text("mail", "The answer to your request {number}", number=work.number)
    said = refusal(work.number, work.reason, work.article, work.days)
    await to_mailbox(context.store, context.post, item.person, subject, said, context.clock.now())
    return None


async def mail_opened(context: WorkContext, item: WorkItem, work: fx.MailOpened) -> ev.Event | None:
    subject = text("mail", "News of your order {order}", order=work.order)
    await to_mailbox(context.store, context.post, item.person, subject, opened_letter.told(work), work.at)
    return None


async def mail_answer(context: WorkContext, item: WorkItem, work: fx.MailAnswer) -> ev.Event | None:
    """What the work holds is all that is left: the account it is about is erased already."""
    subject = say(text("mail", "The answer to your request {number}", number=work.request), work.language)
    said = words(answer(Kind(work.kind), work.request, work.kept, work.days), work.language)
    await context.post.send(work.address, subject, said, at=context.clock.now())
    return None
