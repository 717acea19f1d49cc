"""Words that mean a button: who types what it says has tapped it."""

from __future__ import annotations

from flows.conversation.moves import open_step
from flows.core.effects import Button
from flows.core.step import Here
from flows.words.turkish import fold

__all__ = ["goes_back", "named"]

EXPRESS = frozenset({"accept"})  # notice and contract are accepted by their button alone, as their words say
GOING_BACK = frozenset({"geri", "back"})


def goes_back(words: str) -> bool:
    """The one wish that is understood at every question, with or without its button."""
    return fold(words.strip()) in GOING_BACK


def named(here: Here, words: str) -> Button | None:
    """Who types what a button says means the button; of "Normal · 48,50 TL" the first part is enough."""
    screen = open_step(here.standing).ask(here)
    typed = fold(words.strip(" .!"))
    taken = open_step(here.standing).taps.keys() - EXPRESS
    for key in (key for row in screen.buttons for key in row) if screen else ():
        label = here.operator.words(key.label, here.profile.language)
        if key.action in taken and typed in (fold(label), fold(label.partition(" · ")[0])):
            return key
    return None
