"""/iptal and /yeni over a letter in the making: nothing is thrown away without asking."""

from flows.core.effects import Effect, Reply, ShredLetter
from flows.core.events import ButtonTapped, OrderCancelled
from flows.core.state import Draft
from flows.core.step import Forward, GoTo, Here, Move, Stay, Step, button
from flows.words.text import text


def thrown_away(here: Here) -> tuple[Effect, ...]:
    """A letter that has become an order lives on with it; any other is destroyed."""
    draft = here.draft
    return (ShredLetter(draft.letter),) if draft.letter and not draft.order else ()


def ask_cancel(here: Here) -> Reply:
    letter = text("cancel", "Shall we throw away the letter you are writing? It cannot be brought back.")
    ordered = text("cancel", "Shall we cancel your order and throw away its letter? Nothing has been charged yet.")
    return Reply(
        ordered if here.draft.order else letter,
        ((button("cancel", "Yes, throw it away", "yes"), button("cancel", "No, keep it", "close")),),
    )


def ask_restart(here: Here) -> Reply:
    letter = text("cancel", "You are in the middle of a letter. Shall we go on with it, or begin a new one?")
    ordered = text(
        "cancel",
        "Your order is waiting for payment, and its payment link stays open. Shall we go on with it, or begin a new"
        " letter?",
    )
    return Reply(
        ordered if here.draft.order else letter,
        ((button("cancel", "Go on", "close"), button("cancel", "Begin a new one", "yes")),),
    )


def take_cancel(here: Here, tap: ButtonTapped) -> Move:
    if here.draft.order:
        return Stay(silent=True, happens=OrderCancelled(here.draft.order))
    return GoTo(
        step="home", say=text("cancel", "Your letter has been thrown away."), draft=Draft(), effects=thrown_away(here)
    )


def take_restart(here: Here, tap: ButtonTapped) -> Move:
    return GoTo(step="begin", draft=Draft(), effects=thrown_away(here))


CANCEL = Step(
    name="cancel",
    ask=ask_cancel,
    accepts=text("cancel", "Please tap one of the two buttons. The letter is kept until then."),
    taps={"yes": take_cancel, "close": lambda here, tap: Forward()},
    needed=lambda here: False,
)
RESTART = Step(
    name="restart",
    ask=ask_restart,
    accepts=text("cancel", "Please tap one of the two buttons. The letter is kept until then."),
    taps={"yes": take_restart, "close": lambda here, tap: Forward()},
    needed=lambda here: False,
)
