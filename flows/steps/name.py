"""The sender's own name and surname, kept exactly as typed."""

from dataclasses import replace

from flows.core.effects import Reply
from flows.core.events import TextWritten
from flows.core.step import BACK, Forward, Here, Move, Stay, Step
from flows.input.contact import read_name
from flows.words.text import text


def ask(here: Here) -> Reply:
    """The first question after the age; as a side question it can be closed."""
    return Reply(text("name", "What are your name and surname?"), ((BACK,),) if here.standing.aside else ())


def take_text(here: Here, said: TextWritten) -> Move:
    name = read_name(said.text)
    if not isinstance(name, str):
        return Stay(say=name)
    thanks = text("name", "Your name has been changed.") if here.profile.name else text("name", "Pleased to meet you.")
    return Forward(say=thanks, profile=replace(here.profile, name=name))


STEP = Step(
    name="name",
    ask=ask,
    accepts=text("name", "Please write your name and surname here. Example: Işıl İnci"),
    on={TextWritten: take_text},
    needed=lambda here: not here.profile.name,
)
