"""The conversation: one envelope in, one turn out. Pure and total: every event in every state has an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flows import commands, order
from flows import events as ev
from flows.effects import Effect, Reply, ShredLetter, Toast
from flows.journey import BEGIN, STEPS, first_open, next_open
from flows.letter import clean
from flows.standing import Draft, Standing, State, Turn
from flows.step import Back, Forward, GoTo, Here, House, Move, Open, Stay, Step, lines
from flows.steps import rights, support
from flows.text import Text, Verbatim, text
from flows.turkish import fold

__all__ = ["advance", "open_step"]

GOING_BACK = frozenset({"geri", "back"})

OLD_SCREEN = text("machine", "This screen is old, here is the present one.")
CANNOT_BE_PRINTED: Mapping[str, Text] = {
    "photo": text("machine", "A photo cannot be printed yet."),
    "voice": text("machine", "A voice recording cannot be put on paper."),
    "sticker": text("machine", "A sticker cannot be printed."),
    "document": text("machine", "A file cannot be printed; only what you write here is."),
    "video": text("machine", "A video cannot be put on paper."),
    "location": text("machine", "A location cannot be used here."),
    "poll": text("machine", "A poll cannot be used here."),
    "contact": text("machine", "A contact is not needed here."),
    "other": text("machine", "This cannot be put on paper."),
}


def advance(house: House, standing: Standing, envelope: ev.Envelope) -> Turn:
    """Where the person stands after an event, and what is to be done. The state after a refused event is unchanged."""
    here = Here(standing, house, envelope.moment.at, envelope.moment.fresh)
    event = envelope.event
    if isinstance(event, ev.OrderEvent):
        return _order_event(here, event)
    return _HANDLERS.get(type(event), _by_step)(here, event)


def open_step(standing: Standing) -> Step:
    """The question that is open: a side question stands before the journey's own."""
    return STEPS[standing.aside or standing.step]


# What a sender does ---------------------------------------------------------------------------------------------------


def _written(here: Here, said: ev.TextWritten) -> Turn:
    words = clean(said.text)
    if isinstance(words, Text):
        return _moved(here, Stay(say=words))
    step = open_step(here.standing)
    if not words.strip():
        return _moved(here, Stay(say=step.accepts))
    here = _noted(here, said.message)
    if not step.literal and fold(words.strip()) in GOING_BACK and _way_back(here):
        return _moved(here, Back())
    return _by_step(here, replace(said, text=words))


def _noted(here: Here, message: int) -> Here:
    """Remembers which message answered last: its correction is an answer too."""
    return here.now(replace(here.standing, draft=replace(here.draft, last_message=message)))


def _edited(here: Here, edited: ev.TextEdited) -> Turn:
    """A message of the letter changes the letter wherever the conversation stands; the last answer is taken anew."""
    words = clean(edited.text)
    if isinstance(words, Text):
        return _moved(here, Stay(say=words))
    if edited.message in here.draft.manuscript:
        return _letter_changed(here, replace(edited, text=words))
    if edited.message == here.draft.last_message and here.standing.step != "letter":
        return _by_step(here, ev.TextWritten(words, edited.message))
    return _moved(
        here,
        Stay(
            say=text(
                "machine",
                "The message you edited is no longer open to changes here. To correct an earlier answer, you can go"
                " back.",
            )
        ),
    )


def _letter_changed(here: Here, edited: ev.TextEdited) -> Turn:
    """Past the letter, preview and approval are void and the sender is brought back to it."""
    move = STEPS["letter"].on[ev.TextEdited](here, edited)
    if here.standing.step == "letter" or move.draft is None:
        return _moved(here, move)
    said = text("letter", "Your letter has changed, so its preview is no longer valid.")
    return _moved(here, GoTo(step="letter", draft=move.draft, say=said))


