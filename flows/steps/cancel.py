"""Throwing away, beginning anew, cancelling an order: nothing goes without its question, by button as by command."""

from flows.core.effects import Effect, Reply, ShredLetter
from flows.core.events import ButtonTapped, OrderCancelled
from flows.core.state import Draft, Order
from flows.core.step import Forward, GoTo, Here, Move, Stay, Step, button
from flows.words.text import text

__all__ = ["CANCEL", "CANCEL_ORDER", "RESTART", "keeps_letter"]

ACCEPTS = text("cancel", "Please tap one of the buttons. Everything stays as it is until then.")


def thrown_away(here: Here) -> tuple[Effect, ...]:
    """A letter that has become an order lives on with it; any other is destroyed."""
    draft = here.draft
    return (ShredLetter(draft.letter),) if draft.letter and not draft.order else ()


# The letter that is being written -------------------------------------------------------------------------------------


def ask_cancel(here: Here) -> Reply:
    return Reply(
        text("cancel", "Shall we throw away the letter you are writing? It cannot be brought back."),
        ((button("cancel", "Yes, throw it away", "yes"), button("cancel", "No, keep it", "close")),),
    )


def take_cancel(here: Here, tap: ButtonTapped) -> Move:
    said = text("cancel", "Your letter has been thrown away.")
    return GoTo(step="home", say=said, draft=Draft(), effects=thrown_away(here))


CANCEL = Step(
    name="cancel",
    ask=ask_cancel,
    accepts=ACCEPTS,
    taps={"yes": take_cancel, "close": lambda here, tap: Forward()},
    needed=lambda here: False,
)


# Another letter in its place ------------------------------------------------------------------------------------------


def ask_restart(here: Here) -> Reply:
    letter = text(
        "cancel",
        "You are in the middle of a letter. Shall we go on with it, or begin a new one? If you begin a new one, this"
        " draft is erased and cannot be brought back.",
    )
    ordered = text(
        "cancel",
        "Your order is waiting for payment, and its payment link stays open. Shall we go on with it, or begin a new"
        " letter?",
    )
    return Reply(
        ordered if here.draft.order else letter,
        ((button("cancel", "Go on", "close"), button("cancel", "Begin a new one", "yes")),),
    )


def take_restart(here: Here, tap: ButtonTapped) -> Move:
    return GoTo(step="begin", draft=Draft(), effects=thrown_away(here))


def take_on(here: Here, tap: ButtonTapped) -> Move:
    """From home, too, to the question that is open."""
    return GoTo(step="begin")


RESTART = Step(
    name="restart",
    ask=ask_restart,
    accepts=ACCEPTS,
    taps={"yes": take_restart, "close": take_on},
    needed=lambda here: False,
)


# An order -------------------------------------------------------------------------------------------------------------


def keeps_letter(here: Here, order: Order) -> bool:
    """Whether its letter stays as the draft: nobody's words are replaced, and nothing of it may have been printed."""
    printed = order.piece not in ("", "ready")
    return not printed and (here.draft.order == order.id or here.draft.blank)


def ask_order(here: Here) -> Reply:
    order = here.standing.order(here.standing.about)
    kept = order is None or keeps_letter(here, order)
    words = (
        text("cancel", "Shall we cancel your order? Your letter stays among your drafts.")
        if kept
        else text(
            "cancel",
            "Shall we cancel your order? Its letter is erased from our system; the copy in this chat remains.",
        )
    )
    yes = (button("cancel", "Yes, cancel it", "yes"), button("cancel", "No, keep it", "close"))
    erase = ((button("cancel", "Cancel it and erase the letter", "erase"),),) if kept else ()
    return Reply(words, (yes, *erase))


def take_order(here: Here, tap: ButtonTapped) -> Move:
    order = here.standing.order(here.standing.about)
    if order is None:
        return Forward()
    kept = tap.action == "yes" and keeps_letter(here, order)
    return Stay(silent=True, happens=OrderCancelled(order.id, "kept" if kept else "asked"))


CANCEL_ORDER = Step(
    name="cancel_order",
    ask=ask_order,
    accepts=ACCEPTS,
    taps={"yes": take_order, "erase": take_order, "close": lambda here, tap: Forward()},
    needed=lambda here: False,
)
