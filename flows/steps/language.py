"""The language the bot speaks to this person."""

from dataclasses import replace

from flows.core.effects import Button, Reply
from flows.core.events import ButtonTapped
from flows.core.step import Forward, Here, Move, Step
from flows.words.text import text

NAMES = {"tr": "Türkçe", "en": "English"}  # each in its own language: found by those who cannot read the other


def ask(here: Here) -> Reply:
    choices = tuple(
        Button(text("language", "{language}", language=name), "choose", tongue) for tongue, name in NAMES.items()
    )
    return Reply(text("language", "Which language shall we speak?"), (choices,))


def take_choice(here: Here, tap: ButtonTapped) -> Move:
    return Forward(
        say=text("language", "From now on we will speak English."), profile=replace(here.profile, language=tap.value)
    )


STEP = Step(
    name="language",
    ask=ask,
    accepts=text("language", "Please choose a language with its button."),
    taps={"choose": take_choice},
    needed=lambda here: False,
)