def _tapped(here: Here, tap: ev.ButtonTapped) -> Turn:
    """Deny by default: a button counts only if it stands on the present screen. Two taps do one thing."""
    lasting = _LASTING.get(tap.action)
    if lasting and not tap.screen:
        return lasting(here, tap).plus([Toast(tap.tap)])
    this = f"{tap.screen}:{tap.action}:{tap.value}"
    if tap.screen != str(here.standing.screen):
        if this == here.standing.last_tap:
            return Turn(here.standing, (Toast(tap.tap),))
        return _moved(here, Stay(ask=True), toast=Toast(tap.tap, OLD_SCREEN))
    step = open_step(here.standing)
    screen = step.ask(here)
    offered = {(b.action, b.value) for row in screen.buttons for b in row} if screen else set()
    if (tap.action, tap.value) not in offered | _unseen(here):
        return _moved(here, Stay(ask=True), toast=Toast(tap.tap, OLD_SCREEN))
    here = here.now(replace(here.standing, last_tap=this))
    if tap.action == "back":
        return _moved(here, Back(), toast=Toast(tap.tap))
    if tap.action == "new":
        return _moved(here, commands.new(here, ev.CommandGiven("yeni", "")), toast=Toast(tap.tap))
    return _moved(here, step.taps[tap.action](here, tap), toast=Toast(tap.tap))


def _unseen(here: Here) -> set[tuple[str, str]]:
    """The running line is drawn by the ruler, not by `ask`: its one button belongs to the letter's screen."""
    return {("done", "")} if open_step(here.standing).name == "letter" else set()


def _shared(here: Here, shared: ev.ContactShared) -> Turn:
    if ev.ContactShared in open_step(here.standing).on:
        return _by_step(here, shared)
    return _file(here, ev.FileSent("contact"))


def _file(here: Here, sent: ev.FileSent) -> Turn:
    """Named for what it is; the question stays open and the draft is intact."""
    what = CANNOT_BE_PRINTED.get(sent.kind, CANNOT_BE_PRINTED["other"])
    step = open_step(here.standing)
    said = text("machine", "{what} {accepts}", what=what, accepts=step.accepts)
    return _moved(here, Stay(say=said))


def _command(here: Here, given: ev.CommandGiven) -> Turn:
    known = commands.find(given.name)
    if known is None:
        meant = commands.nearest(given.name)
        said = text(
            "machine", "I do not know this command. Did you mean /{command}? All commands: /yardim", command=meant
        )
        return _moved(here, Stay(say=said))
    if here.profile.notice is None and not known.early:
        return _moved(here, Stay(ask=True))
    words = clean(given.words)
    if isinstance(words, Text):
        return _moved(here, Stay(say=words))
    # A command closes a side question that is still open, and says nothing about it.
    behind = here.now(replace(here.standing, aside=""))
    return _moved(behind, known.take(behind, replace(given, words=words.strip())))


def _blocked(here: Here, _: ev.ChatBlocked) -> Turn:
    return Turn(replace(here.standing, unreachable=True))


def _opened(here: Here, _: ev.ChatOpened) -> Turn:
    """Silent: the /start that follows is answered."""
    return Turn(replace(here.standing, unreachable=False))


# What our own slow work found out -------------------------------------------------------------------------------------


def _ticket(here: Here, opened: ev.TicketOpened) -> Turn:
    if here.standing.aside == "support":
        return _by_step(here, opened)
    return Turn(here.standing, (Reply(support.told(opened)),))


def _request(here: Here, opened: ev.RequestOpened) -> Turn:
    if rights.KINDS.get(here.standing.aside) == opened.kind:
        return _by_step(here, opened)
    return Turn(here.standing, (Reply(rights.told(opened)),))


def _deadline(here: Here, passed: ev.DeadlinePassed) -> Turn:
    """An unconfirmed birth date is forgotten after thirty minutes; the question about it is simply open again."""
    if passed.what != "birth_date" or here.draft.birth_date is None or passed.mark != str(here.draft.last_message):
        return Turn(here.standing)
    forgotten = replace(here.draft, birth_date=None)
    return Turn(replace(here.standing, step="birth_date", screen=here.standing.screen + 1, draft=forgotten))


