"""The letter itself: any number of messages until "Bitti"; an edited message changes the letter."""

from dataclasses import replace

from flows.core.effects import MeasureLetter, Reply
from flows.core.events import (
    ButtonTapped,
    LetterMeasured,
    LetterUnmeasured,
    PhotoKept,
    PhotoRefused,
    TextEdited,
    TextWritten,
)
from flows.core.state import Draft, Measure
from flows.core.step import BACK, Forward, GoTo, Here, Move, Stay, Step
from flows.input.doubt import Doubt, Reason
from flows.input.manuscript import blank
from flows.input.near_words import near_word
from flows.letter import photo_answers, photo_page
from flows.letter.doubts import (
    ADD,
    LEAVE,
    after_all,
    answer_in_words,
    belongs,
    changed,
    doubt_about,
    left_out,
    question,
    reason_of,
)
from flows.letter.measuring import UNMEASURED, measured, ruler
from flows.letter.running_line import REMOVE, beginning, buttons, running_line, troubles
from flows.words.styles import Styled
from flows.words.text import Lines, Verbatim, text
from flows.words.turkish import fold

DONE = frozenset({"bitti", "done"})


def ask(here: Here) -> Reply | None:
    """A message in doubt is asked about first, then a picture. With words already there, the running line is the
    question: the ruler brings it."""
    manuscript = here.draft.manuscript
    if manuscript.doubts:
        return question(manuscript.doubts[0])
    if here.draft.offered:
        return photo_page.offer(here) if photo_page.priced(here) else None
    if not manuscript.empty:
        return None
    return Reply(
        text(
            "letter",
            "Now it is your turn. Write your letter in as many messages as you like, and tap Done at the end."
            " If you edit a message, the letter changes too.",
        ),
        ((BACK,),),
    )


def arrive(here: Here) -> tuple[MeasureLetter, ...]:
    manuscript = here.draft.manuscript
    return () if manuscript.empty or manuscript.doubts else (ruler(here, here.draft),)


def asks(draft: Draft) -> bool:
    """Whether something is asked about before the letter goes on."""
    return bool(draft.manuscript.doubts or draft.offered)


def lowest(here: Here) -> Reply | None:
    """What a letter's sender looks for at the end of the chat: what is asked, or the running line."""
    if asks(here.draft):
        return ask(here)
    return running_line(here) if measured(here) and not here.draft.finishing else None


# What is written ------------------------------------------------------------------------------------------------------


def begun(here: Here) -> Draft:
    """With an id for the letter, from the first word on that is written to it."""
    return here.draft if here.draft.letter else replace(here.draft, letter=here.fresh, language=here.profile.language)


def take_text(here: Here, said: TextWritten) -> Move:
    """An answer to what is asked, a word to us, or a part of the letter."""
    manuscript, second = here.draft.manuscript, int(here.at.timestamp())
    if manuscript.doubts and (answer := answer_in_words(here, manuscript.doubts[0], said.text)):
        return answered(here, manuscript.doubts[0], answer)
    if here.draft.offered and (about_photos := photo_answers.in_words(here, said.text)):
        return about_photos
    nothing = manuscript.empty and not manuscript.doubts
    typed = fold(said.text.strip())
    if typed in DONE and not nothing:
        return finish(here)
    if typed == fold(here.operator.words(REMOVE.label, here.profile.language)) and not nothing:
        return removed(here)
    leaving = not said.forwarded and near_word(said.text) is Reason.LEAVE
    if leaving and manuscript.doubts:
        return GoTo(step="home")  # what was asked about waits, and is asked about again
    doubt = doubt_about(said.message, said.styled, second, reason=None if leaving else reason_of(here, said))
    if doubt is None:
        return added(here, begun(here), said.message, said.styled, second)
    if nothing and not doubt.rest and doubt.reason in (Reason.BACK, Reason.LEAVE):
        return left_out(doubt, here.draft)  # nothing is lost by going at once
    unfinished = nothing and not doubt.rest and doubt.reason is Reason.DONE
    return doubted(here, replace(doubt, reason=Reason.WORD) if unfinished else doubt)


