"""Pictures a sender sends: to the support desk while they write to it; anywhere else refused by name, an album once."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from flows.conversation import commands
from flows.conversation.moves import accepted, moved, open_step
from flows.conversation.unprintable_files import CANNOT_BE_PRINTED
from flows.core import events as ev
from flows.core.effects import Reply, SendPicture
from flows.core.state import Standing, Turn
from flows.core.step import Here, Stay
from flows.input.manuscript import clean
from flows.words.slash import slash
from flows.words.text import Lines, Text, text

__all__ = ["LARGEST", "PICTURES", "as_asked", "goes_to_desk", "left_off_paper", "left_out", "take", "take_refused"]

LARGEST: Final = 10 * 1024 * 1024
"""Bytes: what can be sent on as a photo (Bot API, sendPhoto)."""

PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/webp"})
"""Files that may be pictures, by what their sender's messenger says they are; the drawing room looks for itself."""

DESK: Final = "desk:"  # before the name of an album that goes there

REFUSED: Final[dict[str, Text]] = {
    "big": text(
        "support",
        "This picture is too big (at most 10 MB) and did not reach the support desk. As a photo it is smaller.",
    ),
    "unreadable": text(
        "support",
        "This file could not be read as a picture and did not reach the support desk. Could you please send it as a"
        " photo?",
    ),
    "away": text(
        "support",
        "Your picture could not be fetched and did not reach the support desk. Could you please send it once more?",
    ),
}


def take(here: Here, sent: ev.PictureSent) -> Turn[Standing]:
    """An album is one thing to its sender: what becomes of its first picture becomes of all."""
    if sent.album and here.draft.album == sent.album:
        return Turn(here.standing)
    follows = bool(sent.album) and here.draft.album == DESK + sent.album
    to_desk = follows or _to_desk(here, sent.caption)
    words = clean(_after_command(sent.caption)) if to_desk else ""
    here = _noted(here, sent.album, to_desk and isinstance(words, str))
    if not to_desk:
        what = CANNOT_BE_PRINTED[sent.kind]
        return moved(here, Stay(say=text("machine", "{what} {accepts}", what=what, accepts=accepted(here))))
    if isinstance(words, Text):
        return moved(here, Stay(say=words))
    if sent.size > LARGEST:
        return moved(here, Stay(say=REFUSED["big"]))
    return moved(here, Stay(effects=(SendPicture(sent.file, words, sent.message, follows),), silent=True))


def _to_desk(here: Here, caption: str) -> bool:
    """Where words would go to the desk: to its question, into an open ticket, or after its command."""
    if here.profile.notice is None:
        return False
    step = open_step(here.standing).name
    return step == "support" or (step == "home" and bool(here.profile.ticket)) or _after_command(caption) != caption


def _after_command(caption: str) -> str:
    """ "/destek words" -> "words"; any other caption as it is."""
    given = slash(caption)
    return given.words if given is not None and goes_to_desk(given.name) else caption


def goes_to_desk(name: str) -> bool:
    """Whether a command of that name takes a picture with it; below any other the picture is left aside, and named."""
    known = commands.find(name)
    return known is not None and known.name == "destek"


def as_asked(words: str, edited: ev.TextEdited) -> str:
    """The words of a correction without the command, as the question itself was kept."""
    return _after_command(words) or ("" if edited.file else words)


def _noted(here: Here, album: str, to_desk: bool) -> Here:
    if not album:
        return here
    return here.now(replace(here.standing, draft=replace(here.draft, album=(DESK if to_desk else "") + album)))


def left_off_paper(edited: ev.TextEdited, turn: Turn[Standing]) -> Turn[Standing]:
    """Of a message of the letter only the words are printed."""
    return replace(turn, effects=(Reply(CANNOT_BE_PRINTED["photo"]), *turn.effects)) if edited.file else turn


def left_out(found: ev.TicketEdited, said: Text) -> Text | Lines:
    """What is said of a correction, and of its picture where that did not come with it."""
    return Lines((said, REFUSED[found.left_out])) if found.left_out else said


def take_refused(here: Here, refused: ev.PictureRefused) -> Turn[Standing]:
    """The question to the desk stays open: another picture, or words, may follow."""
    return Turn(here.standing, (Reply(REFUSED[refused.because]),))
