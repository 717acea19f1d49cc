"""Pictures a sender sends: to the support desk while they write to it, onto the photo page of their letter while they
write that; anywhere else refused by name, an album once."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from flows.conversation import commands, context
from flows.conversation.moves import accepted, by_step, moved, open_step
from flows.core import events as ev
from flows.core.effects import Reply, SendPicture
from flows.core.state import Draft, Standing, Turn
from flows.core.step import Here, Move, Stay
from flows.input.manuscript import blank, clean, clean_styles
from flows.letter import photo_page
from flows.letter.measuring import ruler
from flows.letter.unprintable_files import CANNOT_BE_PRINTED
from flows.steps import letter
from flows.words.slash import slash
from flows.words.styles import Styled
from flows.words.text import Lines, Text, text

__all__ = [
    "LARGEST",
    "PICTURES",
    "as_asked",
    "edited",
    "goes_to_desk",
    "left_off_paper",
    "left_out",
    "of_letter",
    "refused",
    "take",
    "take_refused",
    "take_result",
]

LARGEST: Final = 10 * 1024 * 1024
"""Bytes: what can be sent on as a photo (Bot API, sendPhoto)."""

PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/webp", "image/heic", "image/heif"})
"""Files that may be pictures, by what their sender's messenger says they are; the drawing room looks for itself."""

NOTHING: Final = Styled("")  # no caption
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
    again = bool(sent.album) and here.draft.album == sent.album
    printed = open_step(here.standing).name == "letter" and photo_page.offers(here)
    if again and blank(sent.caption) and not printed:
        return Turn(here.standing)
    follows = bool(sent.album) and here.draft.album == DESK + sent.album
    to_desk = not again and (follows or _to_desk(here, sent))
    words = clean(_after_command(sent.caption)) if to_desk else ""
    here = _noted(here, sent.album, to_desk and isinstance(words, str))
    if not to_desk and printed:
        return moved(here, _offered(here, sent, asked=again and bool(here.draft.offered)))
    if not to_desk:
        kind = "picture" if photo_page.offers(here) else sent.kind
        return refused(here, kind, Styled(sent.caption, sent.styles), sent.message, sent.file)
    if isinstance(words, Text):
        return moved(here, Stay(say=words))
    if sent.size > LARGEST:
        return moved(here, Stay(say=REFUSED["big"]))
    here, words = context.heard(here, sent.message, words, sent.file), context.ours(here, sent.quoted, words)
    return moved(here, Stay(effects=(SendPicture(sent.file, words, sent.message, follows),), silent=True))


def _offered(here: Here, sent: ev.PictureSent, *, asked: bool) -> Move:
    """Whether it is printed is asked before it is fetched; of an album once, as long as nobody has answered. Its words
    may be the letter's."""
    if sent.size > LARGEST:
        return Stay(say=photo_page.REFUSED["big"])
    caption = clean(sent.caption)
    draft = photo_page.with_offered(letter.begun(here), sent.message, sent.file)
    if draft is None:
        return Stay(say=photo_page.REFUSED["many"])
    if isinstance(caption, Text):
        return Stay(draft=draft, say=caption)
    if blank(caption):
        return Stay(draft=draft, silent=True) if asked else _asking(here, draft)
    said = Styled(caption, clean_styles(sent.caption, sent.styles))
    here = context.heard(here.now(replace(here.standing, draft=draft)), sent.message, caption, sent.file, said.styles)
    return letter.take_caption(here, sent.message, said)


def _asking(here: Here, draft: Draft) -> Move:
    """At once, or where its price is not known yet when the ruler has spoken."""
    if letter.ask(here.now(replace(here.standing, draft=draft))):
        return Stay(draft=draft, ask=True)
    return Stay(draft=draft, effects=(ruler(here, draft),), silent=True)


