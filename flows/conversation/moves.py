"""Carries out where an answer leads: the changes, what they mean to an open order, then the question asked next."""

from __future__ import annotations

from dataclasses import replace

from flows.conversation.journey import BEGIN, LEAVING, RESTING, STEPS, next_open
from flows.core import events as ev
from flows.core.effects import BringDraft, Effect, Reply, ShredLetter, Toast, Work
from flows.core.kept_draft import DraftBrought
from flows.core.state import Draft, Standing, State, Turn
from flows.core.step import Back, Forward, GoTo, Here, Move, Open, Stay, Step, lines
from flows.order import order
from flows.words.text import Text

__all__ = [
    "accepted",
    "alone",
    "by_step",
    "draft_brought",
    "moved",
    "open_step",
    "order_event",
    "quietly",
    "way_back",
]


def open_step(standing: Standing) -> Step:
    """The question that is open."""
    return STEPS[standing.question]


def accepted(here: Here) -> Text:
    """What the open question accepts, or that it is still being made."""
    step = open_step(here.standing)
    asked = step.ask(here)
    return step.waiting if step.waiting and not (asked and asked.buttons) else step.accepts


def way_back(here: Here) -> str:
    """Where "Geri" leads; "" where there is no way back."""
    if here.standing.aside:
        return here.standing.step
    if here.standing.step in (here.draft.changing, "mend", "contact", "discount"):
        return next_open(here)
    return open_step(here.standing).back


def alone(here: Here) -> Here:
    """Without a side question: the journey itself moves."""
    return here.now(replace(here.standing, aside=""))


def moved(here: Here, move: Move, toast: Toast | None = None) -> Turn[Standing]:
    """Carries out a move."""
    before = here
    standing = replace(here.standing, draft=move.draft or here.draft, profile=move.profile or here.profile)
    if move.order is not None:
        standing = standing.with_order(move.order)
    here = here.now(standing)
    done: tuple[Effect, ...] = ((toast,) if toast else ()) + move.effects
    ordered = before.draft.order
    if ordered and ordered == here.draft.order and here.draft.terms != before.draft.terms:
        voided = order_event(here, ev.OrderCancelled(ordered, "edited"))
        here, done = here.now(voided.standing), done + voided.effects
    for event in move.stops:
        stopped = order_event(here, event)
        here, done = here.now(stopped.standing), done + stopped.effects
    if move.happens is not None:
        return _happened(here, move.happens, done)
    match move:
        case Stay():
            return _stayed(here, move, done)
        case Forward() if here.standing.aside:
            return _arrive(here, _behind(before, here), move.say, done)
        case Forward():
            return _arrive(here, next_open(here), move.say, done)
        case Back():
            return _arrive(here, way_back(here), move.say, done)
        case Open():
            about = here.now(replace(here.standing, about=move.about))
            return _arrive(about, move.step, move.say, done, aside=True)
        case GoTo() if here.standing.aside and here.standing.aside not in LEAVING:
            return _arrive(here, move.step, move.say, done, aside=True)
        case GoTo():
            return _arrive(here, move.step if move.step != BEGIN else next_open(here), move.say, done)
        case _:
            raise TypeError(f"a move of an unknown kind: {type(move).__name__}")


def _happened(here: Here, event: ev.OrderEvent, done: tuple[Effect, ...]) -> Turn[Standing]:
    """The question whose answer it was is closed; the one behind it is asked again, unless the event led elsewhere."""
    closed = here.standing.aside in LEAVING
    if closed:
        here = here.now(replace(here.standing, aside="", about="", screen=here.standing.screen + 1))
    turn = order_event(here, event)
    effects = done + turn.effects
    if not closed or turn.standing.screen != here.standing.screen or turn.standing.step in RESTING:
        return Turn(turn.standing, effects)
    return _arrive(here.now(turn.standing), turn.standing.step, None, effects)


def quietly(here: Here, move: Move) -> Turn[Standing]:
    """Behind a side question: kept now and shown when that is closed; only its sentence is said at once.

    The screen is the side question's own, so its number stays.
    """
    turn = moved(here.now(replace(here.standing, aside="")), move)
    kept = replace(turn.standing, aside=here.standing.aside, screen=here.standing.screen)
    said = (Reply(move.say),) if move.say else ()
    return Turn(kept, (*(effect for effect in turn.effects if not isinstance(effect, Reply)), *said))


_RESULTS = (
    ev.CodeMailed, ev.MailRefused, ev.LetterMeasured, ev.LetterUnmeasured, ev.PreviewDrawn, ev.PreviewRefused,
    ev.PreviewArrived, ev.PreviewUndelivered,
)  # fmt: skip


def by_step(here: Here, event: ev.Event) -> Turn[Standing]:
    """The open question takes it, or says what it accepts. A result nobody waits for any more changes nothing."""
    step = open_step(here.standing)
    take = step.on.get(type(event))
    if take is None and isinstance(event, _RESULTS):
        behind = STEPS[here.standing.step]
        take = behind.on.get(type(event))
        if take is None:
            return Turn(here.standing)
        return quietly(here, take(alone(here), event))
    if take is None:
        return moved(here, Stay(say=accepted(here)))
    return moved(here, take(here, event))


def _behind(before: Here, here: Here) -> str:
    """The question behind a side question, or the next one where the side question has answered it too."""
    step = STEPS[here.standing.step]
    return next_open(here) if step.needed(before) and not step.needed(here) else step.name


