"""Where the letter goes: free text, read part by part; what is missing is named and can be answered alone."""

from collections.abc import Mapping
from dataclasses import replace

from flows.address.address import Address, Kind, Problem, Reading, check, lines, read_address, which
from flows.address.answers import complete, place_unread
from flows.address.inmate import with_inmate
from flows.core.effects import Button, Reply
from flows.core.events import ButtonTapped, TextWritten
from flows.core.step import BACK, GoTo, Here, Move, Stay, Step, button
from flows.words.text import Text, Verbatim, text

DISPUTE = "dispute"  # parts contradict each other: the sender says which one is wrong
SEVERAL = "several"  # the message held several addresses: the sender says which one
PARTS: Mapping[str, Button] = {
    "postcode": button("address", "Postcode", "mend", "postcode"),
    "ilce": button("address", "District", "mend", "ilce"),
    "il": button("address", "Province", "mend", "il"),
}
PLACES: Mapping[str, Button] = {
    "postcode": button("address", "Postcode", "put", "postcode"),
    "street": button("address", "Street", "put", "street"),
    "out": button("address", "Leave it out", "put", "out"),
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
    if here.draft.mending == SEVERAL and here.draft.candidates:
        return Reply(which(here.draft.candidates).text, (*_choices(here.draft.candidates), (BACK,)))
    problem = _open(here)
    if problem is None:
        words = text(
            "address",
            "What is the address? Neighbourhood, street, door number, district and province are enough."
            " Add the postcode if you know it.",
        )
        return Reply(words, ((BACK,),))
    if problem.kind is Kind.UNCLEAR:
        return Reply(problem.text, (tuple(PLACES[place] for place in problem.choices), (BACK,)))
    if here.draft.mending == DISPUTE:
        return Reply(problem.text, (tuple(PARTS[part] for part in problem.choices), (BACK,)))
    words = problem.text if problem.kind is Kind.MISSING else QUESTIONS.get(here.draft.mending, problem.text)
    return Reply(words, ((BACK,),))


def _open(here: Here) -> Problem | None:
    """What the address still lacks while a part of it is being answered."""
    if here.draft.addressee is None or not here.draft.mending:
        return None
    return next(iter(check(here.draft.addressee).blocking), None)


def _choices(candidates: tuple[Address, ...]) -> tuple[tuple[Button, ...], ...]:
    """By their places; where those are the same, by their mahalle."""
    named = [lines(each)[-1] for each in candidates]
    named = named if len(set(named)) == len(named) else [each.mahalle for each in candidates]
    return tuple(
        (button("address", "{n}. {place}", "choose", str(n), n=str(n + 1), place=Verbatim(place)),)
        for n, place in enumerate(named)
    )


def take_text(here: Here, said: TextWritten) -> Move:
    """A whole address, or the one part that was asked for."""
    draft = here.draft
    whole = read_address(said.text, draft.addressee_name)
    if draft.mending == SEVERAL and not stands_alone(whole.address) and not whole.candidates:
        return _chosen(here, said.text.strip(" .)"))
    if stands_alone(whole.address) or whole.candidates or draft.addressee is None or not draft.mending:
        return judged(here, whole)
    if draft.mending == DISPUTE:
        return _settled(here, draft.addressee, said.text)
    return judged(here, complete(draft.addressee, draft.mending, said.text))


def _settled(here: Here, disputed: Address, typed: str) -> Move:
    """One of the parts that contradict each other, typed instead of tapped: whichever it settles."""
    problem = _open(here)
    answers = (complete(disputed, part, typed) for part in problem.choices) if problem else ()
    settled = next((reading for reading in answers if not reading.blocking), None)
    return judged(here, settled) if settled else Stay(ask=True)


def stands_alone(known: Address) -> bool:
    """Whether a message is an address of its own, not one part of another."""
    return bool(known.foreign_lines or (known.il and (known.mahalle or known.street or known.organisation)))


def judged(here: Here, reading: Reading) -> Move:
    """Something blocks: it is named and asked for alone. Nothing blocks: the address is shown as it will be printed."""
    reading = with_inmate(reading)
    blocking = next(iter(reading.blocking), None)
    found = reading.address
    if not (_names_a_place(found) or here.draft.mending):
        return Stay(say=ACCEPTS)  # a greeting, or something else that names no place
    taken = _told(reading.taken)
    if blocking is None:
        changed = here.draft.changed(addressee=reading.address, mending="", overruled=(), candidates=())
        return GoTo(step="address_check", draft=changed, say=taken)
    if blocking.kind is Kind.UNREADABLE:
        return _asked_again(here, blocking)
    if blocking.kind is Kind.SEVERAL:
        kept = here.draft.changed(addressee=None, mending=SEVERAL, overruled=(), candidates=reading.candidates)
    else:
        mending = DISPUTE if blocking.kind is Kind.CONTRADICTION else blocking.field
        kept = here.draft.changed(addressee=reading.address, mending=mending, overruled=(), candidates=())
    if here.standing.step != "address":
        return GoTo(step="address", draft=kept, say=taken)
    return Stay(say=taken, draft=kept, ask=True)


def _names_a_place(found: Address) -> bool:
    place = found.il or found.ilce or found.postcode or found.foreign_lines
    return bool(place or found.street or found.mahalle or found.number or found.organisation)


def _asked_again(here: Here, blocking: Problem) -> Move:
    """What was understood before stays, and so does the question."""
    if here.standing.step != "address":
        return GoTo(step="address", draft=here.draft, say=blocking.text)
    return Stay(say=blocking.text, draft=here.draft)


def _told(taken: tuple[str, ...]) -> Text | None:
    """What the message held besides and no envelope carries."""
    if not taken:
        return None
    return text(
        "address", "This does not go on the envelope, so we left it out: {parts}", parts=Verbatim("; ".join(taken))
    )


def take_mend(here: Here, tap: ButtonTapped) -> Move:
    return Stay(draft=replace(here.draft, mending=tap.value), ask=True)


def take_put(here: Here, tap: ButtonTapped) -> Move:
    """The part that was not understood goes where the sender says."""
    if here.draft.addressee is None:
        return Stay(ask=True)
    return judged(here, check(place_unread(here.draft.addressee, tap.value)))


def take_choose(here: Here, tap: ButtonTapped) -> Move:
    """One of several addresses of a message."""
    return _chosen(here, str(int(tap.value) + 1))


def _chosen(here: Here, number: str) -> Move:
    """By its number in the list, tapped or typed."""
    listed = {str(n): each for n, each in enumerate(here.draft.candidates, 1)}
    return judged(here, check(listed[number])) if number in listed else Stay(ask=True)


STEP = Step(
    name="address",
    ask=ask,
    accepts=ACCEPTS,
    on={TextWritten: take_text},
    taps={"mend": take_mend, "put": take_put, "choose": take_choose},
    needed=lambda here: here.draft.addressee is None or bool(here.draft.mending),
    back="addressee",
)
