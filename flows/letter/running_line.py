"""The running line of a letter: characters, pages, sheets, price, and what keeps it from being printed."""

from __future__ import annotations

from collections.abc import Iterator

from flows.core.effects import Button, Reply
from flows.core.state import Draft
from flows.core.step import Here, button
from flows.letter import photo_page
from flows.price.price import Product, price, sheets_of
from flows.words.split import split
from flows.words.text import Count, Lines, Text, Verbatim, plural, text

__all__ = ["REMOVE", "beginning", "buttons", "listed", "overflow", "running_line", "troubles"]

LISTED = 40  # characters that no font prints; all of a foreign script would not fit a message
PLACES = 5  # messages they stand in that are named
BEGINNING = 30  # units of a message by which its sender knows it again
REMOVE = button("letter", "Take out the last message", "remove")
DONE = button("letter", "Done", "done")


def buttons(draft: Draft) -> tuple[tuple[Button, ...], ...]:
    """Below the line; a photo can be taken out where there is one."""
    return ((DONE, REMOVE), *(((photo_page.TAKE_OUT,),) if draft.photos else ()))


def running_line(here: Here) -> Reply:
    """A line of its own below everything that was said since the last one; else it takes that one's place."""
    draft = here.draft
    found = draft.measure
    assert found is not None
    sheets = sheets_of(found.pages)
    cost = price(here.operator.tariff, Product.NORMAL, sheets, here.today, photos=bool(draft.photos))
    parts = (
        plural("letter", "{n} character", "{n} characters", draft.manuscript.characters),
        plural("letter", "{n} page", "{n} pages", found.pages),
        plural("letter", "{n} sheet", "{n} sheets", sheets),
        *photo_page.counted(draft),
        text("letter", "{amount}", amount=cost),
    )
    counted = Lines(parts, " · ")
    trouble = (*troubles(here), *photo_page.sharpness(draft))
    said = Lines((text("letter", "{counted}", counted=counted), *trouble)) if trouble else counted
    return Reply(said, buttons(draft), running=True, anew=draft.lowest != "line")


def troubles(here: Here) -> tuple[Text, ...]:
    """What keeps the letter from being printed, a sentence each, with the messages to look at."""
    return tuple(trouble for trouble in (overflow(here), *_unprintable(here)) if trouble)


def overflow(here: Here) -> Text | None:
    """The exact overflow; nothing is ever trimmed."""
    found = here.draft.measure
    if found is None or found.lines_over == 0:
        return None
    return plural(
        "letter",
        "Your letter exceeds the limit of {limit} pages by {n} line. What you wrote is kept; you can shorten it by"
        " editing a message.",
        "Your letter exceeds the limit of {limit} pages by {n} lines. What you wrote is kept; you can shorten it by"
        " editing a message.",
        found.lines_over,
        limit=Count(here.operator.page_limit),
    )


def _unprintable(here: Here) -> Iterator[Text]:
    found = here.draft.measure
    if found is None or not found.unprintable:
        return
    yield text(
        "letter",
        "These characters cannot be printed: {characters}. You can edit the message they are in and write another"
        " character instead.",
        characters=listed(found.unprintable),
    )
    places = [
        (words, inside)
        for _, words in here.draft.manuscript.parts
        if (inside := tuple(sign for sign in found.unprintable if sign in words))
    ]
    for words, inside in places[:PLACES]:
        yield text("letter", "{characters} ← “{words}”", characters=listed(inside), words=Verbatim(beginning(words)))
    if more := len(places[PLACES:]):
        yield plural("letter", "… and in {n} more message", "… and in {n} more messages", more)


def listed(characters: tuple[str, ...]) -> Verbatim:
    """Characters to be looked for, as many as help."""
    return Verbatim("  ".join(characters[:LISTED]) + ("  …" if len(characters) > LISTED else ""))


def beginning(words: str) -> str:
    """The words a message begins with, enough to know it again."""
    first, *more = split(" ".join(words[: BEGINNING * 9].split()), BEGINNING)
    return f"{first.rstrip(' ,;:.')}…" if more else first