def refused(here: Here, kind: str, caption: Styled = NOTHING, message: int = 0, file: str = "") -> Turn[Standing]:
    """Named for what it is; the question stays open and the draft is intact. At the letter the words under it are
    offered for the letter; elsewhere it is said that they were not taken."""
    what = CANNOT_BE_PRINTED.get(kind, CANNOT_BE_PRINTED["other"])
    words = clean(caption.words)
    if isinstance(words, Text) or blank(words):
        accepts = words if isinstance(words, Text) else accepted(here)
        return moved(here, Stay(say=text("machine", "{what} {accepts}", what=what, accepts=accepts)))
    if open_step(here.standing).name == "letter":
        offered = Styled(words, clean_styles(caption.words, caption.styles))
        here = context.heard(here, message, words, file, offered.styles)
        return moved(here, replace(letter.take_caption(here, message, offered), say=what))
    said = text("machine", "{what} {unread} {accepts}", what=what, unread=UNREAD, accepts=accepted(here))
    return moved(here, Stay(say=said))


UNREAD: Final = text("machine", "The words under it were not taken; you can send them as a message of their own.")


def _to_desk(here: Here, sent: ev.PictureSent) -> bool:
    """Where words would go to the desk: to its question, into an open ticket, after its command, in a reply to it."""
    if here.profile.notice is None:
        return False
    step, caption = open_step(here.standing).name, sent.caption
    open_question = step == "support" or (step == "home" and bool(here.profile.ticket))
    replied = sent.quoted is not None and context.of_desk(here, sent.quoted)
    return open_question or replied or _after_command(caption) != caption


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
    """A picture of its own ends an album: what is asked about it is asked about one."""
    return here.now(
        replace(here.standing, draft=replace(here.draft, album=(DESK if to_desk and album else "") + album))
    )


def of_letter(here: Here, message: int) -> bool:
    """Whether it brought a picture that is on the photo page, or asked about for it."""
    return message in _files(here.draft)


def _files(draft: Draft) -> dict[int, str]:
    return {photo.message: photo.file for photo in draft.photos} | dict(draft.offered)


def edited(here: Here, edited: ev.TextEdited, said: Styled) -> Turn[Standing]:
    """A picture of the letter whose words are none of it, or were not there before: they are asked about."""
    here = context.heard(here, edited.message, said.words, edited.file, said.styles)
    turn = Turn(here.standing)
    if not blank(said.words) and open_step(here.standing).name == "letter":
        turn = moved(here, letter.take_caption(here, edited.message, said))
    elif not blank(said.words):
        turn = moved(here, Stay(say=UNREAD))
    return left_off_paper(here, edited, turn)


def left_off_paper(here: Here, edited: ev.TextEdited, turn: Turn[Standing]) -> Turn[Standing]:
    """Of a message of the letter only the words are printed, unless its picture is on the photo page."""
    draft = turn.standing.draft
    files = _files(draft)
    if not edited.file or files.get(edited.message) == edited.file:
        return turn
    on_page = edited.message in files
    said = photo_page.STILL_THE_OLD if on_page else photo_page.ONLY_ITS_WORDS
    return replace(turn, effects=(Reply(said), *turn.effects))


def take_result(here: Here, found: ev.PhotoKept | ev.PhotoRefused) -> Turn[Standing]:
    """Wherever its sender is by now, the picture is there, or they hear why it is not."""
    if here.standing.question == "letter":
        return by_step(here, found)
    move = open_step(replace(here.standing, step="letter", aside="")).on[type(found)](here, found)
    said = (Reply(move.say),) if move.say and isinstance(found, ev.PhotoRefused) else ()
    return Turn(replace(here.standing, draft=move.draft or here.draft), (*move.effects, *said))


def left_out(found: ev.TicketEdited, said: Text) -> Text | Lines:
    """What is said of a correction, and of its picture where that did not come with it."""
    return Lines((said, REFUSED[found.left_out])) if found.left_out else said


def take_refused(here: Here, refused: ev.PictureRefused) -> Turn[Standing]:
    """The question to the desk stays open: another picture, or words, may follow."""
    return Turn(here.standing, (Reply(REFUSED[refused.because]),))
