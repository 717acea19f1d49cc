"""Waiting for the payment: the order's own table decides, this screen only shows the way to the payment page."""

from flows.core.effects import Reply
from flows.core.events import ButtonTapped
from flows.core.step import GoTo, Here, Move, Step
from flows.order.notifications import link_screen, payable
from flows.words.text import text


def ask(here: Here) -> Reply | None:
    """The link's own message brings the button; asked again later, it is shown again."""
    order = here.standing.order(here.draft.order)
    if order is None or not payable(order, here.at):
        return None
    return Reply(*link_screen(here.operator, order, None, here.at))


def take_change(here: Here, tap: ButtonTapped) -> Move:
    """The order is void only once something really changes; until then its link stays open."""
    return GoTo(step="mend")


STEP = Step(
    name="payment",
    ask=ask,
    accepts=text(
        "payment",
        "Your order is waiting for payment; you can pay with the button, cancel the order, or start another letter"
        " with /new.",
    ),
    needed=lambda here: bool(here.draft.order),
    taps={"change": take_change},
    detours=("mend",),
    waiting=text("payment", "We are seeing to your payment link; you will hear from us in a moment."),
)
