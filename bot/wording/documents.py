"""The documents a sender is shown and mailed, filled for this seller and this order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flows.core.state import Order, Standing
from flows.core.step import DocumentVersion, Operator
from flows.input.age import today_in_istanbul
from flows.order.printing_window import posting_day
from flows.order.quoting import quoted
from flows.price.price import Product, delivery_window, sheets_of
from flows.steps.delivery import PRODUCTS
from flows.words.text import Kurus, Text, text
from locales import LANGUAGES, Document, document, say

__all__ = ["ACCEPTED", "RECIPIENTS", "Documents", "recipients"]

RECIPIENTS: Mapping[str, Text] = {
    "telegram": text(
        "documents", "Telegram (abroad): carries this conversation; bot chats are not end-to-end encrypted"
    ),
    "payment": text("documents", "the licensed payment institution: order number and amount, and what you enter there"),
    "payer": text(
        "documents",
        "the licensed payment institution, because it demands it: order number and amount, your name, e-mail address,"
        " invoice address, Turkish identity number and IP address, and what you enter there",
    ),
    "post": text("documents", "the postal operator: name and address of the addressee, for the delivery only"),
    "mail": text("documents", "the e-mail provider: your e-mail address, for the codes and documents sent to you"),
}
"""Who gets personal data (KVKK m.10): the notice names each of them."""


def recipients(*, payer: bool) -> tuple[Text, ...]:
    """Those of this operator. payer: the payment institution demands to know who pays."""
    other = "payment" if payer else "payer"
    return tuple(said for name, said in RECIPIENTS.items() if name != other)


ACCEPTED = ("notice", "preinfo", "contract")  # documents whose acceptance is recorded with version and hash


@dataclass(frozen=True, slots=True)
class Documents:
    """seller: title, mersis, address, phone, email. recipients: who gets personal data, by what is switched on."""

    seller: Mapping[str, str]
    recipients: tuple[Text, ...]

    def terms(self) -> Mapping[tuple[str, str], DocumentVersion]:
        """What `Operator.documents` needs: the version and hash of the words, before an order fills them."""
        found = {}
        for name in ACCEPTED:
            for language in LANGUAGES:
                filled = document(name, language, {**self._seller(language), **dict.fromkeys(_OF_AN_ORDER, "…")})
                found[name, language] = DocumentVersion(filled.version, filled.dated, filled.sha256)
        return found

    def shown(self, name: str, operator: Operator, standing: Standing, at: datetime) -> Document:
        """A document for the letter this person is ordering."""
        language = standing.profile.language
        values = self._seller(language)
        if name in ("preinfo", "contract"):
            values |= self._draft(operator, standing, at, language)
        return document(name, language, values)

    def mailed(self, name: str, operator: Operator, standing: Standing, order: Order, invoice: str) -> Document:
        """The same for an order that has been placed, with its number."""
        language = standing.profile.language
        filled = _Facts(order.number, order.product, order.pages, order.amount, invoice, order.posting_date)
        values = self._facts(operator, standing, filled, order.created_at, language)
        return document(name, language, self._seller(language) | values)

    def _seller(self, language: str) -> dict[str, str]:
        named = "\n".join(f"– {say(who, language)}" for who in self.recipients)
        return {**self.seller, "recipients": named}

    def _draft(self, operator: Operator, standing: Standing, at: datetime, language: str) -> dict[str, str]:
        draft = standing.draft
        pages = draft.preview.pages if draft.preview else 1
        cost = quoted(operator, standing, at).total
        facts = _Facts("–", draft.product, pages, cost, draft.invoice, draft.posting_date)
        return self._facts(operator, standing, facts, at, language)

    def _facts(
        self, operator: Operator, standing: Standing, facts: _Facts, at: datetime, language: str
    ) -> dict[str, str]:
        posted = posting_day(operator, facts.posting_date, at)
        first, last = delivery_window(operator.tariff, Product(facts.product), posted)
        window = text("documents", "posting {posted}, delivery {first} – {last}", posted=posted, first=first, last=last)
        return {
            "order": facts.number,
            "product": say(PRODUCTS[Product(facts.product)], language),
            "pages": str(facts.pages),
            "sheets": str(sheets_of(facts.pages)),
            "price": say(text("documents", "{amount}", amount=facts.amount), language),
            "delivery": say(window, language),
            "buyer": standing.profile.name,
            "invoice_address": facts.invoice or "–",
            "date": say(text("documents", "{day}", day=today_in_istanbul(at)), language),
        }


@dataclass(frozen=True, slots=True)
class _Facts:
    number: str
    product: str
    pages: int
    amount: Kurus
    invoice: str
    posting_date: date | None


_OF_AN_ORDER = ("order", "product", "pages", "sheets", "price", "delivery", "buyer", "invoice_address", "date")
