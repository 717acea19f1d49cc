"""The turns of the desk, each written in one line: what a decision says, and what it does."""

from __future__ import annotations

from flows.core.effects import Buttons, Effect
from flows.core.state import Turn
from flows.desk.base.effects import Say
from flows.desk.base.request import Asked
from flows.words.text import Lines, Text

__all__ = ["does", "replies", "reply", "says"]


def does(*effects: Effect) -> Turn[None]:
    """All of it is kept, or nothing."""
    return Turn(None, effects)


def says(*said: Text | Lines) -> Turn[None]:
    """An answer where it was asked, and nothing else."""
    return does(*(Say(one) for one in said))


def replies(asked: Asked, said: Text | Lines) -> Turn[None]:
    """The same, as a reply to what was asked."""
    return does(reply(asked, said))


def reply(asked: Asked, said: Text | Lines, buttons: Buttons = (), about: tuple[int, ...] = ()) -> Say:
    """A message as a reply to what was asked."""
    return Say(said, buttons=buttons, reply_to=asked.message, about=about)
