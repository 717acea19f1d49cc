"""Where the letter goes: free text, read part by part; what is missing is named and can be answered alone."""

from collections.abc import Mapping
from dataclasses import replace

from flows.address.address import Kind, Problem, Reading, check, complete, read_address
from flows.core.effects import Button, Reply
from flows.core.events import ButtonTapped, TextWritten
from flows.core.step import BACK, GoTo, Here, Move, Stay, Step, button
from flows.words.text import Text, text

DISPUTE = "dispute"  # parts contradict each other: the sender says which one is wrong
PARTS: Mapping[str, Button] = {
    "postcode": button("address", "Postcode", "mend", "postcode"),
    "ilce": button("address", "District", "mend", "ilce"),
    "il": button("address", "Province", "mend", "il"),
}
ACCEPTS = text(
    "address", "Please write the address. Example: Caferağa Mah. Moda Cad. No: 12 D: 5, 34710 Kadıköy/İstanbul"
)
QUESTIONS: Mapping[str, Text] = {
    "postcode": text("address", "What is the postcode? Five digits. Example: 34710"),
    "ilce": text("address", "Which district is it? Example: Kadıköy"),
    "il": text("address", "Which province (il) is it? Example: İstanbul"),
}


def ask(here: Here) -> Reply:
    """The whole address, the part that is missing, or which of two parts is wrong."""
    problem = _open(here)
    if problem is None:
        words = text(
            "address",
            "What is the address? Neighbourhood, street, door number, district and province are enough."
            " Add the postcode if you know it.",
        )
        return Reply(words, ((BACK,),))
    if here.draft.mending == DISPUTE:
        return Reply(problem.text, (tuple(PARTS[part] for part in problem.choices), (BACK,)))
    words = problem.text if problem.kind is Kind.MISSING else QUESTIONS.get(here.draft.mending, problem.text)
    return Reply(words, ((BACK,),))


def _open(here: Here) -> Problem | None:
    """What the address still lacks while a part of it is being answered."""
    if here.draft.addressee is None or not here.draft.mending:
        return None
    return next(iter(check(here.draft.addressee).blocking), None)


def take_text(here: Here, said: TextWritten) -> Move:
    """A whole address, or the one part that was asked for."""
    draft = here.draft
    whole = read_address(said.text, draft.addressee_name)
    known = whole.address
    stands_alone = bool(known.foreign_lines or (known.il and (known.mahalle or known.street or known.organisation)))
    if stands_alone or draft.addressee is None or not draft.mending:
        return judged(here, whole)
    if draft.mending == DISPUTE:
        return Stay(ask=True)
    return judged(here, complete(draft.addressee, draft.mending, said.text))


def judged(here: Here, reading: Reading) -> Move:
    """Something blocks: it is named and asked for alone. Nothing blocks: the address is shown as it will be printed."""
    blocking = next(iter(reading.blocking), None)
    found = reading.address
    if not (found.il or found.ilce or found.number or found.postcode or found.foreign_lines or here.draft.mending):
        return Stay(say=ACCEPTS)  # a greeting, or something else that names no place
    if blocking is None:
        return GoTo(step="address_check", draft=here.draft.changed(addressee=reading.address, mending="", overruled=()))
    if blocking.kind is Kind.UNREADABLE:
        kept = here.draft  # what was understood before stays, and so does the question
    else:
        mending = DISPUTE if blocking.choices else blocking.field
        kept = here.draft.changed(addressee=reading.address, mending=mending, overruled=())
    if here.standing.step != "address":
        return GoTo(step="address", draft=kept, say=blocking.text if kept is here.draft else None)
    return Stay(say=blocking.text, draft=kept)


def take_mend(here: Here, tap: ButtonTapped) -> Move:
    return Stay(draft=replace(here.draft, mending=tap.value), ask=True)


STEP = Step(
    name="address",
    ask=ask,
    accepts=ACCEPTS,
    on={TextWritten: take_text},
    taps={"mend": take_mend},
    needed=lambda here: here.draft.addressee is None or bool(here.draft.mending),
    back="addressee",
)
