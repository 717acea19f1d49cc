"""Whom the letter is for: a name, or a saved addressee, whose address its sender has called right before."""

from flows.core.effects import Button, MeasureAddress, Reply
from flows.core.events import ButtonTapped, TextWritten
from flows.core.step import BACK, Forward, Here, Move, Stay, Step
from flows.input.contact import read_name
from flows.steps.address_check import on_envelope
from flows.words.text import Verbatim, text


def ask(here: Here) -> Reply:
    saved = tuple(
        (Button(text("addressee", "{name}", name=Verbatim(known.name)), "saved", str(n)),)
        for n, known in enumerate(here.profile.addressees)
    )
    return Reply(
        text("addressee", "Who is your letter for? Write the name and surname of the addressee."), (*saved, (BACK,))
    )


def take_text(here: Here, said: TextWritten) -> Move:
    name = read_name(said.text)
    if not isinstance(name, str):
        return Stay(say=name)
    changed = here.draft.changed(addressee_name=name, addressee=None, overruled=(), mending="")
    return Forward(draft=changed)


def take_saved(here: Here, tap: ButtonTapped) -> Move:
    known = here.profile.addressees[int(tap.value)]
    changed = here.draft.changed(addressee_name=known.name, addressee=known, checked=known, overruled=(), mending="")
    return Forward(say=on_envelope(known), draft=changed, effects=(MeasureAddress(changed.revision),))


STEP = Step(
    name="addressee",
    ask=ask,
    accepts=text("addressee", "Please write the name and surname of the addressee. Example: Nermin Öztürk"),
    on={TextWritten: take_text},
    taps={"saved": take_saved},
    needed=lambda here: not here.draft.addressee_name,
    back="home",
)
