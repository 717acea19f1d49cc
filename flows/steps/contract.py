"""The order card: all that is ordered, what the law wants said before the duty to pay, and a way to change any of it.

TKHK 6502 m.48 and the Distance Contracts Regulation m.6: goods, total price with VAT, delivery and the loss of the
right of withdrawal (m.15/1-b, made to the consumer's wishes) stand right before the button that names the duty to pay.
The button carries a fingerprint of both documents: whoever taps one of an older card reads the present card first.
"""

import hashlib
from dataclasses import replace

from flows.address.address import lines
from flows.core.documents import Document
from flows.core.effects import (
    Button,
    Effect,
    HoldCode,
    KeepContract,
    MailDocuments,
    OpenLink,
    RecordConsent,
    RecordInvoice,
    Reply,
    ShowDocument,
)
from flows.core.events import ButtonTapped
from flows.core.state import Order, State
from flows.core.step import BACK, Forward, GoTo, Here, Move, Stay, Step, button
from flows.order.price_lines import code_name, explained
from flows.order.printing_window import posting_day
from flows.order.quoting import noted, quoted
from flows.price.price import Product, sheets_of
from flows.price.quote import Quote
from flows.steps import discount
from flows.steps.delivery import PRODUCTS
from flows.steps.mend import CHANGES, changes
from flows.words.text import Kurus, Lines, Text, Verbatim, plural, text

DOCUMENTS = ("preinfo", "contract")


def amount(here: Here) -> Kurus:
    """The price of the approved pages, by the tariff of the day, less the discount."""
    return quoted(here.operator, here.standing, here.at).total


def documents(here: Here) -> tuple[Document, ...]:
    """What would be accepted now."""
    return tuple(here.filled(name) for name in DOCUMENTS)


def fingerprint(papers: tuple[Document, ...]) -> str:
    """Sixteen digits of all their words, for a button (64 bytes at most: Bot API, callback_data)."""
    return hashlib.sha256("".join(paper.sha256 for paper in papers).encode()).hexdigest()[:16]


def ask(here: Here) -> Reply | None:
    if here.draft.preview is None or here.draft.invoice is None:
        return None
    # The button carries what is accepted: another day's price, or a code that is used up, asks once more.
    cost, read = amount(here), fingerprint(documents(here))
    return Reply(
        card(here),
        (
            *changes(here),
            *code_button(here),
            (button("contract", "Pre-information form", "read", "preinfo"),),
            (button("contract", "Distance sales contract", "read", "contract"),),
            (button("contract", "I confirm and will pay {amount}", "accept", read, amount=cost),),
            (BACK,),
        ),
    )


def card(here: Here) -> Lines:
    """One line for each part of the order."""
    draft, preview = here.draft, here.draft.preview
    assert preview is not None and draft.invoice is not None
    addressee = draft.addressee
    place = lines(addressee)[-1].removeprefix(addressee.postcode).strip() if addressee else ""
    paper = here.operator.stationeries[here.operator.stationery_of(draft)]
    return Lines(
        (
            text("contract", "Your order"),
            text("contract", "Addressee: {name}, {place}", name=Verbatim(draft.addressee_name), place=Verbatim(place)),
            plural("contract", "Letter: {n} page, {paper}", "Letter: {n} pages, {paper}", preview.pages, paper=paper),
            text(
                "contract",
                "Delivery: {product}, day of posting: {day}",
                product=PRODUCTS[Product(draft.product)],
                day=posting_day(here.operator, draft.posting_date, here.at),
            ),
            text("contract", "Invoice: {invoice}", invoice=Verbatim(draft.invoice.short)),
            *price_lines(here),
            text("contract", "Total: {amount} (VAT included)", amount=amount(here)),
            text(
                "contract",
                "Your letter is made for you alone, so there is no right of withdrawal once it is printed. Please read"
                " these two documents.",
            ),
        )
    )


def price_lines(here: Here) -> tuple[Text, ...]:
    """How the price comes about, where it is more than one amount; and why a code that was typed does not count."""
    found, typed = quoted(here.operator, here.standing, here.at), here.draft.discount_code
    shown = explained(found, here.operator.tariff, PRODUCTS[found.product])
    if not typed or found.code == typed:
        return shown
    refused = discount.refusal(here, typed)
    return (*shown, refused or text("contract", "Only one discount applies to an order: the better one for you."))


def code_button(here: Here) -> tuple[tuple[Button, ...], ...]:
    """Asks for a code where the tariff has any that is valid today."""
    tariff, typed = here.operator.tariff, here.draft.discount_code
    if typed:
        return ((button("contract", "Discount code: {code}", "discount", code=code_name(tariff, typed)),),)
    return ((button("contract", "I have a discount code", "discount"),),) if tariff.codes_on(here.today) else ()


def take_read(here: Here, tap: ButtonTapped) -> Move:
    return Stay(effects=(ShowDocument(tap.value, here.filled(tap.value)),), ask=True)


def take_accept(here: Here, tap: ButtonTapped) -> Move:
    draft = here.draft
    preview = draft.preview
    assert preview is not None and draft.invoice is not None
    found = quoted(here.operator, here.standing, here.at)
    order = Order(
        id=here.fresh,
        state=State.LINKING,
        amount=found.total,
        letter=draft.letter,
        sha256=preview.sha256,
        pages=preview.pages,
        sheets=sheets_of(preview.pages),
        product=draft.product,
        created_at=here.at,
        posting_date=draft.posting_date,
        tariff=found.tariff,
        vat_percent=found.vat_percent,
        discount=found.discount,
        discount_code=found.code,
    )
    papers = documents(here)
    return Forward(
        draft=replace(draft, order=order.id),
        profile=noted(here.operator, here.standing, found, order.id),
        order=order,
        effects=(
            *held(here, found),
            *(RecordConsent(paper.name, paper.version, paper.sha256, order=order.id) for paper in papers),
            KeepContract(order.id, papers),
            RecordInvoice(order.id, replace(draft.invoice, email=here.profile.email), order.amount),
            MailDocuments(order.id),
            OpenLink(order.id),
        ),
    )


def held(here: Here, found: Quote) -> tuple[Effect, ...]:
    """The use of a code that not everybody can use."""
    code = here.operator.tariff.codes.get(found.code)
    return (HoldCode(code.key, code.uses),) if code and code.uses is not None else ()


STEP = Step(
    name="contract",
    ask=ask,
    accepts=text(
        "contract",
        "Please look through your order and tap “I confirm and will pay …”, or the part you would like to change.",
    ),
    taps={
        **CHANGES,
        "read": take_read,
        "accept": take_accept,
        "discount": lambda here, tap: GoTo(step="discount"),
    },
    needed=lambda here: not here.draft.order,
    back="invoice",
    detours=("mend", "contact", "discount"),
    outdated={
        "accept": text(
            "contract",
            "Your order or its price has changed since this was shown. Here it is as it is now; please look at it once"
            " more.",
        )
    },
)
