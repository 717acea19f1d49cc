"""How the letter travels and what it costs; also its paper, who stands on the envelope and when it is posted."""

from dataclasses import replace

from flows.core.effects import Button, Effect, Reply
from flows.core.events import ButtonTapped, LetterMeasured, LetterUnmeasured
from flows.core.step import BACK, Forward, GoTo, Here, Move, Stay, Step
from flows.letter import measuring
from flows.letter.running_line import troubles
from flows.price.price import Product, price, sheets_of
from flows.steps import letter
from flows.words.text import Text, text

PRODUCTS: dict[Product, Text] = {
    Product.NORMAL: text("delivery", "Normal"),
    Product.REGISTERED: text("delivery", "Registered"),
    Product.ADVICE: text("delivery", "With advice of delivery"),
}


def ask(here: Here) -> Reply | None:
    """Prices need the sheets of this stationery: until the ruler has spoken there is nothing to show."""
    found = measuring.measured(here)
    if found is None:
        return None
    sheets, photos = sheets_of(found.pages), bool(here.draft.photos)
    products = tuple(
        Button(
            text(
                "delivery",
                "{product} · {amount}",
                product=name,
                amount=price(here.operator.tariff, product, sheets, here.today, photos=photos),
            ),
            "product",
            product.value,
        )
        for product, name in PRODUCTS.items()
    )
    day = here.draft.posting_date
    sender = (
        text("delivery", "Sender on the envelope: mine")
        if here.draft.own_sender
        else text("delivery", "Sender on the envelope: MektupX")
    )
    posting = text("delivery", "Posting date: {day}", day=day) if day else text("delivery", "Post on a later date")
    paper = text(
        "delivery", "Paper: {paper}", paper=here.operator.stationeries[here.operator.stationery_of(here.draft)]
    )
    beside = ((Button(paper, "paper"),), (Button(sender, "sender"),), (Button(posting, "posting"),), (BACK,))
    return Reply(text("delivery", "How shall we send it?"), (*((product,) for product in products), *beside))


def arrive(here: Here) -> tuple[Effect, ...]:
    return () if measuring.measured(here) else (measuring.ruler(here, here.draft),)


def take_measure(here: Here, found: LetterMeasured) -> Move:
    if measuring.measured(here):
        return Stay(silent=True)  # asked twice
    moved = letter.take_measure(here, found)
    if moved.draft is None:
        return moved
    here = here.now(replace(here.standing, draft=moved.draft))
    trouble = troubles(here)
    if trouble:
        return GoTo(step="letter", draft=replace(moved.draft, finished=False), say=trouble[0])
    return Stay(draft=moved.draft, ask=True)


def take_product(here: Here, tap: ButtonTapped) -> Move:
    return Forward(draft=replace(here.draft, product=tap.value))


def take_paper(here: Here, tap: ButtonTapped) -> Move:
    return GoTo(step="stationery")


def take_sender(here: Here, tap: ButtonTapped) -> Move:
    return GoTo(step="sender")


def take_posting(here: Here, tap: ButtonTapped) -> Move:
    return GoTo(step="posting")


STEP = Step(
    name="delivery",
    ask=ask,
    accepts=text("delivery", "Please choose with one of the buttons how your letter should travel."),
    on={LetterMeasured: take_measure, LetterUnmeasured: letter.take_unmeasured},
    taps={"product": take_product, "paper": take_paper, "sender": take_sender, "posting": take_posting},
    needed=lambda here: not here.draft.product,
    arrive=arrive,
    back="letter",
    detours=("stationery", "sender", "posting"),
    waiting=text("delivery", "We are working out the prices; they will be here in a moment."),
)
