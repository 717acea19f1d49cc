"""Pre-information and contract, accepted expressly; the button says that a duty to pay arises (TKHK 6502 m.48)."""

from dataclasses import replace

from flows.core.effects import MailDocuments, OpenLink, RecordConsent, RecordInvoice, Reply, ShowDocument
from flows.core.events import ButtonTapped
from flows.core.state import Order, State
from flows.core.step import BACK, Forward, Here, Move, Stay, Step, button
from flows.price.price import Product, price, sheets_of
from flows.words.text import Kurus, text

DOCUMENTS = ("preinfo", "contract")


def amount(here: Here) -> Kurus:
    """The price of the approved pages, by the tariff of the day."""
    assert here.draft.preview is not None
    return price(here.operator.tariff, Product(here.draft.product), sheets_of(here.draft.preview.pages), here.today)


def ask(here: Here) -> Reply | None:
    if here.draft.preview is None:
        return None
    return Reply(
        text(
            "contract",
            "Before you pay, please read these two documents. When you confirm the order, an obligation to pay"
            " {amount} arises.",
            amount=amount(here),
        ),
        (
            (button("contract", "Pre-information form", "read", "preinfo"),),
            (button("contract", "Distance sales contract", "read", "contract"),),
            (button("contract", "I have read them, I confirm the order", "accept"),),
            (BACK,),
        ),
    )


def take_read(here: Here, tap: ButtonTapped) -> Move:
    return Stay(effects=(ShowDocument(tap.value),), ask=True)


def take_accept(here: Here, tap: ButtonTapped) -> Move:
    draft = here.draft
    preview = draft.preview
    assert preview is not None
    order = Order(
        id=here.fresh,
        state=State.LINKING,
        amount=amount(here),
        letter=draft.letter,
        sha256=preview.sha256,
        pages=preview.pages,
        sheets=sheets_of(preview.pages),
        product=draft.product,
        created_at=here.at,
        posting_date=draft.posting_date,
    )
    documents = tuple(
        RecordConsent(name, here.document(name).version, here.document(name).sha256, order=order.id)
        for name in DOCUMENTS
    )
    return Forward(
        draft=replace(draft, order=order.id),
        order=order,
        effects=(
            *documents,
            RecordInvoice(order.id, draft.invoice, order.amount),
            MailDocuments(order.id),
            OpenLink(order.id),
        ),
    )


STEP = Step(
    name="contract",
    ask=ask,
    accepts=text("contract", "Please read the two documents and tap “I have read them, I confirm the order”."),
    taps={"read": take_read, "accept": take_accept},
    needed=lambda here: not here.draft.order,
    back="invoice",
)
