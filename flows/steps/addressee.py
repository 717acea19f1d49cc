"""Whom the letter is for: a name, alone or with its address, or a saved addressee that was called right before."""

from dataclasses import replace

from flows.address.address import check, name_and_address, read_address
from flows.core.effects import Button, MeasureAddress, Reply
from flows.core.events import ButtonTapped, TextWritten
from flows.core.step import BACK, Forward, Here, Move, Stay, Step
from flows.input.contact import read_name
from flows.steps import address
from flows.steps.address_check import on_envelope
from flows.words.text import Verbatim, text


def ask(here: Here) -> Reply:
    saved = tuple(
        (Button(text("addressee", "{name}", name=Verbatim(known.name)), "saved", str(n)),)
        for n, known in enumerate(here.profile.addressees)
    )
    words = text(
        "addressee", "Who is your letter for, and where does it go? You can write name and address in one message, too."
    )
    return Reply(words, (*saved, (BACK,)))


def take_text(here: Here, said: TextWritten) -> Move:
    """A name; a name and an address in one message; an address whose name is still to come."""
    both = name_and_address(said.text)
    if both is not None:
        name, where = both
        begun = here.draft.changed(addressee_name=name, addressee=None, overruled=(), mending="", candidates=())
        return address.judged(here.now(replace(here.standing, draft=begun)), read_address(where, name))
    name_only = read_name(said.text)
    if isinstance(name_only, str):
        return _named(here, name_only)
    known = here.draft.addressee_name
    whole = read_address(said.text, known)
    if address.stands_alone(whole.address) and known:
        return address.judged(here, whole)  # somebody changes where the letter goes, not to whom
    if address.stands_alone(whole.address):
        return Stay(
            say=text(
                "addressee",
                "We have noted the address. What are the name and surname of the addressee? Example: Nermin Öztürk",
            ),
            draft=here.draft.changed(addressee=whole.address, addressee_name="", overruled=(), mending=""),
        )
    return Stay(say=name_only)


def _named(here: Here, name: str) -> Move:
    """An address that came before its name is kept; another one belongs to whoever was named before."""
    waiting = here.draft.addressee if here.draft.addressee and not here.draft.addressee.name else None
    changed = here.draft.changed(addressee_name=name, addressee=None, overruled=(), mending="", candidates=())
    if waiting is not None:
        return address.judged(here.now(replace(here.standing, draft=changed)), check(replace(waiting, name=name)))
    return Forward(draft=changed, effects=(MeasureAddress(changed.revision),))


def take_saved(here: Here, tap: ButtonTapped) -> Move:
    known = here.profile.addressees[int(tap.value)]
    changed = here.draft.changed(
        addressee_name=known.name, addressee=known, checked=known, overruled=(), mending="", candidates=()
    )
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
