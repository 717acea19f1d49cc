"""Payments as slow work: a link opened or closed, a refund asked for."""

from __future__ import annotations

from datetime import timedelta

from bot.payments.provider import Checkout, Payer, PaymentProvider, ProviderError
from bot.work.context import WorkContext
from flows.core import effects as fx
from flows.core import events as ev
from flows.core.state import Order, Standing
from flows.invoice.party import InvoiceParty
from flows.words.text import text
from locales import say
from storage.senders import people
from storage.store.store import WorkItem

LINK_LIFE = timedelta(hours=24)


async def open_link(context: WorkContext, item: WorkItem, work: fx.OpenLink) -> ev.Event | None:
    """Our own link where the institution's page would end too soon: it opens one when it is followed."""
    standing = await context.store.do(people.standing_of, item.person)
    order = standing.order(work.order) if standing else None
    if standing is None or order is None:
        return None
    if context.own_link:
        return ev.LinkOpened(order.id, await context.own_link(order.id), order.created_at + LINK_LIFE)
    link = await context.provider.open_link(checkout_of(standing, order))
    return ev.LinkOpened(order.id, link.url, link.until)


def checkout_of(standing: Standing, order: Order, payer: Payer | None = None) -> Checkout:
    """What the institution is asked to take money for."""
    language = standing.profile.language
    description = say(text("order", "Letter, order {order}", order=order.number), language)
    until = order.created_at + LINK_LIFE
    return Checkout(order.id, order.number, order.amount, until, description, language, payer or Payer())


def payer_of(standing: Standing) -> Payer:
    """Who pays, as the invoice is made out."""
    profile, billed = standing.profile, standing.draft.invoice or standing.profile.invoice or InvoiceParty()
    name, _, surname = profile.name.rpartition(" ")
    return Payer(name or surname, surname, profile.email, address=billed.address, city=billed.il)


async def close_link(context: WorkContext, item: WorkItem, work: fx.CloseLink) -> ev.Event | None:
    """Closed first, asked afterwards: what was paid in the last moment, its callback lost, is found and given back."""
    await context.provider.expire(work.order)
    await context.settle(item.person, work.order)
    return None


async def refund(context: WorkContext, item: WorkItem, work: fx.Refund) -> ev.Event | None:
    done = await _institution(context, work.provider).refund(work.payment, work.amount, refund_key(work))
    return ev.RefundSettled(work.order, done.payment, done.amount, work.provider, work.nth)


def refund_key(work: fx.Refund) -> str:
    """By which the institution, or whoever looks there, knows this part of a payment again."""
    return f"refund:{work.payment}" if work.nth == 1 else f"refund:{work.payment}:{work.nth}"


def _institution(context: WorkContext, name: str) -> PaymentProvider:
    """The one that has the money, also where the operator has chosen another since."""
    if name in ("", context.provider.name):
        return context.provider
    if name not in context.former:
        raise ProviderError(
            f"A payment was made at {name}, whose credentials are not set. Add them to the file of"
            " MEKTUPX_PAYMENT_CREDENTIALS_FILE, or refund it in that institution's own panel.",
            retry=False,
            said="elsewhere",
        )
    return context.former[name]
