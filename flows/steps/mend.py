"""What to correct after the preview: only that part is asked again."""

from dataclasses import replace

from flows.core.effects import Reply
from flows.core.events import ButtonTapped
from flows.core.step import BACK, GoTo, Here, Move, Step, button
from flows.words.text import text


def ask(here: Here) -> Reply:
    return Reply(
        text("mend", "What would you like to correct?"),
        (
            (button("mend", "The letter", "letter"), button("mend", "The address", "address")),
            (button("mend", "The paper", "stationery"), button("mend", "The delivery", "delivery")),
            (BACK,),
        ),
    )


def take_letter(here: Here, tap: ButtonTapped) -> Move:
    return GoTo(
        step="letter",
        draft=replace(here.draft, finished=False),
        say=text("mend", "You can write more, or edit a message you have sent."),
    )


def take_address(here: Here, tap: ButtonTapped) -> Move:
    return GoTo(step="addressee", draft=here.draft.changed(addressee=None, addressee_name="", mending=""))


def take_stationery(here: Here, tap: ButtonTapped) -> Move:
    return GoTo(step="stationery")


def take_delivery(here: Here, tap: ButtonTapped) -> Move:
    return GoTo(step="delivery")


STEP = Step(
    name="mend",
    ask=ask,
    accepts=text("mend", "Please tap the part you would like to correct."),
    taps={"letter": take_letter, "address": take_address, "stationery": take_stationery, "delivery": take_delivery},
    needed=lambda here: False,
    back="preview",
)
