"""What a sender's message belongs to besides the open question: the support desk, an order, what came just before."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Final

from flows.conversation.moves import moved, open_step
from flows.core import events as ev
from flows.core.effects import MeasureLetter, OpenTicket, Reply, SendPicture, ShowDocument
from flows.core.state import Draft, Order, Standing, Turn
from flows.core.step import Here, Stay
from flows.input.cut_text import CUT_SECONDS, may_be_cut
from flows.letter.doubts import ADD
from flows.order.number import numbers_in, order_number
from flows.steps import home, letter
from flows.words.invisible import answered
from flows.words.styles import Styled, Styles
from flows.words.turkish import fold

__all__ = ["heard", "heard_anew", "of_desk", "ours", "own_question", "remembered", "said_before", "to_desk"]

HEARD: Final = 50  # answers whose edits are recognised as none
DIGEST: Final = 8  # hexadecimal digits of one: enough to tell other words, too few to find the words by trying
UNHEARD: Final = frozenset({"birth_date", "birth_check", "birthday", "blocked", "national_id"})
"""Where dates of birth and identity numbers are written: so few that a digest of one gives it away (KVKK m.4)."""

LOWEST: Final = ((ADD, "doubt"), ("photos_print", "doubt"), ("done", "trouble"))
"""By which button a message is known to be the letter's own."""

OF_TICKETS: Final = frozenset({"answer", "rate"})
OF_ORDERS: Final = frozenset({"cancel_order", "repost", "destroy"})
"""Buttons by which a message of ours is known to be the desk's, or news of an order: action:value:screen."""


# Replies --------------------------------------------------------------------------------------------------------------


def to_desk(here: Here, said: ev.TextWritten, words: str) -> Turn[Standing] | None:
    """What goes to the support desk wherever its sender stands: the rest of a question that was cut, a reply."""
    if here.profile.notice is None:
        return None
    asked = here.draft.desk_at
    if here.draft.desk_cut and asked and timedelta() <= here.at - asked <= timedelta(seconds=CUT_SECONDS):
        return _sent(here, OpenTicket(words, said.message, quiet=True))
    if said.quoted and of_desk(here, said.quoted) and not _only_thanks(here, said.quoted, words):
        return _sent(here, OpenTicket(ours(here, said.quoted, words), said.message))
    return None


def _sent(here: Here, work: OpenTicket) -> Turn[Standing]:
    return moved(here, Stay(effects=(work,), silent=True))


def of_desk(here: Here, quoted: ev.Quoted) -> bool:
    """Whether the message that is replied to is the desk's own, or news of one of their orders."""
    return bool(_actions(quoted) & OF_TICKETS) or _order(here, quoted) is not None


def _only_thanks(here: Here, quoted: ev.Quoted, words: str) -> bool:
    """Thanks for news of an order ask the desk for nothing."""
    grateful = any(word in fold(words) for word in home.THANKS)
    return grateful and "?" not in words and not here.profile.ticket and not _actions(quoted) & OF_TICKETS


def ours(here: Here, quoted: ev.Quoted | None, words: str) -> str:
    """The words as the agent reads them: with the number of the order whose news they reply to."""
    order = None if quoted is None or _actions(quoted) & OF_TICKETS else _order(here, quoted)
    return f"{order.number}: {words}" if order and order.number else words


def _actions(quoted: ev.Quoted) -> set[str]:
    return {data.partition(":")[0] for data in quoted.buttons}


def _order(here: Here, quoted: ev.Quoted) -> Order | None:
    """By its own buttons, or as the only one that the message names."""
    for action, value, *_ in (f"{data}::".split(":") for data in quoted.buttons):
        if action in OF_ORDERS and (order := here.standing.order(value)):
            return order
    named = numbers_in(quoted.words)
    found = [order for order in here.standing.orders if order_number(order.number) in named]
    return found[0] if len(named) == len(found) == 1 else None