def _unfit(here: Here, found: ev.AddressUnfit) -> Turn:
    """Too wide for the window, or not printable: asked again, never cut. Only about the address as it is now."""
    if found.revision != here.draft.revision or here.standing.aside:
        return Turn(here.standing)
    if found.characters:
        said = text(
            "address",
            "These characters cannot be printed: {characters}. Could you please write it without them?",
            characters=Verbatim("  ".join(found.characters)),
        )
    else:
        said = text(
            "address",
            "This does not fit the window of the envelope: {lines}. Could you please shorten it or"
            " spread it over more lines?",
            lines=Verbatim("; ".join(found.lines)),
        )
    if found.sender:
        return _moved(here, GoTo(step="sender", say=said, draft=here.draft.changed(own_sender="")))
    return _moved(here, GoTo(step="address", say=said, draft=here.draft.changed(addressee=None, mending="")))


def _by_step(here: Here, event: ev.Event) -> Turn:
    """The open question takes it, or says what it accepts. A result nobody waits for any more changes nothing."""
    step = open_step(here.standing)
    take = step.on.get(type(event))
    if take is None and isinstance(event, _RESULTS):
        behind = STEPS[here.standing.step]
        take = behind.on.get(type(event))
        if take is None:
            return Turn(here.standing)
        # Its screen stays behind the side question that is open.
        return _quietly(here, take(here, event))
    if take is None:
        return _moved(here, Stay(say=step.accepts))
    return _moved(here, take(here, event))


_RESULTS = (ev.CodeMailed, ev.MailRefused, ev.LetterMeasured, ev.PreviewDrawn, ev.PreviewRefused)


def _quietly(here: Here, move: Move) -> Turn:
    """A result that arrives while a side question is open is kept and shown when that is closed."""
    turn = _moved(here.now(replace(here.standing, aside="")), move)
    kept = replace(turn.standing, aside=here.standing.aside)
    return Turn(kept, tuple(effect for effect in turn.effects if not isinstance(effect, Reply)))


_HANDLERS: Mapping[type[ev.Event], Callable[[Here, Any], Turn]] = {
    ev.TextWritten: _written,
    ev.TextEdited: _edited,
    ev.ButtonTapped: _tapped,
    ev.ContactShared: _shared,
    ev.FileSent: _file,
    ev.CommandGiven: _command,
    ev.ChatBlocked: _blocked,
    ev.ChatOpened: _opened,
    ev.TicketOpened: _ticket,
    ev.RequestOpened: _request,
    ev.DeadlinePassed: _deadline,
    ev.AddressUnfit: _unfit,
}


# Moving ---------------------------------------------------------------------------------------------------------------


def _moved(here: Here, move: Move, toast: Toast | None = None) -> Turn:
    """Carries out a move: the changes, what they mean to an open order, then the question that is asked next."""
    before = here.draft
    standing = replace(here.standing, draft=move.draft or here.draft, profile=move.profile or here.profile)
    if move.order is not None:
        standing = standing.with_order(move.order)
    here = here.now(standing)
    done: tuple[Effect, ...] = ((toast,) if toast else ()) + move.effects
    if before.order and before.order == here.draft.order and here.draft.revision != before.revision:
        voided = _order_event(here, ev.OrderCancelled(before.order, "edited"))
        here, done = here.now(voided.standing), done + voided.effects
    if move.happens is not None:
        happened = _order_event(here, move.happens)
        return Turn(happened.standing, done + happened.effects)
    match move:
        case Stay():
            return _stayed(here, move, done)
        case Forward() if here.standing.aside:
            return _arrive(here, here.standing.step, move.say, done)
        case Forward():
            return _arrive(here, next_open(here), move.say, done)
        case Back():
            return _arrive(here, _way_back(here), move.say, done)
        case Open():
            return _arrive(here, move.step, move.say, done, aside=True)
        case GoTo() if here.standing.aside and here.standing.aside not in _LEAVING:
            return _arrive(here, move.step, move.say, done, aside=True)
        case GoTo():
            return _arrive(here, move.step if move.step != BEGIN else first_open(here), move.say, done)
        case _:
            raise TypeError(f"a move of an unknown kind: {type(move).__name__}")


