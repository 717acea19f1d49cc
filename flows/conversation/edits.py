"""An edited message: it changes the letter, corrects a question to the desk or the last answer, or nothing."""

from __future__ import annotations

from dataclasses import replace

from flows.conversation import context, pictures
from flows.conversation.journey import STEPS, further
from flows.conversation.moves import accepted, alone, by_step, moved, open_step, quietly
from flows.core import events as ev
from flows.core.effects import Reply
from flows.core.state import Standing, Turn
from flows.core.step import GoTo, Here, Stay
from flows.input.manuscript import blank, clean, clean_styles
from flows.steps import support
from flows.words.invisible import answered
from flows.words.styles import Styled
from flows.words.text import Text, text

__all__ = ["no_more", "question", "take"]

NOT_OPEN = text(
    "machine",
    "This edit no longer changes anything. To correct an earlier answer, you can go back.",
)
ORDERED = text(
    "machine",
    "The message you edited changes nothing any more: a letter is printed as you approved it. Until printing begins you"
    " can cancel the order in /orders.",
)


def no_more(here: Here) -> Text:
    """Why an edit changes nothing."""
    return ORDERED if here.standing.step == "home" and here.standing.orders else NOT_OPEN


def take(here: Here, edited: ev.TextEdited) -> Turn[Standing]:
    """A message of the letter changes the letter wherever the conversation stands; the last answer is taken anew."""
    words = clean(edited.text)
    if isinstance(words, Text):
        return moved(here, Stay(say=words))
    was = here.draft.manuscript.styled(edited.message)
    set_so = Styled(words, clean_styles(edited.text, edited.styles))
    said = set_so if was else Styled(words)
    if any(context.said_before(here.draft, edited, one) for one in (said, set_so)):  # as is, or offered for a letter
        return Turn(here.standing)
    here = context.heard_anew(here, edited, said)
    if was is not None:
        changed = replace(edited, text=words, styles=said.styles)
        turn = Turn(here.standing) if was == said else _letter_changed(here, changed)
        return pictures.left_off_paper(here, edited, turn)
    if pictures.of_letter(here, edited.message):
        return pictures.edited(here, edited, set_so)
    if _of_ticket(here, asked := _asked_then(here, edited.message)):
        words = context.ours(here, edited.quoted, pictures.as_asked(words, edited))
        return moved(here, support.corrected(words, edited))
    if asked is None or blank(words):
        return moved(here, Stay(say=no_more(here)))
    turn = by_step(asked, _as_answer(asked, edited, words))
    return turn if turn.effects else Turn(here.standing)


def _as_answer(asked: Here, edited: ev.TextEdited, words: str) -> ev.TextWritten:
    """As the question takes it: a letter letter for letter, set as it is."""
    if open_step(asked.standing).literal:
        return ev.TextWritten(words, edited.message, styles=clean_styles(edited.text, edited.styles))
    return ev.TextWritten(answered(words), edited.message)


def _of_ticket(here: Here, question: Here | None) -> bool:
    """Whether it may be a message of a question to the desk: only storage knows which, and whether that is closed."""
    if question is None:
        return bool(here.profile.ticket) or open_step(here.standing).name == "home"
    return bool(here.profile.ticket) and open_step(question.standing).name in ("home", "support")


def _asked_then(here: Here, message: int) -> Here | None:
    """With the question open that this message answered: it still is, or the correction leads back to it. Never ahead:
    what stands between, a letter that has changed and its preview, would be passed over."""
    draft = here.draft
    if not message or message != draft.last_message:
        return None
    if draft.last_question == question(here.standing):
        return here
    now, step = here.standing, STEPS.get(draft.last_question)  # None: a side question, closed by now
    if step is None or step.settled or draft.order or now.aside or further(step.name, than=now.step):
        return None
    return here.now(replace(here.standing, step=step.name, screen=here.standing.screen + 1))


def _letter_changed(here: Here, edited: ev.TextEdited) -> Turn[Standing]:
    """Past the letter, preview and approval are void and the sender is brought back to it."""
    move = STEPS["letter"].on[ev.TextEdited](here, edited)
    if here.standing.aside and here.standing.step == "letter":
        kept = quietly(here, move)
        return kept if kept.effects else kept.plus([Reply(accepted(here))])
    if here.standing.step == "letter" or move.draft is None:
        return moved(here, move)
    if move.draft.revision == here.draft.revision:  # only what is asked about has changed
        return moved(alone(here), GoTo(step="letter", draft=move.draft))
    said = text("letter", "Your letter has changed, so its preview is no longer valid.")
    return moved(alone(here), GoTo(step="letter", draft=move.draft, say=said))


def question(standing: Standing) -> str:
    """A name is asked on the way and in the settings: two questions."""
    return f"{standing.step}+{standing.aside}" if standing.aside else standing.step
