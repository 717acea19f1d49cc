"""The documents a sender is shown, accepts and is mailed, filled for this seller and this order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from flows.address.address import lines
from flows.core.state import Draft, Standing
from flows.core.step import DocumentVersion, Here
from flows.order.price_lines import discount
from flows.order.printing_window import posting_day, print_from
from flows.order.quoting import quoted
from flows.price.price import Product, delivery_window, sheets_of
from flows.steps.delivery import PRODUCTS
from flows.words.text import Count, DateRange, FullDate, Kurus, Percent, Text, text
from locales import LANGUAGES, Document, document, say

__all__ = ["ACCEPTED", "APART", "RECIPIENTS", "Documents", "recipients"]

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
    "print_house": text(
        "documents",
        "the print house: your letter with the name and address of its addressee, sealed on its way, to print and post",
    ),
    "post": text("documents", "the postal operator: name and address of the addressee, for the delivery only"),
    "tax": text(
        "documents",
        "the e-Archive integrator and the Revenue Administration (GİB): name, address and amount of your invoice, as"
        " the tax laws require",
    ),
    "mail": text(
        "documents",
        "the e-mail provider: your e-mail address and what we mail to you, which is the confirmation codes, the form"
        " and contract of each order (with your name, your invoice's name and address, your addressee's name and"
        " address), and news where your chat cannot be reached; the text of your letter is in no e-mail",
    ),
    "hosting": text("documents", "{hosting}: the hosting company on whose machines our service keeps its sealed data"),
}
"""Who gets personal data (KVKK m.10): the notice names each of them."""


def recipients(*, payer: bool, print_house: bool = False, hosting: str = "") -> tuple[Text, ...]:
    """Those that the settings switch on. payer: the payment institution demands to know who pays. print_house: letters
    leave the operator's own print room. hosting: whose machines we run on, "" where they are the operator's own."""
    switched = {"payer": payer, "payment": not payer, "print_house": print_house, "hosting": bool(hosting)}
    named = {**RECIPIENTS, "hosting": replace(RECIPIENTS["hosting"], values={"hosting": hosting})}
    return tuple(said for name, said in named.items() if switched.get(name, True))


ACCEPTED = ("notice", "preinfo", "contract")  # documents whose acceptance is recorded with version and hash
APART: Final = frozenset({"addressee", "place"})
"""What a document says of somebody else: the kept copy loses it a week after dispatch."""
PERFORMED_WITHIN: Final = timedelta(days=30)
"""Distance Contracts Regulation m.16/1. A day beyond it is agreed expressly (docs/legal-questions.md, 1)."""
NONE: Final = "–"


@dataclass(frozen=True, slots=True)
class Documents:
    """seller: title, mersis, address, phone, email, and kep, tax_office, tax_number where it has them. recipients: who
    gets personal data, by what is switched on."""

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

    def shown(self, name: str, standing: Standing) -> Document:
        """A document that belongs to no order."""
        language = standing.profile.language
        return document(name, language, self._seller(language))

    def filled(self, name: str, here: Here) -> Document:
        """One for the order that is about to be placed: `Operator.filled`."""
        language = here.profile.language
        said = {field: say(value, language) for field, value in _sentences(here).items()}
        return document(name, language, self._seller(language) | _facts(here) | said, APART)

    def _seller(self, language: str) -> dict[str, str]:
        named = "\n".join(f"– {say(who, language)}" for who in self.recipients)
        return {**self.seller, "recipients": named}


def _facts(here: Here) -> dict[str, str]:
    """What reads the same in every language."""
    draft, profile = here.draft, here.profile
    pages = _pages(draft)
    place = lines(replace(draft.addressee, name="")) if draft.addressee else ()
    return {
        "buyer": profile.name or NONE,
        "buyer_address": draft.invoice.address if draft.invoice else NONE,
        "buyer_email": profile.email or NONE,
        "invoice_name": draft.invoice.name if draft.invoice else NONE,
        "invoice_address": draft.invoice.details if draft.invoice else NONE,
        "addressee": draft.addressee_name or NONE,
        "place": ", ".join(place) or NONE,
        "sheets": str(sheets_of(pages)),
        "preview": (draft.preview.sha256 if draft.preview else "") or NONE,
    }


def _sentences(here: Here) -> dict[str, Text]:
    draft, operator = here.draft, here.operator
    product, cost = Product(draft.product), quoted(operator, here.standing, here.at)
    posted = posting_day(operator, draft.posting_date, here.at)
    first, last = delivery_window(operator.tariff, product, posted)
    until = print_from(operator, draft.posting_date, here.at)
    late = last > here.today + PERFORMED_WITHIN
    less = discount(cost, operator.tariff)
    full = Kurus(cost.total.amount + cost.discount.amount)
    return {
        "pages": text("documents", "{pages}, the last of them a page of photos", pages=Count(_pages(draft)))
        if draft.photos
        else text("documents", "{pages}", pages=Count(_pages(draft))),
        **({"list_price": _amount(full), "discount": less} if less else {}),
        "date": text("documents", "{day}", day=here.today),
        "product": PRODUCTS[product],
        "price": _amount(cost.total),
        "net": _amount(cost.net),
        "vat": _amount(cost.vat),
        "vat_rate": text("documents", "{percent}", percent=Percent(cost.vat_percent)),
        "posting": text("documents", "{day}", day=FullDate(posted)),
        "posting_terms": EARLIEST if draft.posting_date is None else _chosen(posted != draft.posting_date, late),
        "delivery": text("documents", "{days}", days=DateRange(first, last)),
        "cancel_terms": AT_ONCE
        if until is None or until <= here.at
        else replace(UNTIL, values={"until": FullDate(until)}),
    }


EARLIEST: Final = text(
    "documents",
    "This is the day if your payment arrives at once. If it arrives later, it may be a later working day. When it has"
    " arrived, we tell you the day in this chat.",
)
CHOSEN: Final = text("documents", "You chose this day of posting, and it is agreed between us.")
CHOSEN_LATE: Final = text(
    "documents",
    "You chose this day of posting, and it is agreed between us. It leads beyond the 30 days of the Distance Contracts"
    " Regulation art. 16/1: at your own wish the letter is not posted earlier. Until it is printed you can cancel the"
    " order without giving a reason, and the whole price is refunded.",
)
NO_WORKING_DAY: Final = text(
    "documents", "The post is closed on the day you chose: the letter is posted on the next working day."
)
UNTIL: Final = text(
    "documents",
    "If your payment arrives at once, you can cancel the order until: {until}. If it arrives later, this time may be"
    " later as well. When it has arrived, we tell you the exact time in this chat, and that time counts.",
)
AT_ONCE: Final = text(
    "documents",
    "Your letter goes to the print room as soon as your payment has arrived. As long as it is not there you can cancel"
    " the order.",
)


def _chosen(moved: bool, late: bool) -> Text:
    """What is agreed about a day of posting that the sender has chosen."""
    agreed = CHOSEN_LATE if late else CHOSEN
    return text("documents", "{agreed} {moved}", agreed=agreed, moved=NO_WORKING_DAY) if moved else agreed


def _amount(amount: Kurus) -> Text:
    return text("documents", "{amount}", amount=amount)


def _pages(draft: Draft) -> int:
    return draft.preview.pages if draft.preview else 1


_OF_AN_ORDER: Final = (
    "addressee",
    "buyer",
    "buyer_address",
    "buyer_email",
    "cancel_terms",
    "date",
    "delivery",
    "discount",
    "invoice_address",
    "invoice_name",
    "list_price",
    "net",
    "pages",
    "place",
    "posting",
    "posting_terms",
    "preview",
    "price",
    "product",
    "sheets",
    "vat",
    "vat_rate",
)
