"""The sender's own name and surname, kept exactly as typed; e-mail and telephone may stand in the same message."""

from dataclasses import replace

from flows.core.effects import Reply
from flows.core.events import TextWritten
from flows.core.step import BACK, Forward, Here, Move, Stay, Step, also
from flows.input.contact import read_name
from flows.input.introduction import introduced
from flows.input.phone import doubtful, read_phone
from flows.steps import email, phone
from flows.words.text import Text, text


def ask(here: Here) -> Reply:
    """As a side question, in the settings, only the name is asked."""
    if here.standing.aside:
        return Reply(text("name", "What are your name and surname?"), ((BACK,),))
    return Reply(
        text(
            "name",
            "Lovely. To order, let us get to know you too: what are your name and surname? You can write"
            " your e-mail address and telephone number in the same message. Example: Işıl İnci, isil@example.com,"
            " 05XX XXX XX XX",
        ),
        ((BACK,),),
    )


def take_text(here: Here, said: TextWritten) -> Move:
    """What is given is not asked for again; what cannot be read is asked for at its own question."""
    if here.standing.aside:
        name = read_name(said.text)
        return Stay(say=name) if isinstance(name, Text) else _named(here, name)
    given = introduced(said.text)
    name = read_name(given.name)
    if isinstance(name, Text):
        return Stay(say=name)
    move = _numbered(here, _named(here, name), given.phone)
    return email.given(here, move, given.email) if given.email else move


def _numbered(here: Here, move: Move, typed: str) -> Move:
    """With the number that stood in the same message: read back, or the reason why it is asked for."""
    number = read_phone(typed) if typed else ""
    if isinstance(number, Text):
        return also(move, number)
    if not number:
        return move
    if doubtful(number):
        return replace(move, draft=replace(here.draft, phone=number))  # its own question asks about it
    known = replace(move.profile or here.profile, phone=number, phone_verified=False)
    return replace(also(move, phone.thanks(number)), profile=known)


def _named(here: Here, name: str) -> Forward:
    if name == here.profile.name:
        return Forward()
    thanks = text("name", "Your name has been changed.") if here.profile.name else text("name", "Pleased to meet you.")
    return Forward(say=thanks, profile=replace(here.profile, name=name))


STEP = Step(
    name="name",
    ask=ask,
    accepts=text("name", "Please write your name and surname here. Example: Işıl İnci"),
    on={TextWritten: take_text},
    needed=lambda here: not here.profile.name,
    back="preview",
)
