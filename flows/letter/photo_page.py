"""The photo page of a letter: whether a picture is printed is asked with its price, and each can be taken out again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from flows.core.effects import DropPhoto, KeepPhoto, Reply
from flows.core.state import Draft, Photo
from flows.core.step import Here, button
from flows.letter.measuring import measured
from flows.price.price import NoPrices, Product, price, sheets_of
from flows.words.text import Count, Kurus, Lines, Text, Verbatim, plural, text

__all__ = [
    "LEAVE_PHOTOS",
    "MOST",
    "ONLY_ITS_WORDS",
    "PRINT_PHOTOS",
    "REFUSED",
    "STILL_THE_OLD",
    "TAKE_OUT",
    "awaited",
    "counted",
    "fetched",
    "left",
    "lost",
    "offer",
    "offers",
    "priced",
    "printed",
    "refused",
    "sharpness",
    "with_offered",
    "without",
]

MOST: Final = 4
"""Pictures on the page (rendering/layout/photos.py)."""
SHARP: Final = 300
"""Dots for each inch of paper; below that the sender is told."""

PRINT_PHOTOS: Final = button("letter", "Yes, print it", "photos_print")
LEAVE_PHOTOS: Final = button("letter", "No, leave it out", "photos_leave")
TAKE_OUT: Final = button("letter", "Take out the last photo", "photo_out")

ONLY_ITS_WORDS: Final = text("letter", "The photo in this message is not printed, only its words are.")
STILL_THE_OLD: Final = text(
    "letter",
    "Your photo page still has the photo as you sent it first. For the new one, take it out and send the new one as a"
    " message of its own.",
)
TOO_MANY: Final = text("letter", "A photo page holds four photos at most; the last one you sent is not among them.")
REFUSED: Final[Mapping[str, Text]] = {
    "big": text(
        "letter",
        "This photo is too big (at most 10 MB), so it is not on your photo page. Could you please send a smaller one?",
    ),
    "unreadable": text(
        "letter",
        "This file could not be read as a picture, so it is not on your photo page. JPEG, PNG, WebP and HEIC can be"
        " printed.",
    ),
    "pixels": text(
        "letter",
        "This photo has more than 50 million pixels, so it is not on your photo page. Sent as a photo instead of a file"
        " it gets smaller.",
    ),
    "narrow": text(
        "letter",
        "This picture is more than twenty times as long as it is wide, so it is not on your photo page. Could you"
        " please send a part of it?",
    ),
    "away": text(
        "letter",
        "Your photo could not be fetched, so it is not on your photo page. Could you please send it once more?",
    ),
    "many": TOO_MANY,
    "often": text(
        "letter",
        "You have sent many pictures within an hour, so this photo is not on your photo page yet. Could you please send"
        " it again later?",
    ),
}


def offers(here: Here) -> bool:
    """Whether the tariff of the day has a price for it."""
    try:
        return here.operator.tariff.in_force(here.today).photo_page is not None
    except NoPrices:
        return False


def with_offered(draft: Draft, message: int, file: str) -> Draft | None:
    """With one more picture to be asked about; None where the page would not hold it."""
    if len(draft.photos) + len(draft.offered) >= MOST:
        return None
    return replace(draft, offered=(*draft.offered, (message, file)))


ASKED: Final[Mapping[tuple[bool, bool], Text]] = {
    (True, False): text(
        "letter",
        "Shall we print this photo on a page of its own after your letter? The page costs {amount} more; up to four"
        " photos fit on it.",
    ),
    (True, True): text(
        "letter",
        "Shall we print these photos on a page of their own after your letter? The page costs {amount} more; up to four"
        " photos fit on it.",
    ),
    (False, False): text("letter", "Shall we print this photo on your photo page too? It costs nothing more."),
    (False, True): text("letter", "Shall we print these photos on your photo page too? They cost nothing more."),
}
"""Of the first pictures or of further ones, of one or of several. An album is several before all of it is here."""


def priced(here: Here) -> bool:
    """Whether the price of the page is known: it may take a sheet more than the letter as it is written now."""
    return bool(here.draft.photos) or here.draft.manuscript.empty or measured(here) is not None


def offer(here: Here) -> Reply:
    """The first picture has a price, all others on its page have none."""
    draft = here.draft
    first, several = not draft.photos, len(draft.offered) > 1 or bool(draft.album)
    asked = ASKED[first, several]
    said = replace(asked, values={"amount": _more(here)}) if first else asked
    return Reply(said, ((PRINT_PHOTOS, LEAVE_PHOTOS),))


def _more(here: Here) -> Kurus:
    """What the letter as it is now costs more with the page: a sheet more, too, where its last one is full."""
    tariff, found = here.operator.tariff, here.draft.measure
    pages = max(1, found.pages) if found else 1
    longer = min(pages + 1, max(pages, here.operator.page_limit))
    without = price(tariff, Product.NORMAL, sheets_of(pages), here.today)
    return Kurus(price(tariff, Product.NORMAL, sheets_of(longer), here.today, photos=True).amount - without.amount)


def printed(draft: Draft) -> tuple[Draft, tuple[KeepPhoto, ...]]:
    """The pictures that were asked about are fetched; the letter, which has its id, waits for them. From now on it is
    another one than was approved, or ordered: nobody pays for a page that is not in the approved file."""
    photos = tuple(Photo(message, file) for message, file in draft.offered)
    keep = tuple(KeepPhoto(draft.letter, photo.message, photo.file) for photo in photos)
    longer = draft.changed(photos=(*draft.photos, *photos), offered=(), finished=False)
    return replace(longer, finishing=draft.finishing), keep


def left(draft: Draft) -> Draft:
    return replace(draft, offered=())


def awaited(draft: Draft) -> bool:
    """Whether a picture is still being fetched."""
    return any(photo.awaited for photo in draft.photos)


def fetched(draft: Draft, photo: Photo) -> Draft | None:
    """With a picture that has been fetched; None where nobody waits for it any more."""
    if not any(one.awaited and (one.message, one.file) == (photo.message, photo.file) for one in draft.photos):
        return None
    photos = tuple(photo if one.message == photo.message else one for one in draft.photos)
    return replace(draft.changed(photos=photos, finished=False), finishing=draft.finishing)


def refused(draft: Draft, message: int) -> Draft | None:
    """Without a picture that could not be fetched; what was to follow waits, because its sender has to know first."""
    photos = tuple(one for one in draft.photos if one.message != message or not one.awaited)
    return None if photos == draft.photos else replace(draft.changed(photos=photos, finished=False), finishing=False)


def without(draft: Draft, messages: Collection[int]) -> tuple[Draft, tuple[DropPhoto, ...]]:
    """With the other pictures only; what is kept of these goes."""
    photos = tuple(one for one in draft.photos if one.message not in messages)
    drops = tuple(DropPhoto(draft.letter, message) for message in messages)
    return draft.changed(photos=photos, finished=False), drops


def lost(count: int) -> Text:
    """What its sender is told when a picture of an order that came back, say, is not with us any more."""
    return plural(
        "letter",
        "One of your photos is not kept with us any more, so it is not on your photo page. Everything else is as it"
        " was; could you please send that photo once more?",
        "{n} of your photos are not kept with us any more, so they are not on your photo page. Everything else is as it"
        " was; could you please send those photos once more?",
        count,
    )


def counted(draft: Draft) -> tuple[Text, ...]:
    """For the running line."""
    return (plural("letter", "{n} photo", "{n} photos", len(draft.photos)),) if draft.photos else ()


def sharpness(draft: Draft) -> tuple[Text, ...]:
    """Says of pictures with too few pixels for their size that they will not be sharp."""
    found = draft.measure
    weak = tuple((nth, dpi) for nth, dpi in enumerate(found.dpi, start=1) if dpi < SHARP) if found else ()
    if not weak:
        return ()
    if len(draft.photos) == 1:
        return (
            text(
                "letter",
                "Your photo has {dpi} dots per inch at its printed size; from {sharp} on it looks sharp. Sent as a file"
                " it often has more.",
                dpi=Count(weak[0][1]),
                sharp=Count(SHARP),
            ),
        )
    named = Lines(tuple(Verbatim(f"{nth}: {dpi}") for nth, dpi in weak), ", ")
    return (
        text(
            "letter",
            "Dots per inch of your photos at their printed size: {photos}. From {sharp} on they look sharp. Sent as"
            " files they often have more.",
            photos=named,
            sharp=Count(SHARP),
        ),
    )