def own_question(here: Here, quoted: ev.Quoted) -> bool:
    """Whether it is the open question that is replied to: then the reply is its answer."""
    screen = f":{here.standing.screen}"
    shown_now = any(data.endswith(screen) for data in quoted.buttons)
    return shown_now or bool(_actions(quoted) & open_step(here.standing).taps.keys())


# Edits ----------------------------------------------------------------------------------------------------------------


def heard(here: Here, message: int, words: str, file: str = "", styles: Styles = ()) -> Here:
    """Remembers what a message says, so that an edit that changes nothing is known for one. styles: how it is set,
    where that is printed."""
    if not message or open_step(here.standing).name in UNHEARD:
        return here
    known = tuple(one for one in here.draft.heard if one[0] != message)
    noted = (*known, (message, _digest(words, file, styles)))[-HEARD:]
    return here.now(replace(here.standing, draft=replace(here.draft, heard=noted)))


def heard_anew(here: Here, edited: ev.TextEdited, said: Styled) -> Here:
    """An edit of something heard before."""
    draft = here.draft
    known = edited.message in dict(draft.heard) or draft.manuscript.words_of(edited.message) is not None
    return heard(here, edited.message, said.words, edited.file, said.styles) if known else here


def said_before(draft: Draft, edited: ev.TextEdited, said: Styled) -> bool:
    """Telegram tells of an edit where only a reaction was added (tdlib/telegram-bot-api 388, 773)."""
    known = dict(draft.heard).get(edited.message)
    if known is None:
        return not edited.file and draft.manuscript.styled(edited.message) == said
    return known == _digest(said.words, edited.file, said.styles)


def _digest(words: str, file: str, styles: Styles) -> str:
    """Of what is read: marks and blanks around it say nothing."""
    marks = "".join(f"\0{style.kind} {style.start} {style.end}" for style in styles)
    return hashlib.sha256(f"{file}\0{answered(words).strip()}{marks}".encode()).hexdigest()[:DIGEST]


# After a turn ---------------------------------------------------------------------------------------------------------


def remembered(here: Here, event: ev.Event, turn: Turn[Standing]) -> Turn[Standing]:
    """Notes what the next message may belong to: a question to the desk, and what stands lowest in the chat."""
    before = turn.standing.draft
    draft = replace(before, lowest=_lowest(event, turn) if before.letter else "")
    if isinstance(event, ev.FromSender) and any(
        isinstance(effect, OpenTicket | SendPicture) for effect in turn.effects
    ):
        draft = replace(draft, desk_at=here.at, desk_cut=may_be_cut(_typed(event)))
    turn = turn if draft == before else replace(turn, standing=replace(turn.standing, draft=draft))
    return turn if draft.lowest else _line_below(here.now(turn.standing), turn)


def _line_below(here: Here, turn: Turn[Standing]) -> Turn[Standing]:
    """Whatever is said while a letter is open, its running line or what is asked about it stands below."""
    said = any(isinstance(effect, Reply | ShowDocument) for effect in turn.effects)
    coming = any(isinstance(effect, MeasureLetter) for effect in turn.effects)
    if not said or coming or here.standing.question != "letter" or here.standing.unreachable:
        return turn
    shown = letter.lowest(here)
    if shown is None:
        return turn
    lowest = replace(turn.standing.draft, lowest="line" if shown.running else "doubt")
    return replace(turn, standing=replace(turn.standing, draft=lowest)).plus([shown])


def _typed(event: ev.Event) -> str:
    match event:
        case ev.TextWritten():
            return event.text
        case ev.CommandGiven():
            return event.typed
        case _:
            return ""


def _lowest(event: ev.Event, turn: Turn[Standing]) -> str:
    said = [effect for effect in turn.effects if isinstance(effect, Reply | ShowDocument)]
    if not said:
        written = isinstance(event, ev.FromSender) and not isinstance(event, ev.TextEdited | ev.ButtonTapped)
        return "" if written else turn.standing.draft.lowest
    last = said[-1]
    if not isinstance(last, Reply):
        return ""
    carried = {key.action for row in last.buttons for key in row}
    return "line" if last.running else next((what for action, what in LOWEST if action in carried), "")
