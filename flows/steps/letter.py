"""The letter itself: any number of messages until "Bitti"; an edited message changes the letter."""

from dataclasses import replace

from flows.core.effects import MeasureLetter, Reply
from flows.core.events import ButtonTapped, LetterMeasured, LetterUnmeasured, TextEdited, TextWritten
from flows.core.state import Draft, Measure
from flows.core.step import Forward, GoTo, Here, Move, Stay, Step, button
from flows.price.price import Product, price, sheets_of
from flows.words.text import Count, Lines, Text, Verbatim, plural, text
from flows.words.turkish import fold

ANEW = 5  # every so many messages the running line comes again below them, instead of changing far above
LISTED = 40
DONE = frozenset({"bitti", "done"})
DONE_BUTTON = button("letter", "Done", "done")


def ask(here: Here) -> Reply | None:
    """With words already there, the running line is the question: the ruler brings it."""
    if not here.draft.manuscript.empty:
        return None
    return Reply(
        text(
            "letter",
            "Now it is your turn. Write your letter in as many messages as you like, and tap Done at the end."
            " If you edit a message, the letter changes too.",
        )
    )


def arrive(here: Here) -> tuple[MeasureLetter, ...]:
    return () if here.draft.manuscript.empty else (ruler(here, here.draft),)


def ruler(here: Here, draft: Draft) -> MeasureLetter:
    return MeasureLetter(draft.revision, here.operator.stationery_of(draft))


def measured(here: Here) -> Measure | None:
    """The ruler's word, if it is about this revision on this stationery."""
    found = here.draft.measure
    if found is None or found.revision != here.draft.revision:
        return None
    return found if found.stationery == here.operator.stationery_of(here.draft) else None


def take_text(here: Here, said: TextWritten) -> Move:
    if fold(said.text.strip()) in DONE and not here.draft.manuscript.empty:
        return finish(here)
    draft = here.draft if here.draft.letter else replace(here.draft, letter=here.fresh, language=here.profile.language)
    return rewritten(
        here, draft.changed(manuscript=draft.manuscript.with_part(said.message, said.text), finished=False)
    )


def take_edit(here: Here, edited: TextEdited) -> Move:
    draft = here.draft
    return rewritten(
        here, draft.changed(manuscript=draft.manuscript.edited(edited.message, edited.text), finished=False)
    )


def rewritten(here: Here, draft: Draft) -> Move:
    too_long = draft.manuscript.overflow
    if too_long is not None:
        return Stay(say=too_long)
    return Stay(draft=draft, effects=(ruler(here, draft),), silent=True)


def take_measure(here: Here, found: LetterMeasured) -> Move:
    """Shows the running line; when "Bitti" was tapped meanwhile, goes on."""
    draft = here.draft
    if (found.revision, found.stationery) != (draft.revision, here.operator.stationery_of(draft)):
        return Stay(silent=True)
    known = replace(
        draft, measure=Measure(found.revision, found.stationery, found.pages, found.lines_over, found.unprintable)
    )
    here = here.now(replace(here.standing, draft=known))
    if draft.finishing:
        return finish(here)
    return Stay(draft=known, effects=(running_line(here),), silent=True)


def take_unmeasured(here: Here, refused: LetterUnmeasured) -> Move:
    """Too hard to lay out within the time a letter gets: said, instead of leaving the sender waiting."""
    if refused.revision != here.draft.revision:
        return Stay(silent=True)
    return GoTo(
        step="letter",
        draft=replace(here.draft, finishing=False, finished=False),
        say=text(
            "letter",
            "Your letter could not be laid out as it is. What you wrote is kept. Could you please make very long"
            " lines or words shorter by editing a message?",
        ),
    )


def running_line(here: Here) -> Reply:
    draft = here.draft
    found = draft.measure
    assert found is not None
    sheets = sheets_of(found.pages)
    parts = (
        plural("letter", "{n} character", "{n} characters", draft.manuscript.characters),
        plural("letter", "{n} page", "{n} pages", found.pages),
        plural("letter", "{n} sheet", "{n} sheets", sheets),
        text("letter", "{amount}", amount=price(here.operator.tariff, Product.NORMAL, sheets, here.today)),
    )
    counted = Lines(parts, " · ")
    troubles = tuple(trouble for trouble in (overflow(here), unprintable(here)) if trouble)
    return Reply(
        Lines((text("letter", "{counted}", counted=counted), *troubles)) if troubles else counted,
        ((DONE_BUTTON,),),
        running=True,
        anew=len(draft.manuscript.parts) % ANEW == 1,
    )


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


def unprintable(here: Here) -> Text | None:
    found = here.draft.measure
    if found is None or not found.unprintable:
        return None
    return text(
        "letter",
        "These characters cannot be printed: {characters}. You can edit the message they are in and write another"
        " character instead.",
        characters=listed(found.unprintable),
    )


def listed(characters: tuple[str, ...]) -> Verbatim:
    """Characters to be looked for, as many as help; all of a foreign script would not fit a message."""
    return Verbatim("  ".join(characters[:LISTED]) + ("  …" if len(characters) > LISTED else ""))


def take_done(here: Here, tap: ButtonTapped) -> Move:
    return finish(here)


def finish(here: Here) -> Move:
    draft = here.draft
    if draft.manuscript.empty:
        return Stay(say=text("letter", "Your letter has no words yet. Just write the first line here."))
    if measured(here) is None:
        return Stay(draft=replace(draft, finishing=True), effects=(ruler(here, draft),), silent=True)
    trouble = overflow(here) or unprintable(here)
    if trouble is not None:
        return Stay(draft=replace(draft, finishing=False), effects=(Reply(trouble, ((DONE_BUTTON,),)),), silent=True)
    return Forward(draft=replace(draft, finishing=False, finished=True))


STEP = Step(
    name="letter",
    ask=ask,
    accepts=text("letter", "You can write what you would like to say. Your draft is just as it was."),
    on={
        TextWritten: take_text,
        TextEdited: take_edit,
        LetterMeasured: take_measure,
        LetterUnmeasured: take_unmeasured,
    },
    taps={"done": take_done},
    needed=lambda here: not here.draft.finished,
    arrive=arrive,
    back="address_check",
    literal=True,
    drawn_elsewhere=frozenset({"done"}),  # the running line carries it
    settled=True,
)
