"""Words that mean a button: who types what it says has tapped it."""

from __future__ import annotations

from flows.conversation.moves import open_step
from flows.core.effects import Button
from flows.core.step import Here
from flows.words.turkish import fold

__all__ = ["goes_back", "leaves", "named"]

ENDS = ("\0", " · ", ": ")  # the whole label, or what stands before its amount or its present value
ANSWERS = frozenset({"evet", "hayir", "yes", "no"})  # the only words that a longer label is known by
EXPRESS = frozenset({"accept"})  # notice and contract are accepted by their button alone, as their words say
GOING_BACK = frozenset({"geri", "back"})
LEAVING = frozenset({"vazgec", "vazgectim", "never mind", "nevermind"})


def goes_back(words: str) -> bool:
    """The one wish that is understood at every question, with or without its button."""
    return fold(words.strip()) in GOING_BACK


def leaves(words: str) -> bool:
    """Whoever says so leaves whatever is open; nothing that was given is lost."""
    return fold(words.strip(" .!")) in LEAVING


def named(here: Here, words: str) -> Button | None:
    """Who types what a button says means the button; its first part is enough ("Kâğıt: Klasik", "Evet, iptal et")."""
    screen = open_step(here.standing).ask(here)
    typed, asked = fold(words.strip(" .!")), fold(words.strip(" .!?"))
    taken = open_step(here.standing).taps.keys() - EXPRESS
    for key in (key for row in screen.buttons for key in row) if screen else ():
        if key.action not in taken:
            continue
        label = here.operator.words(key.label, here.profile.language)
        if label.endswith("?") and asked == fold(label.rstrip("?")):
            return key  # few type the sign
        ends = (*ENDS, ", ") if typed in ANSWERS else ENDS
        if typed in {fold(label.partition(end)[0]) for end in ends}:
            return key
    return None
