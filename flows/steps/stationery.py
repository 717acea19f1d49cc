"""The paper: each stationery is shown as it will look."""

from dataclasses import replace

from flows.core.effects import Attachment, Button, Reply
from flows.core.events import ButtonTapped
from flows.core.step import BACK, Forward, Here, Move, Step
from flows.words.text import text

IN_A_ROW = 3
"""Buttons side by side, as in the picture; a telephone shows no more of them in full."""


def ask(here: Here) -> Reply:
    choices = tuple(Button(label, "choose", name) for name, label in here.operator.stationeries.items())
    rows = (choices[first : first + IN_A_ROW] for first in range(0, len(choices), IN_A_ROW))
    return Reply(
        text("stationery", "Which paper would you like?"),
        (*rows, (BACK,)),
        attachment=Attachment("stationery", ""),
    )


def take_choice(here: Here, tap: ButtonTapped) -> Move:
    """The ruler's word stays good if it was about this paper; a preview being drawn on another one does not."""
    draft = here.draft
    if tap.value == here.operator.stationery_of(draft):
        return Forward(draft=None if draft.stationery else replace(draft, stationery=tap.value))
    known = draft.measure if draft.measure and draft.measure.stationery == tap.value else None
    chosen = draft.changed(stationery=tap.value)
    return Forward(draft=replace(chosen, measure=known and replace(known, revision=chosen.revision)))


STEP = Step(
    name="stationery",
    ask=ask,
    accepts=text("stationery", "Please choose one of the papers with its button."),
    taps={"choose": take_choice},
    needed=lambda here: False,
    back="delivery",
)