def _stayed(here: Here, move: Stay, done: tuple[Effect, ...]) -> Turn[Standing]:
    if move.silent:
        said = (Reply(move.say),) if move.say else ()
        return Turn(here.standing, (*done, *said))
    step = open_step(here.standing)
    asked = step.ask(here)
    if asked is None:
        # What the question needs is still being made: say so, and make sure that it is.
        return Turn(here.standing, (*done, Reply(move.say or accepted(here)), *step.arrive(here)))
    if move.ask or move.say is None or step.insists(here):
        return Turn(here.standing, (*done, _joined(move.say, asked)))
    return Turn(here.standing, (*done, replace(asked, text=move.say, attachment=None)))


def _arrive(
    here: Here, target: str, say: Text | None, done: tuple[Effect, ...], *, aside: bool = False
) -> Turn[Standing]:
    """Puts a question; without a target (no way back) the present one stays."""
    if not target:
        return _stayed(here, Stay(say=say, ask=True), done)
    before = here.standing
    standing = replace(
        before,
        step=before.step if aside else target,
        aside=target if aside else "",
        screen=before.screen + 1,
        draft=_answered(before.draft, before.step if aside else target),
    )
    here = here.now(standing)
    step = STEPS[target]
    asked, arriving = step.ask(here), step.arrive(here)
    replies: tuple[Effect, ...] = ()
    if asked is not None:
        replies = (_joined(say, asked),)
    elif say is not None or not any(isinstance(effect, Work) for effect in (*done, *arriving)):
        replies = (Reply(say or accepted(here)),)  # otherwise work is under way that brings the answer
    return Turn(standing, (*done, *replies, *arriving))


def _answered(draft: Draft, step: str) -> Draft:
    """A birth date stays only while its question is open; a change that was asked for ends where one can rest."""
    if draft.birth_date is not None and step not in ("birth_date", "birth_check"):
        draft = replace(draft, birth_date=None, birth_message=0)
    return replace(draft, changing="") if step in RESTING and draft.changing else draft


def _joined(say: Text | None, asked: Reply) -> Reply:
    return replace(asked, text=lines(say, asked.text)) if say else asked


# What an order's events mean to the conversation ----------------------------------------------------------------------


def order_event(here: Here, event: ev.OrderEvent) -> Turn[Standing]:
    """One event of one order, and what follows from it for the question that is open."""
    before = here.standing.order(event.order)
    turn = order.advance(here.operator, here.standing, event, here.at)
    after = turn.standing.order(event.order)
    if before is None or after is None or before.state is after.state:
        return turn
    return _coupled(here.now(turn.standing), after.state, event, turn.effects)


def _coupled(here: Here, state: State, event: ev.OrderEvent, done: tuple[Effect, ...]) -> Turn[Standing]:
    """A draft that has become this order follows it; an order the sender has left behind goes its own way."""
    mine = here.draft.order == event.order
    edited = isinstance(event, ev.OrderCancelled) and event.because == "edited"
    free = here.now(replace(here.standing, draft=replace(here.draft, order="", national_id="")))
    kept = isinstance(event, ev.OrderCancelled) and event.because == "kept"
    if mine and state is State.CANCELLED and kept:
        still = tuple(effect for effect in done if not isinstance(effect, BringDraft))  # it has never left
        return _arrive(free, "home", None, still)
    if mine and (state in (State.QUEUED, State.HELD) or (state is State.CANCELLED and not edited)):
        return Turn(_at_rest(here.standing), done)
    if mine and state is State.CANCELLED:
        return Turn(free.standing, done)
    if mine and state is State.EXPIRED and here.standing.aside:
        return Turn(replace(free.standing, step="contract"), done)  # asked when the side question is closed
    if mine and state is State.EXPIRED and here.standing.unreachable:
        return Turn(replace(free.standing, step="contract", screen=here.standing.screen + 1), done)
    if mine and state is State.EXPIRED:
        return _arrive(free, "contract", None, done)
    closed = here.standing.order(event.order)
    if closed is not None and state is State.EXPIRED:
        return Turn(here.standing, (*done, ShredLetter(closed.letter, closed.id)))
    return Turn(here.standing, done)


def _at_rest(standing: Standing) -> Standing:
    """The draft has become a promise, or nothing; a side question stays open unless it was about that draft."""
    aside = "" if standing.aside in LEAVING else standing.aside
    screen = standing.screen if aside else standing.screen + 1
    return replace(standing, draft=Draft(), step="home", aside=aside, screen=screen)


def draft_brought(here: Here, brought: DraftBrought) -> Turn[Standing]:
    """Nobody's words are replaced: where another letter has been begun meanwhile, the older one is destroyed."""
    order, draft = here.standing.order(brought.order), brought.draft
    if order is None or order.state is not State.CANCELLED or here.draft.letter == draft.letter:
        return Turn(here.standing)
    if not here.draft.blank or any(
        other.letter == draft.letter and other.id != order.id for other in here.standing.orders
    ):
        return Turn(here.standing, (ShredLetter(draft.letter, order.id),))
    here = here.now(replace(here.standing, draft=replace(draft.changed(), order="", changing="")))
    return moved(here, Stay(ask=True)) if here.standing.question == "home" else Turn(here.standing)
