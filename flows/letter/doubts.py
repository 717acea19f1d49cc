"""What is asked about a message that may not belong to the letter, and what each answer does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from flows.core.effects import Button, OpenTicket, Reply
from flows.core.events import TextWritten
from flows.core.state import Draft
from flows.core.step import Back, GoTo, Here, Move, Stay
from flows.input.doubt import Doubt, Reason
from flows.input.near_words import key, near_line, near_word
from flows.letter.running_line import beginning
from flows.words.styles import Styled
from flows.words.text import Text, Verbatim, text, units
from flows.words.turkish import fold

__all__ = [
    "ADD",
    "IN_WORDS",
    "LEAVE",
    "after_all",
    "answer_in_words",
    "belongs",
    "changed",
    "doubt_about",
    "left_out",
    "question",
    "reason_of",
]

ADD, LEAVE = "add", "leave"
SHOWN: Final = 2800  # UTF-16 units of a message that are shown: with the question, and what is said before it, 4096
ENDS: Final = 700  # characters of a longer one, from its beginning and from its end

FOLLOWS: Final = timedelta(seconds=15)  # what comes so soon after a question to the desk may belong to it

_PART = text("letter", "Is “{words}” part of your letter?")
_LINE = text("letter", "Is the line “{line}” part of your letter? Your whole message:\n{words}")
_COMMAND = text("letter", "Is “{words}” part of your letter? It is no command of ours; all commands: /help")
_FORWARDED = text("letter", "Shall the message you forwarded be added to your letter? “{words}”")
_CAPTION = text("letter", "Shall the words under it be added to your letter? “{words}”")
_DESK = text("letter", "Is this part of your letter, or is it for the support desk? “{words}”")

_DO_NOT_ADD = text("letter", "Do not add it")


@dataclass(frozen=True, slots=True)
class _Asked:
    """How a doubt is asked about: the question, and what "no" is called."""

    question: Text
    no: Text


QUESTIONS: Final[Mapping[Reason, _Asked]] = {
    Reason.WORD: _Asked(_PART, _DO_NOT_ADD),
    Reason.DONE: _Asked(_PART, text("letter", "No, the letter is finished")),
    Reason.BACK: _Asked(_PART, text("letter", "No, go back")),
    Reason.LEAVE: _Asked(_PART, text("letter", "No, I will go on later")),
    Reason.COMMAND: _Asked(_COMMAND, _DO_NOT_ADD),
    Reason.FORWARDED: _Asked(_FORWARDED, _DO_NOT_ADD),
    Reason.CAPTION: _Asked(_CAPTION, _DO_NOT_ADD),
    Reason.DESK: _Asked(_DESK, text("letter", "Send it to the support desk")),
}
ADD_LABEL = text("letter", "Add it to the letter")

REMEMBERED: Final = frozenset({Reason.WORD, Reason.DONE, Reason.BACK, Reason.COMMAND})
"""What is asked about for its words: the same words are not asked about twice. “Vazgeç” stays a way out."""

IN_WORDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("evet", "ekle", "olur", "yes", "add", "add it"), ADD),
    **dict.fromkeys(("hayir", "ekleme", "yok", "no", "don't add it"), LEAVE),
}
"""What answers the question when it is typed instead of tapped, folded."""


def question(doubt: Doubt) -> Reply:
    """The whole message with two buttons, which carry its number: each answers for its own message."""
    asked = QUESTIONS[doubt.reason]
    values = {"words": Verbatim(_shown(doubt.words))}
    if doubt.line and doubt.rest:
        said = replace(_LINE, values={**values, "line": Verbatim(beginning(doubt.line))})
    else:
        said = replace(asked.question, values=values)
    return Reply(said, tuple((key,) for key in _buttons(doubt)))


def _buttons(doubt: Doubt) -> tuple[Button, Button]:
    number = str(doubt.message)
    return Button(ADD_LABEL, ADD, number), Button(QUESTIONS[doubt.reason].no, LEAVE, number)


def _shown(words: str) -> str:
    """All of it, or the two ends of what is longer than a message can show."""
    bare = words.strip()
    return bare if units(bare) <= SHOWN else f"{bare[:ENDS]}\n…\n{bare[-ENDS:]}"


def doubt_about(message: int, said: Styled, second: int, *, reason: Reason | None = None) -> Doubt | None:
    """The doubt about a message: for a reason that is known, or because of the words it begins or ends with."""
    words = said.words
    if reason is not None:
        return Doubt(message, words, reason, second=second, styles=said.styles)
    line = near_line(words)
    meant = near_word(line)
    if meant is Reason.COMMAND and words.lstrip().startswith(line.lstrip()):
        line = ""  # what stands below a command was said with it
    return Doubt(message, words, meant, line, second, said.styles) if meant else None


def reason_of(here: Here, said: TextWritten) -> Reason | None:
    """Why it may belong elsewhere, whatever it says. The rest of a text that was cut belongs where that is; a reply to
    something else is no rest of it."""
    if said.forwarded:
        return Reason.FORWARDED
    if said.quoted:
        return Reason.DESK
    if here.draft.manuscript.continues(said.message, int(here.at.timestamp())):
        return None
    asked = here.draft.desk_at
    return Reason.DESK if asked and timedelta() <= here.at - asked <= FOLLOWS else None


def belongs(draft: Draft, doubt: Doubt) -> bool | None:
    """What the sender has said of the same words before; None where they have not been asked."""
    return dict(draft.manuscript.answers).get(key(doubt.asked)) if doubt.reason in REMEMBERED else None


def changed(draft: Draft, **changes: object) -> Draft:
    """With other words: what was measured, drawn and finished is void."""
    return draft.changed(finished=False, **changes)


def after_all(draft: Draft, doubt: Doubt, answer: str) -> Draft:
    """The draft once a doubt is answered, and with it every one that waits because of the same words."""
    draft = _after(draft, doubt, answer)
    while same := next((one for one in draft.manuscript.doubts if belongs(draft, one) is not None), None):
        draft = _after(draft, same, ADD if belongs(draft, same) else LEAVE)
    return draft


def _after(draft: Draft, doubt: Doubt, answer: str) -> Draft:
    """The other lines of its message are a part of the letter, unless one of them is in doubt too."""
    manuscript = draft.manuscript.settled(doubt.message)
    if doubt.reason in REMEMBERED:
        manuscript = manuscript.answered(key(doubt.asked), answer == ADD)
    elif doubt.reason is Reason.DESK and answer == ADD:
        draft = replace(draft, desk_at=None)  # they are back at their letter
    said = doubt.styled if answer == ADD else doubt.styled_rest
    again = doubt_about(doubt.message, said, doubt.second) if answer == LEAVE else None
    if again:
        return replace(draft, manuscript=manuscript.doubting(again))
    if not said.words:
        return replace(draft, manuscript=manuscript)
    longer = manuscript.with_part(doubt.message, said.words, doubt.second, said.styles)
    written = changed(draft, manuscript=longer)
    return replace(written, finishing=draft.finishing)


def answer_in_words(here: Here, doubt: Doubt, typed: str) -> str:
    """Which of the two buttons somebody has typed: by its label, or in plain words; "" for anything else."""
    said = fold(typed.strip(" .!"))
    for one in _buttons(doubt):
        if said == fold(here.operator.words(one.label, here.profile.language)):
            return one.action
    return IN_WORDS.get(said, "")


def left_out(doubt: Doubt, draft: Draft) -> Move:
    """Where "no" leads."""
    said = text("letter", "Not added to your letter: “{words}”", words=Verbatim(_shown(doubt.asked)))
    match doubt.reason:
        case Reason.BACK:
            return Back(draft=replace(draft, finishing=False))
        case Reason.LEAVE:
            return GoTo(step="home", draft=replace(draft, finishing=False))
        case Reason.DESK:
            return Stay(draft=draft, effects=(OpenTicket(doubt.words, doubt.message),), silent=True)
        case _:
            return GoTo(step="letter", draft=draft, say=said)
