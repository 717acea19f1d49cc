"""When an order is invoiced, and what its invoice says of it.

The invoice is issued as the print room takes the letter: from then on nothing is cancelled, and delivery follows within
days. VUK m.231/5 allows seven days from the delivery on; an earlier invoice is allowed (KDVK m.10/b). Money that goes
back after that takes the invoice back by as much, in a document of its own; before that there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from flows.core.effects import ClearOutbox, Effect, IssueInvoice, Refund
from flows.core.state import Order
from flows.core.step import Operator
from flows.invoice.document import InvoiceKind, InvoiceLine
from flows.price.price import Product
from flows.words.text import Kurus, Text, text

__all__ = ["with_invoices"]

LANGUAGE = "tr"
"""An invoice is kept in Turkish, whoever reads it (VUK m.215/1)."""
GENERAL_RATE = 20
"""Percent of VAT in an order of before tariffs said theirs (KDVK m.28; Presidential Decree 7346 of 7 July 2023)."""
PRINTED = text("invoice", "Printing and posting of a letter, {product}. Order: {order}")
TAKEN_BACK = text("invoice", "Refund for a letter, {product}. Order: {order}")
PRODUCTS: Mapping[Product, Text] = {
    Product.NORMAL: text("invoice", "normal"),
    Product.REGISTERED: text("invoice", "registered"),
    Product.ADVICE: text("invoice", "registered with advice of delivery"),
}


def with_invoices(operator: Operator, order: Order, effects: Iterable[Effect]) -> Iterator[Effect]:
    """The effects of an act, with the invoice that each of them asks for. order: as it stands afterwards."""
    for effect in effects:
        yield effect
        if isinstance(effect, ClearOutbox) and order.left.amount:  # a part may have gone back before
            yield _issued(operator, order, InvoiceKind.SALE, order.left)
        if isinstance(effect, Refund) and order.dispatched_at and order.counts(effect.provider, effect.payment):
            yield _issued(operator, order, InvoiceKind.REFUND, effect.amount, f"{effect.payment}/{effect.nth}")


def _issued(operator: Operator, order: Order, kind: InvoiceKind, amount: Kurus, refund: str = "") -> IssueInvoice:
    sentence = PRINTED if kind is InvoiceKind.SALE else TAKEN_BACK
    product = PRODUCTS[Product(order.product)]
    said = operator.words(replace(sentence, values={"product": product, "order": order.number}), LANGUAGE)
    lines = (InvoiceLine(said, amount, order.vat_percent if order.tariff else GENERAL_RATE),)
    return IssueInvoice(
        order.id,
        order.number,
        kind,
        lines,
        operator.seller,
        operator.invoice_series,
        order.provider,
        order.payment,
        order.paid_at,
        refund,
    )