def take_edit(here: Here, edited: TextEdited) -> Move:
    """Of a message of the letter, or of one that is asked about: it is asked about anew."""
    manuscript = here.draft.manuscript
    doubt = next((one for one in manuscript.doubts if one.message == edited.message), None)
    if doubt is None:
        draft = changed(here.draft, manuscript=manuscript.edited(edited.message, edited.text, edited.styles))
        return GoTo(step="letter", draft=draft) if draft.manuscript.empty else rewritten(here, draft)
    draft = replace(here.draft, manuscript=manuscript.settled(edited.message))
    if blank(edited.text):
        return GoTo(step="letter", draft=draft)
    reason = None if doubt.line else doubt.reason
    again = doubt_about(edited.message, edited.styled, doubt.second, reason=reason)
    return doubted(here, again) if again else added(here, draft, edited.message, edited.styled, doubt.second)


def take_caption(here: Here, message: int, said: Styled) -> Move:
    """The words under something that cannot be printed."""
    return _offered(here, message, said, Reason.CAPTION)


def take_unknown_command(here: Here, message: int, said: Styled) -> Move:
    """Something that begins with a slash, which may stand in a letter, too."""
    second = int(here.at.timestamp())
    if here.draft.manuscript.continues(message, second):
        return added(here, begun(here), message, said, second)
    return _offered(here, message, said, Reason.COMMAND)


def _offered(here: Here, message: int, said: Styled, reason: Reason) -> Move:
    return doubted(here, Doubt(message, said.words, reason, second=int(here.at.timestamp()), styles=said.styles))


def added(here: Here, draft: Draft, message: int, said: Styled, second: int) -> Move:
    longer = draft.manuscript.with_part(message, said.words, second, said.styles)
    return rewritten(here, changed(draft, manuscript=longer))


def rewritten(here: Here, draft: Draft) -> Move:
    too_long = draft.manuscript.overflow
    if too_long is not None:
        return Stay(say=too_long)
    return Stay(draft=draft, effects=(ruler(here, draft),), silent=True)


# What is asked about --------------------------------------------------------------------------------------------------


def doubted(here: Here, doubt: Doubt) -> Move:
    """Asked about, unless the sender has said of the same words before what they are."""
    draft = begun(here)
    known = belongs(draft, doubt)
    if known is None:
        return Stay(draft=replace(draft, manuscript=draft.manuscript.doubting(doubt)), ask=True)
    return answered(here.now(replace(here.standing, draft=draft)), doubt, ADD if known else LEAVE)


def take_add(here: Here, tap: ButtonTapped) -> Move:
    return _of(here, tap, ADD)


def take_leave(here: Here, tap: ButtonTapped) -> Move:
    return _of(here, tap, LEAVE)


def _of(here: Here, tap: ButtonTapped, answer: str) -> Move:
    doubt = next((one for one in here.draft.manuscript.doubts if str(one.message) == tap.value), None)
    return answered(here, doubt, answer) if doubt else Stay(ask=True)


def answered(here: Here, doubt: Doubt, answer: str) -> Move:
    """Its message is added whole, or without what was in doubt; the next one that waits comes up. Whoever has said
    meanwhile that the letter is finished need not say so again."""
    draft = after_all(here.draft, doubt, answer)
    too_long = draft.manuscript.overflow
    if too_long is not None:
        return Stay(say=too_long)
    if doubt.reason is Reason.DONE and answer == LEAVE:
        draft = replace(draft, finishing=True)
    goes = answer == LEAVE and doubt.reason in (Reason.BACK, Reason.LEAVE)
    if draft.finishing and not draft.manuscript.doubts and not goes:
        return finish(here.now(replace(here.standing, draft=draft)))
    return GoTo(step="letter", draft=draft) if answer == ADD else left_out(doubt, draft)


# What the ruler says --------------------------------------------------------------------------------------------------


