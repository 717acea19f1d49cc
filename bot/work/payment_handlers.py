"""Payments as slow work: a link opened or closed, a refund asked for."""

from __future__ import annotations

from datetime import timedelta

from bot.payments.provider import Checkout
from bot.work.context import WorkContext
from flows.core import effects as fx
from flows.core import events as ev
from flows.words.text import text
from locales import say
from storage.senders import people
from storage.store.store import WorkItem

LINK_LIFE = timedelta(hours=24)


async def open_link(context: WorkContext, item: WorkItem, work: fx.OpenLink) -> ev.Event | None:
    standing = await context.store.do(people.standing_of, item.person)
    order = standing.order(work.order) if standing else None
    if standing is None or order is None:
        return None
    until = order.created_at + LINK_LIFE
    language = standing.profile.language
    description = say(text("order", "Letter, order {order}", order=order.number), language)
    link = await context.provider.open_link(
        Checkout(order.id, order.number, order.amount, until, description, language)
    )
    return ev.LinkOpened(order.id, link.url, link.until)


async def close_link(context: WorkContext, item: WorkItem, work: fx.CloseLink) -> ev.Event | None:
    """Closed first, asked afterwards: what was paid in the last moment, its callback lost, is found and given back."""
    await context.provider.expire(work.order)
    await context.settle(item.person, work.order)
    return None


async def refund(context: WorkContext, item: WorkItem, work: fx.Refund) -> ev.Event | None:
    done = await context.provider.refund(work.payment, work.amount, f"refund:{work.payment}")
    return ev.RefundSettled(work.order, done.payment, done.amount)