_LEAVING = frozenset({"cancel", "restart"})  # side questions whose answer moves the journey itself


def _way_back(here: Here) -> str:
    if here.standing.aside:
        return here.standing.step
    return open_step(here.standing).back


def _stayed(here: Here, move: Stay, done: tuple[Effect, ...]) -> Turn:
    if move.silent:
        said = (Reply(move.say),) if move.say else ()
        return Turn(here.standing, (*done, *said))
    asked = open_step(here.standing).ask(here)
    if asked is None:
        # What the question needs is still being made: say so, and make sure that it is.
        waiting = move.say or open_step(here.standing).accepts
        return Turn(here.standing, (*done, Reply(waiting), *open_step(here.standing).arrive(here)))
    if move.ask or move.say is None:
        return Turn(here.standing, (*done, _joined(move.say, asked)))
    return Turn(here.standing, (*done, replace(asked, text=move.say, attachment=None)))


def _arrive(here: Here, target: str, say: Text | None, done: tuple[Effect, ...], *, aside: bool = False) -> Turn:
    """Puts a question; without a target (no way back) the present one stays."""
    if not target:
        return _stayed(here, Stay(say=say, ask=True), done)
    before = here.standing
    standing = replace(
        before,
        step=before.step if aside else target,
        aside=target if aside else "",
        screen=before.screen + 1,
    )
    here = here.now(standing)
    step = STEPS[target]
    asked = step.ask(here)
    replies: tuple[Effect, ...] = ()
    if asked is not None:
        replies = (_joined(say, asked),)
    elif say is not None:
        replies = (Reply(say),)
    return Turn(standing, (*done, *replies, *step.arrive(here)))


def _joined(say: Text | None, asked: Reply) -> Reply:
    return replace(asked, text=lines(say, asked.text)) if say else asked


# What an order's events mean to the conversation ----------------------------------------------------------------------


def _order_event(here: Here, event: ev.OrderEvent) -> Turn:
    before = here.standing.order(event.order)
    turn = order.advance(here.house, here.standing, event, here.at)
    after = turn.standing.order(event.order)
    if before is None or after is None or before.state is after.state:
        return turn
    return _coupled(here.now(turn.standing), after.state, event, turn.effects)


def _coupled(here: Here, state: State, event: ev.OrderEvent, done: tuple[Effect, ...]) -> Turn:
    """A draft that has become this order follows it; an order the sender has left behind goes its own way."""
    mine = here.draft.order == event.order
    asked_to = not (isinstance(event, ev.OrderCancelled) and event.because == "edited")
    if mine and (state in (State.QUEUED, State.HELD) or (state is State.CANCELLED and asked_to)):
        gone = replace(
            here.standing, draft=Draft(), step="home", aside=here.standing.aside, screen=here.standing.screen + 1
        )
        return Turn(gone, done)
    if mine and state is State.CANCELLED:
        return Turn(replace(here.standing, draft=replace(here.draft, order="")), done)
    if mine and state is State.EXPIRED:
        free = here.now(replace(here.standing, draft=replace(here.draft, order="")))
        return _arrive(free, "contract", None, done)
    closed = here.standing.order(event.order)
    if closed is not None and state is State.EXPIRED:
        return Turn(here.standing, (*done, ShredLetter(closed.letter, closed.id)))
    return Turn(here.standing, done)


def _cancel_order(here: Here, tap: ev.ButtonTapped) -> Turn:
    """The order is looked up among the person's own; another's number finds nothing."""
    if here.standing.order(tap.value) is None:
        return _moved(here, Stay(ask=True))
    return _order_event(here, ev.OrderCancelled(tap.value))


_LASTING: Mapping[str, Callable[[Here, ev.ButtonTapped], Turn]] = {"cancel_order": _cancel_order}
