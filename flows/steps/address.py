"""Where the letter goes: free text, read part by part; what is missing is named and can be answered alone."""

from dataclasses import replace

from flows.address import Reading, complete, read_address
from flows.effects import Reply
from flows.events import ButtonTapped, TextWritten
from flows.step import BACK, Forward, Here, Move, Stay, Step, button
from flows.steps.addressee import not_known
from flows.text import text

DISPUTED = ("postcode", "il")  # the two that can contradict each other: the sender says which one is wrong


def ask(here: Here) -> Reply:
    if here.draft.mending == "dispute":
        choices = (button("address", "Postcode", "mend", "postcode"), button("address", "Province", "mend", "il"))
        return Reply(text("address", "Which one would you like to correct?"), (choices, (BACK,)))
    if here.draft.mending == "postcode":
        return Reply(text("address", "What is the postcode? Five digits. Example: 34710"), ((BACK,),))
    if here.draft.mending == "il":
        return Reply(text("address", "Which province (il) is it? Example: İstanbul"), ((BACK,),))
    return Reply(
        text(
            "address",
            "What is the address? Neighbourhood, street, door number, district and province are enough."
            " Add the postcode if you know it.",
        ),
        ((BACK,),),
    )


def take_text(here: Here, said: TextWritten) -> Move:
    """A whole address, or the one part that was asked for."""
    draft = here.draft
    if draft.addressee is None or draft.mending in ("", "dispute"):
        return judged(here, read_address(said.text, draft.addressee_name))
    return judged(here, complete(draft.addressee, draft.mending, said.text))


def judged(here: Here, reading: Reading) -> Move:
    """Something blocks: it is named and asked for alone. Nothing blocks: the address is shown as it will be printed."""
    kept = here.draft.changed(addressee=reading.address, mending="", overruled=())
    blocking = next((problem for problem in reading.problems if problem.blocking), None)
    if blocking is None:
        return Forward(draft=kept)
    mending = "dispute" if blocking.field in DISPUTED and blocking.kind == "contradiction" else blocking.field
    return Stay(say=blocking.text, draft=replace(kept, mending=mending))


def take_mend(here: Here, tap: ButtonTapped) -> Move:
    return Stay(draft=replace(here.draft, mending=tap.value), ask=True)


STEP = Step(
    name="address",
    ask=ask,
    accepts=text(
        "address",
        "Please write the address. Example: Caferağa Mah. Moda Cad. No: 12 D: 5, 34710 Kadıköy/İstanbul",
    ),
    on={TextWritten: take_text},
    taps={"mend": take_mend},
    needed=not_known,
    back="addressee",
)
