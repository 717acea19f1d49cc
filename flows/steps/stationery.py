"""The paper: each stationery is shown as it will look."""

from dataclasses import replace

from flows.core.effects import Attachment, Button, Reply
from flows.core.events import ButtonTapped, TextWritten
from flows.core.step import BACK, Forward, Here, Move, Stay, Step
from flows.words.text import text
from flows.words.turkish import fold

IN_A_ROW = 3
"""Buttons side by side, as in the picture; a telephone shows no more of them in full."""
SHORTEST = 3
"""Letters by which a name is known: one or two may be anything."""


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


def take_text(here: Here, said: TextWritten) -> Move:
    """By the beginning of its name, where no other paper begins so; blanks count for nothing ("elyazısı", "bayram")."""
    typed = _plain(said.text)
    labels = {
        name: here.operator.words(label, here.profile.language) for name, label in here.operator.stationeries.items()
    }
    found = [name for name, label in labels.items() if _begins(label, typed)]
    return take_choice(here, ButtonTapped("choose", found[0], "", "")) if len(found) == 1 else Stay(say=STEP.accepts)


def _begins(label: str, typed: str) -> bool:
    return typed == _plain(label.partition(" ")[0]) or (len(typed) >= SHORTEST and _plain(label).startswith(typed))


def _plain(words: str) -> str:
    return fold("".join(words.split())).strip(".!")


STEP = Step(
    name="stationery",
    ask=ask,
    accepts=text("stationery", "Please tap the button of a paper, or write its name. Example: Typewriter"),
    on={TextWritten: take_text},
    taps={"choose": take_choice},
    needed=lambda here: False,
    back="delivery",
)