def take_measure(here: Here, found: LetterMeasured) -> Move:
    """Shows the running line, or once more what is asked if that is out of sight; after "Bitti", goes on."""
    draft = here.draft
    if (found.revision, found.stationery) != (draft.revision, here.operator.stationery_of(draft)):
        return Stay(silent=True)
    pages, over = found.pages, found.lines_over
    measure = Measure(found.revision, found.stationery, pages, over, found.unprintable, found.dpi)
    known = replace(draft, measure=measure)
    in_sight, here = draft.lowest == "doubt" and ask(here), here.now(replace(here.standing, draft=known))
    if asks(draft):
        return Stay(draft=known, silent=True) if in_sight else Stay(draft=known, ask=True)
    if draft.finishing:
        return finish(here)
    return Stay(draft=known, effects=(running_line(here),), silent=True)


def take_unmeasured(here: Here, refused: LetterUnmeasured) -> Move:
    """Too hard to lay out within the time a letter gets: said, instead of leaving the sender waiting."""
    if refused.revision != here.draft.revision:
        return Stay(silent=True)
    draft = replace(here.draft, finishing=False, finished=False)
    if here.standing.step == "letter":  # coming to it once more would ask the ruler the same, for ever
        return Stay(draft=draft, say=UNMEASURED, silent=True)
    return GoTo(step="letter", draft=draft, say=UNMEASURED)


# What is tapped -------------------------------------------------------------------------------------------------------


def take_done(here: Here, tap: ButtonTapped) -> Move:
    return finish(here)


def finish(here: Here) -> Move:
    draft = here.draft
    if asks(draft) and ask(here):
        return Stay(draft=replace(draft, finishing=True), ask=True)
    if draft.manuscript.empty:
        empty = text("letter", "Your letter has no words yet. Just write the first line here.")
        return Stay(draft=replace(draft, finishing=False), say=empty)
    if photo_page.awaited(draft):
        return Stay(draft=replace(draft, finishing=True), silent=True)
    if measured(here) is None:
        return Stay(draft=replace(draft, finishing=True), effects=(ruler(here, draft),), silent=True)
    trouble = troubles(here)
    if trouble:
        return Stay(
            draft=replace(draft, finishing=False), effects=(Reply(Lines(trouble), buttons(draft)),), silent=True
        )
    return Forward(draft=replace(draft, finishing=False, finished=True))


def take_remove(here: Here, tap: ButtonTapped) -> Move:
    return removed(here)


def removed(here: Here) -> Move:
    """The newest message, also one that is asked about; its sender reads which."""
    manuscript = here.draft.manuscript
    newest = manuscript.newest
    if not newest:
        return Stay(say=text("letter", "Your letter has no words yet. Just write the first line here."))
    words = Verbatim(beginning(manuscript.words_of(newest) or ""))
    draft = changed(here.draft, manuscript=manuscript.without(newest).settled(newest))
    return GoTo(step="letter", draft=draft, say=text("letter", "Taken out of your letter: “{words}”", words=words))


STEP = Step(
    name="letter",
    ask=ask,
    accepts=text("letter", "You can write what you would like to say. Your draft is just as it was."),
    on={
        TextWritten: take_text,
        TextEdited: take_edit,
        LetterMeasured: take_measure,
        LetterUnmeasured: take_unmeasured,
        PhotoKept: photo_answers.take_kept,
        PhotoRefused: photo_answers.take_refused,
    },
    taps={
        "done": take_done,
        "remove": take_remove,
        ADD: take_add,
        LEAVE: take_leave,
        "photos_print": photo_answers.take_print,
        "photos_leave": photo_answers.take_no_print,
        "photo_out": photo_answers.take_out,
    },
    needed=lambda here: not here.draft.finished,
    arrive=arrive,
    back="address_check",
    literal=True,
    own_way_out=True,
    drawn_elsewhere=frozenset({"done", "remove", "photo_out", "photos_print", "photos_leave"}),  # above what is written
    settled=True,
    insists=lambda here: asks(here.draft),
)
