"""What is answered to a picture that is asked about, and what becomes of it: each moves the letter on."""

from __future__ import annotations

from flows.core.effects import DropPhoto
from flows.core.events import ButtonTapped, PhotoKept, PhotoRefused
from flows.core.state import Photo
from flows.core.step import GoTo, Here, Move, Stay
from flows.letter import photo_page
from flows.letter.doubts import ADD, IN_WORDS, LEAVE
from flows.letter.measuring import ruler
from flows.words.text import text
from flows.words.turkish import fold

__all__ = ["in_words", "take_kept", "take_no_print", "take_out", "take_print", "take_refused"]

_BUTTONS = {ADD: photo_page.PRINT_PHOTOS, LEAVE: photo_page.LEAVE_PHOTOS}


def in_words(here: Here, typed: str) -> Move | None:
    """By the label of a button, or in plain words; None for anything else, which belongs to the letter."""
    said = fold(typed.strip(" .!"))
    labels = {fold(here.operator.words(key.label, here.profile.language)): answer for answer, key in _BUTTONS.items()}
    match labels.get(said) or IN_WORDS.get(said):
        case "add":
            return _print(here)
        case "leave":
            return _leave(here)
        case _:
            return None


def take_print(here: Here, tap: ButtonTapped) -> Move:
    return _print(here)


def take_no_print(here: Here, tap: ButtonTapped) -> Move:
    return _leave(here)


def _print(here: Here) -> Move:
    if not here.draft.offered or here.draft.manuscript.doubts:
        return Stay(ask=True)
    draft, keep = photo_page.printed(here.draft)
    return Stay(draft=draft, effects=keep, silent=True)


def _leave(here: Here) -> Move:
    if not here.draft.offered or here.draft.manuscript.doubts:
        return Stay(ask=True)
    said = text("letter", "Not printed. You can go on with your letter.")
    return GoTo(step="letter", draft=photo_page.left(here.draft), say=said)


def take_kept(here: Here, kept: PhotoKept) -> Move:
    """The last one that is awaited brings the running line; before the first word it is said that it is there."""
    photo = Photo(kept.message, kept.file, kept.width, kept.height)
    draft = photo_page.fetched(here.draft, photo) if kept.letter == here.draft.letter else None
    if draft is None:
        on_page = any(one.message == kept.message for one in here.draft.photos)
        drop = () if on_page else (DropPhoto(kept.letter, kept.message),)
        return Stay(effects=drop, silent=True)  # it was taken out while it was being fetched
    if photo_page.awaited(draft):
        return Stay(draft=draft, silent=True)
    if draft.manuscript.empty:
        return Stay(draft=draft, say=text("letter", "Your photo page is ready. Now write the first line here."))
    return Stay(draft=draft, effects=(ruler(here, draft),), silent=True)


def take_refused(here: Here, found: PhotoRefused) -> Move:
    draft = photo_page.refused(here.draft, found.message) if found.letter == here.draft.letter else None
    return Stay(draft=draft, say=photo_page.REFUSED[found.because]) if draft else Stay(silent=True)


def take_out(here: Here, tap: ButtonTapped) -> Move:
    """The newest one; what of it is kept goes at once."""
    if not here.draft.photos:
        return Stay(ask=True)
    draft, drops = photo_page.without(here.draft, (here.draft.photos[-1].message,))
    return GoTo(
        step="letter", draft=draft, effects=drops, say=text("letter", "Taken out of your letter: the last photo.")
    )
