"""Addresses behind linked words: the support desk reads them written out; paper cannot carry them, and that is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from flows.conversation import context
from flows.conversation.moves import open_step
from flows.core import events as ev
from flows.core.effects import Reply
from flows.core.state import Standing, Turn
from flows.core.step import Here
from flows.words.text import Verbatim, text

__all__ = ["carried"]

Said = TypeVar("Said", ev.TextWritten, ev.TextEdited)


def carried(take: Callable[[Here, Said], Turn[Standing]]) -> Callable[[Here, Said], Turn[Standing]]:
    """What takes words, with the addresses behind them: on paper they are missed, anywhere else written out."""

    def taken(here: Here, said: Said) -> Turn[Standing]:
        if not said.links:
            return take(here, said)
        if _on_paper(here, said):
            return _left_off(said, take(here, said))
        return take(here, replace(said, text=said.linked, styles=()))

    return taken


def _on_paper(here: Here, said: ev.TextWritten | ev.TextEdited) -> bool:
    """Whether it belongs to the letter; a reply to the desk goes there from wherever its sender stands."""
    if isinstance(said, ev.TextEdited):
        return here.draft.manuscript.words_of(said.message) is not None
    return open_step(here.standing).name == "letter" and context.to_desk(here, said, said.text) is None


def _left_off(said: ev.TextWritten | ev.TextEdited, turn: Turn[Standing]) -> Turn[Standing]:
    told = text(
        "letter",
        "Behind words of this message there is a web address, which paper cannot carry: only the words are printed. If"
        " the address belongs in your letter, write it out. It is: {links}",
        links=Verbatim(", ".join(said.links)),
    )
    unchanged = isinstance(said, ev.TextEdited) and not turn.effects
    return turn if unchanged else replace(turn, effects=(Reply(told), *turn.effects))
